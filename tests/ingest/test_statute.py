"""Cutting statutes into 条, and from when each version holds."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.ingest.draft import Draft
from knowledge.ingest.effective import effective_from, read_day, read_name, register, repeals
from knowledge.ingest.statute import parse_statute
from tests.ingest.texts import AMENDED, FIRST, LOCAL, NEW, OLD


def parsed(text: str, name: str) -> Draft:
    return parse_statute(text, Path(name))


def test_each_article_is_a_chunk_with_its_paragraphs_and_headings() -> None:
    draft = parsed(OLD, "示范登记法(2018-10-26).md")
    assert [chunk.clause for chunk in draft.chunks] == ["第一条", "第二条", "第三条", "第四条"]
    assert draft.chunks[1].text == "示范企业的登记费为三百元。\n登记费可以分期缴纳。"
    assert draft.chunks[2].path == ("第二章 登记", "第一节 设立登记")
    assert draft.chunks[2].text.endswith("（一）申请书；\n（二）章程。")
    assert draft.title == "中华人民共和国示范登记法"


def test_an_inserted_article_keeps_its_own_number() -> None:
    assert parsed(NEW, "示范登记法(2023-12-29).md").chunks[2].clause == "第二条之一"


def test_the_file_name_dates_the_version_and_the_clause_starts_it() -> None:
    draft = parsed(NEW, "示范登记法(2023-12-29).md")
    assert (draft.issued, draft.effective_from) == (date(2023, 12, 29), date(2024, 7, 1))


def test_an_amended_text_does_not_inherit_the_first_versions_start() -> None:
    assert parsed(AMENDED, "示范票据法(2004-08-28).md").effective_from is None
    assert parsed(OLD, "示范登记法(2018-10-26).md").effective_from is None


def test_in_force_from_publication_is_the_day_of_issue_only_for_a_first_version() -> None:
    assert parsed(FIRST, "示范稽查条例(2011-02-03).md").effective_from == date(2011, 2, 3)
    assert parsed(FIRST, "示范稽查条例(2019-05-01).md").effective_from is None


def test_the_register_dates_both_versions_of_the_company_law() -> None:
    old, new = register()["公司法", "2018-10-26"], register()["公司法", "2023-12-29"]
    assert (old.effective_from, old.effective_to) == (date(2018, 10, 26), date(2024, 6, 30))
    assert new.effective_from == date(2024, 7, 1)
    assert all(entry.source for entry in register().values())


def test_an_outdated_regulation_is_closed_by_the_register() -> None:
    draft = parsed(FIRST, "企业所得税法实施条例(2019-04-23).md")
    assert draft.effective_to == date(2025, 1, 19)


def test_a_local_rule_belongs_to_its_province_or_city() -> None:
    text = LOCAL.format(name="杭州市园区条例", sum="二")
    assert parsed(text, "浙江地方法规/杭州市园区条例(2020-01-01).md").region == "浙江省/杭州市"
    assert parsed(text, "上海地方法规/上海市园区条例(2020-01-01).md").region == "上海市"
    assert parsed(text, "民法商法/园区法(2020-01-01).md").region == "全国"


@pytest.mark.parametrize(
    ("stem", "read"),
    [
        ("公司法(2023-12-29)", ("公司法", date(2023, 12, 29))),
        ("规范（试行）(2001-03-13)", ("规范（试行）", date(2001, 3, 13))),
        ("总则", ("总则", None)),
        ("错日期法(2023-13-45)", ("错日期法(2023-13-45)", None)),
    ],
)
def test_a_name_is_read_as_title_and_date(stem: str, read: tuple[str, date | None]) -> None:
    assert read_name(stem) == read


def test_each_book_of_a_code_is_a_text_of_its_own() -> None:
    head = "# 示范法典\n\n# {book}\n\n2020年5月28日 通过\n\n2021年1月1日 施行\n\n<!-- INFO END -->\n\n"
    text = head + "## 第一章 规定\n\n{clause} 内容。"
    first = parsed(text.format(book="总则", clause="第一条"), "总则.md")
    second = parsed(text.format(book="物权编", clause="第二百零五条"), "物权编.md")
    assert first.title == second.title == "示范法典"
    assert first.series != second.series
    assert second.chunks[0].path == ("物权编", "第一章 规定")
    assert second.effective_from == date(2021, 1, 1)


def test_a_reference_to_another_laws_start_is_not_this_ones() -> None:
    body = "第九条 《旧法》自2001年1月1日起施行。本法自2002年2月2日起施行。"
    assert effective_from(body, (), None) == date(2002, 2, 2)


def test_a_very_long_article_is_cut_between_paragraphs_under_one_number() -> None:
    long = "第一条 总述。\n\n" + "\n\n".join(f"（{index}）" + "示范内容" * 60 for index in range(9))
    text = f"# 长法\n\n<!-- INFO END -->\n\n{long}\n\n第二条 完。"
    chunks = parsed(text, "长法(2020-01-01).md").chunks
    assert len([chunk for chunk in chunks if chunk.clause == "第一条"]) > 1
    assert all(len(chunk.text) < 1_300 for chunk in chunks)


def test_days_are_read_in_chinese_numerals_too() -> None:
    assert read_day("自一九九三年一月一日起施行") == date(1993, 1, 1)
    assert read_day("二〇〇一年十二月二十一日") == date(2001, 12, 21)
    assert read_day("二零一零年十月三十日") == date(2010, 10, 30)
    assert read_day("二〇〇一年十三月二十一日") is None
    assert effective_from("第九条 本条例自一九九三年一月一日起施行。", (), date(1992, 10, 14)) == date(1993, 1, 1)


def test_a_vote_and_its_publication_are_one_version_and_years_apart_are_two() -> None:
    body = "第九条 本条例自公布之日起施行。"
    one = ("2012年3月28日 会议通过", "2012年4月5日 令第617号公布")
    assert effective_from(body, one, date(2012, 4, 5)) == date(2012, 4, 5)
    assert effective_from(body, ("1989年5月5日 会议通过", "1989年6月17日 令第37号发布"), date(1989, 6, 16)) == date(
        1989, 6, 17
    )
    assert effective_from(body, one, date(2016, 2, 6)) is None


def test_a_start_in_the_header_of_long_before_this_version_is_not_its_own() -> None:
    head = "# 示范规定\n\n2012年10月31日 通过\n\n2013年1月1日 施行\n\n<!-- INFO END -->\n\n第一条 内容。"
    assert parsed(head, "示范规定(2012-10-31).md").effective_from == date(2013, 1, 1)
    assert parsed(head, "示范规定(2013-12-12).md").effective_from is None


@pytest.mark.parametrize(
    ("clause", "titles"),
    [
        ("本法自2026年1月1日起施行。《中华人民共和国示范税暂行条例》同时废止。", ("示范税暂行条例",)),
        ("《甲条例》、《乙规定（试行）》和1998年发布的《丙办法》同时废止。", ("甲条例", "乙规定（试行）", "丙办法")),
        ("《甲条例》第三条同时废止。", ()),
        ("《甲条例》中有关登记的规定同时废止。", ()),
        ("依照《甲条例》执行。", ()),
        ("本条例自2011年7月1日起施行，《甲条例》自本条例施行之日起废止。", ("甲条例",)),
    ],
)
def test_a_closing_clause_says_what_it_puts_an_end_to(clause: str, titles: tuple[str, ...]) -> None:
    assert repeals(f"第九条 {clause}") == titles


def test_what_one_decision_amended_begins_on_one_day() -> None:
    header = (
        "# 示范广告法\n\n1994年10月27日 通过\n\n2021年4月29日 《关于修改〈道路交通安全法〉等八部法律的决定》修正\n\n"
    )
    text = header + "<!-- INFO END -->\n\n第一条 内容。\n\n第二条 本法自1995年2月1日起施行。"
    assert parsed(text, "示范广告法(2021-04-29).md").effective_from == date(2021, 4, 29)
    assert parsed(text, "示范广告法(2021-04-28).md").effective_from is None
    assert parsed(text.replace("道路交通安全法", "别的法"), "示范广告法(2021-04-29).md").effective_from is None


@pytest.mark.parametrize(("title", "version", "last"), [
    ("企业所得税法实施条例", "2019-04-23", date(2025, 1, 19)),
    ("企业信息公示暂行条例", "2014-08-07", date(2024, 4, 30)),
])  # fmt: skip
def test_texts_known_to_be_outdated_end_before_today(title: str, version: str, last: date) -> None:
    head = (
        f"# {title}\n\n{version[:4]}年{int(version[5:7])}月{int(version[8:])}日 国务院令公布\n\n<!-- INFO END -->\n\n"
    )
    draft = parsed(head + "第一条 旧标准。\n\n第二条 本条例自公布之日起施行。", f"{title}({version}).md")
    assert draft.effective_to == last
