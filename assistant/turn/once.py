"""What several answers of one message have in common is said once."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose.statement import Part, Statement

LEAD = re.compile(r"^[^：\n]{2,80}：(?!\d)\s*")  # where a passage stands
ROWS = re.compile(r"(?P<head>.*?^\|[ :|-]+\|$\n)(?P<rows>.+)", re.DOTALL | re.MULTILINE)


def distinct(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts without the sentences, points and table rows that one before them says already."""
    said: set[str] = set()
    kept = []
    for part in parts:
        fresh = [new for statement in part.statements if (new := _fresh(statement, said)) is not None]
        if fresh:
            kept.append(replace(part, statements=tuple(fresh)))
    return tuple(kept)


def _fresh(statement: Statement, said: set[str]) -> Statement | None:
    """What is new of a statement; None for nothing. `said` takes in what it says."""
    lead, pieces, mark = _pieces(statement)
    new = [piece for piece in pieces if piece.strip("。；- ") not in said]
    said |= {piece.strip("。；- ") for piece in pieces}
    if not new:
        return None
    return statement if len(new) == len(pieces) else replace(statement, text=f"{lead}{mark.join(new)}")


def _pieces(statement: Statement) -> tuple[str, list[str], str]:
    """What introduces a statement, its pieces, and what stands between them."""
    if table := ROWS.fullmatch(statement.text):
        return table["head"], table["rows"].split("\n"), "\n"
    lead = LEAD.match(statement.text)
    start = lead.end() if lead and statement.sources else 0
    mark = "；" if statement.prose else "\n"
    return statement.text[:start], statement.text[start:].split(mark), mark
