"""Who may see, publish and withdraw an upload: two pairs of eyes, and nobody outside its organisation.

An upload is its organisation's own (`owner_org`), or meant for everyone (`EVERYONE`). Its reviewer is never its
uploader: a manager of the organisation or headquarters for its own texts, headquarters for everyone's. What
headquarters itself uploads for everyone may be reviewed by a manager of a direct branch or channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from knowledge.base.errors import Conflict, GuardFailed, Missing, Refused
from knowledge.base.identity import OrgKind, Role
from knowledge.ingest.amending import amend, replaced
from knowledge.ingest.publishing import publish, withdraw
from knowledge.ingest.shipped import UPLOADED
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow

UPLOADERS = frozenset({Role.SALES, Role.MANAGER, Role.DELIVERY, Role.FINANCE, Role.HQ})
HOUSE = frozenset({OrgKind.HQ, OrgKind.DIRECT, OrgKind.EQUITY_CHANNEL})
PREVIEW, LETTERS = 3, 200


@dataclass(frozen=True)
class Reviewer:
    """The person who asks."""

    user_id: str
    org_id: str
    org_kind: str
    roles: tuple[str, ...]

    @property
    def headquarters(self) -> bool:
        return Role.HQ in self.roles

    @property
    def manages(self) -> bool:
        return Role.MANAGER in self.roles and self.org_kind in HOUSE


def owner_for(who: Reviewer, share: str) -> str:
    """Whose the upload will be: `own`, or `all`. Raises `Refused` for whoever may not upload."""
    if who.org_kind not in HOUSE or not UPLOADERS & set(who.roles):
        raise Refused("只有总部、直营和自有渠道的员工可以上传资料；请把文件发给您的顾问。")
    return EVERYONE if share == "all" else who.org_id


def uploads(session: Session, who: Reviewer, *, published: bool) -> list[dict[str, object]]:
    """The uploads this person may see, newest first, with what was read from them."""
    query = select(DocumentRow).where(_reviewed(), col(DocumentRow.published) == published)
    if not who.headquarters:
        query = query.where(or_(col(DocumentRow.loaded_org) == who.org_id, col(DocumentRow.owner_org) == EVERYONE))
    rows = session.exec(query.order_by(col(DocumentRow.loaded_at).desc(), col(DocumentRow.id)).limit(200)).all()
    return [shown(session, row, PREVIEW) for row in rows if _sees(who, row)]


def upload(session: Session, who: Reviewer, document_id: str, passages: int = PREVIEW) -> dict[str, object]:
    """One upload with its first passages. Raises `Missing` for what isn't there or isn't theirs to see."""
    return shown(session, _get(session, who, document_id), passages)


def publish_upload(
    session: Session, who: Reviewer, document_id: str, at: datetime, version: int | None = None
) -> dict[str, object]:
    """From now on it is found, within its dates. Twice is the same as once. `version` is the one that the reviewer
    looked at. Raises `Missing`, `Refused` for whoever may not review it, `Conflict` when it has changed since,
    `GuardFailed` when its last day comes before its first.
    """
    row = _get(session, who, document_id)
    if not row.published:
        _check_reviewer(who, row)
        if version is not None and version != row.changed:
            raise Conflict("资料在您查看之后改过；请重新打开，核对后再发布。", field="version")
        if row.effective_from and row.stated_end and row.stated_end < row.effective_from:
            raise GuardFailed("失效日期早于施行日期，不能发布；请改正日期后重新上传。", field="effective_to")
        publish(session, document_id, who.user_id, at)
    return shown(session, row, PREVIEW)


def amend_upload(session: Session, who: Reviewer, document_id: str, said: Mapping[str, object]) -> dict[str, object]:
    """Put right what was read from a draft: only its uploader may, since the reviewer is the second pair of eyes.
    Raises `Missing`, `Refused`, `Conflict` once it is published.
    """
    row = _get(session, who, document_id)
    if row.loaded_by != who.user_id:
        raise Refused("只有上传人可以改正草稿；复核人请退回给上传人。", field="document_id")
    if row.published or row.published_at:
        raise Conflict("已发布的资料不能改；请撤回后重新上传。", field="document_id")
    amend(session, row, said)
    return shown(session, row, PREVIEW)


def withdraw_upload(session: Session, who: Reviewer, document_id: str) -> dict[str, object]:
    """Out of every search; it stays in the list. Raises as `publish_upload` does, but the uploader may withdraw."""
    row = _get(session, who, document_id)
    if row.loaded_by != who.user_id:
        _check_reviewer(who, row)
    withdraw(session, document_id)
    return shown(session, row, PREVIEW)


def _reviewed() -> ColumnElement[bool]:
    """Uploads, and what an operator's `ingest` held back because a reviewer should look at it first."""
    held = col(DocumentRow.published).is_(False) & col(DocumentRow.published_at).is_(None)
    return or_(
        col(DocumentRow.source).startswith(UPLOADED), held, col(DocumentRow.reviewer) != col(DocumentRow.loaded_by)
    )


def shown(session: Session, row: DocumentRow, passages: int) -> dict[str, object]:
    """What a reviewer needs to decide."""
    of_text = (col(ChunkRow.document_id) == row.id, col(ChunkRow.kind) == "text")
    count = session.exec(select(func.count()).select_from(ChunkRow).where(*of_text)).one()
    first = session.exec(select(ChunkRow).where(*of_text).order_by(col(ChunkRow.ordinal)).limit(passages)).all()
    return {
        "document_id": row.id,
        "title": row.title,
        "doc_no": row.doc_no,
        "issuer": row.issuer,
        "region": row.region,
        "kind": row.kind,
        "issued": row.issued,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "url": row.url,
        "audience": row.audience,
        "share": "all" if row.owner_org == EVERYONE else "own",
        "state": "published" if row.published else "withdrawn" if row.published_at else "draft",
        "uploaded_by": row.loaded_by,
        "uploaded_org": row.loaded_org,
        "uploaded_at": row.loaded_at,
        "reviewer": row.reviewer,
        "published_at": row.published_at,
        "chunks": count,
        "version": row.changed,
        "read": row.about.get("read", {}),
        "replaces": [] if row.published else replaced(session, row),
        "warnings": _warnings(row),
        "passages": [{"clause": chunk.clause, "path": chunk.path, "text": chunk.text[:LETTERS]} for chunk in first],
    }


def _warnings(row: DocumentRow) -> list[str]:
    """What the reviewer should know before publishing."""
    flags = row.about.get("flags")
    found = [str(flag) for flag in flags] if isinstance(flags, list) else []
    if row.effective_from is None:
        found.append("没有施行日期：发布后查得到，但不会当作现行有效的依据引用；可补上 effective_from 重新上传")
    if not row.doc_no:
        found.append("没有读到文号")
    if not row.issuer:
        found.append("没有读到发文机关")
    return found


def _check_reviewer(who: Reviewer, row: DocumentRow) -> None:
    if row.loaded_by == who.user_id:
        raise Refused("上传人不能复核自己的资料；请另一位经理或总部人员复核。", field="reviewer")
    own = who.manages and row.loaded_org == who.org_id and row.owner_org != EVERYONE
    for_headquarters = who.manages and row.loaded_org != who.org_id and row.owner_org == EVERYONE
    if not (who.headquarters or own or (for_headquarters and row.about.get("by_headquarters"))):
        raise Refused("只有本组织经理或总部可以复核；面向全体的资料由总部复核。", field="reviewer")


def _sees(who: Reviewer, row: DocumentRow) -> bool:
    if who.headquarters or row.loaded_org == who.org_id:
        return True
    return row.owner_org == EVERYONE and who.manages and bool(row.about.get("by_headquarters"))


def _get(session: Session, who: Reviewer, document_id: str) -> DocumentRow:
    row = session.get(DocumentRow, document_id)
    known = session.exec(select(DocumentRow.id).where(col(DocumentRow.id) == document_id, _reviewed())).first()
    if row is None or known is None or not _sees(who, row):
        raise Missing(f"没有编号为 {document_id[:40]} 的上传资料；请从列表里取编号。", field="document_id")
    return row
