"""The one way a state changes: transition row, role, compare-and-set on state and version, event; all or nothing."""

from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import col

from knowledge.base.errors import Conflict, GuardFailed, Refused
from workflows import events, states
from workflows.doing import Doing
from workflows.tables.aggregate import Aggregate

T = TypeVar("T", bound=Aggregate)
STALE = "内容刚被更新，您看到的不是最新状态；请刷新后再办。"


def create(doing: Doing, row: T, *, order_id: str | None = None, detail: str | None = None) -> T:
    """Insert a row in its machine's first state and tell it."""
    session = doing.session(row.org_id)
    session.add(row)
    session.flush()
    events.append(doing, row.org_id, events.What(row.machine, row.id, "create", None, row.state, order_id, detail))
    return row


def move(doing: Doing, row: Aggregate, command: str, *, order_id: str | None = None, detail: str | None = None) -> None:
    """Raises `GuardFailed` from the wrong state, `Refused` without the title, `Conflict` when someone was faster."""
    transition = states.find(row.machine, row.state, command)
    if transition is None:
        raise wrong_state(row, command)
    if not transition.who & doing.titles:
        raise Refused(
            f"您的岗位不能对{states.title(row.machine)}做“{transition.label or command}”；请由有权限的同事办理。"
        )
    set_state(doing, row, transition.target)
    what = events.What(row.machine, row.id, command, transition.source, transition.target, order_id, detail)
    events.append(doing, row.org_id, what)


def set_state(doing: Doing, row: Aggregate, target: str) -> None:
    """Compare and set: of two writers that read the same version, one gets `Conflict`."""
    session, kind = doing.session(row.org_id), type(row)
    session.flush()
    found = session.exec(
        sa.update(kind)
        .where(
            col(kind.id) == row.id,
            col(kind.org_id) == row.org_id,
            col(kind.version) == row.version,
            col(kind.state) == row.state,
        )
        .values(state=target, version=row.version + 1, updated_at=doing.clock.now())
        .execution_options(synchronize_session=False)
    )
    if found.rowcount != 1:
        raise Conflict(STALE)
    session.refresh(row)


def wrong_state(row: Aggregate, command: str) -> GuardFailed:
    """What can't be done now, and what can."""
    possible = [one.label for one in states.leaving(row.machine, row.state) if one.label]
    now = f"{states.title(row.machine)}现在是“{states.words(row.machine, row.state)}”"
    label = next(
        (
            one.label
            for one in states.TRANSITIONS
            if one.machine == row.machine and one.command == command and one.label
        ),
        command,
    )
    reason = f"{now}，不能“{label}”" + (f"；现在可以：{'、'.join(possible)}" if possible else "")
    return GuardFailed(f"{reason}。请刷新后按页面提示办理。", reasons=(reason,))
