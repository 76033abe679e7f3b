"""Sentences, points and table rows of a passage: what an answer is made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from retrieval import Evidence

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")
REFERENCE = re.compile(r"（[^（）]{4,60}(?:号|令|法|条例|办法|规定)[^（）]{0,20}）(?=[。；]?$)")
BULLET = re.compile(r"^\s*(?:[-*]|\d+[.、])\s+")


@dataclass(frozen=True)
class Piece:
    """A sentence, a point of a list, or a table row with its header; `at` is its place in the passage."""

    evidence: Evidence
    at: int
    text: str
    header: tuple[str, ...] = ()
    reference: str = ""  # the document its line names at the end, for all of the line

    @property
    def row(self) -> bool:
        return bool(self.header)

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(cell.strip() for cell in self.text.strip("|").split("|")) if self.row else ()


def pieces_of(evidence: Evidence) -> tuple[Piece, ...]:
    """Table rows, points and sentences of a passage, in order."""
    found: list[Piece] = []
    header: tuple[str, ...] = ()
    for line in evidence.text.splitlines():
        line = line.strip()
        cells = tuple(cell.strip() for cell in line.strip("|").split("|")) if line.startswith("|") else ()
        if cells and all(set(cell) <= set(":- ") for cell in cells):
            continue
        if cells and not header:
            header = cells
        elif cells:
            found.append(Piece(evidence, len(found), line, header))
        else:
            header = ()
            if BULLET.match(line):
                found.append(Piece(evidence, len(found), BULLET.sub("", line)))
                continue
            named = REFERENCE.search(line)
            for match in SENTENCE.finditer(line):
                if match[0].strip(" 。；"):
                    reference = named[0] if named and named[0] not in match[0] else ""
                    found.append(Piece(evidence, len(found), match[0].strip(), reference=reference))
    return tuple(found)


def only(evidence: Evidence, keep: Callable[[Piece], bool]) -> Evidence | None:
    """The passage with only the pieces that `keep` lets stay, tables with their header; None without any."""
    lines: list[str] = []
    header: tuple[str, ...] = ()
    for piece in pieces_of(evidence):
        if not keep(piece):
            continue
        if piece.row and piece.header != header:
            header = piece.header
            lines += [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
        lines.append(piece.text)
    return evidence.model_copy(update={"text": "\n".join(lines)}) if lines else None


def section_of(evidence: Evidence) -> str:
    """The clause, or the heading the passage stands under."""
    return evidence.clause or evidence.path.rsplit("/", 1)[-1]
