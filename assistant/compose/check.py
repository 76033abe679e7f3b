"""The sentence check: a statement that its sources don't carry is dropped, whoever wrote it."""

import re
from dataclasses import dataclass

from assistant.compose.agreement import disagreement
from assistant.compose.figures import figures, supported
from assistant.compose.statement import Statement

NEGATIVE = re.compile(r"不得|不能|不可|禁止|不算|不适用|不予|不享受|不符合")
SHARED_WITH_FIGURE = 0.05  # less where figures of the sentence stand in the source as well
SHARED = 0.15  # part of a quoted sentence's character pairs that must stand in the quote


@dataclass(frozen=True)
class Flaw:
    statement: Statement
    why: str


def check(statements: tuple[Statement, ...]) -> tuple[tuple[Statement, ...], tuple[Flaw, ...]]:
    """Keep what is carried; report the rest with the reason."""
    kept, flaws = [], []
    for statement in statements:
        why = _flaw(statement)
        if why is None:
            kept.append(statement)
        else:
            flaws.append(Flaw(statement, why))
    return tuple(kept), tuple(flaws)


def _flaw(statement: Statement) -> str | None:
    grounds = [*statement.grounds]
    for source in statement.sources:
        grounds += [
            source.quote,
            source.doc_no or "",
            source.title,
            source.clause or "",
            str(source.effective_from or ""),
            str(source.effective_to or ""),
        ]
    fine, loose = supported(statement.text, grounds)
    if not fine:
        return f"数字没有依据：{'、'.join(sorted(loose))}"
    if statement.free:
        return _departs(statement)
    if statement.sources and not statement.grounds and statement.prose:
        if not any(overlap(statement.text, source.quote) >= SHARED for source in statement.sources):
            return "与所引原文不相干"
        if NEGATIVE.search(statement.text) and not any(
            NEGATIVE.search(source.quote) or "不" in source.quote or "未" in source.quote
            for source in statement.sources
        ):
            return "否定与原文不符"
    return None


def _departs(statement: Statement) -> str | None:
    """Free words: near enough to a source or to the words they stand for, and of the same meaning."""
    quotes = [(one.title, one.quote) for one in statement.sources]
    told = [ground for ground in statement.grounds if not ground.startswith("{")]
    quotes += [("", ground) for ground in told]
    least = SHARED_WITH_FIGURE if figures(statement.text) - {"0", "1"} else SHARED
    near = max((overlap(statement.text, title + quote) for title, quote in quotes), default=0.0)
    computed = len(told) < len(statement.grounds)  # a sum's inputs and outputs, as JSON
    if near < least and not computed:
        return "与所引原文不相干"
    return disagreement(statement.text, quotes, computed=computed)


def overlap(sentence: str, quote: str) -> float:
    """Part of the sentence's character pairs that occur in the quote, 0 to 1."""
    pairs = _pairs(sentence)
    return len(pairs & _pairs(quote)) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[^\w\u4e00-\u9fff]|\d", "", text)
    return {plain[index : index + 2] for index in range(len(plain) - 1)}
