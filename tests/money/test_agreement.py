"""Agreements: two persons, dates, the most particular one, and nothing changes once it is approved."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from knowledge.base.clock import SetClock
from knowledge.base.db import Database, Work
from knowledge.base.errors import BadInput, Fault, GuardFailed, Missing, Refused
from workflows.money.agreement import AgreementVersionRow, approve, create_approved, draft, freeze
from workflows.money.terms import AgreementTerms

SHARES = [
    {"role": "platform", "kind": "percent", "ppm": 100_000},
    {"role": "executor", "kind": "percent", "ppm": 300_000},
    {"role": "seller", "kind": "residual"},
]
CLAUSES: dict[str, Any] = {"shares": SHARES, "vat_ppm": 60_000, "holdback_ppm": 100_000, "vesting_days": 7}
DAY = date(2026, 11, 23)


def agreed(work: Work, clock: SetClock, identifier: str = "ag-1", org: str = "org-sh", **other: Any) -> AgreementTerms:
    given = {"name": identifier, "seller_org": "org-sh", "clauses": CLAUSES, "valid_from": date(2026, 1, 1), **other}
    return create_approved(
        work.session(org), agreement_id=identifier, maker="u-maker", checker="u-checker", clock=clock, **given
    )


def test_the_terms_of_the_day_are_frozen_with_version_and_digest(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        first = agreed(work, clock, valid_to=date(2026, 12, 31))
        second = agreed(work, clock, valid_from=date(2026, 11, 23), clauses={**CLAUSES, "vat_ppm": 10_000})
    with books.read() as work:
        session = work.session("org-sh")
        assert freeze(session, "org-sh", None, None, date(2026, 11, 22)) == first
        assert freeze(session, "org-sh", "any", "org-pa", DAY) == second
        with pytest.raises(GuardFailed, match="没有适用"):
            freeze(session, "org-sh", None, None, date(2025, 12, 31))
    assert (first.version, second.version) == (1, 2)
    assert first.sha256 != second.sha256
    assert AgreementTerms.model_validate(first.model_dump(mode="json")) == first


def test_a_version_that_has_ended_leaves_nothing_in_force(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock, valid_to=date(2026, 6, 30))
        session = work.session("org-sh")
        assert freeze(session, "org-sh", None, None, date(2026, 6, 30)).version == 1
        with pytest.raises(GuardFailed):
            freeze(session, "org-sh", None, None, date(2026, 7, 1))


def test_the_most_particular_agreement_applies(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock, "general")
        agreed(work, clock, "service", service_id="hnte")
        agreed(work, clock, "executor", executor_org="org-pa")
        agreed(work, clock, "both", service_id="hnte", executor_org="org-pa")
        session = work.session("org-sh")
        for service, executor, name in (
            (None, None, "general"),
            ("other", "org-pb", "general"),
            ("hnte", None, "service"),
            ("other", "org-pa", "executor"),
            ("hnte", "org-pa", "both"),
        ):
            assert freeze(session, "org-sh", service, executor, DAY).name == name


def test_two_equally_particular_agreements_are_refused_not_chosen(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock, "a")
        agreed(work, clock, "b", org="org-hq")
        assert freeze(work.session("org-sh"), "org-sh", None, None, DAY).name == "a"
        with pytest.raises(GuardFailed, match=r"a、b"):
            freeze(work.session("org-sh", reads={"org-hq"}), "org-sh", None, None, DAY)


def test_headquarters_agreement_for_a_seller_applies_where_it_may_be_read(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock, "of-hq", org="org-hq")
        assert freeze(work.session("org-sh", reads={"org-hq"}), "org-sh", None, None, DAY).agreement_id == "of-hq"
        with pytest.raises(GuardFailed):
            freeze(work.session("org-sz", reads={"org-hq"}), "org-sz", None, None, DAY)


def test_a_draft_is_not_in_force_and_needs_a_second_person(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        session = work.session("org-sh")
        row = draft(
            session, name="x", seller_org="org-sh", clauses=CLAUSES, valid_from=DAY, actor="u-maker", clock=clock
        )
        with pytest.raises(GuardFailed):
            freeze(session, "org-sh", None, None, DAY)
        with pytest.raises(Refused, match="另一人"):
            approve(session, row.agreement_id, 1, actor="u-maker", clock=clock)
        with pytest.raises(Missing):
            approve(work.session("org-hq"), row.agreement_id, 1, actor="u-checker", clock=clock)
        once = approve(session, row.agreement_id, 1, actor="u-checker", clock=clock)
        assert approve(session, row.agreement_id, 1, actor="u-third", clock=clock) == once
        assert session.exec(select(AgreementVersionRow.approved_by)).one() == "u-checker"


def test_seeding_twice_changes_nothing(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        first = agreed(work, clock)
    with books.work() as work:
        assert agreed(work, clock) == first
        assert len(work.session("org-sh").exec(select(AgreementVersionRow)).all()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"shares": []},
        {"vat_ppm": 60_000.5},
        {"vat_ppm": -1},
        {"base": "cost"},
        {"holdback_ppm": 1_000_001},
        {"shares": [{"role": "client", "kind": "residual"}]},
        {"surprise": 1},
    ],
)
def test_clauses_that_cannot_be_are_refused_in_words(books: Database, clock: SetClock, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="例如"), books.work() as work:
        agreed(work, clock, clauses={**CLAUSES, **change})


def test_a_new_version_is_for_the_same_parties_and_ends_after_it_begins(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock)
        with pytest.raises(BadInput, match="一致"):
            agreed(work, clock, service_id="hnte", valid_from=DAY)
        with pytest.raises(BadInput, match="valid_to"):
            agreed(work, clock, valid_from=DAY, valid_to=date(2026, 1, 1))


APPROVED_MISUSE = (
    "UPDATE agreement_version SET status = 'draft', approved_by = NULL",
    "DELETE FROM agreement_version",
)


@pytest.mark.parametrize("statement", APPROVED_MISUSE)
def test_the_database_keeps_an_approved_version_as_it_is(books: Database, clock: SetClock, statement: str) -> None:
    with books.work() as work:
        agreed(work, clock)
    with pytest.raises(DBAPIError, match="已批准"):
        behind(books, statement)


def test_the_database_refuses_one_person_as_maker_and_checker(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        draft(
            work.session("org-sh"),
            name="x",
            seller_org="org-sh",
            clauses=CLAUSES,
            valid_from=DAY,
            actor="u-maker",
            clock=clock,
        )
    for statement in (
        "UPDATE agreement_version SET status = 'approved', approved_by = 'u-maker'",
        "UPDATE agreement_version SET status = 'approved'",
    ):
        with pytest.raises(DBAPIError):
            behind(books, statement)


def test_terms_changed_behind_the_triggers_are_found_out(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        agreed(work, clock)
    postgres = books.engine.dialect.name == "postgresql"
    behind(books, f"DROP TRIGGER agreement_version_{'fixed ON agreement_version' if postgres else 'no_update'}")
    behind(books, "UPDATE agreement_version SET valid_from = '2020-01-01'")
    with pytest.raises(Fault, match="摘要"), books.read() as work:
        freeze(work.session("org-sh"), "org-sh", None, None, DAY)


def behind(books: Database, statement: str) -> None:
    engine = sa.create_engine(books.url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
