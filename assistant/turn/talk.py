"""Turns that need no evidence: a greeting, a decline, a hand-over, the reason a question was put."""

import re

from assistant.compose.statement import Part, say
from assistant.desk import Desk
from assistant.turn.state import Change, TurnState
from assistant.understand.intent import UNSURE


def greet_step(_desk: Desk, state: TurnState) -> Change:
    text = state["text"]
    if re.search("谢|辛苦|再见|拜拜", text):
        return {"parts": (Part((say("不客气，有需要随时问我"),)),)}
    words = (
        "你好，我是企服的智能助手（机器回答，可随时说“转人工”）。我可以查政策条款、算税、看贵公司符合哪些资质条件，"
        "也可以报价下单并跟踪进度。比如问：高企要什么条件？"
    )
    return {"parts": (Part((say(words),)),)}


def out_of_scope() -> Part:
    words = (
        "这个问题不在我的服务范围内。我能回答的是企业财税、资质申报、知识产权、工商登记方面的问题，"
        "也能帮你测算和办理；需要人工时请说“转人工”"
    )
    return Part((say(words),), "declined", "out_of_scope", action="declined")


def decline_step(_desk: Desk, state: TurnState) -> Change:
    """What is surely none of our business is declined; what only sounded so is searched for first."""
    read = state["understanding"]
    if read is not None and read.intent.confidence <= UNSURE:
        return {"then": ("answer",)}
    return {"parts": (out_of_scope(),)}


def handoff_step(_desk: Desk, state: TurnState) -> Change:
    complaint = state["understanding"] is not None and state["understanding"].intent.name == "complaint"
    lead = "很抱歉给你带来不好的体验，这件事我已记为投诉并转给人工。" if complaint else "好的，已为你转接人工顾问。"
    words = f"{lead}顾问会看到我们的对话和已提供的信息，工作日内会在这段对话里回复；在此之前你仍可以继续问我"
    return {"parts": (Part((say(words),), "handoff", "complaint" if complaint else None, action="handoff"),)}
