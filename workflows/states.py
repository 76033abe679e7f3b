"""States as data: `(machine, from, command) → to, who`, and the words people read.

`who` holds titles `side:role`: the side an organisation is on in this order (client, seller, asked, executor, hq) and
the person's role there. `system` is a consequence, never a person's command. `doer` and `checker` are worked out for
each step: who may work on it depends on the step's role, and whoever worked on it may not check it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Transition:
    machine: str
    source: str
    command: str
    target: str
    who: frozenset[str]
    label: str = ""


SYSTEM = "system"
EXECUTOR = ("executor:delivery", "executor:partner", "executor:manager")
ASKED = ("asked:partner", "asked:manager")


def _t(machine: str, source: str, command: str, target: str, *who: str, label: str = "") -> Transition:
    return Transition(machine, source, command, target, frozenset(who or (SYSTEM,)), label)


TRANSITIONS: tuple[Transition, ...] = (
    _t("quote", "sent", "accept", "accepted", "client:client", label="确认下单"),
    _t("quote", "sent", "reject", "rejected", "client:client", label="不接受"),
    _t("quote", "sent", "expire", "expired"),
    _t("quote", "sent", "supersede", "superseded"),
    _t("contract", "sent", "sign", "signed", "client:client", label="签署"),
    _t("contract", "signed", "terminate", "terminated"),
    _t("order", "created", "fund", "funded"),
    _t("order", "created", "cancel", "cancelled", "seller:manager", label="取消订单"),
    _t("order", "created", "allow_credit", "funded", "seller:manager", label="按账期先行派单"),
    _t("order", "funded", "seek", "dispatching"),
    _t("order", "dispatching", "begin", "in_progress"),
    _t("order", "in_progress", "deliver", "delivered"),
    _t("order", "delivered", "reopen", "in_progress"),
    _t("order", "delivered", "complete", "accepted"),
    _t("order", "accepted", "close", "closed"),
    _t("payment", "pending", "capture", "captured", "seller:finance", label="登记到账"),
    _t("payment", "pending", "void", "void"),
    _t("dispatch", "proposed", "confirm", "confirmed", "seller:manager", label="确认派单"),
    _t("dispatch", "proposed", "override", "overridden", "seller:manager", "hq:hq", label="改派"),
    _t("dispatch", "proposed", "renew", "superseded", "seller:manager", label="重新判定"),
    _t("offer", "draft", "open", "open"),
    _t("offer", "open", "accept", "accepted", *ASKED, label="接单"),
    _t("offer", "open", "decline", "declined", *ASKED, label="不接"),
    _t("offer", "open", "withdraw", "withdrawn", "seller:manager", label="撤回要约"),
    _t("offer", "open", "expire", "expired"),
    _t("offer", "accepted", "complete", "completed"),
    _t("job", "assigned", "start", "started", *EXECUTOR, label="开工"),
    _t("job", "started", "submit", "submitted", *EXECUTOR, label="提交成果"),
    _t("job", "submitted", "pass", "passed", "seller:manager", label="质检通过"),
    _t("job", "submitted", "rework", "rework", "seller:manager", label="退回返工"),
    _t("job", "passed", "return", "rework"),
    _t("job", "rework", "resume", "started", *EXECUTOR, label="开始返工"),
    _t("step", "todo", "start", "doing", "doer", label="开始这一步"),
    _t("step", "doing", "evidence", "doing", "doer", label="上传凭证"),
    _t("step", "doing", "complete", "evidenced"),
    _t("step", "evidenced", "check", "checked", "checker", label="检查通过"),
    _t("step", "evidenced", "return", "doing", "checker", label="退回补充"),
    _t("step", "checked", "redo", "doing"),
    _t("acceptance", "requested", "accept", "accepted", "client:client", label="验收通过"),
    _t("acceptance", "requested", "reject", "rejected", "client:client", label="验收不通过"),
    _t("acceptance", "requested", "deem", "deemed_accepted"),
    _t("evaluation", "open", "give", "given", "client:client", label="评价服务"),
    _t("evaluation", "open", "lapse", "lapsed"),
)

INITIAL: dict[str, str] = {
    "quote": "sent",
    "contract": "sent",
    "order": "created",
    "payment": "pending",
    "dispatch": "proposed",
    "offer": "draft",
    "job": "assigned",
    "step": "todo",
    "acceptance": "requested",
    "evaluation": "open",
}

WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "quote": (
        "报价",
        {
            "sent": "待确认",
            "accepted": "已接受",
            "rejected": "未接受",
            "expired": "已过期",
            "superseded": "已被新报价替代",
        },
    ),
    "contract": ("合同", {"sent": "待签署", "signed": "已签署", "terminated": "已终止"}),
    "order": (
        "订单",
        {
            "created": "已下单",
            "funded": "已付款",
            "dispatching": "派单中",
            "in_progress": "办理中",
            "delivered": "已交付",
            "accepted": "已验收",
            "closed": "已完结",
            "cancelled": "已取消",
            "ended": "未成交",
        },
    ),
    "payment": ("付款", {"pending": "待付款", "captured": "已到账", "void": "已作废"}),
    "dispatch": (
        "派单",
        {"proposed": "待确认", "confirmed": "已确认", "overridden": "已改派", "superseded": "已重新判定"},
    ),
    "offer": (
        "要约",
        {
            "draft": "草稿",
            "open": "待回复",
            "accepted": "已接受",
            "declined": "已拒绝",
            "expired": "已过期",
            "withdrawn": "已撤回",
            "completed": "已完成",
        },
    ),
    "job": (
        "办理",
        {"assigned": "已分派", "started": "已开工", "submitted": "已提交", "passed": "已通过", "rework": "返工"},
    ),
    "step": ("步骤", {"todo": "未开始", "doing": "进行中", "evidenced": "待检查", "checked": "已检查"}),
    "acceptance": (
        "验收",
        {"requested": "待验收", "accepted": "已验收", "rejected": "未通过", "deemed_accepted": "视为验收"},
    ),
    "evaluation": ("评价", {"open": "待评价", "given": "已评价", "lapsed": "未评价"}),
}


def find(machine: str, source: str, command: str) -> Transition | None:
    for transition in TRANSITIONS:
        if (transition.machine, transition.source, transition.command) == (machine, source, command):
            return transition
    return None


def leaving(machine: str, source: str) -> tuple[Transition, ...]:
    return tuple(one for one in TRANSITIONS if one.machine == machine and one.source == source)


def may(machine: str, command: str) -> frozenset[str]:
    """Every title that may give this command in some state; empty when no person ever may or there is no such one."""
    found: frozenset[str] = frozenset()
    for one in TRANSITIONS:
        if one.machine == machine and one.command == command:
            found |= one.who
    return found - {SYSTEM}


def words(machine: str, state: str) -> str:
    return WORDS[machine][1].get(state, state)


def happened(machine: str, command: str, state: str) -> str:
    """What an event says: the state reached, or what was done when the state stayed."""
    return {"evidence": "上传凭证", "overdue": "已逾期"}.get(command) or words(machine, state)


def title(machine: str) -> str:
    return WORDS[machine][0]
