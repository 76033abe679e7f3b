"""What chunk ids stand for: passages and their documents as SQL has them, kept between searches."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from knowledge.ingest.tables import ChunkRow, DocumentRow
from retrieval.evidence import Evidence, Filter, NamedDocument
from retrieval.passages import allowed, groups
from retrieval.wording import grams_of, plain

MOST = 8_000  # passages that are kept, about 3 KB each
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Document:
    """What a search needs of a row of `knowledge_document`. `names`: its title and aliases in plain letters."""

    id: str
    series: str
    title: str
    doc_no: str
    issuer: str
    region: str
    kind: str
    issued: date | None
    effective_from: date | None
    effective_to: date | None
    url: str | None
    confidence: str
    owner_org: str
    about: Mapping[str, object]
    changed: int
    names: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of `knowledge_chunk`. `letters`: a text with its headings in plain letters; `grams`: what a phrasing is
    about; `changed`: the last change of its document.
    """

    id: str
    document_id: str
    ordinal: int
    kind: str
    path: str
    clause: str | None
    text: str
    context: str
    target: str | None
    content_hash: str
    changed: int
    letters: str
    grams: frozenset[str]


Found = dict[str, tuple[Passage, Document]]
_CHUNK = (
    ChunkRow.id, ChunkRow.document_id, ChunkRow.ordinal, ChunkRow.kind, ChunkRow.path, ChunkRow.clause, ChunkRow.text,
    ChunkRow.context, ChunkRow.target, ChunkRow.content_hash, DocumentRow.changed, DocumentRow.title,
)  # fmt: skip
_DOCUMENT = (
    DocumentRow.id, DocumentRow.series, DocumentRow.title, DocumentRow.doc_no, DocumentRow.issuer, DocumentRow.region,
    DocumentRow.kind, DocumentRow.issued, DocumentRow.effective_from, DocumentRow.effective_to, DocumentRow.url,
    DocumentRow.confidence, DocumentRow.owner_org, DocumentRow.about, DocumentRow.changed,
)  # fmt: skip
# Built once, with places for the values: to build one takes as long as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CHUNKS = (
    select(*_CHUNK)  # type: ignore[call-overload]  # typed for four columns
    .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
    .where(col(ChunkRow.id).in_(_IDS))
)
_DOCUMENTS = select(*_DOCUMENT).where(col(DocumentRow.id).in_(_IDS))  # type: ignore[call-overload]  # the same


class Record:
    """Each search asks SQL which documents may be read and at which change they are: a stale index can lose a hit,
    never leak one, and a passage kept from before a change is read anew. Safe from several threads.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._passages: dict[str, Passage] = {}
        self._documents: dict[str, Document] = {}
        self._lock = threading.Lock()

    def hydrate(self, session: Session, chunk_ids: Sequence[str], wanted: Filter) -> Found:
        """What the filter lets through of these chunks and of those that they, as phrasings, point at."""
        passages = _with_targets(self._kept, session, chunk_ids)
        numbers: dict[str, int] = {}
        for group in groups(dict.fromkeys(passage.document_id for passage in passages.values())):
            numbers |= dict(session.exec(_numbers(wanted), params={"ids": group}).all())
        if any(numbers.get(one.document_id, one.changed) != one.changed for one in passages.values()):
            passages = _with_targets(self._read, session, chunk_ids)  # a document changed since
        documents = self._papers(session, numbers)
        return {
            key: (passage, documents[passage.document_id])
            for key, passage in passages.items()
            if passage.document_id in documents
        }

    def _kept(self, session: Session, chunk_ids: Iterable[str]) -> dict[str, Passage]:
        found = {key: self._passages.get(key) for key in chunk_ids}
        fresh = self._read(session, [key for key, passage in found.items() if passage is None])
        return {key: passage for key, passage in (found | fresh).items() if passage is not None}

    def _read(self, session: Session, chunk_ids: Iterable[str]) -> dict[str, Passage]:
        fresh: dict[str, Passage] = {}
        for group in groups(chunk_ids):
            fresh |= {row.id: _passage(row) for row in session.exec(_CHUNKS, params={"ids": group})}
        self._keep(self._passages, fresh)
        return fresh

    def _papers(self, session: Session, numbers: Mapping[str, int]) -> dict[str, Document]:
        found = {key: self._documents.get(key) for key in numbers}
        fresh: dict[str, Document] = {}
        old = [key for key, document in found.items() if document is None or document.changed != numbers[key]]
        for group in groups(old):
            rows = session.exec(_DOCUMENTS, params={"ids": group})
            fresh |= {row.id: Document(*(*row, _names(row))) for row in rows}
        self._keep(self._documents, fresh)
        return {key: document for key, document in (found | fresh).items() if document is not None}

    def _keep(self, kept: dict[str, Kept], fresh: Mapping[str, Kept]) -> None:
        with self._lock:
            kept |= fresh
            while len(kept) > self.most:
                kept.pop(next(iter(kept)))


@lru_cache(64)
def _numbers(wanted: Filter) -> Any:
    """The documents that a filter lets through, with the number of their last change."""
    return allowed(select(DocumentRow.id, DocumentRow.changed).where(col(DocumentRow.id).in_(_IDS)), wanted)


def _with_targets(
    read: Callable[[Session, Iterable[str]], dict[str, Passage]], session: Session, chunk_ids: Iterable[str]
) -> dict[str, Passage]:
    passages = read(session, chunk_ids)
    targets = [one.target for one in passages.values() if one.target is not None and one.target not in passages]
    return passages | read(session, targets)


def _passage(row: Any) -> Passage:
    *columns, title = row
    if row.kind == "question":
        return Passage(*(*columns, "", frozenset(grams_of(row.text))))
    return Passage(*(*columns, plain(f"{title}{row.context}{row.text}"), frozenset()))


def _names(row: Any) -> str:
    aliases = row.about.get("aliases")
    return plain(row.title + " ".join(map(str, aliases if isinstance(aliases, list) else ())))


def evidence(chunk: Passage, document: Document, score: float, text: str, asked: str = "") -> Evidence:
    return Evidence(
        chunk_id=chunk.id,
        document_id=document.id,
        title=document.title,
        doc_no=document.doc_no,
        issuer=document.issuer,
        region=document.region,
        clause=chunk.clause,
        text=text,
        score=round(score, 4),
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        status="unknown" if document.effective_from is None else "in_force",
        url=document.url,
        kind=document.kind,
        owner_org=document.owner_org,
        path=chunk.path,
        context=chunk.context,
        confidence=document.confidence,
        documents=_rests_on(document),
        asked=asked,
    )


def _rests_on(document: Document) -> tuple[NamedDocument, ...]:
    named = document.about.get("documents")
    return tuple(NamedDocument.model_validate(one) for one in named) if isinstance(named, list) else ()
