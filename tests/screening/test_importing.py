"""Importing sheets and vendors' responses: dirty cells told with their row, the rest taken over, refreshes merged."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.companies.importing import Imported, import_companies, read_companies
from knowledge.companies.importing.cells import read_cell
from knowledge.companies.uscc import check_digit
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
    first.write_text(json.dumps({"uscc": CODE, "facts": {"hr.insured": 10, "hr.headcount": 12}}), encoding="utf-8")
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


def _imported(file: Path, database: Database, clock: SetClock) -> Imported:
    return import_companies(database, "org-sh", read_companies(str(file), DAY), "u1", clock)
