"""Importing sheets and vendors' responses: dirty cells told with their row, the rest taken over, refreshes merged."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Missing
from knowledge.companies import Company, parse_company
from knowledge.companies.importing import Imported, Problem, decide, import_companies, read_companies, waiting
from knowledge.companies.importing.cells import read_cell
from knowledge.companies.store import CompanyRow, find_stored, history, load_profile, save_company
from knowledge.companies.uscc import check_digit
from knowledge.policies import load_rules
from knowledge.policies.fields import index

DAY = date(2026, 11, 23)
CODE = "91310115MA1K4ABC0"
CODE += check_digit(CODE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50(万元人民币)", 50), ("185000万元", 185000), ("3.2亿", 32000), ("5000000元", 500), ("1,200万元人民币", 1200)],
)
def test_money_is_read_as_people_and_vendors_write_it(text: str, expected: int) -> None:
    assert read_cell(text, index()["entity.registered_capital"]) == Decimal(expected)


def test_foreign_money_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="外币"):
        read_cell("100万美元", index()["entity.registered_capital"])


def test_a_bad_cell_is_told_with_its_row_and_the_rest_goes_on(
    tmp_path: Path, database: Database, clock: SetClock
) -> None:
    sheet = tmp_path / "企业.csv"
    sheet.write_text(
        "企业名称,统一社会信用代码,成立日期,注册资本,hr.headcount,finance.revenue.2025\n"
        f"甲公司,{CODE},2019年5月20日,50(万元人民币),很多,3200\n"
        "乙公司,123,2020-01-01,-,5,1\n",
        encoding="gb18030",
    )
    found = _imported(sheet, database, clock)
    assert (found.companies, found.created) == (1, 1)
    assert [(problem.row, problem.column) for problem in found.problems] == [(2, "hr.headcount"), (3, "uscc")]


def test_a_refresh_merges_by_credit_code_and_tells_what_changed(
    tmp_path: Path, database: Database, clock: SetClock
) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.json"
    first.write_text(json.dumps({"CreditCode": CODE, "InsuredCount": "10", "PersonScope": "12"}), encoding="utf-8")
    vendor = {"CreditCode": CODE, "Name": "甲公司", "InsuredCount": "15", "RegistCapi": "185000万元", "TermEnd": "长期"}
    second.write_text(json.dumps({"Status": "200", "Result": vendor}), encoding="utf-8")
    _imported(first, database, clock)
    found = _imported(second, database, clock)
    assert (found.created, found.updated, found.problems) == (0, 1, ())
    told = {change.field: (change.before, change.after) for change in found.changes}
    assert told["hr.insured"] == (10, 15)
    assert told["entity.registered_capital"] == (None, 185000)
    assert "hr.headcount" not in told
    assert _imported(second, database, clock).unchanged == 1


def test_a_refresh_tells_the_verdicts_it_moves(tmp_path: Path, database: Database, clock: SetClock) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(json.dumps({"uscc": CODE, "facts": {"hr.headcount": 80}}), encoding="utf-8")
    second.write_text(json.dumps({"uscc": CODE, "facts": {"hr.headcount": 800}}), encoding="utf-8")
    assert _imported(first, database, clock).verdicts == ()
    found = _imported(second, database, clock)
    told = {one.programme_id: (one.before, one.after) for one in found.verdicts}
    assert told["tech_sme"] == ("unknown", "unmet")  # at most 500 people
    assert _imported(second, database, clock).verdicts == ()


def test_a_source_never_overwrites_another_unasked(tmp_path: Path, database: Database, clock: SetClock) -> None:
    file = _said_otherwise(tmp_path, database, clock)
    found = _imported(file, database, clock)
    assert [(one.field, one.before, one.before_source, one.after, one.after_source) for one in found.conflicts] == [
        ("hr.insured", 30, "self", 12, "qichacha")
    ]
    assert _imported(file, database, clock).unchanged == 1, "the same file again tells it once"
    with database.read() as work:
        assert _insured(load_profile(work.session("org-sh"), "甲")) == 30
        assert waiting(work.session("org-hz")) == ()


def test_a_person_takes_the_other_source(tmp_path: Path, database: Database, clock: SetClock) -> None:
    _imported(_said_otherwise(tmp_path, database, clock), database, clock)
    with database.work() as work:
        session = work.session("org-sh")
        [open_one] = waiting(session)
        decide(session, CODE, open_one.seq, "take", "staff", clock)
        assert _insured(load_profile(session, "甲")) == 12
        assert waiting(session) == ()
        with pytest.raises(Missing, match="待确认"):
            decide(session, CODE, open_one.seq, "take", "staff", clock)


def test_a_person_keeps_what_stands_and_is_not_asked_again(tmp_path: Path, database: Database, clock: SetClock) -> None:
    file = _said_otherwise(tmp_path, database, clock)
    _imported(file, database, clock)
    with database.work() as work:
        session = work.session("org-sh")
        with pytest.raises(BadInput, match="take"):
            decide(session, CODE, 1, "perhaps", "staff", clock)
        decide(session, CODE, waiting(session)[0].seq, "keep", "staff", clock)
    assert _imported(file, database, clock).conflicts == ()
    with database.read() as work:
        session = work.session("org-sh")
        assert _insured(load_profile(session, "甲")) == 30
        assert waiting(session) == ()
        assert len(history(session, "甲")) == 2


def test_a_trusted_file_is_right_where_sources_differ(tmp_path: Path, database: Database, clock: SetClock) -> None:
    rows = read_companies(str(_said_otherwise(tmp_path, database, clock)), DAY)
    found = import_companies(database, "org-sh", rows, "u1", clock, trust=True)
    assert found.conflicts == ()
    with database.read() as work:
        assert _insured(load_profile(work.session("org-sh"), "甲")) == 12


def test_a_long_dirty_sheet_is_told_in_bounds_and_counted_whole(
    tmp_path: Path, database: Database, clock: SetClock
) -> None:
    sheet = tmp_path / "dirty.csv"
    lines = ["企业名称,统一社会信用代码,hr.headcount", *(f"公司{n},{n},很多" for n in range(1500))]
    sheet.write_text("\n".join(lines), encoding="utf-8")
    heard: list[Problem] = []
    read: list[int] = []
    rows = read_companies(str(sheet), DAY)
    found = import_companies(database, "org-sh", rows, "u1", clock, on_problem=heard.append, progress=read.append)
    assert (found.companies, len(found.problems), len(heard)) == (0, 1000, 1500)
    assert found.counts == {"problems": 1500, "problems.uscc": 1500}
    assert read[-1] == 1500


def test_an_import_cut_short_goes_on_and_doubles_nothing(tmp_path: Path, database: Database, clock: SetClock) -> None:
    sheet = tmp_path / "a.csv"
    lines = ["企业名称,统一社会信用代码,hr.headcount", *(f"公司{n},{_code(n)},{n + 1}" for n in range(450))]
    sheet.write_text("\n".join(lines), encoding="utf-8")

    def cut(read: int) -> None:
        if read >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_companies(database, "org-sh", read_companies(str(sheet), DAY), "u1", clock, progress=cut)
    again = _imported(sheet, database, clock)
    assert (again.created, again.unchanged) == (250, 200)
    with database.read() as work:
        shelf = find_stored(work.session("org-sh"), {_code(n) for n in range(450)})
        assert len(shelf) == 450
        assert all(len(one.entered) == 1 for one in shelf.values())


def test_one_company_twice_in_a_sheet_is_one_company(tmp_path: Path, database: Database, clock: SetClock) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"企业名称,统一社会信用代码,hr.headcount\n甲,{CODE},5\n甲公司,{CODE},6\n", encoding="utf-8-sig")
    found = _imported(sheet, database, clock)
    assert (found.created, found.updated) == (1, 1)
    with database.read() as work:
        [stored] = find_stored(work.session("org-sh"), {CODE}).values()
        assert stored.company.name == "甲公司"
        assert stored.company.facts[0].value == 6
        assert work.session("org-sh").get(CompanyRow, stored.id) is not None


def test_a_title_above_the_headings_and_the_unit_in_a_heading_are_read(
    tmp_path: Path, database: Database, clock: SetClock
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["企业名单（2026年11月导出）"])
    sheet.append([])
    sheet.append(["企业名称", "统一社会信用代码", "注册资本（元）", "2025年营业收入（亿元）", "法定代表人"])
    sheet.append(["甲公司", CODE, 5_000_000, "1.2", "某某"])
    sheet.append(["乙公司", CODE[:-1], 1, 1, "某某"])
    book.save(tmp_path / "a.xlsx")
    found = _imported(tmp_path / "a.xlsx", database, clock)
    assert [(one.row, one.column) for one in found.problems] == [(5, "uscc")]
    assert found.unused == ("法定代表人",)
    with database.read() as work:
        [stored] = find_stored(work.session("org-sh"), {CODE}).values()
    told = {(fact.field, fact.year): fact.value for fact in stored.company.facts}
    assert told == {("entity.registered_capital", None): 500, ("finance.revenue", 2025): 12000}


def test_a_row_that_is_no_csv_is_told_and_the_next_one_read(
    tmp_path: Path, database: Database, clock: SetClock
) -> None:
    sheet = tmp_path / "a.csv"
    long = "很" * 140_000
    sheet.write_text(f"企业名称,统一社会信用代码,hr.headcount\n甲,{_code(1)},{long}\n乙,{CODE},6\n", encoding="utf-8")
    found = _imported(sheet, database, clock)
    assert (found.created, [one.row for one in found.problems]) == (1, [2])


def test_a_part_above_its_whole_is_told_and_not_taken(tmp_path: Path, database: Database, clock: SetClock) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"统一社会信用代码,hr.headcount,hr.tech_staff\n{CODE},45,60\n", encoding="utf-8")
    found = _imported(sheet, database, clock)
    assert [(one.row, one.column) for one in found.problems] == [(2, "科技人员")]
    assert "大于职工总数 45" in found.problems[0].reason
    with database.read() as work:
        [stored] = find_stored(work.session("org-sh"), {CODE}).values()
    assert [fact.field for fact in stored.company.facts] == ["hr.headcount"]


def _said_otherwise(tmp_path: Path, database: Database, clock: SetClock) -> Path:
    """A vendor's response that differs from what the client of org-sh said of its staff."""
    told = parse_company({"name": "甲", "uscc": CODE, "facts": {"hr.insured": {"value": 30, "source": "self"}}})
    with database.work() as work:
        save_company(work.session("org-sh"), "甲", told, "client", clock)
    file = tmp_path / "v.json"
    file.write_text(json.dumps({"Result": {"CreditCode": CODE, "Name": "甲", "InsuredCount": "12"}}), encoding="utf-8")
    return file


def _code(number: int) -> str:
    code = f"91310115MA2{number:06d}"
    return code + check_digit(code)


def _insured(company: Company) -> object:
    return next(fact.value for fact in company.facts if fact.field == "hr.insured")


def _imported(file: Path, database: Database, clock: SetClock) -> Imported:
    return import_companies(database, "org-sh", read_companies(str(file), DAY), "u1", clock, book=load_rules())
