"""From a conversation to an order: the `Orders` port on the workflows. Each call is one transaction under one key."""

from typing import Any

from assistant.dialog import Offer
from assistant.orders import ShownQuote
from assistant.recommend import Provider
from assistant.speaker import Speaker
from knowledge.base.clock import Clock, today
from knowledge.base.db import Database
from knowledge.services import Catalogue
from workflows import intake, providers, view
from workflows.actor import Actor

MOST = 3  # providers shown to a client


class WorkflowOrders:
    """Quotes, confirmations and views on behalf of the speaker, with exactly the speaker's rights."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database, self._catalogue, self._clock = database, catalogue, clock

    def quote(
        self,
        speaker: Speaker,
        service_id: str,
        *,
        conversation_id: str,
        diagnosis_ids: tuple[str, ...],
        evidence_ids: tuple[str, ...],
        key: str,
    ) -> ShownQuote:
        with self._database.work() as work:
            found = intake.quote(
                work,
                client_org=speaker.org_id,
                service_id=service_id,
                catalogue=self._catalogue,
                conversation_id=conversation_id,
                diagnosis_ids=diagnosis_ids,
                evidence_ids=evidence_ids,
                key=key,
                actor=actor(speaker),
                clock=self._clock,
            )
        shown = found.model_dump(mode="json")
        offer = Offer(
            quote_id=found.quote_id,
            version=found.version,
            service_id=found.service_id,
            service_name=found.service_name,
            sha256=found.sha256,
        )
        card = {"type": "quote", "confirm_text": "确认", **shown}
        return ShownQuote(
            offer, card, found.price_fen, found.days, tuple(found.materials), tuple(found.steps), found.seller
        )

    def confirm(self, speaker: Speaker, offer: Offer, *, conversation_id: str, key: str) -> dict[str, Any]:
        request = intake.OrderRequest(
            client_org=speaker.org_id,
            quote_id=offer.quote_id,
            shown_sha256=offer.sha256,
            conversation_id=conversation_id,
            confirmed_by=speaker.subject,
        )
        with self._database.work() as work:
            found = intake.open_order(
                work, request, key=key, actor=actor(speaker), catalogue=self._catalogue, clock=self._clock
            )
        return found.model_dump(mode="json")

    def withdraw(self, speaker: Speaker, offer: Offer, *, key: str) -> None:
        with self._database.work() as work:
            intake.withdraw(work, offer.quote_id, key=key, actor=actor(speaker), clock=self._clock)

    def list_orders(self, speaker: Speaker) -> tuple[dict[str, Any], ...]:
        who = actor(speaker)
        with view.reading(self._database, who, self._clock, "orders") as session:
            return tuple(order.model_dump(mode="json") for order in view.orders(session, who))

    def providers(self, service_id: str) -> tuple[Provider, ...]:
        """Ranked for anywhere: the client's region decides when the order is dispatched."""
        service = self._catalogue.service(service_id)
        with self._database.read() as work:
            ranked = providers.rank(work, service, "", today(self._clock))
        return tuple(Provider.model_validate(one.model_dump()) for one in ranked[:MOST])


def actor(speaker: Speaker) -> Actor:
    return Actor(speaker.subject, speaker.name, speaker.org_id, speaker.org_kind, speaker.roles)
