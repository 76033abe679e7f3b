"""How a service is carried out: its steps, materials, deadlines and evidence, from the SOP's data."""

import re

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.turn.passages import passage_part
from assistant.turn.recommend import wanted_service
from assistant.turn.state import Change, TurnState
from assistant.understand.numbers import parse_number
from knowledge.services import Service, SopStep

NUMBERED = re.compile(r"第([一二三四五六七八九十\d]+)步")
SPECIFIC = re.compile(r"公示|几天|多少天|多久|几个工作日|辅助账|归集|在哪|网站|平台|谁来|要不要|能不能")
MATERIALS = re.compile(r"材料|资料|准备|清单|文件|带什么|提交")


def steps_step(desk: Desk, state: TurnState) -> Change:
    """One step when its number is asked, the materials when those are, else the whole way."""
    service = wanted_service(desk, state)
    if service is None:
        return {"parts": (passage_part(desk, state, state["question"]),)}
    text = state["text"]
    if match := NUMBERED.search(text):
        number = int(match[1]) if match[1].isdigit() else int((parse_number(match[1]) or (0, 0))[0])
        for step in service.sop.steps:
            if step.no == number:
                return {"parts": (_part(service, (_one(service, step),)),)}
    if MATERIALS.search(text):
        return {"parts": (_part(service, (_materials(service),)),)}
    if SPECIFIC.search(text):
        part = passage_part(desk, state, state["question"])
        if part.outcome == "answered":
            return {"parts": (part,)}
    rows = "\n".join(f"{step.no}. {step.name}（{step.sla_workdays} 个工作日内）" for step in service.sop.steps)
    words = f"{service.name}按以下步骤办理：\n\n{rows}"
    return {"parts": (_part(service, (Statement(words, (), (words,), prose=False),)),)}


def _one(service: Service, step: SopStep) -> Statement:
    proof = "、".join(f"{item.label} {item.count} 份" for item in step.evidence) or "无"
    words = (
        f"{service.name}第 {step.no} 步“{step.name}”：材料 {'、'.join(step.materials) or '无'}；留存凭证 {proof}；"
        f"时限 {step.sla_workdays} 个工作日；检查要点 {'、'.join(step.checks) or '无'}；"
        f"常见问题 {'、'.join(step.failures) or '无'}"
    )
    return Statement(words, (), (words,))


def _materials(service: Service) -> Statement:
    rows = "\n".join(f"- {step.name}：{'、'.join(step.materials)}" for step in service.sop.steps if step.materials)
    words = f"{service.name}要准备的材料：\n\n{rows}"
    return Statement(words, (), (words,), prose=False)


def _part(service: Service, statements: tuple[Statement, ...]) -> Part:
    named = ({"service_id": service.id, "name": service.name},)
    return Part(statements, services=named, dialog={"topic_service": service.id})
