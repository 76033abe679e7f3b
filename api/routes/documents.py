"""Documents: uploaded as drafts, published by a second person, from then on found within their dates."""

import time
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from api.deps import HouseDep, SignedIn
from api.principal import Principal
from knowledge.base.errors import BadInput
from knowledge.base.regions import recognised
from knowledge.ingest.formats import Unreadable
from knowledge.ingest.review import Reviewer, amend_upload, owner_for, publish_upload, upload, uploads, withdraw_upload
from knowledge.ingest.tables import EVERYONE
from knowledge.ingest.upload import LARGEST, Origin, Sheet, check_sheet, receive

router = APIRouter(prefix="/api/v1/knowledge")
Text = Annotated[str | None, Form()]
STATES = {"draft": False, "published": True}


@router.post("/documents", status_code=201)
def send(
    home: HouseDep,
    principal: SignedIn,
    response: Response,
    file: Annotated[UploadFile, File()],
    kind: Annotated[str, Form()] = "policy",
    region: Text = None,
    title: Text = None,
    doc_no: Text = None,
    issuer: Text = None,
    issued: Text = None,
    effective_from: Text = None,
    effective_to: Text = None,
    url: Text = None,
    audience: Annotated[str, Form()] = "client",
    share: Text = None,
    supersedes: Text = None,
) -> dict[str, Any]:
    """Keep a file as a draft. A file that can't be taken is in `skipped` with the reason (200, nothing kept); the same
    upload again gives the first one (200). `share` is `own` or `all`, by default what the organisation is for;
    `supersedes` the number or 文号 of the text that this is a new version of. What was read from the file is in
    `document.read`, what publishing it would end in `document.replaces`: the reviewer confirms both.
    """
    started = time.perf_counter()
    who = reviewer(principal)
    share = share or ("all" if who.headquarters else "own")
    if share not in ("own", "all"):
        raise BadInput("share：应为 own（只给本组织）或 all（面向全体，由总部复核）。", field="share")
    owner = owner_for(who, share)
    sheet = Sheet(
        kind=kind,
        region=region or None,
        audience=audience,
        title=title or None,
        doc_no=doc_no or None,
        issuer=issuer or None,
        issued=_day(issued, "issued"),
        effective_from=_day(effective_from, "effective_from"),
        effective_to=_day(effective_to, "effective_to"),
        url=url or None,
        supersedes=supersedes or None,
    )
    origin = Origin(who.user_id, who.org_id, owner, who.headquarters and share == "all", home.clock.now())
    name = file.filename or ""
    try:
        received = receive(home.database, file.file.read(LARGEST + 1), name, sheet, origin)
    except Unreadable as error:
        response.status_code = 200
        skipped = [{"path": name, "reason": str(error), "place": error.place}]
        return _report(0, 0, 0, skipped, started) | {"document": None}
    if not received.fresh:
        response.status_code = 200
    with home.database.read() as work:
        document = upload(work.session(EVERYONE), who, received.document_id)
    return _report(int(received.fresh), received.chunks, int(not received.fresh), [], started) | {"document": document}


@router.get("/documents")
def documents(home: HouseDep, principal: SignedIn, state: str = "draft") -> dict[str, Any]:
    """Uploads with what was read from them; `state` is draft or published."""
    if state not in STATES:
        raise BadInput("state：应为 draft 或 published。", field="state")
    with home.database.read() as work:
        found = uploads(work.session(EVERYONE), reviewer(principal), published=STATES[state])
    return {"items": found}


@router.get("/documents/{identifier}")
def document(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    """One upload with its passages, for whoever reviews it."""
    with home.database.read() as work:
        return upload(work.session(EVERYONE), reviewer(principal), identifier, passages=500)


@router.post("/documents/{identifier}/publish")
def publish(
    home: HouseDep, principal: SignedIn, identifier: str, version: Annotated[int | None, Query()] = None
) -> dict[str, Any]:
    """By a second person, who names the `version` that they looked at; twice is the same as once."""
    with home.database.work() as work:
        return publish_upload(work.session(EVERYONE), reviewer(principal), identifier, home.clock.now(), version)


@router.post("/documents/{identifier}/amend")
def amend(
    home: HouseDep,
    principal: SignedIn,
    identifier: str,
    region: Text = None,
    title: Text = None,
    doc_no: Text = None,
    issuer: Text = None,
    issued: Text = None,
    effective_from: Text = None,
    effective_to: Text = None,
    url: Text = None,
) -> dict[str, Any]:
    """Its uploader puts right what was read from a draft; fields that aren't sent stay."""
    days = {"issued": issued, "effective_from": effective_from, "effective_to": effective_to}
    said: dict[str, Any] = {name: _day(text, name) for name, text in days.items() if text}
    words = {"title": title, "doc_no": doc_no, "issuer": issuer, "url": url}
    said |= {name: text for name, text in words.items() if text}
    check_sheet(Sheet(**said))
    if region:
        said["region"] = recognised(region)
    with home.database.work() as work:
        return amend_upload(work.session(EVERYONE), reviewer(principal), identifier, said)


@router.post("/documents/{identifier}/withdraw")
def withdraw(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    """Out of every search, at once."""
    with home.database.work() as work:
        return withdraw_upload(work.session(EVERYONE), reviewer(principal), identifier)


def reviewer(principal: Principal) -> Reviewer:
    return Reviewer(principal.user_id, principal.org_id, principal.org_kind, principal.roles)


def _day(text: str | None, field: str) -> date | None:
    """A form sends an empty field as an empty string."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{field}：“{text[:20]}”不是日期，应写成 2026-01-01 这样。", field=field) from None


def _report(documents: int, chunks: int, reused: int, skipped: list[dict[str, str]], started: float) -> dict[str, Any]:
    return {
        "documents": documents,
        "chunks": chunks,
        "embedded": 0,
        "reused": reused,
        "skipped": skipped,
        "seconds": round(time.perf_counter() - started, 3),
    }
