"""Company profiles in tables: one row a company, each fact apart with who entered it and when; nothing is overwritten.

The newest confirmed fact of a field and period stands; earlier ones stay as history, so that a conflict can be shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import Missing
from knowledge.base.ids import new_id
from knowledge.base.tenancy import Owned, TenantSession
from knowledge.companies.company import EMPTY, Company, Fact


class CompanyRow(Owned, table=True):
    __tablename__ = "company"
    __table_args__ = (sa.Index("ix_company_code", "org_id", "uscc"),)  # a sheet looks every row up by its code
    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(default="", max_length=200)
    uscc: str | None = Field(default=None, max_length=18)
    region: str | None = Field(default=None, max_length=200)
    industry_code: str | None = Field(default=None, max_length=10)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)


class CompanyFactRow(Owned, table=True):
    """`seq` counts up within a company: the order in which facts were entered. `body` is the value with its type."""

    __tablename__ = "company_fact"
    id: str = Field(primary_key=True, max_length=40)
    company_id: str = Field(index=True, foreign_key="company.id", max_length=40)
    seq: int
    field: str = Field(max_length=80)
    year: int | None = None
    period: str | None = Field(default=None, max_length=20)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    source: str = Field(max_length=40)
    as_of: date | None = None
    confirmed: bool = True
    settled: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # an unconfirmed one, decided
    entered_by: str = Field(max_length=40)
    entered_at: datetime = Field(sa_type=UTCDateTime)


def load_profile(session: TenantSession, company_id: str) -> Company:
    """The company with the facts that stand; one that was never saved is empty."""
    row = session.exec(select(CompanyRow).where(CompanyRow.id == company_id)).first()
    if row is None:
        return EMPTY
    return _company(row, history(session, company_id))


def _company(row: CompanyRow, entered: Iterable[Fact]) -> Company:
    company = Company(name=row.name, uscc=row.uscc, region=row.region, industry_code=row.industry_code)
    return company.with_facts(fact for fact in entered if fact.confirmed)


def history(session: TenantSession, company_id: str) -> tuple[Fact, ...]:
    """Every fact ever entered, oldest first."""
    return tuple(_fact(row) for row in _rows(session, company_id))


def _rows(session: TenantSession, company_id: str) -> list[CompanyFactRow]:
    return list(
        session.exec(
            select(CompanyFactRow).where(CompanyFactRow.company_id == company_id).order_by(col(CompanyFactRow.seq))
        )
    )


@dataclass(frozen=True)
class Conflict:
    """What stands of a field, and what another source says of it since; `seq` names the other for `settle`."""

    seq: int
    stands: Fact | None
    other: Fact


def conflicts(session: TenantSession, company_id: str) -> tuple[Conflict, ...]:
    """Unconfirmed facts that wait for a person, each beside what stands."""
    rows = _rows(session, company_id)
    standing = {fact.key: fact for row in rows if (fact := _fact(row)).confirmed}
    return tuple(
        Conflict(row.seq, standing.get(fact.key), fact)
        for row in rows
        if not (fact := _fact(row)).confirmed and not row.settled
    )


def settle(session: TenantSession, company_id: str, seq: int, who: str, clock: Clock, *, take: bool) -> None:
    """A person decides: `take` enters the other figure as confirmed by them; else what stands goes on standing.

    Raises `Missing` for a conflict that isn't there or is settled.
    """
    row = next((one for one in _rows(session, company_id) if one.seq == seq), None)
    if row is None or row.confirmed or row.settled:
        raise Missing("没有这条待确认的数据，或者已经处理过；请刷新后再看。", field="seq")
    row.settled = True
    session.add(row)
    if take:
        record_facts(session, company_id, (_fact(row).model_copy(update={"confirmed": True}),), who, clock)


def save_company(session: TenantSession, company_id: str, company: Company, who: str, clock: Clock) -> None:
    """Create or rename the company and enter its facts."""
    row = _row(session, company_id, clock)
    row.name, row.uscc, row.region, row.industry_code = (
        company.name,
        company.uscc,
        company.region,
        company.industry_code,
    )
    row.updated_at = clock.now()
    session.add(row)
    record_facts(session, company_id, company.facts, who, clock)


def record_facts(session: TenantSession, company_id: str, facts: Iterable[Fact], who: str, clock: Clock) -> None:
    """Enter facts after those there are. One that says what stands already is not entered again."""
    session.add(_row(session, company_id, clock))
    session.flush()
    entered = history(session, company_id)
    standing = {fact.key: fact for fact in entered if fact.confirmed}
    seq = len(entered)
    for fact in facts:
        if standing.get(fact.key) == fact:
            continue
        seq += 1
        if fact.confirmed:
            standing[fact.key] = fact
        session.add(_fact_row(session.org_id, company_id, seq, fact, who, clock.now()))
    session.flush()


@dataclass
class Stored:
    """A company as it stands while a sheet is taken over: its facts that stand, and every fact ever entered."""

    id: str
    company: Company
    entered: list[Fact]

    def latest_of(self, key: tuple[str, int | None, str | None], source: str) -> Fact | None:
        """What a source last said, confirmed or not."""
        return next((f for f in reversed(self.entered) if f.key == key and f.source == source), None)


def find_stored(session: TenantSession, codes: Collection[str]) -> dict[str, Stored]:
    """The companies of these credit codes, in two statements however many they are."""
    rows = session.exec(select(CompanyRow).where(col(CompanyRow.uscc).in_(codes))).all()
    facts: dict[str, list[Fact]] = {row.id: [] for row in rows}
    entered = (
        select(CompanyFactRow)
        .where(col(CompanyFactRow.company_id).in_(facts))
        .order_by(col(CompanyFactRow.company_id), col(CompanyFactRow.seq))
    )
    for fact_row in session.exec(entered) if facts else ():
        facts[fact_row.company_id].append(_fact(fact_row))
    return {row.uscc: Stored(row.id, _company(row, facts[row.id]), facts[row.id]) for row in rows if row.uscc}


def enter(session: TenantSession, stored: Stored, told: Company, who: str, clock: Clock) -> None:
    """Write what is new of a company: `told` holds only facts to be entered. `stored` moves along; flushing is the
    caller's, a new company's row first.
    """
    session.add_all(
        _fact_row(session.org_id, stored.id, len(stored.entered) + at, fact, who, clock.now())
        for at, fact in enumerate(told.facts, 1)
    )
    stored.entered.extend(told.facts)
    about = {name: getattr(told, name) for name in ("name", "uscc", "region", "industry_code")}
    stored.company = stored.company.model_copy(update=about).with_facts(f for f in told.facts if f.confirmed)


def _row(session: TenantSession, company_id: str, clock: Clock) -> CompanyRow:
    found = session.exec(select(CompanyRow).where(CompanyRow.id == company_id)).first()
    now = clock.now()
    return found or CompanyRow(id=company_id, org_id=session.org_id, created_at=now, updated_at=now)


def _fact_row(org_id: str, company_id: str, seq: int, fact: Fact, who: str, now: datetime) -> CompanyFactRow:
    return CompanyFactRow(
        id=new_id(),
        org_id=org_id,
        company_id=company_id,
        seq=seq,
        field=fact.field,
        year=fact.year,
        period=fact.period,
        body=_body(fact),
        source=fact.source,
        as_of=fact.as_of,
        confirmed=fact.confirmed,
        entered_by=who,
        entered_at=now,
    )


def _body(fact: Fact) -> dict[str, Any]:
    ends = {name: _coded(getattr(fact, name)) for name in ("value", "low", "high")}
    flags = {name: True for name in ("high_open", "unknown", "declined") if getattr(fact, name)}
    return {name: end for name, end in ends.items() if end is not None} | flags | {"unit": fact.unit, "text": fact.text}


def _fact(row: CompanyFactRow) -> Fact:
    body = {name: _decoded(value) if name in ("value", "low", "high") else value for name, value in row.body.items()}
    return Fact(
        field=row.field,
        year=row.year,
        period=row.period,
        source=row.source,
        as_of=row.as_of,
        confirmed=row.confirmed,
        **body,
    )


def _coded(value: object) -> dict[str, Any] | None:
    """JSON has no decimals and no dates, so each value carries its type."""
    match value:
        case None:
            return None
        case bool():
            return {"bool": value}
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
    return {"text": str(value)}


def _decoded(coded: dict[str, Any]) -> Any:
    [(kind, value)] = coded.items()
    return Decimal(value) if kind == "decimal" else date.fromisoformat(value) if kind == "date" else value
