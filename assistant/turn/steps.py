"""How a service is carried out: its steps, materials, deadlines and evidence, from the SOP's data."""

import re

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.turn.onestep import asks_law_too, meant, step_part
from assistant.turn.passages import passage_part
from assistant.turn.recommend import wanted_service
from assistant.turn.state import Change, TurnState
from knowledge.services import Service
from knowledge.services.step import name_service, step_number

SPECIFIC = re.compile(r"公示|几天|多少天|多久|几个工作日|辅助账|归集|在哪|网站|平台|谁来|要不要|能不能")
SHOWN = {"no", "name", "sla_workdays", "materials"}
MATERIALS = re.compile(r"材料|资料|准备|清单|文件|带什么|提交")


def steps_step(desk: Desk, state: TurnState) -> Change:
    """The one step meant, the materials when those are asked, else the whole way."""
    text = state["text"]
    if (found := meant(desk, state)) is not None:
        part = step_part(found, state["as_of"])
        law = passage_part(desk, state, state["question"]) if asks_law_too(found, text) else None
        return {"parts": (law, part) if law is not None and law.outcome == "answered" else (part,)}
    service = desk.catalogue.find(text) or name_service(desk.catalogue, text) or wanted_service(desk, state)
    if service is None:
        return {"parts": (passage_part(desk, state, state["question"]),)}
    if MATERIALS.search(text):
        return {"parts": (_part(service, (_materials(service),)),)}
    if SPECIFIC.search(text):
        part = passage_part(desk, state, state["question"])
        if part.outcome == "answered":
            return {"parts": (part,)}
    rows = "\n".join(f"{step.no}. {step.name}（{step.sla_workdays} 个工作日内）" for step in service.sop.steps)
    number = step_number(text)
    lead = f"{service.name}只有 {len(service.sop.steps)} 步，没有第 {number} 步。" if number is not None else ""
    words = f"{lead}{service.name}按以下步骤办理：\n\n{rows}"
    return {"parts": (_part(service, (Statement(words, (), (words,), prose=False),)),)}


def _materials(service: Service) -> Statement:
    rows = "\n".join(f"- {step.name}：{'、'.join(step.materials)}" for step in service.sop.steps if step.materials)
    words = f"{service.name}要准备的材料：\n\n{rows}"
    return Statement(words, (), (words,), prose=False)


def _part(service: Service, statements: tuple[Statement, ...]) -> Part:
    named = ({"service_id": service.id, "name": service.name},)
    card = {
        "type": "sop",
        **named[0],
        "version": service.sop.version,
        "count": len(service.sop.steps),
        "steps": [step.model_dump(mode="json", include=SHOWN) for step in service.sop.steps],
    }
    return Part(statements, services=named, cards=(card,), dialog={"topic_service": service.id})
