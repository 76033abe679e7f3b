"""The result of one application as the authority gave it: passed or not, when, why, by which document."""

from datetime import date, datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock, today
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import BadInput, Conflict, Missing
from knowledge.base.ids import new_id
from knowledge.base.tenancy import Owned, TenantSession
from knowledge.companies.store import CompanyRow
from knowledge.policies import RuleBook
from knowledge.policies.values import Frozen

REASONS, LONGEST = 20, 300


class OutcomeRow(Owned, table=True):
    """One a company, programme and day of application; `reasons` are the authority's words."""

    __tablename__ = "application_outcome"
    __table_args__ = (UniqueConstraint("org_id", "company_id", "programme_id", "applied_on"),)
    id: str = Field(primary_key=True, max_length=40)
    company_id: str = Field(index=True, foreign_key="company.id", max_length=40)
    programme_id: str = Field(max_length=80)
    applied_on: date
    decided_on: date | None = None
    passed: bool
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    document: str = Field(default="", max_length=200)
    recorded_by: str = Field(max_length=40)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Outcome(Frozen):
    """`uscc` says whose application it was; `programme` is an id or an alias."""

    uscc: str
    programme: str
    applied_on: date
    passed: bool
    decided_on: date | None = None
    reasons: tuple[str, ...] = ()
    document: str = ""


def record_outcome(session: TenantSession, book: RuleBook, outcome: Outcome, who: str, clock: Clock) -> str:
    """Its id. The same result told again is the same row; a different one for the same application is a `Conflict`.

    Raises `Missing` for a company the organisation doesn't have, `BadInput` for dates that can't be.
    """
    company = session.exec(select(CompanyRow).where(CompanyRow.uscc == outcome.uscc)).first()
    if company is None:
        raise Missing(f"没有信用代码为 {outcome.uscc[:18]} 的企业；先用 qifu companies import 导入它。", field="uscc")
    _checked(outcome, today(clock))
    programme = book.programme(outcome.programme, outcome.applied_on)
    found = session.exec(
        select(OutcomeRow).where(
            OutcomeRow.company_id == company.id,
            OutcomeRow.programme_id == programme.id,
            OutcomeRow.applied_on == outcome.applied_on,
        )
    ).first()
    if found is not None:
        if (found.passed, tuple(found.reasons)) != (outcome.passed, outcome.reasons):
            raise Conflict(
                f"{programme.name} {outcome.applied_on} 的申报已记为“{'过' if found.passed else '不过'}”；"
                "结果不同请先核对批复，再由总部更正。"
            )
        return found.id
    row = OutcomeRow(
        id=new_id(),
        org_id=session.org_id,
        company_id=company.id,
        programme_id=programme.id,
        applied_on=outcome.applied_on,
        decided_on=outcome.decided_on,
        passed=outcome.passed,
        reasons=list(outcome.reasons),
        document=outcome.document,
        recorded_by=who,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.id


def outcomes_of(session: TenantSession) -> tuple[OutcomeRow, ...]:
    """Every result of the session's organisations, by programme and day."""
    rows = session.exec(select(OutcomeRow).order_by(col(OutcomeRow.programme_id), col(OutcomeRow.applied_on)))
    return tuple(rows)


def _checked(outcome: Outcome, now: date) -> None:
    if outcome.applied_on > now:
        raise BadInput("applied_on：申报日在今天之后；结果出来以后再记录。", field="applied_on")
    if outcome.decided_on is not None and not outcome.applied_on <= outcome.decided_on <= now:
        raise BadInput("decided_on：应在申报日之后、今天之前，例如 2025-11-01。", field="decided_on")
    if len(outcome.reasons) > REASONS or any(not 0 < len(reason) <= LONGEST for reason in outcome.reasons):
        raise BadInput(f"reasons：最多 {REASONS} 条，每条 1 到 {LONGEST} 个字。", field="reasons")
