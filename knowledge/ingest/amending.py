"""A draft's sheet put right before review, and what publishing it would end."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlmodel import Session, col, select

from knowledge.ingest.masthead import order_doubts
from knowledge.ingest.plain import series_of
from knowledge.ingest.store import name_chunks
from knowledge.ingest.tables import DocumentRow, RepealRow, next_change
from knowledge.ingest.versions import repealed_series

AMENDABLE = ("title", "doc_no", "issuer", "region", "issued", "effective_from", "effective_to", "url")


def amend(session: Session, row: DocumentRow, said: Mapping[str, object]) -> None:
    """Values of `AMENDABLE` over what was read or said before."""
    by_title = row.series == series_of(row.kind, row.region, row.title)
    before = order_doubts(row.issued, row.effective_from, row.stated_end)
    for name, value in said.items():
        setattr(row, name, value)
    if "effective_to" in said:
        row.stated_end = row.effective_to
    if by_title:
        row.series = series_of(row.kind, row.region, row.title)
    after = order_doubts(row.issued, row.effective_from, row.stated_end)
    about, flags, read = dict(row.about), row.about.get("flags"), row.about.get("read")
    kept = [flag for flag in flags if flag not in before] if isinstance(flags, list) else []
    about["flags"] = [*kept, *after]
    about["read"] = {name: words for name, words in read.items() if name not in said} if isinstance(read, dict) else {}
    row.about = about
    row.changed = next_change(session)
    for repeal in session.exec(select(RepealRow).where(col(RepealRow.document_id) == row.id)).all():
        repeal.region, repeal.adopted = row.region, repeal.adopted or row.issued
    session.flush()
    name_chunks(session, row)


def replaced(session: Session, row: DocumentRow) -> list[dict[str, object]]:
    """Published texts that publishing this one would end, each with its last day then: the former version of the same
    text, and what it says it repeals. Empty while its own first day isn't known.
    """
    starts: date | None = row.effective_from or row.issued
    if starts is None:
        return []
    last = starts - timedelta(days=1)
    series = [row.series, *repealed_series(session, row.id)]
    query = select(DocumentRow).where(
        col(DocumentRow.series).in_(series), col(DocumentRow.owner_org) == row.owner_org,
        col(DocumentRow.published), col(DocumentRow.id) != row.id,
    )  # fmt: skip
    return [
        {"document_id": old.id, "title": old.title, "doc_no": old.doc_no, "last_day": last}
        for old in session.exec(query.order_by(col(DocumentRow.id)))
        if (old.effective_from or old.issued or date.min) < starts
        and (old.effective_to is None or old.effective_to > last)
    ]
