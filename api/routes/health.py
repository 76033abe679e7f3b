"""Is the process up, and can it serve."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlmodel import select

from api.deps import HouseDep
from api.principal import DIRECTORY
from knowledge.base.identity import Org

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
def readyz(home: HouseDep) -> dict[str, Any]:
    """Ready when the database answers and search finds a term it must know."""
    with home.database.read() as work:
        work.session(DIRECTORY).exec(select(Org).limit(1)).first()
    home.desk.searcher.probe()
    return {"status": "ready"}


@router.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
