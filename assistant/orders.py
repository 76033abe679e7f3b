"""What the assistant may do with orders, as a port: quote, confirm, withdraw, look. Each keyed, so twice is once."""

from dataclasses import dataclass
from typing import Any, Protocol

from assistant.dialog import Offer
from assistant.recommend import Provider
from assistant.speaker import Speaker


@dataclass(frozen=True)
class ShownQuote:
    """A quote as put before the client: `card` is the page's card, `offer` what a yes will accept."""

    offer: Offer
    card: dict[str, Any]
    price_fen: int
    days: int
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    seller: str


class Orders(Protocol):
    def quote(
        self,
        speaker: Speaker,
        service_id: str,
        *,
        conversation_id: str,
        diagnosis_ids: tuple[str, ...],
        evidence_ids: tuple[str, ...],
        key: str,
    ) -> ShownQuote: ...

    def confirm(self, speaker: Speaker, offer: Offer, *, conversation_id: str, key: str) -> dict[str, Any]: ...

    def withdraw(self, speaker: Speaker, offer: Offer, *, key: str) -> None: ...

    def list_orders(self, speaker: Speaker) -> tuple[dict[str, Any], ...]: ...

    def providers(self, service_id: str) -> tuple[Provider, ...]:
        """Who could carry the service out, best first; without margins or partners' terms."""
