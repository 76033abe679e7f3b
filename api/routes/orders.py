"""Orders and the commands on them: `POST /api/v1/{aggregate}/{id}/{command}` with a key and the version seen."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, UploadFile
from fastapi.responses import FileResponse

from api.deps import HouseDep, SignedIn
from api.principal import Principal
from knowledge.base.errors import BadInput, Missing
from workflows import evidence, fulfil, outbox, trace, view
from workflows.actor import Actor
from workflows.allowed import PLURAL

router = APIRouter(prefix="/api/v1")
AGGREGATES = frozenset(PLURAL.values())


def actor(principal: Principal) -> Actor:
    return Actor(principal.user_id, principal.name, principal.org_id, principal.org_kind, principal.roles)


@router.get("/orders")
def orders(home: HouseDep, principal: SignedIn) -> dict[str, Any]:
    who = actor(principal)
    with view.reading(home.database, who, home.clock, "orders") as session:
        return {"items": [order.model_dump(mode="json") for order in view.orders(session, who)]}


@router.get("/orders/{identifier}")
def order(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    who = actor(principal)
    with view.reading(home.database, who, home.clock, identifier) as session:
        return view.order(session, identifier, who).model_dump(mode="json")


@router.get("/orders/{identifier}/trace")
def order_trace(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    """What led to the order and what followed from it, as far as the caller's organisation may know."""
    who = actor(principal)
    with view.reading(home.database, who, home.clock, identifier) as session:
        return trace.walk(session, identifier).model_dump(mode="json")


@router.get("/notices")
def notices(home: HouseDep, principal: SignedIn) -> dict[str, Any]:
    """The inbox of the caller's organisation, the newest first."""
    with home.database.read() as work:
        found = outbox.notices(work, principal.org_id)
        return {"items": [notice.model_dump(mode="json", exclude={"org_id"}) for notice in found]}


@router.get("/evidence/{identifier}")
def evidence_file(home: HouseDep, principal: SignedIn, identifier: str) -> FileResponse:
    who = actor(principal)
    with view.reading(home.database, who, home.clock, identifier) as session:
        path, name, mime = evidence.open_file(session, who, identifier, home.evidence_dir)
    return FileResponse(path, media_type=mime, filename=name, content_disposition_type="attachment")


@router.post("/steps/{identifier}/evidence")
def upload(
    home: HouseDep,
    principal: SignedIn,
    identifier: str,
    file: Annotated[UploadFile, File()],
    kind: Annotated[str, Form(alias="type")],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """One evidence file of a step. The same file again gives the first result."""
    stored = evidence.store(home.evidence_dir, file.file, file.filename or "file", kind)
    with home.database.work() as work:
        found = evidence.attach(
            work,
            actor(principal),
            identifier,
            stored,
            key=idempotency_key or f"{identifier}:{kind}:{stored.sha256}",
            clock=home.clock,
            catalogue=home.desk.catalogue,
        )
    return found.model_dump(mode="json")


@router.post("/{aggregate}/{identifier}/{command}")
async def command(
    request: Request,
    home: HouseDep,
    principal: SignedIn,
    aggregate: str,
    identifier: str,
    command: str,
    idempotency_key: Annotated[str | None, Header()] = None,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """One command in one transaction. The same key gives the first answer; a stale version is 409."""
    if aggregate not in AGGREGATES:
        raise Missing("没有这个地址；接口一览见 /openapi.json。")
    if not idempotency_key or len(idempotency_key) > 80:
        raise BadInput("Idempotency-Key：请带上 1 到 80 个字符的键，重发同一命令时用同一个。", field="Idempotency-Key")
    version = (if_match or "").strip().strip('"')
    if version and not version.isdecimal():
        raise BadInput("If-Match：应为看到的订单版本号，例如 3。", field="If-Match")
    body = await _json(request)

    def work() -> dict[str, Any]:
        with home.database.work() as work:
            found = fulfil.execute(
                work,
                actor(principal),
                aggregate,
                identifier,
                command,
                body,
                key=idempotency_key,
                expected_version=int(version) if version else None,
                clock=home.clock,
                catalogue=home.desk.catalogue,
            )
            return found.model_dump(mode="json")

    return await asyncio.to_thread(work)


async def _json(request: Request) -> dict[str, Any]:
    raw = await request.body()
    if not raw:
        return {}
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadInput("请求体不是合法的 JSON。") from None
    if not isinstance(value, dict):
        raise BadInput("请求体应为 JSON 对象，例如 {}。")
    return value
