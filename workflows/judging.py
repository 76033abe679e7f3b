"""The questions of the 三不 rule to one candidate: will it (不愿做), can it (不能做), does it do it well (做不好)."""

from datetime import date
from typing import Literal

from knowledge.base.identity import OrgKind
from knowledge.base.money import PPM, yuan
from knowledge.policies.values import Frozen
from workflows.dispatch_rule import DispatchRule
from workflows.network import Provider

Code = Literal["wont", "cant", "badly"]


class Condition(Frozen):
    """One question put to one candidate, with what was needed and what was found."""

    code: Code
    field: str
    label: str
    need: str
    actual: str
    result: Literal["met", "unmet", "unknown"]


class Order(Frozen):
    """What the rule knows of an order."""

    seller: str
    service_name: str
    permits: tuple[str, ...]
    region: str
    day: date
    days: int


def conditions(
    rule: DispatchRule, order: Order, provider: Provider, price_fen: int, refused: bool
) -> tuple[Condition, ...]:
    """Every condition with what was needed and what was found; `refused`: it was asked and said no."""
    return (*_wont(rule, provider, price_fen, refused), *_cant(order, provider), *_badly(rule, provider))


def serves(regions: list[str], region: str) -> bool:
    """An empty region is anywhere; 全国 serves everywhere."""
    return not region or any(one == "全国" or region.startswith(one) or one.startswith(region) for one in regions)


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
