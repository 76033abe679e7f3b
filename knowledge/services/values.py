"""The catalogue's values. Money in 分, durations in workdays; prices are the demo firm's own and said to be."""

from typing import Literal

from pydantic import Field, model_validator

from knowledge.base.errors import Missing
from knowledge.policies.values import Frozen
from knowledge.services.mention import plain, wished

Executor = Literal["delivery", "sales", "client"]


class Price(Frozen):
    """`list_fen` is quoted unless agreed otherwise; it lies in the range `low_fen`..`high_fen`. Gross, 分."""

    low_fen: int = Field(gt=0)
    list_fen: int = Field(gt=0)
    high_fen: int = Field(gt=0)
    per: str = "项"

    @model_validator(mode="after")
    def _ordered(self) -> "Price":
        if not self.low_fen <= self.list_fen <= self.high_fen:
            raise ValueError("价格应满足 low_fen ≤ list_fen ≤ high_fen")
        return self


class EvidenceNeed(Frozen):
    """Files a step must leave behind before it counts as done."""

    type: str
    label: str
    count: int = Field(ge=1, le=20)


class SopStep(Frozen):
    """One step. `sla_workdays` counts from the step's start.

    `permits` are what whoever carries out this step alone must hold (the certifying body, the sponsor), beside the
    service's own.
    """

    no: int = Field(ge=1)
    name: str
    role: Executor = "delivery"
    what: str
    materials: tuple[str, ...] = ()
    evidence: tuple[EvidenceNeed, ...] = Field(min_length=1)
    sla_workdays: int = Field(ge=1, le=250)
    checks: tuple[str, ...] = Field(min_length=1)
    failures: tuple[str, ...] = ()
    example: str | None = None
    subcontract: bool = True
    permits: tuple[str, ...] = ()
    article: str | None = None


class Sop(Frozen):
    version: int = Field(ge=1)
    steps: tuple[SopStep, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _numbered(self) -> "Sop":
        if [step.no for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise ValueError("步骤的 no 应从 1 连续编号")
        return self


class Service(Frozen):
    """What is sold. `permits` must be held by whoever executes; `programme_ids` and `rule_ids` tie it to the rules.

    `prerequisites` are programmes of which the client should meet one first (小巨人 asks for 专精特新).
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str
    aliases: tuple[str, ...] = ()
    category: str
    solves: str
    for_whom: str
    programme_ids: tuple[str, ...] = ()
    rule_ids: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    price: Price
    days: int = Field(ge=1, le=400)
    terms: tuple[str, ...] = Field(min_length=1)
    sop: Sop

    @property
    def materials(self) -> tuple[str, ...]:
        """Everything asked of the client over all steps, each once, in order."""
        return tuple(dict.fromkeys(item for step in self.sop.steps for item in step.materials))


class Catalogue(Frozen):
    services: tuple[Service, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> "Catalogue":
        names = [name for service in self.services for name in (service.id, service.name, *service.aliases)]
        names = [plain(name) for name in names]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"服务的编号、名称或别名重复：{'、'.join(sorted(twice))}")
        return self

    def service(self, service_id: str) -> Service:
        """Raises `Missing` for an unknown id."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise Missing(f"没有服务 {service_id}；可选：{'、'.join(s.id for s in self.services)}。", field="service_id")

    def find(self, text: str) -> Service | None:
        """The service whose name or alias is wished for in `text`, the longest winning, then the last; else None."""
        words = plain(text)
        found = [
            (place, service)
            for service in self.services
            if (place := wished((service.name, *service.aliases), words)) is not None
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def for_programme(self, programme_id: str) -> tuple[Service, ...]:
        return tuple(service for service in self.services if programme_id in service.programme_ids)
