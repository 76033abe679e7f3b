"""The audit trail: one chain of events per organisation, each with the hash of the one before."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from knowledge.base.db import Work
from knowledge.base.identity import Org
from knowledge.base.ids import digest
from knowledge.base.tenancy import TenantSession
from workflows.doing import Doing
from workflows.tables.trail import GENESIS, EventRow


@dataclass(frozen=True)
class What:
    """What is told of a change. `actor` overrides the person's name where the reader may not know it."""

    machine: str
    subject_id: str
    command: str
    source: str | None
    target: str
    order_id: str | None = None
    detail: str | None = None
    actor: str | None = None


def lock(work: Work, org_ids: Iterable[str]) -> None:
    """Queue behind other writers of these chains, and forget what was read before waiting.

    A chain has one order of events, so its writers take turns. Everyone locks all they will write at once and in the
    order of ids, headquarters' by itself at the end, so two of them can't wait for each other. On SQLite the write
    transaction has queued already.
    """
    wanted = sorted(org_id for org_id in set(org_ids) if not work.session(org_id).info.get("chain_locked"))
    if not wanted:
        return
    statement = select(Org.id).where(col(Org.id).in_(wanted)).order_by(col(Org.id))
    # NO KEY UPDATE: rows that merely point at the organisation can still be written meanwhile.
    work.session(wanted[0]).exec(statement.with_for_update(key_share=True)).all()
    for org_id in wanted:
        session = work.session(org_id)
        session.flush()
        session.expire_all()
        session.info["chain_locked"] = True


def append(doing: Doing, org_id: str, what: What) -> None:
    """The next event of an organisation's chain."""
    lock(doing.work, (org_id,))
    session = doing.session(org_id)
    last = session.exec(
        select(EventRow.seq, EventRow.hash).where(EventRow.org_id == org_id).order_by(col(EventRow.seq).desc()).limit(1)
    ).first()
    seq, prev_hash = (last[0] + 1, last[1]) if last else (1, GENESIS)
    row = EventRow(
        org_id=org_id,
        seq=seq,
        at=doing.clock.now(),
        actor_id=doing.actor.user_id if what.actor is None else "",
        actor=what.actor or doing.actor.name,
        machine=what.machine,
        subject_id=what.subject_id,
        order_id=what.order_id,
        command=what.command,
        source=what.source,
        target=what.target,
        detail=what.detail,
        prev_hash=prev_hash,
        hash="",
    )
    row.hash = event_hash(row)
    session.add(row)
    session.flush()


def event_hash(row: EventRow) -> str:
    """Covers every column; a changed, removed or inserted event breaks the chain from there on."""
    return digest(
        {name: getattr(row, name) for name in EventRow.model_fields if name not in ("hash", "at")}
        | {"at": row.at.isoformat()}
    )


def broken(session: TenantSession) -> int | None:
    """The number of the first event of the session's organisation that doesn't fit its chain, or None."""
    prev_hash, seq = GENESIS, 0
    for row in session.exec(select(EventRow).where(EventRow.org_id == session.org_id).order_by(col(EventRow.seq))):
        if row.seq != seq + 1 or row.prev_hash != prev_hash or row.hash != event_hash(row):
            return row.seq
        prev_hash, seq = row.hash, row.seq
    return None


def replay(session: TenantSession) -> dict[tuple[str, str], str]:
    """The state of everything in the session's organisation, worked out from its events alone.

    `ValueError` when an event doesn't start where the one before it ended.
    """
    states: dict[tuple[str, str], str] = {}
    for row in session.exec(select(EventRow).where(EventRow.org_id == session.org_id).order_by(col(EventRow.seq))):
        if row.machine == "audit":
            continue
        subject = (row.machine, row.subject_id)
        if states.get(subject) != row.source:
            raise ValueError(f"event {row.seq} of {subject} starts at {row.source}, not {states.get(subject)}")
        states[subject] = row.target
    return states
