"""Publishing is a step with a reviewer; what isn't published is never retrieved."""

from datetime import datetime

from sqlmodel import Session

from knowledge.base.errors import BadInput, Missing, Refused
from knowledge.ingest.tables import DocumentRow, next_change
from knowledge.ingest.versions import order_repealed, order_versions


def publish(session: Session, document_id: str, reviewer: str, at: datetime) -> None:
    """Make a document retrievable. Raises `Missing`, `BadInput` without a reviewer, `Refused` when that is who loaded
    it. Twice is the same as once.
    """
    if not reviewer.strip():
        raise BadInput("发布需要复核人；请填写 reviewer，例如 hq。", field="reviewer")
    row = _get(session, document_id)
    if row.published:
        return
    if row.loaded_by == reviewer:
        raise Refused("上传人不能复核自己的资料；请另一位经理或总部人员复核。", field="reviewer")
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
