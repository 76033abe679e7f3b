"""Sources that differ: what waits for a person, and the person's decision."""

from datetime import date
from typing import Literal

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.errors import BadInput, Missing
from knowledge.base.tenancy import TenantSession
from knowledge.companies.importing.merge import said
from knowledge.companies.store import CompanyFactRow, CompanyRow, conflicts, settle
from knowledge.policies.values import Frozen, Plain

Choice = Literal["take", "keep"]


class Waiting(Frozen):
    """`seq` names the figure of another source (`after`) beside the one that stands (`before`, null when none does)."""

    uscc: str
    company: str
    field: str
    seq: int
    before: Plain
    before_source: str | None
    after: Plain
    after_source: str
    as_of: date | None


def waiting(session: TenantSession, uscc: str | None = None) -> tuple[Waiting, ...]:
    """Everything that waits in the session's organisation, or of one company of it."""
    open_ = select(CompanyFactRow.company_id).where(
        col(CompanyFactRow.confirmed).is_(False), col(CompanyFactRow.settled).is_(False)
    )
    rows = session.exec(
        select(CompanyRow).where(col(CompanyRow.id).in_(open_.distinct())).order_by(col(CompanyRow.uscc))
    )
    return tuple(
        Waiting(
            uscc=row.uscc,
            company=row.name,
            field=f"{one.other.field}.{one.other.year}" if one.other.year else one.other.field,
            seq=one.seq,
            before=said(one.stands) if one.stands else None,
            before_source=one.stands.source if one.stands else None,
            after=said(one.other),
            after_source=one.other.source,
            as_of=one.other.as_of,
        )
        for row in rows.all()
        if row.uscc and uscc in (None, row.uscc)
        for one in conflicts(session, row.id)
    )


def decide(session: TenantSession, uscc: str, seq: int, choice: str, who: str, clock: Clock) -> Waiting:
    """`take` the other source's figure, or `keep` what stands; gives what was decided. Raises `Missing` for a company
    or a conflict that isn't there.
    """
    if choice not in ("take", "keep"):
        raise BadInput("choice：应为 take（采用新来源）或 keep（保留原来的）。", field="choice")
    row = session.exec(select(CompanyRow).where(CompanyRow.uscc == uscc)).first()
    if row is None:
        raise Missing(f"没有信用代码为 {uscc[:18]} 的企业；先用 qifu companies import 导入它。", field="uscc")
    found = next((one for one in waiting(session, uscc) if one.seq == seq), None)
    settle(session, row.id, seq, who, clock, take=choice == "take")
    assert found is not None
    return found
