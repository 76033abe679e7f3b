"""三不派单: an order nobody inside will (不愿做 wont), can (不能做 cant) or does well (做不好 badly) goes to a partner.

Pure: facts of the order and of each candidate in, an explained decision out. Own team first, then the house's other
branches and channels, then partners; the contract and the client stay with the seller whoever executes.
"""

from datetime import date
from typing import Literal

from knowledge.base.identity import OrgKind
from knowledge.base.money import PPM, yuan
from knowledge.policies.values import Frozen
from workflows.dispatch_rule import DispatchRule
from workflows.network import Provider

Code = Literal["wont", "cant", "badly"]
Route = Literal["own_team", "own_channel", "subcontract", "none"]
CODES: dict[Code, str] = {"wont": "不愿做", "cant": "不能做", "badly": "做不好"}
ROUTES: dict[Route, str] = {
    "own_team": "自己的团队",
    "own_channel": "自有渠道",
    "subcontract": "合作渠道",
    "none": "暂无合适的执行方",
}


class Condition(Frozen):
    """One question put to one candidate, with what was needed and what was found."""

    code: Code
    field: str
    label: str
    need: str
    actual: str
    result: Literal["met", "unmet", "unknown"]


class Candidate(Frozen):
    """`price_fen` is what the frozen agreement leaves this executor; `score` ranks those on one route."""

    org_id: str
    name: str
    route: Route
    price_fen: int
    score: float
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def code(self) -> Code | None:
        """Why not, the first of 不愿做, 不能做, 做不好; None when the candidate qualifies."""
        for code in CODES:
            if any(one.code == code and one.result == "unmet" for one in self.conditions):
                return code
        return None


class Decision(Frozen):
    """`code` says why the seller's own team doesn't do it; `executor` is None on the route `none`."""

    route: Route
    code: Code | None
    executor: str | None
    reason: str
    candidates: tuple[Candidate, ...]

    def candidate(self, org_id: str | None) -> Candidate | None:
        return next((one for one in self.candidates if one.org_id == org_id), None)


class Order(Frozen):
    """What the rule knows of an order."""

    seller: str
    service_name: str
    permits: tuple[str, ...]
    region: str
    day: date
    days: int


def decide(
    rule: DispatchRule, order: Order, providers: tuple[Provider, ...], prices: dict[str, int], refused: frozenset[str]
) -> Decision:
    """`prices` is each candidate's share in 分; those in `refused` were asked and said no, or let the offer lapse."""
    candidates = tuple(
        judge(rule, order, provider, prices[provider.org_id], provider.org_id in refused)
        for provider in providers
        if provider.org_id in prices
    )
    own = next((one for one in candidates if one.route == "own_team"), None)
    code = own.code if own else None
    for route in ("own_team", "own_channel", "subcontract"):
        fit = [one for one in candidates if one.route == route and one.code is None]
        if fit:
            best = max(fit, key=lambda one: (one.score, one.org_id))
            return Decision(
                route=best.route,
                code=code,
                executor=best.org_id,
                reason=_reason(candidates, best),
                candidates=candidates,
            )
    return Decision(route="none", code=code, executor=None, reason=_reason(candidates, None), candidates=candidates)


def judge(rule: DispatchRule, order: Order, provider: Provider, price_fen: int, refused: bool) -> Candidate:
    """Every condition of one candidate, and its score."""
    score, reasons = rate(rule, provider, price_fen, order.region)
    return Candidate(
        org_id=provider.org_id,
        name=provider.name,
        route=_route(order, provider),
        price_fen=price_fen,
        score=score,
        reasons=reasons,
        conditions=(
            *_wont(rule, provider, price_fen, refused),
            *_cant(order, provider),
            *_badly(rule, provider),
        ),
    )


def rate(rule: DispatchRule, provider: Provider, price_fen: int, region: str) -> tuple[float, tuple[str, ...]]:
    """0 to 1 by the rule's weights, and why in words. Unknown counts half: neither good nor bad."""
    capability, record = provider.capability, provider.record
    if capability is None:
        return 0.0, ()
    parts, reasons = {"price": 0.5, "rating": 0.5, "on_time": 0.5, "capacity": 0.0, "region": 0.0}, []
    if price_fen:
        parts["price"] = max(0.0, min(1.0, 1 - capability.floor_fen / price_fen))
    if record is not None and record.ratings:
        parts["rating"] = record.rating_sum / record.ratings / 5
        reasons.append(f"客户评分 {record.rating_sum / record.ratings:.1f}（{record.ratings} 次）")
    if record is not None and record.jobs:
        parts["on_time"] = record.on_time / record.jobs
        reasons.append(f"按期完成 {record.on_time}/{record.jobs}")
    free = capability.capacity - provider.live_jobs
    if free > 0:
        parts["capacity"] = free / capability.capacity
        reasons.append(f"还可承接 {free} 单")
    if serves(capability.regions, region):
        parts["region"] = 1.0
        reasons.append("服务您所在的地区" if region else "服务多地")
    weights = rule.weights.model_dump()
    total = sum(weights.values())
    return round(sum(weights[name] * part for name, part in parts.items()) / total, 4), tuple(reasons)


def serves(regions: list[str], region: str) -> bool:
    """An empty region is anywhere; 全国 serves everywhere."""
    return not region or any(one == "全国" or region.startswith(one) or one.startswith(region) for one in regions)


def _route(order: Order, provider: Provider) -> Route:
    if provider.org_id == order.seller:
        return "own_team"
    return "subcontract" if provider.kind == OrgKind.PARTNER else "own_channel"


def _wont(rule: DispatchRule, provider: Provider, price_fen: int, refused: bool) -> tuple[Condition, ...]:
    capability = provider.capability
    if capability is None:
        return ()  # then it can't, which says more
    willing = capability.willing and not refused
    actual = "已谢绝本单" if refused else "承接" if capability.willing else "不承接"
    margin = (price_fen - capability.floor_fen) * PPM // price_fen if price_fen else -PPM
    least = rule.min_margin_ppm if provider.kind != OrgKind.PARTNER else 0  # a partner's profit is its own affair
    return (
        _condition("wont", "policy", "承接意愿", "承接", actual, willing),
        _condition(
            "wont",
            "margin",
            "报酬" if least == 0 else "毛利",
            "不低于其接单底价" if least == 0 else f"不低于 {least / 10_000:g}%",
            f"{yuan(price_fen)} 元" if least == 0 else f"{margin / 10_000:.1f}%",
            margin >= least,
        ),
    )


def _cant(order: Order, provider: Provider) -> tuple[Condition, ...]:
    capability = provider.capability
    skilled = _condition(
        "cant",
        "skill",
        "服务能力",
        f"能做{order.service_name}",
        "能做" if capability else "没有这项能力",
        capability is not None,
    )
    if capability is None:
        return (skilled,)
    lacking = [permit for permit in order.permits if permit not in provider.permits]
    free = capability.capacity - provider.live_jobs
    return (
        skilled,
        _condition(
            "cant",
            "permits",
            "许可",
            "、".join(order.permits) or "无需许可",
            f"缺 {'、'.join(lacking)}" if lacking else "齐备",
            not lacking,
        ),
        _condition("cant", "capacity", "产能", "还能承接 1 单", f"还能承接 {max(free, 0)} 单", free >= 1),
        _condition(
            "cant",
            "region",
            "服务地区",
            order.region or "不限",
            "、".join(capability.regions) or "未登记",
            serves(capability.regions, order.region),
        ),
        _condition(
            "cant",
            "deadline",
            "工期",
            f"{order.days} 个工作日内",
            f"{capability.days} 个工作日",
            capability.days <= order.days,
        ),
    )


def _badly(rule: DispatchRule, provider: Provider) -> tuple[Condition, ...]:
    record = provider.record
    known = record is not None and record.jobs >= rule.min_jobs
    none = f"完成不足 {rule.min_jobs} 单，暂不评判"
    rating = record.rating_sum * 1000 // record.ratings if record and record.ratings else None
    on_time = record.on_time * PPM // record.jobs if record and record.jobs else 0
    disputes = record.disputes * PPM // record.jobs if record and record.jobs else 0
    return (
        _condition(
            "badly",
            "rating",
            "客户评分",
            f"不低于 {rule.min_rating / 1000:.1f}",
            f"{rating / 1000:.2f}" if known and rating is not None else none,
            rating >= rule.min_rating if known and rating is not None else None,
        ),
        _condition(
            "badly",
            "on_time",
            "按期率",
            f"不低于 {rule.min_on_time_ppm / 10_000:g}%",
            f"{on_time / 10_000:.1f}%" if known else none,
            on_time >= rule.min_on_time_ppm if known else None,
        ),
        _condition(
            "badly",
            "disputes",
            "争议率",
            f"不高于 {rule.max_dispute_ppm / 10_000:g}%",
            f"{disputes / 10_000:.1f}%" if known else none,
            disputes <= rule.max_dispute_ppm if known else None,
        ),
    )


def _condition(code: Code, field: str, label: str, need: str, actual: str, met: bool | None) -> Condition:
    result: Literal["met", "unmet", "unknown"] = "unknown" if met is None else "met" if met else "unmet"
    return Condition(code=code, field=field, label=label, need=need, actual=actual, result=result)


def _reason(candidates: tuple[Candidate, ...], best: Candidate | None) -> str:
    """Who was passed over and why, then who was chosen."""
    passed = []
    for one in candidates:
        if best is not None and one.org_id == best.org_id:
            continue
        if one.code is None:
            continue
        unmet = [f"{found.label}{found.actual}" for found in one.conditions if found.result == "unmet"]
        passed.append(f"{one.name}{CODES[one.code]}（{'、'.join(unmet[:2])}）")
    chosen = (
        f"建议由{best.name}办理（{ROUTES[best.route]}，评分 {best.score:.2f}）"
        if best
        else "没有合适的执行方，请由总部改派"
    )
    return "；".join([*passed, chosen])[:1000]
