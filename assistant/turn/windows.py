"""When a programme can be applied for: dates from the rule, each with whether it is past."""

import re

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.conditions import topic_programme
from assistant.turn.state import TurnState
from assistant.understand.intent import on_trade
from knowledge.policies.timing import windows

WINDOW = re.compile(
    r"截止|什么时候(?:申报|报|申请|开始|开放|截)|啥时候(?:报|申)|还能(?:不能)?(?:报|申报|申请)|还(?:来得及|赶得上)|窗口|几月(?:份)?(?:报|申|截)"
)


def window_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """When a programme can be applied for: the dates known for the place, each with whether it is past."""
    programme = topic_programme(desk, state)
    read = state["understanding"]
    assert read is not None
    about_another = not read.entities.programmes and (read.entities.taxes or on_trade(read.text))
    if programme is None or about_another or not WINDOW.search(question):
        return None
    day = state["as_of"]
    known = [window for window in windows(programme, state["region"]) if window.year >= day.year]
    if not known:
        return None
    lines = []
    for window in known:
        opened = f"{window.open} 开放，" if window.open else ""
        told = [f"{deadline}（{'已过' if deadline < day else '未过'}）" for deadline in window.deadlines]
        closed = f"截止日 {'、'.join(told)}" if told else "截止日未载明"
        over = all(deadline < day for deadline in window.deadlines) and told
        verdict = "；这一年的申报已经截止，不能再报，请等下一年度的通知" if over else ""
        text = f"{programme.name}{window.year} 年（{window.region}）：{opened}{closed}{verdict}"
        documents = [d for d in programme.documents if d.date and str(window.year) in str(d.date)]
        sources = document_sources(documents[:1] or programme.documents[:1], programme.id, text)
        lines.append(Statement(text, sources, (text,)))
    usual = f"通常的安排：{programme.window}"
    lines.append(Statement(usual, document_sources(programme.documents[:1], programme.id, usual), (usual,)))
    return Part(tuple(lines), dialog={"topic_programmes": (programme.id,)})
