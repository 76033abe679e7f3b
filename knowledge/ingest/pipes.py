"""Tables in Markdown text: rows between pipes, or HTML, become sentences. Articles keep theirs, shown whole."""

import re
from collections.abc import Iterator

from knowledge.ingest.grids import Grid, Span, make_grid, weave

FRONT = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.S)
RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
TABLE = re.compile(r"<table\b.*?</table\s*>", re.S | re.I)


def with_sentences(text: str) -> str:
    """A text without tables comes back as it is."""
    if FRONT.match(text) or ("|" not in text and "<table" not in text.lower()):
        return text
    text = TABLE.sub(lambda match: _page(match[0]), text.replace("\r\n", "\n"))
    parts = list(_parts(text.split("\n")))
    return weave(parts) if any(isinstance(part, Grid) for part in parts) else text


def _page(html: str) -> str:
    from knowledge.ingest.pages import page_text

    return f"\n\n{page_text(html)[0]}\n\n"


def _parts(lines: list[str]) -> Iterator[str | Grid]:
    plain: list[str] = []
    at = 0
    while at < len(lines):
        if at + 1 < len(lines) and "|" in lines[at] and RULE.match(lines[at + 1]) and "|" in lines[at + 1]:
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield "\n".join(plain)
            plain = []
            yield make_grid([_cells(line) for line in [lines[at], *lines[at + 2 : end]]], heads=1)
            at = end
        else:
            plain.append(lines[at])
            at += 1
    yield "\n".join(plain)


def _cells(line: str) -> list[Span]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    cells = re.split(r"(?<!\\)\|", inner)
    return [Span(re.sub(r"<br\s*/?>", "；", cell).replace("\\|", "|").replace("**", "").strip()) for cell in cells]
