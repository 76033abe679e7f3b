"""Profiles in tables: the newest confirmed fact stands, earlier ones are kept, organisations stay apart."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.identity import Org
from knowledge.companies import EMPTY, Fact, parse_company
from knowledge.companies.store import history, load_profile, record_facts, save_company
from tests.companies.test_parse import CONTRACT


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Database]:
    """A database with the company tables alone, so that this room is tested by itself."""
    url = f"sqlite:///{tmp_path / 'companies.db'}"
    engine = sa.create_engine(url)
    tables = [SQLModel.metadata.tables[name] for name in ("org", "company", "company_fact")]
    SQLModel.metadata.create_all(engine, tables)
    with Session(engine) as session:
        session.add_all(Org(id=name, kind="client", name=name) for name in ("org-c1", "org-c2"))
        session.commit()
    engine.dispose()
    database = Database(url)
    yield database
    database.close()


def test_a_company_comes_back_as_it_was_saved(books: Database, clock: SetClock) -> None:
    company = parse_company(CONTRACT)
    with books.work() as work:
        save_company(work.session("org-c1"), "one", company, "u1", clock)
    with books.read() as work:
        assert load_profile(work.session("org-c1"), "one") == company


def test_every_kind_of_fact_survives_the_table(books: Database, clock: SetClock) -> None:
    facts = (
        Fact(field="hr.headcount", value=Decimal("45")),
        Fact(field="ip.core_owned", value=False),
        Fact(field="entity.taxpayer_type", value="小规模纳税人"),
        Fact(field="finance.revenue", year=2025, low=Decimal("3000.5"), high=Decimal(4000), high_open=True),
        Fact(field="entity.established_on", low=date(2019, 1, 1), high=date(2019, 12, 31)),
        Fact(field="finance.revenue", period="2026H1", value=Decimal(900), text="今年上半年九百万"),
        Fact(field="hr.tech_staff", declined=True),
        Fact(field="ip.designs", unknown=True, source="staff", as_of=date(2026, 3, 1)),
    )
    with books.work() as work:
        record_facts(work.session("org-c1"), "one", facts, "u1", clock)
    with books.read() as work:
        assert load_profile(work.session("org-c1"), "one").facts == facts


def test_a_correction_stands_and_what_it_corrects_is_kept(books: Database, clock: SetClock) -> None:
    first = Fact(field="finance.revenue", year=2025, value=Decimal(3000), text="三千万")
    second = Fact(field="finance.revenue", year=2025, value=Decimal(3500), text="不对，是三千五")
    for fact in (first, second):
        with books.work() as work:
            record_facts(work.session("org-c1"), "one", (fact,), "u1", clock)
        clock.forward(timedelta(minutes=1))
    with books.read() as work:
        session = work.session("org-c1")
        assert load_profile(session, "one").facts == (second,)
        assert history(session, "one") == (first, second)


def test_an_unconfirmed_fact_waits(books: Database, clock: SetClock) -> None:
    stands = Fact(field="hr.headcount", value=Decimal(45))
    guess = Fact(field="hr.headcount", value=Decimal(60), source="vendor", confirmed=False)
    with books.work() as work:
        record_facts(work.session("org-c1"), "one", (stands, guess), "u1", clock)
    with books.read() as work:
        assert load_profile(work.session("org-c1"), "one").facts == (stands,)


def test_the_same_fact_is_not_entered_twice(books: Database, clock: SetClock) -> None:
    fact = Fact(field="hr.headcount", value=Decimal(45))
    for _ in range(2):
        with books.work() as work:
            record_facts(work.session("org-c1"), "one", (fact,), "u1", clock)
    with books.read() as work:
        assert history(work.session("org-c1"), "one") == (fact,)


def test_another_organisation_sees_nothing(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        save_company(work.session("org-c1"), "one", parse_company(CONTRACT), "u1", clock)
    with books.read() as work:
        assert load_profile(work.session("org-c2"), "one") == EMPTY
        assert history(work.session("org-c2"), "one") == ()
