"""三不派单: an order nobody inside will (不愿做 wont), can (不能做 cant) or does well (做不好 badly) goes to a partner.

Pure: facts of the order and of each candidate in, an explained decision out. Own team first, then the house's other
branches and channels, then partners; the contract and the client stay with the seller whoever executes.
"""

from typing import Literal

from knowledge.base.identity import OrgKind
from knowledge.policies.values import Frozen
from workflows.dispatch_rule import DispatchRule
from workflows.judging import Code, Condition, Order, conditions, serves
from workflows.network import Provider

Route = Literal["own_team", "own_channel", "subcontract", "none"]
CODES: dict[Code, str] = {"wont": "不愿做", "cant": "不能做", "badly": "做不好"}
ROUTES: dict[Route, str] = {
    "own_team": "自己的团队",
    "own_channel": "自有渠道",
    "subcontract": "合作渠道",
    "none": "暂无合适的执行方",
}


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
        conditions=conditions(rule, order, provider, price_fen, refused),
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


def _route(order: Order, provider: Provider) -> Route:
    if provider.org_id == order.seller:
        return "own_team"
    return "subcontract" if provider.kind == OrgKind.PARTNER else "own_channel"


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
