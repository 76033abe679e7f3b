"""The FastAPI application: middleware, routes, pages. Built from a house, so tests build it with their own."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from api import problems
from api.house import House
from api.metrics import observe
from api.routes import auth, chat, companies, demo, diagnoses, documents, health, orders, outcomes, reports, upkeep
from knowledge.base.ids import new_id

PAGES = Path(__file__).parent / "web" / "dist"
LARGEST = 25 * 1024 * 1024  # bytes of one request: a 20 MB file and its envelope


def create_app(house: House, *, pages: Path = PAGES) -> FastAPI:
    """`pages` is the built web folder; without it the API serves alone."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = FastAPI(title="企服 qifu", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.house = house
    app.state.sign_ins = auth.counter()
    problems.install(app)
    app.middleware("http")(_watch)
    for module in (health, auth, chat, companies, diagnoses, documents, orders, demo, outcomes, reports, upkeep):
        app.include_router(module.router)
    if (pages / "index.html").exists():
        _serve_pages(app, pages)
    return app


def _serve_pages(app: FastAPI, pages: Path) -> None:
    app.mount("/assets", StaticFiles(directory=pages / "assets"), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> FileResponse:
        """Any other address is the page's own to route."""
        file = (pages / path).resolve()
        if path and file.is_relative_to(pages.resolve()) and file.is_file():
            return FileResponse(file)
        if path.startswith(("api/", "wechat/")):
            from starlette.exceptions import HTTPException

            raise HTTPException(404)
        return FileResponse(pages / "index.html", headers={"Cache-Control": "no-cache"})


async def _watch(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Request id, size cap, security headers, one masked log line."""
    request.state.request_id = request_id = new_id()
    started = time.perf_counter()
    length = request.headers.get("content-length", "0")
    # A body of unannounced length could grow without end; every client of ours announces it.
    if not length.isdigit() or int(length) > LARGEST or "transfer-encoding" in request.headers:
        body = problems.body("bad_input", "请求太大或没有写明 Content-Length；单个文件最多 20 MB。", None, request)
        return JSONResponse(body, 413)
    structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        response = await call_next(request)
    finally:
        structlog.contextvars.unbind_contextvars("request_id")
    response.headers["X-Request-ID"] = request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    )
    route = getattr(request.scope.get("route"), "path", "other")
    observe(request.method, route, response.status_code, time.perf_counter() - started)
    structlog.get_logger().info(
        "request",
        method=request.method,
        path=request.url.path,
        status=response.status_code,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return response
