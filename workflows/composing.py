"""What each side may know of an order, put together field by field from the rows: the only place that decides it."""

from typing import TypeVar

from sqlmodel import col, select

from knowledge.base.clock import CHINA
from workflows import network
from workflows.case import Case, org_name
from workflows.copies import (
    AcceptanceCopy,
    ClientCopy,
    ConditionCopy,
    ContractCopy,
    DispatchCopy,
    EvaluationCopy,
    Handle,
    JobCopy,
    OfferCopy,
    PartnerCopy,
    Party,
    SellerCopy,
    ServiceName,
    SplitLineCopy,
)
from workflows.dispatch import CODES, Decision
from workflows.progress import Progress, handles, job_copy, preview
from workflows.tables.aggregate import Aggregate
from workflows.tables.closing import AcceptanceRow, EvaluationRow
from workflows.tables.executing import DispatchRow, OfferRow
from workflows.tables.selling import ContractRow

TAKEN = ("accepted", "completed")
Word = TypeVar("Word", AcceptanceRow, EvaluationRow)


def seller_copy(case: Case, progress: Progress | None, offers: list[OfferRow]) -> SellerCopy:
    seller, order = case.seller, case.order
    contract = seller.exec(select(ContractRow).where(ContractRow.order_id == order.id)).one()
    payments, dispatch = case.payments(), case.dispatch()
    pending = [one for one in payments if one.state == "pending"]
    acceptance, evaluation = latest(case, AcceptanceRow), latest(case, EvaluationRow)
    rows: list[Aggregate | None] = [
        order,
        *pending[:1],
        dispatch,
        offers[-1] if offers else None,
        acceptance,
        evaluation,
    ]
    return SellerCopy(
        credit_agreed=order.state == "created" and network.seller_for(case.doing.work, order.client_org).credit,
        service=ServiceName(id=order.service_id, name=str(order.service["name"])),
        seller=Party(org_id=order.org_id, name=org_name(seller, order.org_id)),
        client=Party(org_id=order.client_org, name=org_name(seller, order.client_org)),
        price_fen=order.price_fen,
        paid_fen=sum(one.paid_fen for one in payments),
        due_fen=pending[0].due_fen if pending else 0,
        contract=ContractCopy(
            id=contract.id, state=contract.state, sha256=contract.sha256, signed_at=contract.signed_at
        ),
        dispatch=_dispatch_copy(case, dispatch) if dispatch else None,
        offer=_offer_copy(case, offers[-1]) if offers else None,
        job=job_copy(progress, seller, org_name(seller, order.executor_org)),
        acceptance=_acceptance_copy(acceptance) if acceptance else None,
        evaluation=_evaluation_copy(evaluation) if evaluation else None,
        split=tuple(SplitLineCopy.model_validate(line) for line in order.split) if order.split else None,
        handles=(*(handle(row) for row in rows if row is not None), *handles(progress)),
    )


def client_copy(whole: SellerCopy, job: JobCopy | None) -> ClientCopy:
    """The executor is the client's own contract partner as far as the client is told."""
    own = ("acceptance", "evaluation", "step")
    return ClientCopy(
        service=whole.service,
        seller=whole.seller,
        price_fen=whole.price_fen,
        paid_fen=whole.paid_fen,
        due_fen=whole.due_fen,
        contract=whole.contract,
        job=job,
        acceptance=whole.acceptance,
        evaluation=whole.evaluation,
        handles=tuple(one.model_copy(update={"doers": ()}) for one in whole.handles if one.machine in own),
    )


def partner_copy(whole: SellerCopy, case: Case, offer: OfferRow, progress: Progress | None) -> PartnerCopy:
    taken = offer.state in TAKEN
    mine = ("job", "step") if taken else ()
    acceptance = whole.acceptance.model_copy(update={"reason": None}) if whole.acceptance and taken else None
    lines = [line for line in whole.split or () if taken and line.payee_org == offer.executor_org]
    return PartnerCopy(
        service=whole.service,
        seller=whole.seller,
        price_fen=offer.price_fen,
        offer=_offer_copy(case, offer),
        job=_partner_job(case, offer, progress),
        acceptance=acceptance,
        split=tuple(line for line in lines if line.role == "executor") or None,
        handles=(handle(offer), *(one for one in whole.handles if one.machine in mine)),
    )


def _partner_job(case: Case, offer: OfferRow, progress: Progress | None) -> JobCopy | None:
    name = org_name(case.seller, offer.executor_org)
    if offer.state in TAKEN:
        return job_copy(progress, case.executor, name)
    return preview(case, name, offer.created_at.astimezone(CHINA).date()) if offer.state == "open" else None


def _evaluation_copy(row: EvaluationRow) -> EvaluationCopy:
    return EvaluationCopy(id=row.id, state=row.state, score=row.score, text=row.text)


def handle(row: Aggregate) -> Handle:
    return Handle(machine=row.machine, id=row.id, state=row.state, version=row.version)


def _dispatch_copy(case: Case, row: DispatchRow) -> DispatchCopy:
    decision = Decision.model_validate(row.decision)
    conditions = [
        ConditionCopy(
            label=f"{one.name} · {CODES[found.code]} · {found.label}",
            need=found.need,
            actual=found.actual,
            result=found.result,
        )
        for one in decision.candidates
        for found in one.conditions
    ]
    return DispatchCopy(
        id=row.id,
        state=row.state,
        route=row.route,
        code=row.code,
        executor=org_name(case.seller, row.executor_org) or None,
        reason=row.reason,
        conditions=tuple(conditions),
        choices=tuple((one.org_id, one.name) for one in decision.candidates),
    )


def _offer_copy(case: Case, row: OfferRow) -> OfferCopy:
    return OfferCopy(
        id=row.id,
        state=row.state,
        partner=org_name(case.seller, row.executor_org),
        price_fen=row.price_fen,
        expires_at=row.expires_at,
    )


def _acceptance_copy(row: AcceptanceRow) -> AcceptanceCopy:
    return AcceptanceCopy(
        id=row.id,
        state=row.state,
        requested_at=row.created_at,
        due_on=row.due_on,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def latest(case: Case, kind: type[Word]) -> Word | None:
    found = case.client.exec(select(kind).where(col(kind.order_id) == case.id).order_by(col(kind.id).desc()).limit(1))
    return found.first()
