"""The versions of one law in their order, and what a newer law puts an end to."""

from datetime import date, timedelta

from sqlmodel import Session, col, delete, or_, select

from knowledge.ingest.tables import EVERYONE, DocumentRow, RepealRow

FOREVER = date.max
STATE = "中华人民共和国"


def order_versions(session: Session, series: str, owner_org: str, number: int) -> None:
    """Each version ends on the day before a newer one begins, or before a law that repeals it does. One whose first day
    isn't known ends the older the day before it was issued: from then on neither is cited as in force.
    """
    found = session.exec(
        select(DocumentRow).where(
            col(DocumentRow.series) == series, col(DocumentRow.owner_org) == owner_org, col(DocumentRow.published)
        )
    ).all()
    versions = sorted(
        found, key=lambda row: (row.issued or row.effective_from or date.min, row.effective_from or date.min)
    )
    following, newer = FOREVER, None
    older = [None, *versions][: len(versions)]
    for row, before in zip(reversed(versions), reversed(older), strict=True):
        ends, by = min(
            (row.stated_end or FOREVER, None),
            (following, newer.id if newer else None),
            _repealed(session, row),
            key=lambda end: end[0],
        )
        values = {
            "effective_to": None if ends == FOREVER else ends,
            "status": _status(row, newer is not None or ends != FOREVER),
            "supersedes": before.id if before else None,
            "superseded_by": by,
        }
        if any(getattr(row, name) != value for name, value in values.items()):
            row.changed = number
            for name, value in values.items():
                setattr(row, name, value)
        if starts := row.effective_from or row.issued:
            following, newer = min(following, starts - timedelta(days=1)), row
    session.flush()


def keep_repeals(session: Session, row: DocumentRow, titles: tuple[str, ...], adopted: date | None) -> None:
    """What this text says it puts an end to, in place of what it said before."""
    session.exec(delete(RepealRow).where(col(RepealRow.document_id) == row.id))
    session.add_all(
        RepealRow(document_id=row.id, title=title[:200], region=row.region, adopted=adopted)
        for title in dict.fromkeys(titles)
    )
    session.flush()


def order_repealed(session: Session, document_id: str, number: int) -> None:
    """Put in order whatever the document repeals, after it came, went, or changed its dates."""
    for name in repealed_series(session, document_id):
        order_versions(session, name, EVERYONE, number)


def repealed_series(session: Session, document_id: str) -> list[str]:
    """The texts for everyone that a document says it repeals."""
    found: list[str] = []
    for repeal in session.exec(select(RepealRow).where(col(RepealRow.document_id) == document_id)).all():
        of_title = or_(*(col(DocumentRow.title) == title for title in (repeal.title, STATE + repeal.title)))
        series = select(DocumentRow.series).where(
            of_title, col(DocumentRow.region) == repeal.region, col(DocumentRow.owner_org) == EVERYONE
        )
        found += session.exec(series.distinct()).all()
    return found


def _repealed(session: Session, row: DocumentRow) -> tuple[date, str | None]:
    """The last day before a law that repeals this text, and that law. A version issued after the law was adopted
    is alive in spite of it: an amended law still carries the repeals of its first version.
    """
    if row.owner_org != EVERYONE or row.issued is None:
        return FOREVER, None
    query = (
        select(RepealRow, DocumentRow)
        .join(DocumentRow, col(DocumentRow.id) == col(RepealRow.document_id))
        .where(
            col(RepealRow.title) == row.title.removeprefix(STATE),
            col(RepealRow.region) == row.region,
            col(DocumentRow.published),
            col(DocumentRow.owner_org) == EVERYONE,
            col(DocumentRow.series) != row.series,
        )
    )
    ends: list[tuple[date, str | None]] = [(FOREVER, None)]
    for repeal, law in session.exec(query):
        starts = law.effective_from or law.issued
        if starts and repeal.adopted and row.issued < repeal.adopted:
            ends.append((starts - timedelta(days=1), law.id))
    return min(ends, key=lambda end: end[0])


def _status(row: DocumentRow, ends: bool) -> str:
    """What is known without a day of asking; `retrieval` turns it into the status on the day asked about."""
    if row.effective_from is None:
        return "unknown"
    return "dated" if ends else "in_force"
