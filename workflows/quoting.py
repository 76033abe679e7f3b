"""A quote: what the client is shown, with the hash that a yes refers to."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from knowledge.base.errors import GuardFailed, Refused
from knowledge.base.identity import Org, OrgKind
from knowledge.base.ids import digest, new_id
from knowledge.policies.values import Frozen
from knowledge.services import Service
from workflows import machine, network, timers, trace
from workflows.doing import Doing
from workflows.network import Seller
from workflows.tables.selling import ClientQuoteRow, NeedRow, QuoteRow

VALID = timedelta(days=15)  # 自然日, as the catalogue's terms say


class QuoteShown(Frozen):
    """The card. `sha256` covers everything else on it."""

    quote_id: str
    version: int
    service_id: str
    service_name: str
    price_fen: int
    price_low_fen: int
    price_high_fen: int
    days: int
    steps: tuple[str, ...]
    materials: tuple[str, ...]
    terms: tuple[str, ...]
    seller: str
    expires_at: datetime
    sha256: str


def titles(doing: Doing, client_org: str, seller_org: str) -> frozenset[str]:
    """The client's own people, or those of whoever sells to it."""
    sides = [side for side, org in (("client", client_org), ("seller", seller_org)) if doing.actor.org_id == org]
    return frozenset(f"{side}:{role}" for side in sides for role in doing.actor.roles)


def seller_for(doing: Doing, client_org: str) -> Seller:
    """Who sells to this client; `Refused` unless the person is the client's or the seller's."""
    client = doing.work.session(network.DIRECTORY).get(Org, client_org)
    if client is None or client.kind != OrgKind.CLIENT:
        raise Refused("报价只能出给客户企业；请先用企业账号登录。", field="client_org")
    seller = network.seller_for(doing.work, client_org)
    if not titles(doing, client_org, seller.org_id) & {"client:client", "seller:sales", "seller:manager"}:
        raise Refused("只有客户本人或其签约机构的销售能出报价；请先用企业账号登录。")
    return seller


def make(
    doing: Doing,
    client_org: str,
    seller: Seller,
    service: Service,
    conversation_id: str,
    diagnosis_ids: tuple[str, ...],
    evidence_ids: tuple[str, ...],
) -> QuoteShown:
    """Need, quote and the client's copy of it. An open quote for the same service is superseded."""
    derived = doing.derived()
    _supersede(derived, client_org, seller.org_id, service.id)
    need = NeedRow(
        id=new_id(),
        org_id=client_org,
        service_id=service.id,
        conversation_id=conversation_id,
        diagnosis_ids=list(diagnosis_ids),
        evidence_ids=list(evidence_ids),
        created_at=doing.clock.now(),
    )
    doing.session(client_org).add(need)
    doing.session(client_org).flush()
    shown = _shown(doing, service, seller.org_id)
    now = doing.clock.now()
    common: dict[str, Any] = {
        "id": shown.quote_id,
        "state": "sent",
        "created_at": now,
        "updated_at": now,
        "service_id": service.id,
    }
    stored = shown.model_dump(mode="json")
    machine.create(
        doing,
        QuoteRow(
            **common,
            org_id=seller.org_id,
            client_org=client_org,
            need_id=need.id,
            referrer_org=seller.referrer_org,
            price_fen=shown.price_fen,
            expires_at=shown.expires_at,
            shown=stored,
            service=service.model_dump(mode="json"),
            sha256=shown.sha256,
        ),
    )
    machine.create(doing, ClientQuoteRow(**common, org_id=client_org, seller_org=seller.org_id, shown=stored))
    timers.set_timer(
        doing.work, f"quote_expiry:{shown.quote_id}", "quote_expiry", seller.org_id, shown.quote_id, shown.expires_at
    )
    _link(doing, need, shown.quote_id, (client_org, seller.org_id))
    return shown


def move_both(doing: Doing, quote: QuoteRow, copy: ClientQuoteRow, command: str, *, detail: str | None = None) -> None:
    """The seller's row and the client's copy go together."""
    machine.move(doing, quote, command, detail=detail)
    machine.move(doing, copy, command, detail=detail)


def _supersede(doing: Doing, client_org: str, seller_org: str, service_id: str) -> None:
    open_ = doing.session(client_org).exec(
        select(ClientQuoteRow).where(
            ClientQuoteRow.service_id == service_id,
            ClientQuoteRow.state == "sent",
            ClientQuoteRow.seller_org == seller_org,
        )
    )
    for copy in open_.all():
        quote = doing.session(seller_org).exec(select(QuoteRow).where(col(QuoteRow.id) == copy.id)).one()
        move_both(doing, quote, copy, "supersede")
        timers.cancel(doing.work, copy.id)


def _shown(doing: Doing, service: Service, seller_org: str) -> QuoteShown:
    seller = doing.session(seller_org).get(Org, seller_org)
    if seller is None:
        raise GuardFailed("签约机构不存在；请联系总部运营。", field="seller")
    card = {
        "quote_id": new_id(),
        "version": 1,
        "service_id": service.id,
        "service_name": service.name,
        "price_fen": service.price.list_fen,
        "price_low_fen": service.price.low_fen,
        "price_high_fen": service.price.high_fen,
        "days": service.days,
        "steps": tuple(step.name for step in service.sop.steps),
        "materials": service.materials,
        "terms": service.terms,
        "seller": seller.name,
        "expires_at": (doing.clock.now() + VALID).replace(microsecond=0),
    }
    return QuoteShown.model_validate({**card, "sha256": digest(card)})


def _link(doing: Doing, need: NeedRow, quote_id: str, orgs: tuple[str, str]) -> None:
    causes = [("conversation", need.conversation_id)] if need.conversation_id else []
    causes += [("diagnosis", one) for one in need.diagnosis_ids]
    causes += [("evidence", one) for one in need.evidence_ids]
    for cause in causes:
        trace.link(doing.work, orgs, cause, ("need", need.id), doing.clock)
    trace.link(doing.work, orgs, ("need", need.id), ("quote", quote_id), doing.clock)
