"""The tables of places and industries hold what they say they hold."""

import pytest

from knowledge.base.errors import BadInput
from knowledge.base.industries import divisions, find_division
from knowledge.base.regions import cities, place, provinces, recognised
from knowledge.companies import parse_company
from knowledge.policies.sizes import sizes


def test_every_section_and_division_of_the_standard_is_there() -> None:
    """GB/T 4754-2017: 20 门类, 97 大类, numbered without a gap."""
    found = divisions()
    assert sorted(found) == [f"{number:02}" for number in range(1, 98)]
    assert sorted({one.section for one in found.values()}) == list("ABCDEFGHIJKLMNOPQRST")
    assert len({one.name for one in found.values()}) == 97


@pytest.mark.parametrize(("code", "section"), [("6513", "I"), ("I65", "I"), ("39", "C"), ("E50", "E"), ("0111", "A")])
def test_a_code_lies_in_its_division(code: str, section: str) -> None:
    division = find_division(code)
    assert division is not None
    assert division.section == section


@pytest.mark.parametrize("code", ["98", "00", "C65", "I", "99"])
def test_a_code_of_no_division_has_none(code: str) -> None:
    assert find_division(code) is None


@pytest.mark.parametrize("code", ["9999", "C6513", "6"])
def test_a_company_of_no_industry_is_refused_in_words(code: str) -> None:
    with pytest.raises(BadInput, match=r"industry_code：.*6513"):
        parse_company({"industry_code": code})


def test_every_code_of_the_size_classes_is_an_industry() -> None:
    codes = [code for industry in sizes().industries for code in industry.codes if code.isdigit()]
    assert codes
    assert all(find_division(code.ljust(2, "0")[:2]) or len(code) < 2 for code in codes)


def test_provinces_and_prefecture_level_cities_are_all_there() -> None:
    """31 provinces (Hong Kong, Macao and Taiwan have law of their own); 293 prefecture-level cities less 吉林市, whose
    name is its province's. The 40 prefectures, areas and leagues answer with their province's texts.
    """
    assert len(provinces()) == 31
    assert len(cities()) == 292
    assert place("广东省深圳市南山区") == ("广东省", "深圳市", "南山区")
    assert place("440305") == ("广东省",)


def test_a_region_that_nobody_could_read_is_refused() -> None:
    assert recognised("苏州市昆山市") == "江苏省/苏州市/昆山市"
    assert recognised("全国") == recognised("") == "全国"
    with pytest.raises(BadInput, match=r"region：不认识“火星”.*苏州市昆山市"):
        recognised("火星")
