"""The dispatch rule's dated parameters, read from `dispatch.yaml`."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from knowledge.base.errors import NotInForce
from knowledge.base.ids import digest
from knowledge.base.money import PPM
from knowledge.policies.strict import load
from knowledge.policies.values import Frozen


class Weights(Frozen):
    """What a provider's score is made of; the parts sum to 100."""

    price: int = Field(ge=0)
    rating: int = Field(ge=0)
    on_time: int = Field(ge=0)
    capacity: int = Field(ge=0)
    region: int = Field(ge=0)


class DispatchRule(Frozen):
    """Rates in ppm, ratings in thousandths. With fewer than `min_jobs` done, a record says nothing yet."""

    valid_from: date
    reference: str
    min_margin_ppm: int = Field(ge=0, le=PPM)
    min_rating: int = Field(ge=1000, le=5000)
    min_on_time_ppm: int = Field(ge=0, le=PPM)
    max_dispute_ppm: int = Field(ge=0, le=PPM)
    min_jobs: int = Field(ge=1)
    offer_hours: int = Field(ge=1)
    weights: Weights

    @property
    def sha256(self) -> str:
        return digest(self.model_dump(mode="json"))


class _Versions(Frozen):
    versions: tuple[DispatchRule, ...] = Field(min_length=1)


@cache
def _versions() -> tuple[DispatchRule, ...]:
    return load(Path(__file__).with_name("dispatch.yaml"), _Versions).versions


def rule_on(day: date) -> DispatchRule:
    """The latest version that had begun by `day`; `NotInForce` before the first."""
    begun = [version for version in _versions() if version.valid_from <= day]
    if not begun:
        raise NotInForce(f"{day} 还没有生效的派单规则；最早的一版自 {min(v.valid_from for v in _versions())} 起。")
    return max(begun, key=lambda version: version.valid_from)
