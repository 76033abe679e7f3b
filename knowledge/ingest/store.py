"""A draft becomes rows, in the caller's transaction, and the versions of one law are put in order."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, delete, select

from knowledge.ingest.draft import Draft
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, next_change
from knowledge.ingest.versions import keep_repeals, order_repealed, order_versions


def document_id(owner_org: str, draft: Draft) -> str:
    """The same version of the same text has the same id on every machine, so citations outlive a re-ingest."""
    if draft.series.startswith("article:") and owner_org == EVERYONE:
        return draft.series.removeprefix("article:")  # an article and its executable rule share an id
    issued = draft.issued.isoformat() if draft.issued else ""
    name = "\n".join((owner_org, draft.series, issued))
    return f"{draft.kind}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def store(
    session: Session,
    draft: Draft,
    *,
    content_hash: str,
    source: str,
    owner_org: str,
    audience: str,
    by: str,
    at: datetime,
    published: bool,
    org: str = "",
    key: str | None = None,
) -> tuple[str, int]:
    """Write one version in place of what was there under its id (`key`). Returns its id and the number of chunks."""
    number = next_change(session)
    key = key or document_id(owner_org, draft)
    row = session.get(DocumentRow, key)
    if row is None:
        row = DocumentRow(
            id=key,
            series=draft.series,
            title=draft.title,
            kind=draft.kind,
            content_hash="",
            loaded_at=at,
            changed=number,
        )
        session.add(row)
    else:
        session.exec(delete(ChunkRow).where(col(ChunkRow.document_id) == key))
    values = {
        "title": draft.title, "doc_no": draft.doc_no, "issuer": draft.issuer, "region": draft.region,
        "issued": draft.issued, "effective_from": draft.effective_from, "effective_to": draft.effective_to,
        "stated_end": draft.effective_to, "url": draft.url, "confidence": draft.confidence, "about": _about(draft),
        "owner_org": owner_org, "audience": audience, "content_hash": content_hash, "source": source,
        "published": published, "published_at": at if published else None, "reviewer": by if published else None,
        "loaded_by": by, "loaded_org": org, "loaded_at": at, "changed": number,
    }  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    session.add_all(_rows(key, draft))
    session.flush()
    keep_repeals(session, row, draft.repeals, draft.adopted)
    order_versions(session, draft.series, owner_org, number)
    order_repealed(session, key, number)
    return key, len(draft.chunks) + len(draft.questions)


def _about(draft: Draft) -> dict[str, object]:
    told: dict[str, object] = dict(draft.about)
    if draft.doubts:
        told["flags"] = list(draft.doubts)
    if draft.read:
        told["read"] = dict(draft.read)
    return told


def _rows(key: str, draft: Draft) -> list[ChunkRow]:
    ids = [f"{key}-{index:04d}" for index in range(len(draft.chunks))]
    rows = []
    for index, chunk in enumerate(draft.chunks):
        path = " ".join(chunk.path)
        rows.append(
            ChunkRow(
                id=ids[index], document_id=key, ordinal=index, path=path[:400], clause=chunk.clause, text=chunk.text,
                context=_context(draft.title, draft.doc_no, path, chunk.clause),
                content_hash=_hash(embedded_text(draft.title, chunk.text)),
            )
        )  # fmt: skip
    for index, question in enumerate(draft.questions):
        rows.append(
            ChunkRow(
                id=f"{key}-q{index:03d}", document_id=key, ordinal=len(ids) + index, kind="question",
                text=question.ask, target=ids[question.chunk], content_hash=_hash(embedded_text("", question.ask)),
            )
        )  # fmt: skip
    return rows


def name_chunks(session: Session, row: DocumentRow) -> None:
    """The context line and the vector's key of each passage, after its document was given another name or number."""
    for chunk in session.exec(
        select(ChunkRow).where(col(ChunkRow.document_id) == row.id, col(ChunkRow.kind) == "text")
    ):
        chunk.context = _context(row.title, row.doc_no, chunk.path, chunk.clause)
        chunk.content_hash = _hash(embedded_text(row.title, chunk.text))
    session.flush()


def _context(title: str, doc_no: str, path: str, clause: str | None) -> str:
    return " · ".join(part for part in (title, doc_no, path, clause or "") if part)[:800]


def embedded_text(title: str, text: str) -> str:
    """What a chunk's vector stands for; its hash is the vector's key, so equal clauses of two versions share one."""
    return f"{title.removeprefix('中华人民共和国')}\n{text}" if title else text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
