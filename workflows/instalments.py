"""When a price is due, read from the very terms the client confirmed: 签约付 50%，… or 签约付全款."""

import re

from knowledge.base.money import PPM, share
from knowledge.services import Service

FIRST = re.compile(r"签约付(?:全年服务费的)?\s*(\d{1,3})\s*%")
HALF = re.compile(r"签约付半年")


def first_ppm(service: Service) -> int:
    """The part due at signing; the rest is due before the work is delivered. Terms that name no part mean all."""
    for term in service.terms:
        if found := FIRST.search(term):
            return min(int(found[1]) * 10_000, PPM)
        if HALF.search(term):
            return PPM // 2
    return PPM


def dues(service: Service, price_fen: int) -> tuple[int, ...]:
    """Instalments in 分, in the order they are due; they sum to the price."""
    first = share(price_fen, first_ppm(service))
    return (first, price_fen - first) if 0 < first < price_fen else (price_fen,)
