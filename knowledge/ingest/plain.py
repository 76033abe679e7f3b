"""Any other text: cut under its headings, paragraphs kept whole."""

import re
from pathlib import Path

from knowledge.base.regions import canonical
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.effective import read_name, repeals
from knowledge.ingest.masthead import read_masthead
from knowledge.ingest.statute import NUMERAL, name_doubts

CHAPTER = re.compile(rf"^(?:第{NUMERAL}[章节]|[一二三四五六七八九十]{{1,3}}、)\s*[^。；，]{{1,30}}$")
ABOUT = re.compile(
    r"(?:办法|规定|通知|意见|细则|公告|方案|措施|指南|条例|决定|目录|标准|指引|规则|政策|清单|说明)(?:[（(].{1,12}[）)])?$"
)


def is_statute(text: str) -> bool:
    """Three paragraphs that begin with 第…条 make a statute."""
    return len(re.findall(rf"^\s*(?:\*\*)?第{NUMERAL}条", text, re.M)) >= 3


def parse_plain(text: str, path: Path, kind: str, region: str | None) -> Draft:
    """Dates are those it states itself; where nothing says from when it holds, it is never cited as in force."""
    name, named = read_name(path.stem)
    head = read_masthead(text, named)
    told = title_of(text)
    where = canonical(region or "")
    return Draft(
        # With a title and a day of its own it is a version of the text of that title; without, a file is itself alone.
        series=series_of(kind, where, told) if told and head.issued else f"{kind}:{where}:{path.resolve()}",
        title=told or name,
        chunks=_cut(text),
        doc_no=head.doc_no,
        issuer=head.issuer,
        region=where,
        kind=kind,
        issued=head.issued,
        effective_from=head.effective_from,
        effective_to=head.effective_to,
        adopted=head.issued,
        repeals=repeals(text),
        read=head.read,
        doubts=(*name_doubts(path.stem), *head.doubts),
    )


def series_of(kind: str, region: str, title: str) -> str:
    """What joins the versions of one text."""
    return f"{kind}:{region}:{plain_title(title)}"[:200]


def plain_title(title: str) -> str:
    """Without what only tells versions apart: 示范办法（2026年修订） → 示范办法."""
    return re.sub(r"[（(](?:\d{4}\s*年?)?(?:修订|修正|版|本|试行|暂行|征求意见稿)*[）)]|[\s《》]", "", title)


def title_of(text: str) -> str:
    """The first heading, or the first line of its head that is named as such papers are."""
    if heading := re.search(r"^#\s+(.+)$", text, re.M):
        return heading[1].strip().strip("*")[:200]
    lines = [line.strip().strip("*　 ") for line in text.splitlines() if line.strip()]
    return next((line for line in lines[:8] if 4 <= len(line) <= 80 and ABOUT.search(line)), "")


def _cut(text: str, limit: int = 700) -> tuple[DraftChunk, ...]:
    chunks: list[DraftChunk] = []
    path: dict[int, str] = {}
    held: list[str] = []

    def finish() -> None:
        if held:
            chunks.append(DraftChunk("\n".join(held), tuple(path[level] for level in sorted(path))))
            held.clear()

    for line in (line.strip() for line in text.splitlines()):
        heading = re.match(r"^(#{1,6})\s+(.+)$", line)
        if heading or CHAPTER.match(line):
            finish()
            level, name = (len(heading[1]), heading[2].strip()) if heading else (7, line)
            path = {known: name for known, name in path.items() if known < level} | {level: name}
        elif line:
            for piece in (line[start : start + limit] for start in range(0, len(line), limit)):
                if held and sum(map(len, held)) + len(piece) > limit:
                    finish()
                held.append(piece)
    finish()
    return tuple(chunks)
