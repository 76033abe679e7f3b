"""Results of real applications, and the report where rules and results disagree."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Conflict, Missing
from knowledge.companies import parse_company
from knowledge.companies.importing import Problem
from knowledge.companies.outcomes import Outcome, compare, outcomes_of, read_outcomes, record_outcome
from knowledge.companies.outcomes.compare import wilson
from knowledge.companies.store import save_company
from knowledge.companies.uscc import check_digit
from knowledge.policies import load_rules

BOOK = load_rules()
APPLIED = date(2026, 6, 15)


def code(number: int) -> str:
    body = f"91310115MA1K4AB{number:02d}"
    return body + check_digit(body)


FITS = {
    "entity.is_prc_resident_enterprise": True,
    "finance.revenue": {"2025": 3000},
    "finance.total_assets": {"2025": 2000},
    "hr.headcount": 50,
    "hr.tech_staff": 20,
    "rd.expense": {"2025": 300},
    "ip.invention_patents": 2,
    "compliance.major_safety_quality_env_dishonesty_this_and_last_year": False,
    "compliance.in_abnormal_or_serious_violation_list": False,
    "entity.prohibited_or_restricted_industry": False,
}


@pytest.fixture
def companies(database: Database, clock: SetClock) -> Database:
    with database.work() as work:
        session = work.session("org-sz")
        save_company(session, "fits", parse_company({"name": "甲", "uscc": code(1), "facts": FITS}), "u", clock)
        large = parse_company({"name": "乙", "uscc": code(2), "facts": {**FITS, "hr.headcount": 600}})
        save_company(session, "large", large, "u", clock)
        save_company(session, "empty", parse_company({"name": "丙", "uscc": code(3), "facts": {}}), "u", clock)
    return database


def outcome(number: int, passed: bool, *reasons: str, applied: date = APPLIED) -> Outcome:
    return Outcome(uscc=code(number), programme="科小", applied_on=applied, passed=passed, reasons=reasons)


def test_the_report_tells_agreement_and_each_disagreement_with_its_condition(
    companies: Database, clock: SetClock
) -> None:
    with companies.work() as work:
        session = work.session("org-sz")
        record_outcome(session, BOOK, outcome(1, True), "u", clock)
        record_outcome(session, BOOK, outcome(1, False, "研发费用归集不清", applied=date(2026, 7, 1)), "u", clock)
        record_outcome(session, BOOK, outcome(2, True), "u", clock)
        record_outcome(session, BOOK, outcome(3, True), "u", clock)
        [one] = compare(session, BOOK).programmes
    assert (one.programme_id, one.agree, one.disagree, one.undecided) == ("tech_sme", 1, 2, 1)
    assert one.reasons == {"研发费用归集不清": 1}
    assert any("职工" in name for name in one.conditions)
    told = {(case.company, case.passed): case for case in one.disagreements}
    assert told["乙", True].verdict == "unmet"
    assert told["甲", False].reasons == ("研发费用归集不清",)
    assert one.low is not None
    assert one.high is not None
    assert one.share is not None
    assert one.low < one.share < one.high


def test_the_same_result_twice_is_one_and_another_result_is_refused(companies: Database, clock: SetClock) -> None:
    with companies.work() as work:
        session = work.session("org-sz")
        first = record_outcome(session, BOOK, outcome(1, True), "u", clock)
        assert record_outcome(session, BOOK, outcome(1, True), "u", clock) == first
        with pytest.raises(Conflict, match="已记为“过”"):
            record_outcome(session, BOOK, outcome(1, False), "u", clock)
        assert len(outcomes_of(session)) == 1


def test_another_organisation_neither_records_for_our_company_nor_reads(companies: Database, clock: SetClock) -> None:
    with companies.work() as work:
        record_outcome(work.session("org-sz"), BOOK, outcome(1, True), "u", clock)
        other = work.session("org-sh")
        with pytest.raises(Missing, match="信用代码"):
            record_outcome(other, BOOK, outcome(1, True), "u", clock)
        assert compare(other, BOOK).outcomes == 0


@pytest.mark.parametrize(
    "change",
    [
        {"applied_on": date(2027, 1, 1)},
        {"decided_on": date(2026, 1, 1)},
        {"decided_on": date(2027, 1, 1)},
        {"reasons": ("",)},
        {"reasons": tuple("原因" for _ in range(30))},
    ],
)
def test_what_cannot_be_is_refused_in_words(companies: Database, clock: SetClock, change: dict[str, object]) -> None:
    wrong = outcome(1, True).model_copy(update=change)
    with companies.work() as work, pytest.raises(BadInput, match="："):
        record_outcome(work.session("org-sz"), BOOK, wrong, "u", clock)


def test_a_sheet_is_read_row_by_row_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    sheet = tmp_path / "结果.csv"
    sheet.write_text(
        "统一社会信用代码,项目,申报日,结果,原因,文件\n"
        f"{code(1)},高企,2025年7月1日,不过,创新能力评分不够；高新收入占比不够,某公告\n"
        f"{code(2)},科小,2026-06-15,过,,\n"
        f"{code(2)},科小,昨天,过,,\n"
        f"{code(2)},科小,2026-06-15,也许,,\n"
        "123,科小,2026-06-15,过,,\n",
        encoding="gb18030",
    )
    rows = list(read_outcomes(str(sheet)))
    assert [type(row) for row in rows] == [Outcome, Outcome, Problem, Problem, Problem]
    assert isinstance(rows[0], Outcome)
    assert rows[0].reasons == ("创新能力评分不够", "高新收入占比不够")
    assert [row.column for row in rows if isinstance(row, Problem)] == ["applied_on", "result", "uscc"]


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
