"""One step of a procedure, told whole: what is done, by whom, materials, days, evidence, example."""

import re
from datetime import date

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.dialog import Dialog
from assistant.turn.state import TurnState
from assistant.understand.values import Understanding
from knowledge.base.calendar import add_workdays, is_provisional
from knowledge.services import Service, SopStep
from knowledge.services.step import MENTIONS_STEP, STEP, StepFound, asked_of, find_step, name_service

STAFF = frozenset({"sales", "channel"})
# What only knowledge answers is never taken for a step: an order, a sum, a person wanted come first.
GIVES_WAY = frozenset({"answer", "steps", "judge", "recommend", "price", "offer", "decline", "each"})
ROLES = {"delivery": "执行方做", "sales": "销售做", "client": "客户自己做，我们在旁协助"}
BESIDE = re.compile(r"(?:请问|那|那么)?([这那该上下]一?个?步|这个(?=能|可以|要|谁|几天|多久)|当前这?步)")
WHOLE = re.compile(r"[几哪]几?步|哪些步骤|步骤有|SOP|(?:什么|啥|整个|全部)?流程|步骤$", re.IGNORECASE)
SHORT = 14  # characters of a follow-up: a longer one names what it is about
LAW = re.compile(r"第几条|哪一?条|哪部法|什么依据|规定在")
PUBLIC = re.compile(r"公示|公告")


def step_asked(desk: Desk, text: str, read: Understanding | None, dialog: Dialog) -> StepFound | None:
    """The step the words mean; a number alone means the service the conversation or a programme points at."""
    if dialog.topic_service and dialog.topic_step and (turn := BESIDE.match(text)) and len(text) <= SHORT:
        return _beside(desk.catalogue.service(dialog.topic_service), dialog.topic_step, turn[1], text)
    if LAW.search(text) and not MENTIONS_STEP.search(text):
        return None
    programmes = (read.entities.programmes if read else ()) or dialog.topic_programmes
    about = [one.id for programme in programmes for one in desk.catalogue.for_programme(programme)]
    if dialog.topic_service and not (read and read.entities.programmes):
        about = [dialog.topic_service]
    return find_step(desk.catalogue, text, about)


def _beside(service: Service, number: int, words: str, text: str) -> StepFound | None:
    """这步谁做, 下一步几天: the step last told, or its neighbour."""
    number += 1 if words.startswith("下") else -1 if words.startswith("上") else 0
    step = next((one for one in service.sop.steps if one.no == number), None)
    return None if step is None else StepFound(service, step, asked_of(text))


def steps_first(desk: Desk, state: TurnState, read: Understanding, queue: tuple[str, ...]) -> tuple[str, ...]:
    """A step by its number, and for staff one in any words (代账交接要什么凭证), comes before all else."""
    spoken_of = state["speaker"].role in STAFF or STEP.search(read.text)
    if not spoken_of or not set(queue) <= GIVES_WAY or read.facts:
        return queue
    if state["speaker"].role in STAFF and WHOLE.search(read.text) and name_service(desk.catalogue, read.text):
        return ("steps",)
    return ("steps",) if step_asked(desk, read.text, read, state["dialog"]) else queue


def meant(desk: Desk, state: TurnState) -> StepFound | None:
    """The step to tell. A client's 公示几天 asks about the law, not about our procedure, unless a step is spoken of."""
    if WHOLE.search(state["text"]) or (state["speaker"].role not in STAFF and not MENTIONS_STEP.search(state["text"])):
        return None
    return step_asked(desk, state["text"], state["understanding"], state["dialog"])


def asks_law_too(found: StepFound, text: str) -> bool:
    """公告要多少天 has a legal term beside our own days."""
    return "days" in found.asked and bool(PUBLIC.search(text)) and not MENTIONS_STEP.search(text)


def step_part(found: StepFound, as_of: date) -> Part:
    """The step as a list, what was asked first."""
    service, step = found.service, found.step
    lines = _lines(service, step, as_of)
    order = [name for name in lines if name in found.asked] + [name for name in lines if name not in found.asked]
    head = f"{service.name}第 {step.no} 步“{step.name}”（共 {len(service.sop.steps)} 步）："
    words = head + "\n\n" + "\n".join(f"- {lines[name]}" for name in order)
    named = {"service_id": service.id, "name": service.name}
    card = {
        "type": "step",
        "service_id": service.id,
        "version": service.sop.version,
        "steps": len(service.sop.steps),
        "due": add_workdays(as_of, step.sla_workdays).isoformat(),
        **step.model_dump(mode="json"),
    }
    return Part(
        (Statement(words, (), (words,), prose=False),),
        services=(named,),
        cards=(card,),
        dialog={"topic_service": service.id, "topic_step": step.no},
    )


def _lines(service: Service, step: SopStep, as_of: date) -> dict[str, str]:
    """By what may be asked; only what the step says is there."""
    due = add_workdays(as_of, step.sla_workdays)
    later = "（该年放假安排未公布，日期可能变动）" if is_provisional(due.year) else ""
    proof = "；".join(f"{need.label} {need.count} 份" for need in step.evidence)
    permits = [*service.permits, *step.permits]
    outside = "可以交给合作方" if step.subcontract else "不能分包"
    lines = {
        "materials": f"材料：{'、'.join(step.materials)}" if step.materials else "材料：不用另交",
        "days": f"时限：{step.sla_workdays} 个工作日，{as_of} 开始的话最迟 {due}{later}",
        "evidence": f"留存凭证：{proof}",
        "what": f"做什么：{step.what}",
        "who": f"谁来做：{ROLES[step.role]}；{outside}" + (f"；要有{'、'.join(permits)}" if permits else ""),
        "checks": f"检查要点：{'、'.join(step.checks)}"
        + (f"；常见问题：{'、'.join(step.failures)}" if step.failures else ""),
    }
    if step.example:
        lines["example"] = f"示例：{step.example}"
    return lines
