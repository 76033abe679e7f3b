"""Publishing is a step with a reviewer; what isn't published is never retrieved."""

from datetime import datetime

from sqlmodel import Session

from knowledge.base.errors import BadInput, Missing
from knowledge.ingest.tables import DocumentRow, next_change
from knowledge.ingest.versions import order_repealed, order_versions


def publish(session: Session, document_id: str, reviewer: str, at: datetime) -> None:
    """Make a document retrievable. Raises `Missing`, or `BadInput` without a reviewer. Twice is the same as once."""
    if not reviewer.strip():
        raise BadInput("发布需要复核人；请填写 reviewer，例如 hq。", field="reviewer")
    row = _get(session, document_id)
    if row.published:
        return
    row.changed = next_change(session)
    row.published, row.reviewer, row.published_at = True, reviewer, at
    session.flush()
    order_versions(session, row.series, row.owner_org, row.changed)
    order_repealed(session, document_id, row.changed)


def withdraw(session: Session, document_id: str) -> None:
    """Take a document out of every search; its rows stay. Raises `Missing`."""
    row = _get(session, document_id)
    if row.published:
        row.changed = next_change(session)
        row.published = False
        session.flush()
        order_versions(session, row.series, row.owner_org, row.changed)
        order_repealed(session, document_id, row.changed)


def _get(session: Session, document_id: str) -> DocumentRow:
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise Missing(f"没有编号为 {document_id} 的文档；请核对编号。", field="document_id")
    return row
