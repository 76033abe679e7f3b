"""Questions of fact: the rule's own window or condition when one is meant, else passages that search finds."""

import re

from assistant.compose.statement import Part, say
from assistant.desk import Desk
from assistant.turn.conditions import condition_part, topic_programme
from assistant.turn.filing import filing_part
from assistant.turn.passages import passage_part, scope
from assistant.turn.premise import claim_of, claims
from assistant.turn.rates import rates_part
from assistant.turn.state import Change, TurnState
from assistant.turn.windows import window_part
from assistant.understand.cues import BELIEF

STOP = re.compile(r"[，,。；;]")
AWARD = re.compile(r"奖金|奖励|奖多少|给多少钱|奖.{0,2}钱|补贴|补助|资助|现金")


CENTRAL = re.compile("中央|财政部|国家(?:一共|总共|财政|层面|给|会|有没有|到底)")
DISTRICT = re.compile(r"([^省市/]{2,3})[区县]$")
AMOUNT = re.compile(r"\d\s*万?元")


def answer_step(desk: Desk, state: TurnState) -> Change:
    """What the rule itself says comes first: it carries the case that applies to this company."""
    question = state["question"]
    if (told := contested(desk, state, question)) is not None:
        return {"parts": (told,)}
    part = _part(desk, state, question)
    if part.reason == "no_evidence" and claims(question) and (first := STOP.split(question)[0]) != question:
        # A belief and what is drawn from it: 外观算Ⅰ类，我有6个就能拿8分 rests on the first.
        belief = _part(desk, state, first)
        part = belief if belief.outcome != "declined" or belief.reason == "false_premise" else part
    return {"parts": (part,)}


def contested(desk: Desk, state: TurnState, question: str) -> Part | None:
    """What speaks against a claim made in passing; it comes before what is wanted on the strength of it:
    只要营收3000万就行，帮我排一下材料.
    """
    claim = claim_of(question)
    if not claims(question) or claim == question or not BELIEF.search(claim):
        return None
    told = _part(desk, state, claim)
    return told if told.reason == "false_premise" else None


def _part(desk: Desk, state: TurnState, question: str) -> Part:
    return (
        filing_part(desk, state, question)
        or rates_part(desk, state, question)
        or window_part(desk, state, question)
        or condition_part(desk, state, question)
        or award_part(desk, state, question)
        or passage_part(desk, state, question)
    )


def award_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """Local cash awards: never a figure without the year's local document in the knowledge base."""
    programme = topic_programme(desk, state)
    if programme is None or not AWARD.search(question) or CENTRAL.search(question) or _told_here(desk, state, question):
        return None
    words = (
        f"{programme.name}的地方奖励由各地自定、每年可能变化；我没有核实到当年有效的本地文件，不报金额。"
        "请以注册地科技、工信主管部门当年的通知为准，也可以说“转人工”请顾问核实"
    )
    return Part((say(words),), "declined", "no_evidence", action="declined")


def _told_here(desk: Desk, state: TurnState, question: str) -> bool:
    """Whether what is found tells an amount of the client's own district: a local document that was read."""
    district = DISTRICT.search(state["region"] or "")
    if district is None:
        return False
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], 3).hits
    return any(district[1] in line and AMOUNT.search(line) for hit in hits for line in hit.text.split("\n"))
