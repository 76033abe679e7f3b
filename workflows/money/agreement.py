"""Split agreements as dated, versioned rows: drafted by one person, approved by another, fixed from then on.

An agreement belongs to the seller's organisation or to headquarters. For a day and an order the most particular one
applies: named executor and service, then executor, then service, then neither.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import BadInput, Fault, GuardFailed, Missing, Refused
from knowledge.base.ids import new_id
from knowledge.base.tenancy import Owned, TenantSession
from workflows.money.terms import AgreementTerms, Clauses, terms_digest


class AgreementRow(Owned, table=True):
    """For whom an agreement is; its terms are in its versions."""

    __tablename__ = "agreement"
    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=120)
    seller_org: str = Field(index=True, foreign_key="org.id", max_length=40)
    service_id: str | None = Field(default=None, max_length=60)
    executor_org: str | None = Field(default=None, foreign_key="org.id", max_length=40)
    created_by: str = Field(max_length=60)
    created_at: datetime = Field(sa_type=UTCDateTime)


class AgreementVersionRow(Owned, table=True):
    """Terms from `valid_from` to `valid_to` (included; open when null). A later version takes over on its first day."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="ck_agreement_two_persons"),
        sa.CheckConstraint("(status = 'approved') = (approved_by IS NOT NULL)", name="ck_agreement_approved"),
    )
    agreement_id: str = Field(primary_key=True, foreign_key="agreement.id", max_length=40)
    version: int = Field(primary_key=True)
    status: str = Field(default="draft", max_length=20)
    valid_from: date
    valid_to: date | None = None
    clauses: dict[str, Any] = Field(sa_type=sa.JSON)
    sha256: str = Field(max_length=64)
    drafted_by: str = Field(max_length=60)
    drafted_at: datetime = Field(sa_type=UTCDateTime)
    approved_by: str | None = Field(default=None, max_length=60)
    approved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def draft(
    session: TenantSession,
    *,
    name: str,
    seller_org: str,
    clauses: Clauses | dict[str, Any],
    valid_from: date,
    valid_to: date | None = None,
    service_id: str | None = None,
    executor_org: str | None = None,
    agreement_id: str | None = None,
    actor: str,
    clock: Clock,
) -> AgreementVersionRow:
    """A new agreement, or with `agreement_id` of an existing one its next version; not in force until approved."""
    terms = _clauses(clauses)
    if valid_to is not None and valid_to < valid_from:
        raise BadInput(
            f"valid_to：失效日 {valid_to} 早于生效日 {valid_from}；请改为生效日之后的一天，或留空。", field="valid_to"
        )
    row = session.get(AgreementRow, agreement_id) if agreement_id else None
    if row is None:
        row = AgreementRow(
            id=agreement_id or new_id(),
            org_id=session.org_id,
            name=name,
            seller_org=seller_org,
            service_id=service_id,
            executor_org=executor_org,
            created_by=actor,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
    elif row.org_id != session.org_id:
        raise Missing(f"agreement_id：本组织没有协议 {agreement_id}。", field="agreement_id")
    elif (row.seller_org, row.service_id, row.executor_org) != (seller_org, service_id, executor_org):
        raise BadInput(
            "agreement_id：新版本须与原协议的销售方、服务、执行方一致；对象不同请另立协议。", field="agreement_id"
        )
    versions = session.exec(select(AgreementVersionRow.version).where(AgreementVersionRow.agreement_id == row.id)).all()
    version = AgreementVersionRow(
        agreement_id=row.id,
        version=max(versions, default=0) + 1,
        org_id=session.org_id,
        valid_from=valid_from,
        valid_to=valid_to,
        clauses=terms.model_dump(mode="json"),
        sha256=terms_digest(terms, valid_from, valid_to),
        drafted_by=actor,
        drafted_at=clock.now(),
    )
    session.add(version)
    session.flush()
    return version


def approve(session: TenantSession, agreement_id: str, version: int, *, actor: str, clock: Clock) -> AgreementTerms:
    """Bring a draft into force. `Refused` for the person who drafted it; repeating an approval changes nothing."""
    agreement = session.get(AgreementRow, agreement_id)
    row = session.get(AgreementVersionRow, (agreement_id, version))
    if agreement is None or row is None or row.org_id != session.org_id:
        raise Missing(f"agreement_id：本组织没有协议 {agreement_id} 的第 {version} 版。", field="agreement_id")
    if row.drafted_by == actor:
        raise Refused("起草人不能批准自己的协议；请由另一人批准。", field="actor")
    if row.status != "approved":
        row.status, row.approved_by, row.approved_at = "approved", actor, clock.now()
        session.flush()
    return _terms(agreement, row)


def create_approved(
    session: TenantSession,
    *,
    agreement_id: str,
    name: str,
    seller_org: str,
    clauses: Clauses | dict[str, Any],
    valid_from: date,
    valid_to: date | None = None,
    service_id: str | None = None,
    executor_org: str | None = None,
    maker: str,
    checker: str,
    clock: Clock,
) -> AgreementTerms:
    """Draft and approve in one go, for seeding. When the agreement has just these terms already, nothing is written."""
    terms = _clauses(clauses)
    agreement = session.get(AgreementRow, agreement_id)
    wanted = terms_digest(terms, valid_from, valid_to)
    if agreement is not None:
        for row in session.exec(select(AgreementVersionRow).where(AgreementVersionRow.agreement_id == agreement_id)):
            if row.sha256 == wanted and row.status == "approved":
                return _terms(agreement, row)
    version = draft(
        session,
        name=name,
        seller_org=seller_org,
        clauses=terms,
        valid_from=valid_from,
        valid_to=valid_to,
        service_id=service_id,
        executor_org=executor_org,
        agreement_id=agreement_id,
        actor=maker,
        clock=clock,
    )
    return approve(session, agreement_id, version.version, actor=checker, clock=clock)


def freeze(
    session: TenantSession, seller_org: str, service_id: str | None, executor_org: str | None, day: date
) -> AgreementTerms:
    """The approved terms in force on `day`, to be kept on the order.

    The session reads the seller's rows, and headquarters' when it may. Without an executor only agreements that name
    none apply. `GuardFailed` when none applies, or two that are equally particular do.
    """
    statement = select(AgreementRow).where(
        AgreementRow.seller_org == seller_org,
        sa.or_(col(AgreementRow.service_id).is_(None), col(AgreementRow.service_id) == service_id),
        sa.or_(col(AgreementRow.executor_org).is_(None), col(AgreementRow.executor_org) == executor_org),
    )
    found: dict[tuple[bool, bool], list[AgreementTerms]] = {}
    for agreement in session.exec(statement):
        if (version := _in_force(session, agreement.id, day)) is not None:
            rank = (agreement.executor_org is not None, agreement.service_id is not None)
            found.setdefault(rank, []).append(_terms(agreement, version))
    if not found:
        raise GuardFailed(
            f"{day} 没有适用于销售方 {seller_org} 的已批准分账协议；请先起草并由另一人批准协议。",
            reasons=("无适用的分账协议",),
            field="agreement",
        )
    best = found[max(found)]
    if len(best) > 1:
        names = "、".join(sorted(terms.name for terms in best))
        raise GuardFailed(
            f"{day} 有两份以上同样适用的分账协议（{names}）；请让其中一份失效或写明服务、执行方。",
            reasons=tuple(sorted(terms.agreement_id for terms in best)),
            field="agreement",
        )
    return best[0]


def _in_force(session: TenantSession, agreement_id: str, day: date) -> AgreementVersionRow | None:
    latest = session.exec(
        select(AgreementVersionRow)
        .where(
            AgreementVersionRow.agreement_id == agreement_id,
            AgreementVersionRow.status == "approved",
            AgreementVersionRow.valid_from <= day,
        )
        .order_by(col(AgreementVersionRow.valid_from).desc(), col(AgreementVersionRow.version).desc())
        .limit(1)
    ).first()
    return latest if latest is not None and (latest.valid_to is None or day <= latest.valid_to) else None


def _terms(agreement: AgreementRow, row: AgreementVersionRow) -> AgreementTerms:
    clauses = Clauses.model_validate(row.clauses)
    if terms_digest(clauses, row.valid_from, row.valid_to) != row.sha256:
        raise Fault(f"协议 {agreement.id} 第 {row.version} 版的内容与其摘要不符；请联系运维核对数据库。")
    return AgreementTerms(
        **dict(clauses),
        agreement_id=agreement.id,
        version=row.version,
        sha256=row.sha256,
        name=agreement.name,
        seller_org=agreement.seller_org,
        service_id=agreement.service_id,
        executor_org=agreement.executor_org,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _clauses(value: Clauses | dict[str, Any]) -> Clauses:
    if isinstance(value, Clauses):
        return Clauses.model_validate({name: getattr(value, name) for name in Clauses.model_fields})
    try:
        return Clauses.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "shares"
        raise BadInput(
            f"{where}：分账条款有误，{first['msg'].removeprefix('Value error, ')}；例如比例 30 % 写作 ppm 300000。",
            field=where,
        ) from None
