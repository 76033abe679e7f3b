"""Reads documents and chunks from SQL, the record: what an index must learn, and what a filter lets through."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlmodel import Session, col, or_, select

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow, last_change, library_name
from retrieval.evidence import Filter

ALWAYS = date.max.toordinal()
GROUP = 400  # values in one IN list


@dataclass(frozen=True)
class Terms:
    """What a filter looks at. `first` and `last` are ordinals of days; unknown ones hold from the day of issue."""

    owner: str
    audience: str
    region: str
    first: int
    last: int


@dataclass(frozen=True)
class Changed:
    """A document that changed. `terms` None: it is no longer published, forget it."""

    document_id: str
    title: str
    aliases: str
    terms: Terms | None


def newest(database: Database) -> int:
    """The number of the newest change."""
    with database.read() as work:
        return last_change(work.session(EVERYONE))


def library(database: Database) -> str:
    """The name of the change sequence; an index carries it, so one of another database is told apart."""
    with database.read() as work:
        return library_name(work.session(EVERYONE))


def changed_since(session: Session, number: int) -> list[Changed]:
    """Documents with a newer number; from 0 only the published ones, since there is nothing to forget."""
    query = select(DocumentRow).where(col(DocumentRow.changed) > number)
    rows = session.exec(query if number else query.where(col(DocumentRow.published))).all()
    return [Changed(row.id, row.title, _aliases(row), terms_of(row) if row.published else None) for row in rows]


def terms_of(row: DocumentRow) -> Terms:
    starts = row.effective_from or row.issued
    ends = row.effective_to.toordinal() if row.effective_to else ALWAYS
    return Terms(row.owner_org, row.audience, row.region, starts.toordinal() if starts else 0, ends)


def chunks_of(session: Session, document_ids: Sequence[str]) -> Iterator[ChunkRow]:
    for group in groups(document_ids):
        yield from session.exec(select(ChunkRow).where(col(ChunkRow.document_id).in_(group)))


def keys_of(session: Session, document_ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(chunk id, document id, content hash), without the texts."""
    for group in groups(document_ids):
        yield from session.exec(
            select(ChunkRow.id, ChunkRow.document_id, ChunkRow.content_hash).where(col(ChunkRow.document_id).in_(group))
        )


def vectors_by_hash(session: Session, hashes: Iterable[str], model: str) -> dict[str, bytes]:
    """The vectors of a model (float16) that these texts have; what lacks one is still to be computed."""
    found: dict[str, bytes] = {}
    for group in groups(dict.fromkeys(hashes)):
        query = select(EmbeddingRow.content_hash, EmbeddingRow.vector).where(
            col(EmbeddingRow.model) == model, col(EmbeddingRow.content_hash).in_(group)
        )
        found |= dict(session.exec(query).all())
    return found


def allowed(query, wanted: Filter):  # type: ignore[no-untyped-def]  # one generic select in, the same out
    """A select on documents, narrowed to what the filter lets through."""
    query = query.where(
        col(DocumentRow.published),
        col(DocumentRow.owner_org).in_(sorted(wanted.owners)),
        col(DocumentRow.audience).in_(sorted(wanted.audiences)),
        col(DocumentRow.region).in_(sorted(wanted.regions)),
    )
    if wanted.day is None:
        return query
    day = date.fromordinal(wanted.day)
    starts = or_(
        col(DocumentRow.effective_from) <= day,
        col(DocumentRow.effective_from).is_(None)
        & or_(col(DocumentRow.issued).is_(None), col(DocumentRow.issued) <= day),
    )
    return query.where(starts, or_(col(DocumentRow.effective_to).is_(None), col(DocumentRow.effective_to) >= day))


def vectors_since(session: Session, model: str, number: int) -> Iterator[tuple[str, bytes]]:
    yield from session.exec(
        select(EmbeddingRow.content_hash, EmbeddingRow.vector).where(
            col(EmbeddingRow.model) == model, col(EmbeddingRow.changed) > number
        )
    )


def vectors_of(session: Session, model: str, document_ids: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """(chunk id, document id, vector) of the chunks that have one."""
    for group in groups(document_ids):
        yield from session.exec(
            select(ChunkRow.id, ChunkRow.document_id, EmbeddingRow.vector)
            .join(EmbeddingRow, col(EmbeddingRow.content_hash) == col(ChunkRow.content_hash))
            .where(col(EmbeddingRow.model) == model, col(ChunkRow.document_id).in_(group))
        )


def touched_by_vectors(session: Session, model: str, number: int) -> dict[str, Terms]:
    """Published documents with a chunk whose vector came after `number`."""
    touched = (
        select(ChunkRow.document_id)
        .join(EmbeddingRow, col(EmbeddingRow.content_hash) == col(ChunkRow.content_hash))
        .where(col(EmbeddingRow.model) == model, col(EmbeddingRow.changed) > number)
    )
    # By ids, not DISTINCT rows: PostgreSQL can't compare the JSON column.
    rows = session.exec(select(DocumentRow).where(col(DocumentRow.id).in_(touched), col(DocumentRow.published)))
    return {row.id: terms_of(row) for row in rows}


def _aliases(row: DocumentRow) -> str:
    listed = row.about.get("aliases")
    return " ".join(str(alias) for alias in listed) if isinstance(listed, list) else ""


def groups(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists short enough for one query."""
    rest = iter(values)
    while group := list(islice(rest, GROUP)):
        yield group
