"""Imported companies into the profiles of an organisation: merged by credit code, what changed told."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.ids import new_id
from knowledge.base.tenancy import TenantSession
from knowledge.companies.company import EMPTY, Company, Fact
from knowledge.companies.importing.rows import Problem, Row
from knowledge.companies.store import CompanyRow, load_profile, save_company
from knowledge.policies.values import Frozen, Plain

BATCH = 200
ABOUT = ("name", "region", "industry_code")


class Change(Frozen):
    """A figure or word that a refresh changed; `field` carries its year where it has one."""

    uscc: str
    row: int
    field: str
    before: Plain
    after: Plain


class Imported(Frozen):
    """`companies` counts rows taken over; `created` those that were new."""

    companies: int
    created: int
    updated: int
    unchanged: int
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def import_companies(database: Database, org_id: str, rows: Iterable[Row], who: str, clock: Clock) -> Imported:
    """Take rows over, a batch a transaction; a file read again changes nothing. Facts are never removed: what a new
    file doesn't say stays.
    """
    created = updated = unchanged = 0
    changes: list[Change] = []
    problems: list[Problem] = []
    for batch in _batches(rows):
        with database.work() as work:
            session = work.session(org_id)
            ids = _known(session, [row.company.uscc for row in batch if row.company and row.company.uscc])
            for row in batch:
                problems.extend(row.problems)
                if row.company is None or row.company.uscc is None:
                    continue
                identifier = ids.get(row.company.uscc)
                stands = load_profile(session, identifier) if identifier else EMPTY
                found, fresh = _compared(stands, row)
                if identifier is None:
                    identifier = ids[row.company.uscc] = new_id()
                    created += 1
                elif fresh is None:
                    unchanged += 1
                    continue
                else:
                    updated += 1
                    changes.extend(found)
                save_company(session, identifier, fresh or row.company, who, clock)
                session.flush()
    total = created + updated + unchanged
    return Imported(
        companies=total,
        created=created,
        updated=updated,
        unchanged=unchanged,
        changes=tuple(changes),
        problems=tuple(problems),
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _known(session: TenantSession, codes: list[str]) -> dict[str, str]:
    rows = session.exec(select(CompanyRow).where(col(CompanyRow.uscc).in_(codes)))
    return {row.uscc: row.id for row in rows if row.uscc}


def _compared(stands: Company, row: Row) -> tuple[list[Change], Company | None]:
    """What is different, and the company with only those facts that are; None when nothing is."""
    told = row.company
    assert told is not None
    assert told.uscc is not None
    before = {fact.key: fact for fact in stands.facts}
    changes: list[Change] = []
    facts: list[Fact] = []
    for fact in told.facts:
        old = before.get(fact.key)
        if old is None or _said(old) != _said(fact):
            facts.append(fact)
            name = f"{fact.field}.{fact.year}" if fact.year else fact.field
            said = _said(old) if old else None
            changes.append(Change(uscc=told.uscc, row=row.number, field=name, before=said, after=_said(fact)))
    about = {}
    for name in ABOUT:
        new, old_word = getattr(told, name), getattr(stands, name)
        about[name] = new or old_word
        if new and new != old_word:
            changes.append(Change(uscc=told.uscc, row=row.number, field=name, before=old_word, after=new))
    if not changes:
        return [], None
    return changes, Company(uscc=told.uscc, facts=tuple(facts), **about)


def _said(fact: Fact) -> Any:
    """What a fact says, without where it came from."""
    if fact.value is not None:
        return fact.value
    ends = {name: end for name in ("low", "high") if (end := getattr(fact, name)) is not None}
    return ends or ("declined" if fact.declined else None)
