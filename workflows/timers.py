"""What happens by itself when its time comes. Setting and firing are ordinary transactions; `api.jobs` drives them."""

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from knowledge.base.clock import CHINA, Clock
from knowledge.base.db import Work
from knowledge.base.errors import Conflict, Fault
from workflows.network import DIRECTORY
from workflows.tables.clockwork import TimerRow


def set_timer(work: Work, key: str, kind: str, owner: str, subject_id: str, due: datetime) -> None:
    """A key is used once for all time: to set something anew, use a new key."""
    work.session(DIRECTORY).add(TimerRow(key=key, kind=kind, owner=owner, subject_id=subject_id, due=due))
    work.session(DIRECTORY).flush()


def cancel(work: Work, subject_id: str) -> None:
    """Nothing more happens by itself to this subject."""
    session = work.session(DIRECTORY)
    waiting = select(TimerRow).where(TimerRow.subject_id == subject_id, TimerRow.state == "waiting")
    for row in session.exec(waiting):
        if row.key != session.info.get("firing"):
            row.state = "cancelled"
    session.flush()


def due(work: Work, now: datetime) -> list[str]:
    """Keys whose time has come, the earliest first."""
    found = work.session(DIRECTORY).exec(
        select(TimerRow.key).where(TimerRow.state == "waiting", TimerRow.due <= now).order_by(col(TimerRow.due))
    )
    return list(found)


def fire(work: Work, key: str, clock: Clock) -> bool:
    """Carry out one timer in this transaction; false when it was fired, cancelled or isn't due."""
    from workflows.alarms import ALARMS

    session = work.session(DIRECTORY)
    row = session.exec(select(TimerRow).where(TimerRow.key == key)).first()
    if row is None or row.state != "waiting" or row.due > clock.now():
        return False
    if row.kind not in ALARMS:
        raise Fault(f"定时器 {key} 的种类 {row.kind} 没有处理办法。")
    session.info["firing"] = key
    ALARMS[row.kind](work, row.owner, row.subject_id, clock)
    # Last, since commands lock the order before its timers: of a command and a timer at once, one goes first.
    marked = session.exec(
        sa.update(TimerRow)
        .where(col(TimerRow.key) == key, col(TimerRow.state) == "waiting")
        .values(state="fired")
        .execution_options(synchronize_session=False)
    )
    if marked.rowcount != 1:
        raise Conflict(f"定时器 {key} 刚被取消或已触发。")
    session.expire_all()
    session.info.pop("firing")
    return True


def end_of(day: date) -> datetime:
    """Midnight in China after `day`: a deadline includes its day."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)
