"""A law asked for by its name before its first day, a rule past its last: told so, never answered by a neighbour."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.sources import document_sources, passage_source
from assistant.turn.state import TurnState
from knowledge.base.clock import today
from retrieval import Evidence, Scope

NAMED = re.compile(
    r"《?([一-龥]{2,16}?(?:法|条例))》?"
    r"(?=第[零一二三四五六七八九十百千]+条|里|中|规定|上|的|对|，|,|$|怎么|什么|哪)"
)
CLOSE = 5  # hits among which a version in force would stand


def law_named(question: str, hits: Sequence[Evidence]) -> str | None:
    """The law a question names, when no version of it stands among the best hits."""
    match = NAMED.search(question)
    if match is None:
        return None
    name = match[1]
    return None if any(hit.clause and hit.title.endswith(name) for hit in hits[:CLOSE]) else name


def not_yet(
    desk: Desk, state: TurnState, question: str, day: date, hits: Sequence[Evidence], scope: Scope
) -> Part | None:
    """None unless the named law has a version, and its first day is still to come on the day asked about."""
    name = law_named(question, hits)
    now = today(desk.clock)
    if name is None or day >= now:
        return None
    later = desk.searcher.search(f"{name}第一条", scope, now, state["region"], CLOSE).hits  # looked up, not ranked
    law = next((hit for hit in later if hit.clause and hit.title.endswith(name)), None)
    if law is None or law.effective_from is None or law.effective_from <= day:
        return None
    words = (
        f"《{law.title}》自 {law.effective_from} 起施行，{day} 还没有施行，不能用它回答当天的问题；"
        "当天适用的是此前的规定，请写出那时的文件名再问，或转人工核实"
    )
    return Part((Statement(words, (passage_source(law),), (words,)),), "declined", "not_in_force", action="declined")


def rule_over(desk: Desk, rule_id: str, day: date) -> Part:
    """A sum whose rule isn't in force on the day: from when till when it is known, with its documents."""
    versions = [one for one in desk.book.rules if rule_id in (one.id, one.family)]
    rule = max((one for one in versions if one.valid_from <= day), key=lambda one: one.valid_from, default=versions[0])
    span = f"自 {rule.valid_from} 起执行" + (f"，到 {rule.valid_to} 为止" if rule.valid_to else "")
    words = f"{rule.name}{span}；{day.year} 年适用的规定没有收录，不能按它推算，请以届时公布的文件为准，或转人工核实"
    sources = document_sources(rule.documents, rule.id, f"{rule.name}{span}", rule.valid_to)
    grounds = (rule.name, span, str(day))
    return Part((Statement(words, sources, grounds),), "declined", "not_in_force", action="declined")
