"""Company profiles: a list from a file, each with its facts and sources, conflicts settled by a person."""

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, ConfigDict

from api import companies
from api.deps import HouseDep, SignedIn
from knowledge.base.errors import BadInput

router = APIRouter(prefix="/api/v1/companies")
LARGEST = 50 * 1024 * 1024


class Decision(BaseModel):
    """`take`: the other source is right; else what stands goes on standing."""

    model_config = ConfigDict(extra="forbid")

    take: bool


@router.post("/import")
def bring_in(home: HouseDep, principal: SignedIn, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
    """CSV, Excel, JSON lines, or a vendor's response; merged by credit code, what can't be read told."""
    content = file.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput("file：超过 50 MB；请分成几份，或用命令 qifu companies import。", field="file")
    return companies.bring_in(home, principal, file.filename or "", content)


@router.get("")
def listing(home: HouseDep, principal: SignedIn, after: str = "") -> dict[str, Any]:
    return companies.listing(home, principal, after)


@router.get("/{identifier}")
def profile(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    return companies.profile(home, principal, identifier)


@router.post("/{identifier}/conflicts/{seq}")
def decide(home: HouseDep, principal: SignedIn, identifier: str, seq: int, body: Decision) -> dict[str, Any]:
    return companies.decide(home, principal, identifier, seq, take=body.take)
