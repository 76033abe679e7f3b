"""Verdicts from the rules, facts confirmed back, the next question, and why it is asked."""

import re
from typing import Any

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.diagnose import Diagnosis, diagnose
from assistant.dialog import Asked
from assistant.sources import document_sources
from assistant.turn.answer import contested
from assistant.turn.conditions import (
    condition_lines,
    condition_part,
    condition_results,
    conditions_card,
    known_programmes,
    topic_programme,
    unverified_part,
)
from assistant.turn.facts import shown_fact
from assistant.turn.hypothesis import suppose
from assistant.turn.state import Change, TurnState
from assistant.turn.windows import window_part
from assistant.understand.cues import OURS
from assistant.understand.values import Said
from knowledge.base.errors import NotInForce
from knowledge.base.ids import digest
from knowledge.companies.contradictions import contradictions
from knowledge.policies import Verdict

WORDS = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "not_applicable": "不适用"}
DEFAULT = ("hnte", "tech_sme")


def judge_step(desk: Desk, state: TurnState) -> Change:
    """Facts are read back; verdicts are given once the client asked for them (and then with every new fact)."""
    read = state["understanding"]
    assert read is not None
    dialog = state["dialog"]
    if not state["said"] and (direct := _direct(desk, state)):
        return {"parts": (direct,)}
    if (against := contested(desk, state, state["question"])) is not None:
        return {"parts": (against,)}
    wants = any(intent.name == "diagnose" for intent in (read.intent, *read.others))
    if read.entities.programmes and not any(_verified(desk, state, one) for one in read.entities.programmes):
        told = any(part.reason == "no_evidence" for part in state["parts"])
        programme = topic_programme(desk, state)
        if programme is not None and not state["said"]:
            return {"parts": () if told else (unverified_part(programme),)}
    statements: list[Statement] = []
    noted: tuple[dict[str, Any], ...] = ()
    if state["said"]:
        shown = [shown_fact(fact) for fact in state["said"]]
        noted = ({"type": "facts", "items": _noted(state["said"], shown)},)
        statements.append(Statement(f"记下了：{'；'.join(shown)}。如有不对请直接更正", (), tuple(shown)))
    if doubts := _doubts(state):
        kept = {"diagnosing": wants or dialog.diagnosing}  # with the right figure the diagnosis goes on
        held = ({"type": "doubts", "items": [doubt.text for doubt in doubts]},)
        return {"parts": (Part((*statements, *doubts), "need_info", action="ask", cards=noted + held, dialog=kept),)}
    if not (wants or dialog.diagnosing):
        if not statements:
            return {"then": ("answer",)}
        hint = "想看能办哪些资质，可以说“帮我看看能不能评高企”"
        return {"parts": (Part((*statements, say(hint)), cards=noted),)}
    programmes = tuple(p for p in dialog.topic_programmes if p in known_programmes(desk, state)) or DEFAULT
    diagnosis = run_diagnosis(desk, state, programmes)
    identifier = digest(diagnosis.model_dump(mode="json"))
    for verdict in diagnosis.verdicts:
        statements.extend(verdict_lines(desk, state, verdict))
    card = {"type": "diagnosis", **diagnosis.model_dump(mode="json", by_alias=True)}
    part = Part(
        tuple(statements),
        missing=tuple(dict.fromkeys(name for verdict in diagnosis.verdicts for name in verdict.missing)),
        cards=(card, *noted),
        dialog={
            "diagnosing": True,
            "topic_programmes": programmes,
            "diagnosis_ids": (*dialog.diagnosis_ids[-7:], identifier),
        },
    )
    return {"parts": (part,)}


def _verified(desk: Desk, state: TurnState, programme_id: str) -> bool:
    """False for a programme whose figures are from memory only: a verdict on it would rest on nothing."""
    if programme_id not in known_programmes(desk, state):
        return False
    try:
        return desk.book.programme(programme_id, state["as_of"]).verified
    except NotInForce:
        return True  # said so by the verdict itself


def _noted(said: tuple[Said, ...], shown: list[str]) -> list[dict[str, str]]:
    """What was understood beside the words it was read from, so that a client sees a misreading."""
    return [{"field": fact.field, "words": fact.text, "shown": words} for fact, words in zip(said, shown, strict=True)]


def _doubts(state: TurnState) -> list[Statement]:
    """What can't all be true of what was said, put back to the client before anything is judged by it."""
    told = {fact.field for fact in state["said"]}
    found = [words for fact, words in contradictions(state["company"].facts) if told]
    return [Statement(f"有一处对不上：{words}", (), (words,)) for words in found[:2]]


def run_diagnosis(desk: Desk, state: TurnState, programmes: tuple[str, ...]) -> Diagnosis:
    asked = frozenset(state["dialog"].asked_before)
    return diagnose(desk.book, state["company"], programmes, state["as_of"], asked=asked, region=state["region"])


def _direct(desk: Desk, state: TurnState) -> Part | None:
    """能不能报 about a window or about a supposed figure is answered by itself, not by judging the whole company."""
    read = state["understanding"]
    assert read is not None
    part = window_part(desk, state, read.text)
    if part is not None or not read.entities.programmes or OURS.search(read.text):
        return part
    for programme_id in read.entities.programmes:
        known = programme_id in known_programmes(desk, state)
        if known and suppose(desk.book.programme(programme_id, state["as_of"]), read.text):
            return condition_part(desk, state, state["question"])
    return None


def verdict_lines(desk: Desk, state: TurnState, verdict: Verdict) -> list[Statement]:
    """The conclusion, then each gap in numbers with its document."""
    programme = desk.book.programme(verdict.programme_id, state["as_of"])
    counts = {name: sum(c.result == name for c in verdict.conditions) for name in ("met", "unknown", "manual")}
    counts["unmet"] = sum(condition.blocks for condition in verdict.conditions)
    summary = f"**{verdict.name}：{WORDS[verdict.verdict]}**"
    if verdict.verdict == "unknown" and verdict.ready:
        summary += "（可计算的条件都已满足，还需专家评审或人工核对）"
    told = [f"{counts['met']} 项满足"] if counts["met"] else []
    told += [f"{counts['unmet']} 项不满足"] if counts["unmet"] else []
    told += [f"{counts['unknown']} 项待确认"] if counts["unknown"] else []
    told += [f"{counts['manual']} 项需专家判断"] if counts["manual"] else []
    summary += "，" + "、".join(told)
    if verdict.score is not None:
        summary += f"；评分区间 {verdict.score.low}～{verdict.score.high}，要求 {verdict.score.passing}"
    lines = [Statement(summary, document_sources(programme.documents[:1], verdict.programme_id, summary), (summary,))]
    unmet = [condition for condition in verdict.conditions if condition.blocks]
    if unmet:
        rows = "\n".join(f"- {c.label}：{c.need}；现为 {c.shown}。{c.gap or ''}" for c in unmet[:6])
        lines.append(Statement(rows, (), (rows,), prose=False))
    if verdict.earliest is not None and verdict.verdict != "met":
        text = f"最早可申请的日期：{verdict.earliest}"
        lines.append(Statement(text, (), (text,)))
    return lines


def question_step(desk: Desk, state: TurnState) -> Change:
    """Ask what decides most, after a verdict or when a digression has been answered; never the same field twice."""
    dialog = state["dialog"]
    outcomes = {part.outcome for part in state["parts"]}
    if not dialog.diagnosing or outcomes & {"handoff"} or dialog.offer or any(p.order_id for p in state["parts"]):
        return {}
    if _doubts(state):
        return {}  # one thing at a time: first the figures that contradict each other
    still_open = dialog.asked is not None and not _settled(state, dialog.asked)
    if still_open and dialog.asked is not None:
        if any(part.action == "ask" for part in state["parts"]) or not state["parts"]:
            return {}
        return _put(state, dialog.asked, f"回到刚才的问题：{dialog.asked.question}", resumed=True)
    dialog = dialog.change({"asked_before": _asked_before(state)})
    state = {**state, "dialog": dialog}
    programmes = tuple(p for p in dialog.topic_programmes if p in known_programmes(desk, state)) or DEFAULT
    diagnosis = run_diagnosis(desk, state, programmes)
    questions = [question for verdict in diagnosis.verdicts for question in verdict.next_questions]
    if not questions:
        return {"dialog": dialog.change({"asked": None})}
    first = questions[0]
    asked = Asked(fields=first.fields or (first.field,), question=first.question, why=first.why, options=first.options)
    return _put(state, asked, first.question)


def _put(state: TurnState, asked: Asked, words: str, *, resumed: bool = False) -> Change:
    card = {
        "type": "question",
        "field": asked.fields[0],
        "question": asked.question,
        "why": asked.why,
        "options": asked.options,
    }
    part = Part(
        (Statement(words, (), (words,)),),
        "need_info",
        action="ask",
        cards=(card,),
        missing=asked.fields,
        resumed=resumed,
    )
    before = tuple(dict.fromkeys((*state["dialog"].asked_before, *asked.fields)))
    return {
        "parts": (*state["parts"], part),
        "dialog": state["dialog"].change({"asked": asked, "asked_before": before}),
    }


def _asked_before(state: TurnState) -> tuple[str, ...]:
    """Fields not to ask again. What an answer to a question over several fields passed over is asked once more."""
    dialog = state["dialog"]
    if dialog.asked is None or len(dialog.asked.fields) == 1 or not _settled(state, dialog.asked):
        return dialog.asked_before
    passed = set(dialog.asked.fields) - {fact.field for fact in state["company"].facts}
    return tuple(field for field in dialog.asked_before if field not in passed)


def _settled(state: TurnState, asked: Asked) -> bool:
    """Answered, declined or unknown: any word on the asked fields closes the question."""
    return bool({fact.field for fact in state["said"]} & set(asked.fields)) or any(
        fact.field in asked.fields and fact.source == "self" for fact in state["company"].facts
    )


def explain_step(desk: Desk, state: TurnState) -> Change:
    """Why a question was put, or what it means: the condition it decides, with its need and its document."""
    dialog = state["dialog"]
    read = state["understanding"]
    assert read is not None
    programmes = [p for p in dialog.topic_programmes if p in known_programmes(desk, state)] or list(DEFAULT)
    mentioned = tuple(spoken for spoken in _fields_named(read.text))
    fields = mentioned or (dialog.asked.fields if dialog.asked else dialog.asked_before[-1:])
    statements: list[Statement] = []
    cards: list[dict[str, Any]] = []
    if dialog.asked and dialog.asked.why and not mentioned:
        statements.append(Statement(dialog.asked.why, (), (dialog.asked.why,)))
        cards.append({"type": "why", "fields": dialog.asked.fields, "why": dialog.asked.why})
    for programme_id in programmes:
        try:
            statements.extend(condition_lines(desk, state, programme_id, fields))
            programme = desk.book.programme(programme_id, state["as_of"])
        except NotInForce:
            continue
        cards.append(conditions_card(programme, condition_results(programme, state, fields)))
    if not statements:
        return {"then": ("answer",)}
    return {"parts": (Part(tuple(statements[:4]), cards=tuple(cards)),)}


def _fields_named(text: str) -> tuple[str, ...]:
    from assistant.understand.lexicon import find_mentions

    plain = re.sub("为什么|为啥", "", text)
    return tuple(dict.fromkeys(mention.field for mention in find_mentions(plain)))
