"""From a wish to an order: quote, yes, no. Each is one transaction under one key, and twice is once."""

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.errors import Missing
from knowledge.policies.values import Frozen
from knowledge.services import Catalogue
from workflows import events, keys, quoting, signing, timers, view
from workflows.actor import Actor
from workflows.doing import Doing
from workflows.quoting import QuoteShown
from workflows.tables.selling import ClientQuoteRow, QuoteRow
from workflows.view import OrderView


class OrderRequest(Frozen):
    """A client's yes to a quote; `shown_sha256` is of what was on the screen."""

    client_org: str
    quote_id: str
    shown_sha256: str
    conversation_id: str = ""
    confirmed_by: str = ""


def quote(
    work: Work,
    *,
    client_org: str,
    service_id: str,
    catalogue: Catalogue,
    conversation_id: str,
    diagnosis_ids: tuple[str, ...],
    evidence_ids: tuple[str, ...],
    key: str,
    actor: Actor,
    clock: Clock,
) -> QuoteShown:
    """A formal quote by whoever sells to the client, for the catalogue's list price.

    Raises `Missing` for an unknown service, `Refused` for anyone but the client and its seller, `GuardFailed` where
    nobody serves the client's region.
    """
    request = ["quote", client_org, service_id, conversation_id, sorted(diagnosis_ids), actor.user_id]
    doing, service = Doing(work, actor, clock, frozenset()), catalogue.service(service_id)
    seller = quoting.seller_for(doing, client_org)
    events.lock(work, (client_org, seller.org_id))

    def produce() -> QuoteShown:
        return quoting.make(doing, client_org, seller, service, conversation_id, diagnosis_ids, evidence_ids)

    return keys.once(work, actor.org_id, key, request, QuoteShown, produce, clock)


def open_order(
    work: Work, request: OrderRequest, *, key: str, actor: Actor, catalogue: Catalogue, clock: Clock
) -> OrderView:
    """Accept the quote, sign the contract, create the order. A quote accepted before gives the order it became.

    Raises `Missing` for a quote that isn't the client's, `Conflict` when what was shown has changed, `GuardFailed`
    when the quote has expired or was withdrawn.
    """
    del catalogue  # the order carries the service as it was quoted

    doing, sold, copy = _quote(work, request.quote_id, actor, clock)

    def produce() -> OrderView:
        if sold.order_id is not None and sold.sha256 == request.shown_sha256:
            return view.order(work.session(actor.org_id), sold.order_id, actor)
        case = signing.accept(doing, sold, copy, request.shown_sha256)
        return view.order(work.session(actor.org_id), case.id, actor)

    asked = ["open_order", request.quote_id, request.shown_sha256, actor.user_id]
    return keys.once(work, actor.org_id, key, asked, OrderView, produce, clock)


def withdraw(work: Work, quote_id: str, *, key: str, actor: Actor, clock: Clock) -> QuoteShown:
    """The client says no. A quote that is no longer open is left as it is."""

    doing, sold, copy = _quote(work, quote_id, actor, clock)

    def produce() -> QuoteShown:
        if sold.state == "sent":
            quoting.move_both(doing, sold, copy, "reject")
            timers.cancel(work, sold.id)
        return QuoteShown.model_validate(copy.shown)

    return keys.once(work, actor.org_id, key, ["withdraw", quote_id, actor.user_id], QuoteShown, produce, clock)


def _quote(work: Work, quote_id: str, actor: Actor, clock: Clock) -> tuple[Doing, QuoteRow, ClientQuoteRow]:
    copy = work.session(actor.org_id).get(ClientQuoteRow, quote_id)
    if copy is None:
        raise Missing(f"没有报价 {quote_id[:60]}；请重新索取报价。", field="quote_id")
    events.lock(work, (copy.org_id, copy.seller_org))
    sold = work.session(copy.seller_org).get(QuoteRow, quote_id)
    if sold is None:
        raise Missing(f"没有报价 {quote_id[:60]}；请重新索取报价。", field="quote_id")
    doing = Doing(work, actor, clock, frozenset())
    return Doing(work, actor, clock, quoting.titles(doing, copy.org_id, copy.seller_org)), sold, copy
