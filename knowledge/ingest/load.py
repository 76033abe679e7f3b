"""`ingest`: an operator's files into documents, chunks and vectors. A file is one transaction, so a killed run leaves
whole files only, and the next run does what is left.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.ingest.article import is_article, parse_article
from knowledge.ingest.draft import Draft
from knowledge.ingest.effective import register_mark
from knowledge.ingest.embed import embed_missing
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.formats import Reading, Unreadable, check_size, read_file
from knowledge.ingest.masthead import order_doubts, read_masthead
from knowledge.ingest.orders import order_note
from knowledge.ingest.plain import is_statute, parse_plain, plain_title
from knowledge.ingest.pointers import pointers_mark
from knowledge.ingest.publishing import withdraw
from knowledge.ingest.statute import parse_statute
from knowledge.ingest.store import document_id, store
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow

CORPUS = "<!-- INFO END -->"  # closes the header of a statute of the corpus
PARSER = "6"  # raise it when the same file would be cut differently: every file is then loaded anew


@dataclass(frozen=True)
class Skipped:
    """`place` is where in the file, "" for the file as a whole."""

    path: str
    reason: str
    place: str = ""


@dataclass(frozen=True)
class IngestReport:
    """`documents` and `chunks` were written in this run, `embedded` vectors computed; `reused` files were unchanged.
    `flagged` were taken but want a look: doubtful ones wait unpublished for a reviewer.
    """

    documents: int
    chunks: int
    embedded: int
    reused: int
    skipped: tuple[Skipped, ...]
    seconds: float
    flagged: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Progress:
    """`phase` is 入库 or 向量; `left_s` is the time left at the pace so far."""

    phase: str
    done: int
    total: int
    per_second: float
    left_s: float


@dataclass(frozen=True)
class _Terms:
    kind: str | None
    region: str | None
    owner_org: str
    audience: str
    by: str
    published: bool
    name_source: Callable[[Path], str]


@dataclass(frozen=True)
class _Loaded:
    chunks: int
    notes: tuple[str, ...]


def ingest(
    database: Database,
    paths: Iterable[Path],
    *,
    clock: Clock,
    kind: str | None = None,
    region: str | None = None,
    embedder: Embedder | None = None,
    owner_org: str = EVERYONE,
    audience: str = "client",
    by: str = "operator",
    published: bool = True,
    name_source: Callable[[Path], str] = lambda path: str(path.resolve()),
    progress: Callable[[Progress], None] = lambda _: None,
) -> IngestReport:
    """Load files and folders. Words can be searched as soon as a file is in; vectors follow when `embedder` is given.

    A file that can't be read is left out with a reason. `name_source` says what a file is known by from run to run.
    Raises `BadInput` when a path doesn't exist.
    """
    begun = time.monotonic()
    terms = _Terms(kind, region, owner_org, audience, by, published, name_source)
    files = list(find_files(paths))
    known = _known(database, owner_org)
    written, chunks, reused, skipped, flagged = 0, 0, 0, list[Skipped](), list[Skipped]()
    seen: dict[str, Path] = {}
    for done, path in enumerate(files, 1):
        try:
            loaded = _load(database, path, terms, clock, seen, known)
            if loaded is None:
                reused += 1
            else:
                written, chunks = written + 1, chunks + loaded.chunks
                flagged += [Skipped(str(path), note) for note in loaded.notes]
        except (Unreadable, BadInput) as error:
            skipped.append(Skipped(str(path), str(error), getattr(error, "place", "")))
        progress(_pace("入库", done, len(files), done / max(time.monotonic() - begun, 1e-6)))
    embedded = 0
    if embedder is not None:
        embedded = embed_missing(database, embedder, lambda *at: progress(Progress("向量", *at)))
    seconds = round(time.monotonic() - begun, 3)
    return IngestReport(written, chunks, embedded, reused, tuple(skipped), seconds, tuple(flagged))


def find_files(paths: Iterable[Path]) -> Iterable[Path]:
    """Files named, and all files below folders named, hidden ones left out; each once, in order."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise BadInput(f"路径 {path} 不存在；请给出文件或文件夹。", field="path")
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        inside = [file for file in below if file.is_file() and not _hidden(file, path)]
        found.update(dict.fromkeys(inside))
    return found


def _hidden(file: Path, root: Path) -> bool:
    return file != root and any(part.startswith(".") for part in file.relative_to(root).parts)


def _known(database: Database, owner_org: str) -> dict[tuple[str, str], str]:
    """(source, content hash) → document id of everything there already."""
    with database.read() as work:
        rows = work.session(EVERYONE).exec(
            select(DocumentRow.source, DocumentRow.content_hash, DocumentRow.id).where(
                col(DocumentRow.owner_org) == owner_org
            )
        )
        return {(source, content_hash): key for source, content_hash, key in rows}


def _load(
    database: Database,
    path: Path,
    terms: _Terms,
    clock: Clock,
    seen: dict[str, Path],
    known: Mapping[tuple[str, str], str],
) -> _Loaded | None:
    """What was written, or None when the file is there already, unchanged."""
    try:
        check_size(path.stat().st_size)
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"无法打开：{error.strerror}") from error
    source = terms.name_source(path)[-500:]
    terms_of = f"{terms.kind}\n{terms.region}\n{terms.audience}\n{terms.published}"
    mark = f"{PARSER}\n{register_mark()}\n{pointers_mark()}\n{terms_of}\n".encode()
    content_hash = hashlib.sha256(mark + raw).hexdigest()
    if (source, content_hash) in known:
        seen.setdefault(known[source, content_hash], path)
        return None
    draft = parse(read_file(path, raw), path, terms.kind, terms.region)
    key = document_id(terms.owner_org, draft)
    if key in seen:
        raise Unreadable(f"与 {seen[key].name} 是同一文本的同一版本，已收录")
    with database.work() as work:
        session = work.session(EVERYONE)
        row = session.get(DocumentRow, key)
        if row is not None and row.content_hash == content_hash:
            seen[key] = path
            return None
        if row is not None and row.published and not terms.published:
            raise Unreadable("同一文本的同一版本已发布；请先撤回，再上传新的")
        notes = [*draft.doubts, *check_number(session, draft, terms.owner_org, key)]
        published = terms.published and not draft.held
        _, count = store(
            session, replace(draft, doubts=tuple(notes)), content_hash=content_hash, source=source,
            owner_org=terms.owner_org, audience=terms.audience, by=terms.by, at=clock.now(), published=published,
        )  # fmt: skip
        _drop_former(session, source, key, terms.owner_org)
    seen[key] = path
    return _Loaded(count, tuple(f"{note}（等待复核，未发布）" if draft.held else note for note in notes))


def _further_part(session: Session, draft: Draft, document_id: str) -> bool:
    """Whether both have clauses, and none in common."""
    clauses = session.exec(select(ChunkRow.clause).where(ChunkRow.document_id == document_id))
    mine, theirs = {chunk.clause for chunk in draft.chunks} - {None}, set(clauses) - {None}
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def check_number(session: Session, draft: Draft, owner_org: str, key: str) -> list[str]:
    """Notes on published texts that carry the same 文号. Raises `Unreadable` for the very same document again."""
    if draft.series.startswith("article:") or not draft.doc_no:
        return []
    query = select(DocumentRow).where(
        col(DocumentRow.doc_no) == draft.doc_no, col(DocumentRow.published), col(DocumentRow.id) != key,
        col(DocumentRow.owner_org).in_({owner_org, EVERYONE}), ~col(DocumentRow.series).startswith("article:"),
    )  # fmt: skip
    notes = []
    for row in session.exec(query.order_by(col(DocumentRow.id)).limit(5)):
        if _further_part(session, draft, row.id):
            continue  # 民法典 comes as a file for each of its books
        same = plain_title(row.title) == plain_title(draft.title)
        if same and (row.issued, row.effective_from) == (draft.issued, draft.effective_from):
            raise Unreadable(f"文号 {draft.doc_no} 的《{row.title}》已收录（编号 {row.id}）；如有更正，请先撤回旧的")
        notes.append(f"文号 {draft.doc_no} 已有《{row.title}》（编号 {row.id}），请核对是不是同一份文件")
    return notes


def _drop_former(session: Session, source: str, key: str, owner_org: str) -> None:
    """What the same file was before its title or date changed is no longer what it says."""
    former = select(DocumentRow.id).where(
        col(DocumentRow.source) == source, col(DocumentRow.owner_org) == owner_org,
        col(DocumentRow.id) != key, col(DocumentRow.published),
    )  # fmt: skip
    for gone in session.exec(former).all():
        withdraw(session, gone)


def parse(reading: Reading, path: Path, kind: str | None = None, region: str | None = None) -> Draft:
    """Choose the parser by what the text is. Raises `BadInput` for a faulty article, `Unreadable` without text."""
    text = reading.text
    if is_article(text):
        draft = parse_article(text, path)
    elif is_statute(text) or (kind in (None, "law") and CORPUS in text):
        draft = parse_statute(text, path, region, kind or "law")
        if CORPUS not in text:
            draft = _headed(draft, text)
    else:
        draft = parse_plain(text, path, kind or "policy", region)
    if not draft.chunks:
        raise Unreadable("没有可以入库的正文")
    order = order_note(text)
    notes = (*draft.doubts, *order_doubts(draft.issued, draft.effective_from, draft.effective_to), *reading.notes)
    return replace(
        draft,
        doubts=(*notes, order) if order else notes,
        held=reading.doubtful or order is not None,
    )


def _headed(draft: Draft, text: str) -> Draft:
    """A 办法 in 条 as its office sends it: 文号, who signs and when, where its clauses say nothing of them."""
    head = read_masthead(text, draft.issued)
    issued = draft.issued or head.issued
    return replace(
        draft,
        doc_no=head.doc_no or draft.doc_no,
        issuer=draft.issuer or head.issuer,
        issued=issued,
        effective_from=draft.effective_from or head.effective_from,
        effective_to=draft.effective_to or head.effective_to,
        adopted=draft.adopted or issued,
        read=head.read,
        doubts=(*draft.doubts, *(doubt for doubt in head.doubts if doubt not in draft.doubts)),
    )


def _pace(phase: str, done: int, total: int, per_second: float) -> Progress:
    return Progress(phase, done, total, per_second, (total - done) / per_second if per_second > 0 else 0.0)
