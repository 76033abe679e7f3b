"""Evidence files: kept once by their hash, attached to a step, opened only by organisations with a row of them."""

import hashlib
import mimetypes
import os
import re
import unicodedata
from pathlib import Path
from typing import IO

from sqlmodel import select

from knowledge.base.clock import Clock, today
from knowledge.base.db import Work
from knowledge.base.errors import BadInput, GuardFailed, Missing, Refused
from knowledge.base.ids import new_id
from knowledge.base.tenancy import TenantSession
from knowledge.policies.values import Frozen
from knowledge.services import Catalogue
from workflows import case, fulfil, handover, keys, states, timers, trace
from workflows.actor import Actor
from workflows.case import Case, org_name
from workflows.commands import steps
from workflows.find import row_of
from workflows.progress import files_of, lacking
from workflows.tables.executing import EvidenceRow, StepRow
from workflows.view import OrderView

LARGEST = 20 * 1024 * 1024
BLOCK = 1024 * 1024
LONGEST_NAME = 120


class Stored(Frozen):
    """A file that is safely on disk. `kind` is the evidence type it was sent as."""

    sha256: str
    size: int
    filename: str
    mime: str
    kind: str


def store(folder: Path, fileobj: IO[bytes], filename: str, kind: str) -> Stored:
    """Stream to `folder/<first two>/<sha256>`; written aside, synced and renamed, so a half file is never seen.

    `BadInput` on an empty file or one above 20 MB.
    """
    name = clean_name(filename)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{new_id()}"
    try:
        digest, size = _stream(fileobj, draft)
        path = place(folder, digest)
        path.parent.mkdir(exist_ok=True)
        os.replace(draft, path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Stored(sha256=digest, size=size, filename=name, mime=mime, kind=kind[:40])


def attach(
    work: Work,
    actor: Actor,
    step_id: str,
    stored: Stored,
    *,
    key: str,
    clock: Clock,
    catalogue: Catalogue,
) -> OrderView:
    """Add a stored file to a step that is being worked on; the same file of the same type is there once.

    When the step's evidence is whole, the step is evidenced. `Missing` for a step out of scope, `Refused` for who
    may not work on it, `GuardFailed` when it isn't being worked on, `BadInput` for a type the step doesn't ask for.
    """
    del catalogue  # the procedure frozen on the order says what is asked for

    found = case.load(work, actor, step_id, clock)

    def produce() -> OrderView:
        row = row_of(found, "step", step_id)
        assert isinstance(row, StepRow)
        _add(steps.as_worker(found, row), row, stored)
        handover.publish(found)
        return fulfil.shown(found)

    asked = ["evidence", step_id, stored.kind, stored.sha256, actor.user_id]
    return keys.once(work, actor.org_id, key, asked, OrderView, produce, clock)


def open_file(session: TenantSession, actor: Actor, identifier: str, folder: Path) -> tuple[Path, str, str]:
    """Where the file lies, its name and type; `Missing` unless the session may read a row of it."""
    del actor  # the session's scope is the actor's right
    row = session.exec(select(EvidenceRow).where(EvidenceRow.id == identifier)).first()
    path = place(folder, row.sha256) if row else None
    if row is None or path is None or not path.is_file():
        raise Missing("没有找到这份凭证；请从订单页打开。")
    return path, row.filename, row.mime


def place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def clean_name(filename: str) -> str:
    """The last part of a path, without control characters or what file systems refuse; never empty."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]', "", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1] or 'file'}.{suffix}"
    return name[:LONGEST_NAME] or "file"


def _stream(fileobj: IO[bytes], draft: Path) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    with draft.open("xb") as out:
        while block := fileobj.read(BLOCK):
            size += len(block)
            if size > LARGEST:
                raise BadInput("file：文件超过 20 MB；请压缩或拆分后再上传。", field="file")
            hashed.update(block)
            out.write(block)
        if size == 0:
            raise BadInput("file：文件是空的；请选择有内容的文件。", field="file")
        out.flush()
        os.fsync(out.fileno())
    return hashed.hexdigest(), size


def _sync(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _add(found: Case, row: StepRow, stored: Stored) -> None:
    if "doer" not in found.doing.titles:
        raise Refused("您的岗位不能给这一步上传凭证；请由负责这一步的同事上传。")
    step, known = steps.sop_step(found, row), files_of(found.executor, found.id).get(row.id, ())
    if stored.kind not in {need.type for need in step.evidence}:
        options = "、".join(f"{need.type}（{need.label}）" for need in step.evidence)
        raise BadInput(f"type：这一步需要的凭证类型是 {options}。", field="type")
    if any((file.type, file.sha256) == (stored.kind, stored.sha256) for file in known):
        return
    if row.state != "doing":
        state = states.words("step", row.state)
        reason = f"这一步现在是“{state}”，只有进行中的步骤能上传凭证"
        raise GuardFailed(f"{reason}；请先开始这一步，或请检查人退回。", reasons=(reason,))
    identifier = new_id()
    for org_id in dict.fromkeys((row.org_id, found.order.org_id, found.order.client_org)):
        _keep(found, row, stored, identifier, org_id)
        trace.link(found.doing.work, (org_id,), ("step", row.id), ("evidence", identifier), found.doing.clock)
    steps.worked(found, row)
    found.move(row, "evidence", detail=f"{step.no} {step.name}：{stored.filename}")
    if not lacking(step, files_of(found.executor, found.id)[row.id]):
        row.late = row.late or (row.due_on is not None and today(found.doing.clock) > row.due_on)
        found.follow(row, "complete", detail=f"{step.no} {step.name}")
        timers.cancel(found.doing.work, row.id)


def _keep(found: Case, row: StepRow, stored: Stored, identifier: str, org_id: str) -> None:
    session = found.doing.session(org_id)
    session.add(
        EvidenceRow(
            id=identifier,
            org_id=org_id,
            order_id=found.id,
            step_id=row.id,
            type=stored.kind,
            filename=stored.filename,
            sha256=stored.sha256,
            size=stored.size,
            mime=stored.mime,
            uploader=_uploader(found, org_id),
            uploaded_at=found.doing.clock.now(),
        )
    )
    session.flush()


def _uploader(found: Case, audience: str) -> str:
    """People are named to their own organisation and to the seller; to the others they are the side they stand on."""
    actor, order = found.doing.actor, found.order
    if audience == actor.org_id:
        return actor.name
    if audience == order.org_id:
        return f"{actor.name}（{org_name(found.seller, actor.org_id)}）"
    if audience == order.client_org or actor.org_id == order.org_id:
        return org_name(found.seller, order.org_id)
    return "客户"
