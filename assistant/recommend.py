"""Which services fit a company: verdicts and facts as reasons, now and later apart, value from the calculators.

The score is a plain weighted sum; weights and signals stand in `recommend.yaml`, so that operations can tune them and
a learned set can take their place.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.base.errors import NotInForce, QifuError
from knowledge.base.money import yuan
from knowledge.companies import Company, derive
from knowledge.policies import RuleBook, Verdict, calculate, evaluate
from knowledge.policies.facts import Facts, Known
from knowledge.policies.interval import Interval, compare
from knowledge.policies.strict import load
from knowledge.services import Catalogue, Service

TEN_THOUSAND_YUAN = 1_000_000  # 分


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Provider(_Frozen):
    """Who could carry the service out; `days` are workdays, `score` 0 to 1."""

    org_id: str
    name: str
    score: float
    price_fen: int | None
    days: int | None
    reasons: tuple[str, ...]


class Recommendation(_Frozen):
    """An item of the contract's `recommendations[]`."""

    service_id: str
    name: str
    horizon: Literal["now", "future"]
    deadline: date | None
    value_fen: int | None
    reasons: tuple[str, ...]
    programme_ids: tuple[str, ...]
    providers: tuple[Provider, ...]


class Signal(_Frozen):
    field: str
    op: Literal["==", ">=", "<=", ">", "<"]
    value: Decimal | bool | str
    weight: float
    reason: str


class Worth(_Frozen):
    """Tax with and without what the service brings, each a rule and its fixed inputs."""

    without: tuple[str, dict[str, Decimal]]
    having: tuple[str, dict[str, Decimal]]
    reason: str


class Weights(_Frozen):
    ready: float
    unmet: float
    unknown: float
    met_condition: float
    closes_gap: float
    prerequisite: float
    prerequisite_open: float
    value: float
    value_most: float


class Tuning(_Frozen):
    weights: Weights
    most: int
    signals: dict[str, tuple[Signal, ...]]
    closes: dict[str, tuple[str, ...]]
    value: dict[str, Worth]


Providers = Callable[[str], tuple[Provider, ...]]


@cache
def tuning() -> Tuning:
    return load(Path(__file__).with_suffix(".yaml"), Tuning)


def recommend(
    book: RuleBook,
    catalogue: Catalogue,
    company: Company,
    verdicts: Iterable[Verdict],
    as_of: date,
    *,
    providers: Providers = lambda _service_id: (),
) -> tuple[Recommendation, ...]:
    """Best first, at most `most`; nothing the company holds already, nothing without a reason. A service of which
    every programme doesn't apply is left out; one whose prerequisite isn't met is for later, and says so.
    """
    facts = derive(company, as_of)
    judged = {verdict.programme_id: verdict for verdict in verdicts}
    found = []
    for service in catalogue.services:
        if any(_holds(facts, f"qual.{programme}_valid") for programme in service.programme_ids):
            continue
        item = _item(service, judged, facts, book, as_of)
        if item is not None:
            found.append(item)
    found.sort(key=lambda pair: (-pair[0], pair[1].service_id))
    best = [item for _, item in found[: tuning().most]]
    return tuple(item.model_copy(update={"providers": providers(item.service_id)}) for item in best)


def _item(
    service: Service, judged: dict[str, Verdict], facts: Facts, book: RuleBook, as_of: date
) -> tuple[float, Recommendation] | None:
    weights = tuning().weights
    tied = [judged[programme] for programme in service.programme_ids if programme in judged]
    mine = [verdict for verdict in tied if verdict.verdict != "not_applicable"]
    if tied and not mine:
        return None
    rank, reasons, horizon = 0.0, list[str](), "now"
    for verdict in mine:
        more, reason = _judged(verdict, weights)
        rank, reasons = rank + more, [*reasons, reason]
        horizon = "future" if verdict.verdict == "unmet" else horizon
    for signal in tuning().signals.get(service.id, ()):
        if _signalled(signal, facts):
            rank, reasons = rank + signal.weight, [*reasons, signal.reason]
    for verdict, gap in _closed(service, judged.values()):
        rank, reasons = rank + weights.closes_gap, [*reasons, f"可以帮助补上{verdict.name}的缺口：{gap}"]
    if first := _first(service, judged, facts, book, as_of):
        more, reason, open_ = first
        # Without a programme or a gap of its own, a service is not for a company that can't use it yet.
        if open_ and not reasons:
            return None
        rank, reasons, horizon = rank + more, [*reasons, reason], "future" if open_ else horizon
    value = _worth(service, facts, book, as_of)
    if value is not None and mine:
        rank += weights.value * min(weights.value_most, value[0] / TEN_THOUSAND_YUAN)
        reasons.append(value[1])
    if not reasons:
        return None
    reasons.extend(_licensed(service))
    price = service.price
    reasons.append(f"服务费 {yuan(price.low_fen)}～{yuan(price.high_fen)} 元（演示机构定价）")
    deadlines = [verdict.earliest for verdict in mine if verdict.earliest is not None]
    return rank, Recommendation(
        service_id=service.id,
        name=service.name,
        horizon="future" if horizon == "future" else "now",
        deadline=min(deadlines, default=None),
        value_fen=value[0] if value and mine else None,
        reasons=tuple(reasons),
        programme_ids=service.programme_ids,
        providers=(),
    )


def _judged(verdict: Verdict, weights: Weights) -> tuple[float, str]:
    unmet = [condition for condition in verdict.conditions if condition.blocks]
    met = sum(condition.result == "met" for condition in verdict.conditions)
    if verdict.verdict == "met" or verdict.ready:
        return weights.ready, f"{verdict.name}的可计算条件已满足"
    if verdict.verdict == "unmet":
        return weights.unmet, f"{verdict.name}还差：" + "、".join(c.gap or c.label for c in unmet[:2])
    text = f"{verdict.name}已有 {met} 项条件满足，还有条件待确认" if met else f"{verdict.name}的条件还待确认"
    return weights.unknown + weights.met_condition * met, text


def _licensed(service: Service) -> list[str]:
    """What whoever carries it out must hold: the service's own permits filter the providers, a step's are another's."""
    steps = {permit: step.name for step in service.sop.steps for permit in step.permits}
    own = [f"须由持有{'、'.join(service.permits)}的机构办理"] if service.permits else []
    return [*own, *(f"“{step}”须由持有{permit}的机构完成" for permit, step in steps.items())]


def _first(
    service: Service, judged: dict[str, Verdict], facts: Facts, book: RuleBook, as_of: date
) -> tuple[float, str, bool] | None:
    """How the client stands to what the service asks for first: weight, sentence, and whether it is still open. One of
    the prerequisites is enough; one that wasn't judged with the rest is judged here.
    """
    weights, names = tuning().weights, service.prerequisites
    if not names:
        return None
    verdicts = [verdict for name in names if (verdict := _standing(name, judged, facts, book, as_of)) is not None]
    for verdict in verdicts:
        if _holds(facts, f"qual.{verdict.programme_id}_valid"):
            return weights.prerequisite, f"已有{verdict.name}，具备办理的前提", False
    if not verdicts:
        return None
    ready = next((verdict for verdict in verdicts if verdict.verdict == "met" or verdict.ready), None)
    if ready is not None:
        return weights.prerequisite, f"办理的前提{ready.name}：可计算条件已满足", False
    words = "或".join(verdict.name for verdict in verdicts)
    state = "还不满足" if all(v.verdict in ("unmet", "not_applicable") for v in verdicts) else "还待确认"
    return weights.prerequisite_open, f"要先具备{words}（{state}），再办这一项", True


def _standing(name: str, judged: dict[str, Verdict], facts: Facts, book: RuleBook, as_of: date) -> Verdict | None:
    """The verdict on a prerequisite; None where there is no such rule on the day."""
    try:
        return judged.get(name) or evaluate(book.programme(name, as_of), facts, as_of)
    except NotInForce:
        return None


def _closed(service: Service, verdicts: Iterable[Verdict]) -> list[tuple[Verdict, str]]:
    """Gaps of other programmes that this service helps to close."""
    fields = tuning().closes.get(service.id, ())
    return [
        (verdict, condition.gap)
        for verdict in verdicts
        for condition in verdict.conditions
        if condition.blocks and condition.gap and condition.field in fields
    ]


def _signalled(signal: Signal, facts: Facts) -> bool:
    found = facts.get(signal.field)
    if not isinstance(found, Known):
        return False
    if isinstance(found.value, Interval):
        return isinstance(signal.value, Decimal) and compare(found.value, signal.op, signal.value) is True
    return signal.op == "==" and found.value == signal.value


def _holds(facts: Facts, field: str) -> bool:
    found = facts.get(field)
    return isinstance(found, Known) and found.value is True


def _worth(service: Service, facts: Facts, book: RuleBook, as_of: date) -> tuple[int, str] | None:
    """分 saved a year and the sentence that says so; None while the taxable income isn't known exactly."""
    worth = tuning().value.get(service.id)
    income = facts.get("finance.taxable_income_last_year")
    if worth is None or not isinstance(income, Known) or not isinstance(income.value, Interval):
        return None
    if not income.value.exact or income.value.low <= 0:
        return None
    amount = income.value.low * 10_000
    try:
        without, having = (
            Decimal(str(calculate(book, rule, {"taxable_income": amount, **fixed}, as_of).outputs["tax"]))
            for rule, fixed in (worth.without, worth.having)
        )
    except QifuError:
        return None  # the rule isn't in force on that day: then nothing is claimed
    saved = int((without - having) * 100)
    return (saved, worth.reason.format(saved=yuan(saved))) if saved > 0 else None
