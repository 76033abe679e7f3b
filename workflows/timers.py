"""What happens by itself when its time comes. Setting and firing are ordinary transactions; `api.jobs` drives them."""

from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from knowledge.base.clock import CHINA, Clock
from knowledge.base.db import Work
from knowledge.base.errors import Fault
from workflows.network import DIRECTORY
from workflows.tables.clockwork import TimerRow


def set_timer(work: Work, key: str, kind: str, owner: str, subject_id: str, due: datetime) -> None:
    """A key is used once for all time: to set something anew, use a new key."""
    work.session(DIRECTORY).add(TimerRow(key=key, kind=kind, owner=owner, subject_id=subject_id, due=due))
    work.session(DIRECTORY).flush()


def cancel(work: Work, subject_id: str) -> None:
    """Nothing more happens by itself to this subject."""
    session = work.session(DIRECTORY)
    for row in session.exec(select(TimerRow).where(TimerRow.subject_id == subject_id, TimerRow.state == "waiting")):
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
    row = session.exec(select(TimerRow).where(TimerRow.key == key).with_for_update()).first()
    if row is None or row.state != "waiting" or row.due > clock.now():
        return False
    row.state = "fired"
    session.flush()
    if row.kind not in ALARMS:
        raise Fault(f"定时器 {key} 的种类 {row.kind} 没有处理办法。")
    ALARMS[row.kind](work, row.owner, row.subject_id, clock)
    return True


def end_of(day: date) -> datetime:
    """Midnight in China after `day`: a deadline includes its day."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)
