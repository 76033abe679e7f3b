"""A statute in Markdown: 条 is the unit, with its 款 and 项 and the 编/章/节 above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.base.regions import canonical, city_in, place
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.effective import (
    AMENDED,
    NAME_DATE,
    decided,
    effective_from,
    read_day,
    read_name,
    register,
    repeals,
    start_doubts,
)
from knowledge.ingest.pointers import STATE, pointing
from knowledge.ingest.tables import NATIONAL

NUMERAL = r"[〇零一二三四五六七八九十百千万\d]+"
ARTICLE = re.compile(rf"^(?:\*\*)?(第{NUMERAL}条(?:之{NUMERAL})?)(?:\*\*)?[\s　:：]*(.*)$", re.S)
HEADING = re.compile(r"^(#{1,6})\s*(.*?)\s*#*$")
LEVEL = {"编": 1, "分编": 2, "章": 3, "节": 4, "目": 5}
NAMED = re.compile(rf"^第{NUMERAL}(分编|编|章|节|目)")
ORDER = re.compile(r"(?:国务院|主席)?令\s*第?\s*\d+\s*号")


@dataclass(frozen=True)
class _Parts:
    title: str
    book: str  # 物权编, where a code is kept as one file for each book
    header: tuple[str, ...]
    chunks: tuple[DraftChunk, ...]


def parse_statute(text: str, path: Path, region: str | None = None, kind: str = "law") -> Draft:
    """A draft of the version in `path`: its name gives title and adoption date, its 施行 clause or the register the day
    it takes effect. A text without 条 is cut by paragraph groups under its headings.
    """
    parts = _split(text)
    name, version = read_name(path.stem)
    title = parts.title or name
    issued = version or max((day for line in parts.header if (day := read_day(line))), default=None)
    body = "\n".join(chunk.text for chunk in parts.chunks)
    where = canonical(region) if region else region_of(path, title)
    known = register().get((name, version.isoformat() if version else ""))
    starts = effective_from(body, parts.header, issued) or _stated_start(parts.header, issued)
    shared = None if starts or known or where != NATIONAL else decided(version, parts.header)
    source = known.source if known else shared[1] if shared else None
    return Draft(
        series=":".join(part for part in (kind, where, short_title(title), parts.book) if part),
        title=title,
        chunks=parts.chunks,
        doc_no=f"{short_title(title)}({issued.isoformat()})" if issued else short_title(title),
        issuer=_issuer(parts.header),
        region=where,
        kind=kind,
        issued=issued,
        effective_from=known.effective_from if known and known.effective_from else shared[0] if shared else starts,
        effective_to=known.effective_to if known else None,
        confidence="V1",
        adopted=min((day for line in parts.header if (day := read_day(line))), default=issued),
        questions=pointing(short_title(title) + parts.book, issued, parts.chunks),
        repeals=repeals(body),
        doubts=(*name_doubts(path.stem), *start_doubts(body, parts.header, issued)),
        about={
            "aliases": [short_title(title)],
            **({"register": source} if source else {}),
            **({"superseded_by": known.superseded_by} if known and known.superseded_by else {}),
        },
    )


def name_doubts(stem: str) -> tuple[str, ...]:
    """A day in a file's name that no calendar has."""
    match = NAME_DATE.match(stem)
    wrong = match is not None and read_name(stem)[1] is None
    return (f"文件名里的日期 {match[2]} 不是日历上的日子，没有采用",) if match and wrong else ()


def short_title(title: str) -> str:
    """The name people use: 公司法 for 中华人民共和国公司法."""
    return title.removeprefix(STATE)


def region_of(path: Path, title: str) -> str:
    """A local rule's place, from its folder (上海地方法规) and, below the province, from its title (杭州市…条例)."""
    folder = next((place(part) for part in path.parts if part.endswith("地方法规") and place(part)), ())
    return "/".join(city_in(title, folder[0])) if folder else NATIONAL


def _split(text: str) -> _Parts:
    head, mark, body = text.partition("<!-- INFO END -->")
    if not mark:
        head, body = "", text
    title, book, header = "", "", list[str]()
    for line in (line.strip() for line in head.splitlines()):
        if match := HEADING.match(line):
            title, book = (title, book or match[2]) if title else (match[2], "")
        elif line:
            header.append(line)
    if not title and (match := re.search(r"^#\s+(.+)$", body, re.M)):
        title = match[1].strip()
    title = re.sub(r"\s+", "", title)
    chunks = tuple(
        DraftChunk(chunk.text, (book, *chunk.path), chunk.clause) if book else chunk for chunk in _chunks(body, title)
    )
    return _Parts(title, book, tuple(header), chunks)


def _chunks(body: str, title: str) -> Iterator[DraftChunk]:
    path: dict[int, str] = {}
    clause: str | None = None
    lines: list[str] = []

    def finished() -> Iterator[DraftChunk]:
        whole = "\n".join(lines).strip()
        if whole:
            yield from _cut(whole, tuple(path[level] for level in sorted(path)), clause)

    for line in (line.strip() for line in body.splitlines()):
        if not line:
            continue
        heading = HEADING.match(line)
        name = re.sub(r"[\s　]+", " ", heading[2] if heading else line)
        bare = NAMED.match(name) if not heading and len(line) <= 40 and not re.search(r"[。；，]", line) else None
        if heading or bare:
            yield from finished()
            clause, lines = None, []
            if not name or re.sub(r"\s", "", name) == title:
                continue
            named = NAMED.match(name)
            level = LEVEL[named[1]] if named else len(heading[1]) if heading else 3
            path = {known: value for known, value in path.items() if known < level} | {level: name}
        elif match := ARTICLE.match(line):
            yield from finished()
            clause, lines = match[1], [match[2].strip()]
        else:
            lines.append(line)
    yield from finished()


def _cut(whole: str, path: tuple[str, ...], clause: str | None, limit: int = 900) -> Iterator[DraftChunk]:
    """One 条 is one chunk unless it is far too long to embed; then it is cut between paragraphs, each named by it."""
    piece: list[str] = []
    for line in whole.split("\n"):
        if piece and sum(map(len, piece)) + len(line) > limit:
            yield DraftChunk("\n".join(piece), path, clause)
            piece = []
        piece.append(line)
    if piece:
        yield DraftChunk("\n".join(piece), path, clause)


def _stated_start(header: tuple[str, ...], issued: date | None) -> date | None:
    """Some texts say in their header: 2021年1月1日 施行. One of long before this version is the first version's."""
    line = next((line for line in header if re.search(r"日\s*(?:起)?施行$", line)), "")
    day = read_day(line)
    amended = any(AMENDED.search(line) for line in header)
    return None if amended or day is None or (issued and day < issued) else day


def _issuer(header: tuple[str, ...]) -> str:
    line = " ".join(header)
    if "全国人民代表大会常务委员会" in line:
        return "全国人大常委会"
    if "全国人民代表大会" in line:
        return "全国人民代表大会"
    if "国务院" in line:
        return "国务院"
    match = re.search(r"日\s*(.+?人民代表大会常务委员会|.+?人民政府|.+?部|.+?局|.+?委员会)", line)
    return match[1].strip() if match else ""
