"""Which services fit: verdicts and facts as reasons, now and later apart, value from the calculators."""

from typing import Any

from knowledge.companies import Company
from knowledge.policies import Verdict
from knowledge.services import Service

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.diagnose import diagnose
from assistant.turn.state import Change, TurnState
from knowledge.base.money import yuan

MOST = 4


def recommend_step(desk: Desk, state: TurnState) -> Change:
    """Up to four services with the reason each is for; nothing the company already has."""
    items = recommendations(desk, state["company"], state)
    if not items:
        words = "目前掌握的信息还不足以推荐具体服务；告诉我行业、营收、人数和知识产权情况，我就能给出建议"
        return {"parts": (Part((say(words),), "need_info", action="ask"),)}
    lines = []
    for item in items:
        when = "现在可办" if item["horizon"] == "now" else "以后可办"
        text = f"{item['name']}（{when}）：{'；'.join(item['reasons'])}"
        lines.append(Statement(text, (), (text,)))
    card = {"type": "recommendations", "items": items}
    part = Part(
        tuple(lines),
        cards=(card,),
        services=tuple({"service_id": item["service_id"], "name": item["name"]} for item in items),
        dialog={"topic_service": items[0]["service_id"]},
    )
    return {"parts": (part,)}


def recommendations(desk: Desk, company: Company, state: TurnState) -> list[dict[str, Any]]:
    """Items of the contract's `recommendations[]`, best first."""
    verdicts = {
        verdict.programme_id: verdict
        for verdict in diagnose(
            desk.book,
            company,
            (),
            state["as_of"],
            asked=frozenset(state["dialog"].asked_before),
            region=state["region"],
        ).verdicts
    }
    held = {fact.field for fact in company.facts if fact.value is True and fact.field.startswith("qual.")}
    declined = {service for service in () if service}
    found = []
    for service in desk.catalogue.services:
        if service.id in declined or any(f"qual.{p}_valid" in held for p in service.programme_ids):
            continue
        item = _item(service, [verdicts[p] for p in service.programme_ids if p in verdicts], company, state)
        if item is not None:
            found.append(item)
    found.sort(key=lambda item: -item.pop("_rank"))
    return found[:MOST]


def wanted_service(desk: Desk, state: TurnState) -> Service | None:
    """The service the words name; else the one the conversation is about."""
    named = desk.catalogue.find(state["text"])
    if named is not None:
        return named
    read = state["understanding"]
    dialog = state["dialog"]
    programmes = (read.entities.programmes if read else ()) or ()
    for programme_id in programmes:
        for service in desk.catalogue.for_programme(programme_id):
            return service
    if dialog.topic_service is not None:
        return desk.catalogue.service(dialog.topic_service)
    for programme_id in dialog.topic_programmes:
        for service in desk.catalogue.for_programme(programme_id):
            return service
    return None


def _item(service: Service, verdicts: list[Verdict], company: Company, state: TurnState) -> dict[str, Any] | None:
    reasons: list[str] = []
    rank = 0.0
    horizon = "now"
    for verdict in verdicts:
        met = sum(condition.result == "met" for condition in verdict.conditions)
        unmet = [condition for condition in verdict.conditions if condition.result == "unmet"]
        if verdict.verdict == "met" or verdict.ready:
            reasons.append(f"{verdict.name}的可计算条件已满足")
            rank += 10
        elif verdict.verdict == "unmet":
            horizon = "future"
            reasons.append(f"{verdict.name}还差：" + "、".join(c.gap or c.label for c in unmet[:2]))
            rank += 1
        elif verdict.verdict == "unknown":
            reasons.append(f"{verdict.name}已有 {met} 项条件满足，还有条件待确认")
            rank += 2 + met
    small = any(fact.field == "entity.taxpayer_type" and fact.value == "小规模纳税人" for fact in company.facts)
    if "vat.small_scale" in " ".join(service.rule_ids) and small:
        reasons.append("贵公司是小规模纳税人，需要按期申报增值税")
        rank += 5
    copyrights = [fact for fact in company.facts if fact.field == "ip.software_copyrights" and fact.value == 0]
    if service.id == "software_copyright" and copyrights:
        reasons.append("目前没有软件著作权，可作为Ⅱ类知识产权补充")
        rank += 4
    if not reasons:
        return None
    return {
        "service_id": service.id,
        "name": service.name,
        "horizon": horizon,
        "deadline": next((str(v.earliest) for v in verdicts if v.earliest), None),
        "value_fen": None,
        "reasons": [
            *reasons,
            f"服务费 {yuan(service.price.low_fen)}～{yuan(service.price.high_fen)} 元（演示机构定价）",
        ],
        "programme_ids": list(service.programme_ids),
        "providers": [],
        "_rank": rank,
    }
