"""Who will do it: the rule proposes, the manager confirms or overrides, an offer goes out or the own team begins."""

from typing import Any

from knowledge.base.clock import today
from knowledge.base.errors import GuardFailed, Refused
from knowledge.base.identity import Org
from workflows import dispatch, events, judging, network, outbox, trace
from workflows.case import Case
from workflows.commands import offers
from workflows.commands.jobs import begin
from workflows.dispatch import ROUTES, Candidate, Decision
from workflows.dispatch_rule import rule_on
from workflows.settlement import executor_price
from workflows.tables.executing import DispatchRow

LOST = ("declined", "expired", "withdrawn")


def propose(case: Case) -> DispatchRow:
    """A new decision by the rule of the day; whoever refused this order before isn't asked again."""
    rule = rule_on(today(case.doing.clock))
    decision = _decide(case)
    last = case.dispatch()
    number = int(last.id.rsplit("-d", 1)[1]) + 1 if last else 1
    now = case.doing.clock.now()
    if case.order.state == "funded":
        case.follow(case.order, "seek")
    row = DispatchRow(
        id=f"{case.id}-d{number:02}",
        org_id=case.order.org_id,
        state="proposed",
        created_at=now,
        updated_at=now,
        order_id=case.id,
        route=decision.route,
        code=decision.code,
        executor_org=decision.executor,
        reason=decision.reason,
        decision=decision.model_dump(mode="json"),
        rule_sha256=rule.sha256,
    )
    case.create(row, detail=decision.reason)
    trace.link(case.doing.work, (case.order.org_id,), ("order", case.id), ("dispatch", row.id), case.doing.clock)
    return row


def confirm(case: Case, row: DispatchRow, _body: dict[str, Any]) -> None:
    if row.executor_org is None:
        reason = "没有符合条件的执行方"
        raise GuardFailed(f"{reason}；请重新判定，或由总部改派。", reasons=(reason,))
    case.move(row, "confirm")
    _carry(case, row)


def override(case: Case, row: DispatchRow, body: dict[str, Any]) -> None:
    """A person decides otherwise, with a reason. Handing the work outside against the proposal is for headquarters."""
    decision = Decision.model_validate(row.decision)
    chosen = decision.candidate(str(body["executor"]))
    if chosen is None:
        raise GuardFailed("改派的执行方不在候选名单里；请从名单中选择。", reasons=("不在候选名单",), field="executor")
    if chosen.route == "subcontract" and chosen.org_id != row.executor_org and not _is_hq(case):
        raise Refused("改派给合作方须由总部运营办理；请联系总部。")
    _check(chosen)
    row.executor_org, row.route, row.reason = chosen.org_id, chosen.route, str(body["reason"])
    case.move(row, "override", detail=f"改由{chosen.name}办理（{ROUTES[chosen.route]}）：{row.reason}")
    _carry(case, row)


def renew(case: Case, row: DispatchRow, _body: dict[str, Any]) -> None:
    """Capabilities, permits or workload have changed: ask the rule again."""
    case.move(row, "renew")
    propose(case)


def lost(case: Case) -> None:
    """An offer came to nothing: the order looks for someone else."""
    propose(case)
    outbox.tell(case.doing.work, case.order.org_id, "offer_lost", case.id, case.doing.clock)


def _carry(case: Case, row: DispatchRow) -> None:
    assert row.executor_org is not None
    if row.route == "own_team":
        begin(case, row.executor_org, ("dispatch", row.id), subcontracted=False)
    else:
        offers.open_offer(case, row)


def _decide(case: Case) -> Decision:
    order, day = case.order, today(case.doing.clock)
    found = network.providers(case.doing.work, order.org_id, order.service_id, day)
    events.append(
        case.doing,
        order.org_id,
        events.What("audit", case.id, "read", None, "read", case.id, "派单时查看各机构的能力与履约记录"),
    )
    client = case.seller.get(Org, order.client_org)
    service = case.service
    asked = judging.Order(
        seller=order.org_id,
        service_name=service.name,
        permits=service.permits,
        region=client.region if client else "",
        day=day,
        days=service.days,
    )
    prices = {one.org_id: executor_price(case, one.org_id) for one in found}
    refused = frozenset(offer.executor_org for offer in case.offers() if offer.state in LOST)
    return dispatch.decide(rule_on(day), asked, found, prices, refused)


def _check(chosen: Candidate) -> None:
    """No reason makes up for a missing licence, or for a price below the executor's floor."""
    for one in chosen.conditions:
        if (
            one.result == "unmet"
            and one.field in ("skill", "permits", "margin")
            and not (one.field == "margin" and chosen.route != "subcontract")
        ):
            reason = f"{chosen.name}：{one.label}需要{one.need}，现为{one.actual}"
            raise GuardFailed(f"{reason}；请改选其他执行方。", reasons=(reason,), field="executor")


def _is_hq(case: Case) -> bool:
    return "hq:hq" in case.doing.titles
