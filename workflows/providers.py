"""Who could carry out a service, best first, for recommendations: public prices and records, no floors, no terms."""

from datetime import date

from knowledge.base.db import Work
from knowledge.policies.values import Frozen
from knowledge.services import Service
from workflows import dispatch, judging, network
from workflows.dispatch_rule import rule_on
from workflows.network import Provider


class Ranked(Frozen):
    """`score` 0 to 1, `price_fen` the provider's public price in 分, `days` workdays."""

    org_id: str
    name: str
    score: float
    price_fen: int
    days: int
    reasons: tuple[str, ...]


def rank(work: Work, service: Service, region: str, day: date) -> tuple[Ranked, ...]:
    """Those who take the service on, hold its permits and serve the region (empty: anywhere)."""
    rule = rule_on(day)
    found = []
    for provider in network.providers(work, network.headquarters(work), service.id, day):
        if _fit(provider, service, region) and provider.capability is not None:
            capability = provider.capability
            score, reasons = dispatch.rate(rule, provider, capability.ask_fen, region)
            found.append(
                Ranked(
                    org_id=provider.org_id,
                    name=provider.name,
                    score=score,
                    price_fen=capability.ask_fen,
                    days=capability.days,
                    reasons=reasons,
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.score, one.org_id)))


def _fit(provider: Provider, service: Service, region: str) -> bool:
    capability = provider.capability
    return (
        capability is not None
        and capability.willing
        and provider.live_jobs < capability.capacity
        and set(service.permits) <= provider.permits
        and judging.serves(capability.regions, region)
    )
