"""Any other text: cut under its headings, paragraphs kept whole."""

import re
from datetime import date
from pathlib import Path

from knowledge.base.regions import canonical
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.statute import NUMERAL, read_name

DOC_NO = re.compile(r"[一-龥]{2,12}[〔\[（(]\d{4}[〕\]）)]\s*第?\d+\s*号|[一-龥、 ]{2,20}公告\s*\d{4}年第\d+号")


def is_statute(text: str) -> bool:
    """Three paragraphs that begin with 第…条 make a statute."""
    return len(re.findall(rf"^\s*(?:\*\*)?第{NUMERAL}条", text, re.M)) >= 3


def parse_plain(text: str, path: Path, kind: str, region: str | None) -> Draft:
    """Its own dates are unknown: nothing in a loose text says from when it holds, so it is never cited as in force."""
    name, issued = read_name(path.stem)
    heading = re.search(r"^#\s+(.+)$", text, re.M)
    number = DOC_NO.search(text[:600])
    return Draft(
        series=f"{kind}:{canonical(region or '')}:{path.resolve()}",
        title=heading[1].strip() if heading else name,
        chunks=_cut(text),
        doc_no=number[0].strip() if number else "",
        region=canonical(region or ""),
        kind=kind,
        issued=issued if isinstance(issued, date) else None,
    )


def _cut(text: str, limit: int = 700) -> tuple[DraftChunk, ...]:
    chunks: list[DraftChunk] = []
    path: dict[int, str] = {}
    held: list[str] = []

    def finish() -> None:
        if held:
            chunks.append(DraftChunk("\n".join(held), tuple(path[level] for level in sorted(path))))
            held.clear()

    for line in (line.strip() for line in text.splitlines()):
        if heading := re.match(r"^(#{1,6})\s+(.+)$", line):
            finish()
            level = len(heading[1])
            path = {known: name for known, name in path.items() if known < level} | {level: heading[2].strip()}
        elif line:
            for piece in (line[start : start + limit] for start in range(0, len(line), limit)):
                if held and sum(map(len, held)) + len(piece) > limit:
                    finish()
                held.append(piece)
    finish()
    return tuple(chunks)
