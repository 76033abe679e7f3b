"""A person's file becomes a draft: parsed and dated, kept out of every search until a second person publishes it."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePath

from sqlmodel import Session, col, or_, select

from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.base.regions import recognised
from knowledge.ingest.draft import Draft
from knowledge.ingest.formats import Unreadable, read_file
from knowledge.ingest.load import PARSER, check_number, parse
from knowledge.ingest.masthead import order_doubts
from knowledge.ingest.plain import series_of
from knowledge.ingest.shipped import UPLOADED
from knowledge.ingest.store import document_id, store
from knowledge.ingest.tables import EVERYONE, DocumentRow

LARGEST = 20 * 1024 * 1024
KINDS = ("law", "policy", "tax", "qualification", "sop", "faq", "case")
AUDIENCES = ("client", "channel", "staff")


@dataclass(frozen=True)
class Sheet:
    """What the uploader says about the file; None leaves what is read from it."""

    kind: str = "policy"
    region: str | None = None
    audience: str = "client"
    title: str | None = None
    doc_no: str | None = None
    issuer: str | None = None
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    url: str | None = None
    supersedes: str | None = None  # number or 文号 of the text that this is a new version of


@dataclass(frozen=True)
class Origin:
    """Who uploads, for whom (`owner_org`), and when."""

    user_id: str
    org: str
    owner_org: str
    headquarters: bool
    at: datetime


@dataclass(frozen=True)
class Received:
    document_id: str
    chunks: int
    fresh: bool  # False: the same upload was there before


def receive(database: Database, raw: bytes, name: str, sheet: Sheet, origin: Origin) -> Received:
    """Keep a draft. The same file with the same sheet again gives the first one.

    Reading the file, which may take long, holds no transaction. Raises `Unreadable` with the reason for a file that
    can't be taken, `BadInput` for a sheet that can't be right.
    """
    check_sheet(sheet)
    if len(raw) > LARGEST:
        raise Unreadable("文件超过 20 MB；请拆分后再上传")
    if not raw:
        raise Unreadable("空文件")
    path = Path(PurePath(name.replace("\\", "/")).name or "未命名")
    mark = f"{PARSER}\n{origin.owner_org}\n{origin.org}\n{path.name}\n{sheet}\n".encode()
    content_hash = hashlib.sha256(mark + raw).hexdigest()
    with database.read() as work:
        known = _known(work.session(EVERYONE), content_hash)
    if known is not None:
        return Received(known, 0, False)
    draft = stated(parse(read_file(path, raw), path, sheet.kind, sheet.region), sheet)
    draft.about["by_headquarters"] = origin.headquarters
    with database.work() as work:
        session = work.session(EVERYONE)
        if (known := _known(session, content_hash)) is not None:
            return Received(known, 0, False)
        if sheet.supersedes:
            draft = replace(draft, series=former(session, sheet.supersedes, origin.owner_org).series)
        for owner in (origin.owner_org, EVERYONE):
            same = session.get(DocumentRow, document_id(owner, draft))
            if same is not None and same.published and same.issued == draft.issued:
                raise Unreadable(f"《{same.title}》的这个版本已收录；如有更正，请由运营人员重新导入")
        key = f"{draft.kind}-{content_hash[:16]}"
        notes = check_number(session, draft, origin.owner_org, key)
        draft = replace(draft, doubts=(*draft.doubts, *notes))
        _, chunks = store(
            session, draft, content_hash=content_hash, source=f"{UPLOADED}{content_hash}",
            owner_org=origin.owner_org, audience=sheet.audience, by=origin.user_id, org=origin.org, at=origin.at,
            published=False, key=key,
        )  # fmt: skip
    return Received(key, chunks, True)


def _known(session: Session, content_hash: str) -> str | None:
    return session.exec(select(DocumentRow.id).where(col(DocumentRow.source) == f"{UPLOADED}{content_hash}")).first()


def check_sheet(sheet: Sheet) -> None:
    """Raises `BadInput` that names the field."""
    if sheet.kind not in KINDS:
        raise BadInput(f"kind：应为 {'、'.join(KINDS)} 之一，例如 policy。", field="kind")
    if sheet.audience not in AUDIENCES:
        raise BadInput(f"audience：应为 {'、'.join(AUDIENCES)} 之一，例如 client。", field="audience")
    if sheet.effective_from and sheet.effective_to and sheet.effective_to < sheet.effective_from:
        raise BadInput("effective_to：失效日期早于施行日期；请核对两个日期，例如 2027-12-31。", field="effective_to")
    if sheet.issued and sheet.effective_to and sheet.effective_to < sheet.issued:
        raise BadInput("effective_to：失效日期早于发布日期；请核对，例如 2027-12-31。", field="effective_to")
    if sheet.region:
        recognised(sheet.region)
    if sheet.url and not re.match(r"https?://\S+$", sheet.url):
        raise BadInput("url：应为网址，例如 https://www.gov.cn/zhengce/ 开头的页面地址。", field="url")
    for name, most in (("title", 200), ("doc_no", 120), ("issuer", 120), ("url", 500)):
        if len(getattr(sheet, name) or "") > most:
            raise BadInput(f"{name}：最多 {most} 个字；请写简称。", field=name)


def former(session: Session, named: str, owner_org: str) -> DocumentRow:
    """The newest published text of that number or 文号, of the same owner. Raises `BadInput`."""
    row = session.exec(
        select(DocumentRow)
        .where(or_(col(DocumentRow.id) == named, col(DocumentRow.doc_no) == named))
        .where(col(DocumentRow.published), col(DocumentRow.owner_org) == owner_org)
        .order_by(col(DocumentRow.effective_from).desc())
    ).first()
    if row is None:
        raise BadInput(
            f"supersedes：没有已发布的“{named[:40]}”；请填旧版本的编号或文号，例如 示范发〔2026〕7号。",
            field="supersedes",
        )
    return row


def stated(draft: Draft, sheet: Sheet) -> Draft:
    """The draft with what the uploader says put over what was read; a loose text is known by its title. The days are
    looked at again as they now stand.
    """
    said = {
        name: value
        for name in ("title", "doc_no", "issuer", "issued", "effective_from", "effective_to", "url")
        if (value := getattr(sheet, name)) not in (None, "")
    }
    if sheet.region:
        said["region"] = recognised(sheet.region)
    before = order_doubts(draft.issued, draft.effective_from, draft.effective_to)
    draft = replace(draft, **said)
    after = order_doubts(draft.issued, draft.effective_from, draft.effective_to)
    draft = replace(
        draft,
        adopted=draft.adopted or draft.issued,
        doubts=(*(doubt for doubt in draft.doubts if doubt not in before), *after),
        read=tuple((name, words) for name, words in draft.read if name not in said),
    )
    if draft.series.startswith("article:") or is_law(draft):
        return draft
    return replace(draft, series=series_of(draft.kind, draft.region, draft.title))


def is_law(draft: Draft) -> bool:
    """A statute is known by its short title, however it came in."""
    return any(chunk.clause for chunk in draft.chunks)
