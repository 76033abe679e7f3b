"""Recommendations in the conversation, and which service a message means."""

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.diagnose import diagnose
from assistant.recommend import recommend
from assistant.turn.state import Change, TurnState
from knowledge.services import Service


def recommend_step(desk: Desk, state: TurnState) -> Change:
    """Up to four services with the reason each is for; nothing the company already has."""
    asked = frozenset(state["dialog"].asked_before)
    verdicts = diagnose(desk.book, state["company"], (), state["as_of"], asked=asked, region=state["region"]).verdicts
    found = recommend(
        desk.book, desk.catalogue, state["company"], verdicts, state["as_of"], providers=desk.orders.providers
    )
    if not found:
        words = "目前掌握的信息还不足以推荐具体服务；告诉我行业、营收、人数和知识产权情况，我就能给出建议"
        return {"parts": (Part((say(words),), "need_info", action="ask"),)}
    lines = []
    for item in found:
        when = "现在可办" if item.horizon == "now" else "以后可办"
        text = f"{item.name}（{when}）：{'；'.join(item.reasons)}"
        lines.append(Statement(text, (), (text,)))
    part = Part(
        tuple(lines),
        cards=({"type": "recommendations", "items": [item.model_dump(mode="json") for item in found]},),
        services=tuple({"service_id": item.service_id, "name": item.name} for item in found),
        dialog={"topic_service": found[0].service_id},
    )
    return {"parts": (part,)}


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
