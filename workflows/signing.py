"""A yes: quote accepted, contract signed over what was shown, order created with everything frozen; all or nothing."""

from datetime import date

from knowledge.base.clock import today
from knowledge.base.errors import Conflict, GuardFailed
from knowledge.base.ids import new_id
from knowledge.base.money import yuan
from knowledge.services import Service
from workflows import handover, network, outbox, quoting, timers, trace
from workflows.case import Case, titles
from workflows.doing import Doing
from workflows.instalments import dues
from workflows.money import agreement
from workflows.settlement import ANYONE
from workflows.tables.orders import ClientOrderRow, SalesOrderRow
from workflows.tables.selling import ClientQuoteRow, ContractRow, PaymentRow, QuoteRow


def accept(doing: Doing, quote: QuoteRow, copy: ClientQuoteRow, shown_sha256: str) -> Case:
    """`GuardFailed` on an expired quote, `Conflict` when the words confirmed aren't the words stored."""
    if shown_sha256 != quote.sha256:
        raise Conflict("确认的内容与报价不一致（报价指纹不同）；请重新索取报价，核对后再确认。", field="sha256")
    if quote.state == "expired" or doing.clock.now() >= quote.expires_at:
        raise GuardFailed(
            "报价已过期；请重新索取报价。", reasons=(f"报价有效至 {quote.expires_at.isoformat()}",), field="quote_id"
        )
    quoting.move_both(doing, quote, copy, "accept")
    timers.cancel(doing.work, quote.id)
    case = _order(doing, quote)
    quote.order_id = copy.order_id = case.id
    contract = _contract(case, quote)
    _payments(case)
    case.create(_client_row(case))
    for source, target in (
        (("quote", quote.id), ("contract", contract.id)),
        (("contract", contract.id), ("order", case.id)),
    ):
        trace.link(doing.work, (quote.org_id, quote.client_org), source, target, doing.clock)
    outbox.tell(doing.work, quote.org_id, "ordered", case.id, doing.clock)
    handover.publish(case)
    return case


def _order(doing: Doing, quote: QuoteRow) -> Case:
    now, day = doing.clock.now(), today(doing.clock)
    service = Service.model_validate(quote.service)
    order = SalesOrderRow(
        id=new_id(),
        org_id=quote.org_id,
        state="created",
        created_at=now,
        updated_at=now,
        client_org=quote.client_org,
        referrer_org=quote.referrer_org,
        quote_id=quote.id,
        service_id=quote.service_id,
        service=quote.service,
        terms=_terms(doing, quote.org_id, service, day),
        price_fen=quote.price_fen,
        signed_on=day,
    )
    case = Case(Doing(doing.work, doing.actor, doing.clock, titles(doing.actor, order, False)), order)
    case.create(order)
    return case


def _terms(doing: Doing, seller_org: str, service: Service, day: date) -> dict[str, object]:
    """The agreement as it stands today for whoever may come to execute: later versions don't touch a signed order."""
    hq = network.headquarters(doing.work)
    session = doing.session(seller_org, reads=(hq,))
    able = [one.org_id for one in network.providers(doing.work, seller_org, service.id, day) if one.capability]
    return {
        executor: agreement.freeze(session, seller_org, service.id, executor or None, day).model_dump(mode="json")
        for executor in (ANYONE, seller_org, *able)
    }


def _contract(case: Case, quote: QuoteRow) -> ContractRow:
    now = case.doing.clock.now()
    contract = case.create(
        ContractRow(
            id=f"{case.id}-c",
            org_id=quote.org_id,
            state="sent",
            created_at=now,
            updated_at=now,
            order_id=case.id,
            client_org=quote.client_org,
            sha256=quote.sha256,
        )
    )
    contract.signed_by, contract.signed_at = case.doing.actor.user_id, now
    case.move(contract, "sign")
    return contract


def _payments(case: Case) -> None:
    now = case.doing.clock.now()
    for number, due in enumerate(dues(case.service, case.order.price_fen), 1):
        case.create(
            PaymentRow(
                id=f"{case.id}-p{number}",
                org_id=case.order.org_id,
                state="pending",
                created_at=now,
                updated_at=now,
                order_id=case.id,
                due_fen=due,
            ),
            detail=f"第 {number} 期 {yuan(due)} 元",
        )


def _client_row(case: Case) -> ClientOrderRow:
    now = case.doing.clock.now()
    return ClientOrderRow(
        id=case.id,
        org_id=case.order.client_org,
        state="created",
        created_at=now,
        updated_at=now,
        seller_org=case.order.org_id,
    )
