"""Which intents of a message are handled, and in what order."""

import re

from assistant.dialog import Dialog
from assistant.turn.followup import WHY_SO
from assistant.understand.cues import OURS
from assistant.understand.intent import on_trade
from assistant.understand.lexicon import find_mentions
from assistant.understand.resumed import resumes
from assistant.understand.values import Understanding

YES = re.compile(
    r"^(?:好的?|行|可以|嗯|是的?|对)?[,，。 ]*(?:我)?(?:"
    r"确认(?:下单|办理|无误|要?办|没问题)?|同意(?:办理)?|就这样(?:吧|办)?|没问题,?办吧|确定)[吧了的。！! ]*$"
)
NO = re.compile(
    r"先不(?:办|要|下单|做|签)|不办了|算了|取消(?:吧|下单|报价)?|再(?:想想|考虑|看看|说)|等等再|等一?下|暂时不|不要了|不确认"
)
WHY = re.compile(
    r"为(?:什么|啥|何)(?:要|还要|得)?(?:问|知道|了解|填|提供)|问这个?(?:干|做)(?:什么|嘛|啥)|(?:这个|它|这|.{2,8})(?:为什么|为啥|有什么用|干什么用|重要吗|有啥用)"
)
BACK = re.compile(
    r"^(?:什么意思|啥意思|没听懂|不明白|怎么理解|解释一?下|举个例子|怎么算的?|包括哪些|包含什么|算哪些)[?？。]*$"
)
KNOWLEDGE = {
    "policy_question": "answer",
    "tax_question": "answer",
    "qualification_question": "answer",
    "sop_question": "steps",
}
HANDLER = KNOWLEDGE | {
    "tax_calculation": "calculate",
    "diagnose": "judge",
    "provide_facts": "judge",
    "correction": "judge",
    "recommend": "recommend",
    "price_question": "price",
    "order_create": "offer",
    "order_status": "status",
    "complaint": "handoff",
    "human_request": "handoff",
    "greeting": "greet",
    "out_of_scope": "decline",
}
ORDER = (
    "handoff",
    "withdraw",
    "confirm",
    "explain",
    "calculate",
    "answer",
    "steps",
    "judge",
    "recommend",
    "price",
    "offer",
    "status",
    "greet",
    "decline",
)


def plan(read: Understanding, dialog: Dialog) -> tuple[str, ...]:
    """Handlers for one message. A clear yes or no to an open offer comes before everything; facts are never lost."""
    text = read.text
    names = [read.intent.name, *(other.name for other in read.others)]
    if {"human_request", "complaint"} & set(names):
        return ("handoff",)
    if dialog.offer and YES.match(text):
        return ("confirm",)
    asks = bool(set(KNOWLEDGE) & set(names)) and not dialog.offer  # 对方不确认红字怎么办 withdraws nothing
    if NO.search(text) and (dialog.offer or "correction" not in names) and not read.facts and not asks:
        return ("withdraw",)
    if YES.match(text):
        return ("confirm",)
    if dialog.asked and (WHY.search(text) or BACK.match(text)):
        return ("explain",)
    if dialog.last_calculation and WHY_SO.search(text) and not dialog.asked and "问" not in text:
        return ("answer",)
    if WHY.search(text) and (dialog.asked_before or (dialog.topic_programmes and find_mentions(text))):
        return ("explain",)
    if _takes_up_sum(read, dialog, names):
        return ("calculate",)
    handlers = [HANDLER[name] for name in names]
    if read.facts and "judge" not in handlers and not {"calculate", "answer"} & set(handlers):
        handlers.append("judge")
    if read.facts and dialog.diagnosing and "judge" not in handlers and "calculate" not in handlers:
        handlers.append("judge")
    # A sum answers the tax question it belongs to; a verdict the question whether one qualifies.
    if "calculate" in handlers:
        handlers = [name for name in handlers if name not in ("answer", "recommend") or name == "recommend"]
    if read.intent.name == "price_question" and "answer" in handlers:
        handlers.remove("answer")
    if "judge" in handlers and "answer" in handlers and read.intent.name == "diagnose":
        handlers.remove("answer")
    if read.intent.name == "recommend" and read.facts and not read.entities.programmes and "answer" in handlers:
        handlers.remove("answer")  # who tells of the company and asks what it may apply for wants that, no article
    about_nobody = not read.facts and not read.entities.programmes and not OURS.search(text)
    if "judge" in handlers and about_nobody and len(handlers) > 1 and read.intent.name != "diagnose":
        handlers.remove("judge")  # 一般纳税人能享受小型微利优惠吗 asks about a rule, not about this company
    if handlers == ["judge"] and about_nobody and on_trade(text) and not dialog.diagnosing:
        handlers = ["answer"]  # 加计扣除要审批才能享受吗
    if "offer" in handlers:
        handlers = [name for name in handlers if name in ("offer", "judge", "handoff")]
    if len(handlers) > 1 and "decline" in handlers:
        handlers.remove("decline")
    return tuple(sorted(dict.fromkeys(handlers), key=ORDER.index))


def _takes_up_sum(read: Understanding, dialog: Dialog, names: list[str]) -> bool:
    """The last sum is changed by a message that names no other subject."""
    if (
        read.entities.programmes
        or dialog.offer
        or {"order_create", "price_question", "recommend", "diagnose"} & set(names)
    ):
        return False
    told_income = any(fact.field == "finance.taxable_income" for fact in read.facts)
    if told_income and re.search("所得税|小型微利", dialog.topic_title or ""):
        return True
    return resumes(read.text, dialog.last_calculation)
