"""A proposed version is read as strictly as a shipped one; the book takes it from its start, and not a day sooner."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.db import Database
from knowledge.base.errors import BadInput, GuardFailed
from knowledge.policies import calculate, load_rules
from knowledge.policies.published import with_version, with_versions
from knowledge.upkeep.effects import effects
from knowledge.upkeep.examination import examine, read_rule
from tests.upkeep.drafts import small_scale, tech_sme

BOOK = load_rules()
DAY = date(2026, 11, 23)


def test_a_good_version_has_no_fault_and_names_what_it_replaces() -> None:
    found = examine(BOOK, tech_sme(), DAY)
    assert (found.shelf, found.faults, found.replaces) == ("programmes", (), "tech_sme（2017-05-03 起）")
    assert found.examples == 8
    assert examine(BOOK, small_scale(), DAY).shelf == "tax"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("valid_from: '2027-01-01'", "valid_from: 明年", "valid_from"),
        ("confidence: V2\n", "confidence: sure\n", "confidence"),
        ("valid_to: null", "valid_to: null\nfancy: 1", "fancy"),
        ("conditions:", "conditions: {", "text"),
        ("document: 国科发政〔2017〕115号, note", "document: 国科发政〔2099〕1号, note", None),
    ],
)
def test_what_is_no_rule_is_refused_with_its_field(old: str, new: str, field: str | None) -> None:
    text = tech_sme()
    assert old in text
    with pytest.raises(BadInput) as caught:
        examine(BOOK, text.replace(old, new, 1), DAY)
    assert caught.value.field == field


BOMB = "conditions: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    "text", ["", BOMB, "[" * 90_000, "{a: " * 30_000, "[]", "just words", "id: x", "{", "a: &a [*a]", "x" * 200_001]
)
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput):
        read_rule(text)


def test_a_wrong_example_an_early_start_and_a_missing_source_are_faults() -> None:
    wrong = examine(BOOK, tech_sme().replace("verdict: met", "verdict: unmet", 1), DAY)
    assert any("应为 unmet，算出来是 met" in fault for fault in wrong.faults)
    early = examine(BOOK, tech_sme(start="2017-05-03"), DAY)
    assert any("应晚于现有版本" in fault for fault in early.faults)
    sourced = "label: 职工总数, words: [职工, 员工, 人数, 多少人], document: 国科发政〔2017〕115号"
    bare = tech_sme().replace(sourced, "label: 职工总数")
    assert any("职工总数" in fault for fault in examine(BOOK, bare, DAY).faults)
    sums = examine(BOOK, small_scale(rate="0.03"), DAY)
    assert any("应为 6000" in fault for fault in sums.faults)
    used = small_scale().replace("id: vat.small_scale.2028", "id: vat.small_scale.2026_2027")
    assert any("已有" in fault for fault in examine(BOOK, used, DAY).faults)


def test_a_start_that_has_passed_is_a_warning_for_the_second_person() -> None:
    assert any("立即生效" in words for words in examine(BOOK, tech_sme(start="2026-11-01"), DAY).warnings)
    assert not any("立即生效" in words for words in examine(BOOK, tech_sme(), DAY).warnings)


@given(st.dates(date(2017, 5, 4), date(2035, 12, 31)), st.integers(-400, 400))
def test_on_every_day_exactly_one_version_holds(start: date, offset: int) -> None:
    book = with_version(BOOK, read_rule(tech_sme(start=start.isoformat()))[1])
    day = max(start + timedelta(days=offset), date(2017, 5, 3))
    held = [one for one in book.programme_versions if one.id == "tech_sme" and one.in_force(day)]
    assert [one.valid_from for one in held] == [start if day >= start else date(2017, 5, 3)]


def test_versions_add_up_and_what_the_shipped_files_overtook_is_left_out() -> None:
    starts = ((300, "2027-01-01"), (200, "2028-01-01"))
    first, second = (read_rule(tech_sme(count, start))[1] for count, start in starts)
    book = with_versions(BOOK, [second, first])
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
    limits = [
        next(node.value for node in book.programme("tech_sme", day).conditions if node.field == "hr.headcount")
        for day in days
    ]
    assert limits == [500, 300, 300, 200]
    assert with_versions(book, [first]) == book
    with pytest.raises(GuardFailed):
        with_version(book, first)


def test_a_tax_rule_takes_over_its_family_from_its_start() -> None:
    book = with_version(BOOK, read_rule(small_scale(start="2027-07-01"))[1])
    inputs = {"sales_excl_tax": 300000}
    assert calculate(book, "vat.small_scale", inputs, date(2027, 6, 30)).outputs["vat"] == 3000
    assert calculate(book, "vat.small_scale", inputs, date(2027, 7, 1)).outputs["vat"] == 6000


def test_what_a_new_rate_does_to_the_old_examples_is_told(database: Database) -> None:
    with database.read() as work:
        made = effects(work.session("org-hq"), BOOK, read_rule(small_scale())[1])
    assert any("vat 由 3000 变 6000" in told for told in made.sums)
