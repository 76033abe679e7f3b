"""Which commands a person may give now, with the fields each one asks for."""

from typing import Literal

from knowledge.base.money import yuan
from knowledge.policies.values import Frozen
from workflows import states
from workflows.actor import Actor
from workflows.copies import Copy, Handle, PartnerCopy, SellerCopy, StepCopy

PLURAL = {
    "quote": "quotes",
    "order": "orders",
    "payment": "payments",
    "dispatch": "dispatches",
    "offer": "offers",
    "job": "jobs",
    "step": "steps",
    "acceptance": "acceptances",
    "evaluation": "evaluations",
}
# Where each machine's commands stand on the page: what moves the order on comes first.
URGENCY = ("acceptance", "offer", "payment", "dispatch", "step", "job", "evaluation", "order")


class Choice(Frozen):
    value: str
    label: str


class Field(Frozen):
    """What a command asks for. `money` is sent in 分."""

    name: str
    label: str
    type: Literal["text", "money", "choice", "file"]
    required: bool
    choices: tuple[Choice, ...] = ()


class Command(Frozen):
    aggregate: str
    id: str
    command: str
    label: str
    version: int
    fields: tuple[Field, ...]


def commands(copy: Copy, actor: Actor, titles: frozenset[str]) -> tuple[Command, ...]:
    """By what the person's organisation knows; the command itself checks again."""
    found = []
    for machine in URGENCY:
        for handle in copy.handles:
            if handle.machine == machine:
                found += [
                    Command(
                        aggregate=PLURAL[machine],
                        id=handle.id,
                        command=one.command,
                        label=one.label,
                        version=handle.version,
                        fields=fields(machine, one.command, copy, handle),
                    )
                    for one in states.leaving(machine, handle.state)
                    if one.who & (titles | _step_titles(copy, handle, actor, titles)) and _now(one, copy, handle, actor)
                ]
    return tuple(found)


def _now(transition: states.Transition, copy: Copy, handle: Handle, actor: Actor) -> bool:
    """What would certainly be refused isn't offered."""
    step = (transition.machine, transition.command)
    if step == ("step", "start"):
        return handle.ready
    if step == ("job", "submit"):
        return copy.job is not None and all(one.state == "checked" for one in copy.job.steps)
    if step in (("job", "pass"), ("job", "rework")):
        return actor.user_id not in handle.doers
    if step == ("order", "allow_credit"):
        return isinstance(copy, SellerCopy) and copy.credit_agreed
    if step == ("dispatch", "confirm"):
        return isinstance(copy, SellerCopy) and copy.dispatch is not None and copy.dispatch.executor is not None
    if step == ("offer", "accept"):
        return isinstance(copy, PartnerCopy)
    return True


def _step_titles(copy: Copy, handle: Handle, actor: Actor, titles: frozenset[str]) -> frozenset[str]:
    step = _step_of(copy, handle)
    if step is None or copy.job is None:
        return frozenset()
    return step_titles(step.role, step.subcontract, copy.job.subcontracted, handle.doers, actor, titles)


def step_titles(
    role: str, may_subcontract: bool, subcontracted: bool, doers: tuple[str, ...], actor: Actor, titles: frozenset[str]
) -> frozenset[str]:
    """`doer` and `checker` of one step, worked out from the person's other titles.

    The executor's team works on what may be subcontracted, the seller's on the rest; the client does its own steps,
    for which the seller's team may act. Whoever worked on a step never checks it.
    """
    team = {"seller:delivery", "seller:manager", "seller:sales"}
    if not subcontracted or may_subcontract:
        team |= {"executor:delivery", "executor:partner", "executor:manager"}
    if subcontracted and may_subcontract and role == "delivery":
        team -= {"seller:delivery", "seller:manager", "seller:sales"}
    if role == "client":
        team |= {"client:client"}
    found = set()
    if titles & team:
        found.add("doer")
    checkers = {"seller:manager", "seller:delivery", "seller:sales", "executor:manager", "executor:partner"}
    if titles & checkers and actor.user_id not in doers:
        found.add("checker")
    return frozenset(found)


def fields(machine: str, command: str, copy: Copy, handle: Handle) -> tuple[Field, ...]:
    reason = Field(name="reason", label="理由", type="text", required=True)
    wanted: dict[tuple[str, str], tuple[Field, ...]] = {
        ("payment", "capture"): (
            Field(name="amount_fen", label=_due(copy), type="money", required=True),
            Field(name="reference", label="银行流水号", type="text", required=True),
        ),
        ("order", "cancel"): (reason,),
        ("order", "allow_credit"): (reason,),
        ("dispatch", "override"): (_executors(copy), reason),
        ("offer", "decline"): (reason.model_copy(update={"required": False}),),
        ("offer", "withdraw"): (reason,),
        ("job", "rework"): (_steps(copy), reason),
        ("step", "return"): (reason,),
        ("step", "evidence"): (_kinds(copy, handle), Field(name="file", label="文件", type="file", required=True)),
        ("acceptance", "reject"): (reason,),
        ("evaluation", "give"): (
            Field(
                name="score",
                label="评分",
                type="choice",
                required=True,
                choices=tuple(Choice(value=str(n), label=f"{n} 分") for n in (5, 4, 3, 2, 1)),
            ),
            Field(name="text", label="评语", type="text", required=False),
        ),
    }
    return wanted.get((machine, command), ())


def _due(copy: Copy) -> str:
    return f"到账金额，本期应付 {yuan(copy.due_fen)}" if isinstance(copy, SellerCopy) else "到账金额"


def _executors(copy: Copy) -> Field:
    known = copy.dispatch.choices if isinstance(copy, SellerCopy) and copy.dispatch else ()
    choices = tuple(Choice(value=org_id, label=name) for org_id, name in known)
    return Field(name="executor", label="改由谁办理", type="choice", required=True, choices=choices)


def _steps(copy: Copy) -> Field:
    steps = copy.job.steps if copy.job else ()
    choices = tuple(Choice(value=str(step.no), label=f"{step.no} {step.name}") for step in steps)
    return Field(name="step", label="从哪一步返工", type="choice", required=True, choices=choices)


def _kinds(copy: Copy, handle: Handle) -> Field:
    step = _step_of(copy, handle)
    labels: dict[str, list[str]] = {}
    for need in step.requires if step else ():
        labels.setdefault(need.type, []).append(need.label)
    choices = tuple(Choice(value=kind, label="、".join(names)) for kind, names in labels.items())
    return Field(name="type", label="凭证类型", type="choice", required=True, choices=choices)


def _step_of(copy: Copy, handle: Handle) -> StepCopy | None:
    if handle.machine != "step" or copy.job is None:
        return None
    return next((step for step in copy.job.steps if step.id == handle.id), None)
