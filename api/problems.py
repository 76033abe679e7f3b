"""The one place that turns error kinds into HTTP: `{"error": {"kind", "message", "field", "request_id"}}`."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from knowledge.base.errors import GuardFailed, QifuError

STATUS = {
    "bad_input": 422,
    "not_found": 404,
    "refused": 403,
    "not_in_force": 422,
    "conflict": 409,
    "guard_failed": 422,
    "unauthenticated": 401,
    "too_many": 429,
}
WORDS = {
    404: ("not_found", "没有这个地址；接口一览见 /openapi.json。"),
    405: ("bad_input", "这个地址不接受这种请求方法；接口一览见 /openapi.json。"),
    413: ("bad_input", "请求太大；单个文件最多 20 MB。"),
}


def body(kind: str, message: str, field: str | None, request: Request, **more: Any) -> dict[str, Any]:
    request_id = getattr(request.state, "request_id", None)
    return {"error": {"kind": kind, "message": message, "field": field, "request_id": request_id, **more}}


def install(app: FastAPI) -> None:
    """Handlers for our errors, for FastAPI's validation, for unknown routes and for faults."""
    app.add_exception_handler(QifuError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, QifuError)
    status = STATUS.get(error.kind, 500)
    if status == 500:
        structlog.get_logger().error("fault", kind=error.kind, message=error.message)
    more = {"reasons": list(error.reasons)} if isinstance(error, GuardFailed) else {}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body(error.kind, error.message, error.field, request, **more), status, headers=headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = () if first["type"] == "json_invalid" else first["loc"]  # there it is the letter where reading stopped
    field = ".".join(str(part) for part in place if part not in ("body", "query", "path", "header")) or None
    message = f"{field or '请求'}：{_reason(first)}；应有的形状见 /openapi.json。"
    return JSONResponse(body("bad_input", message, field, request), 422)


def _reason(first: dict[str, Any]) -> str:
    words = {
        "missing": "缺少这一项",
        "json_invalid": "不是合法的 JSON",
        "extra_forbidden": "没有这个字段",
        "string_type": "应为文字",
        "int_parsing": "应为整数",
        "int_type": "应为整数",
        "date_from_datetime_parsing": "应为日期，例如 2026-11-23",
        "date_parsing": "应为日期，例如 2026-11-23",
        "date_type": "应为日期，例如 2026-11-23",
        "dict_type": "应为 JSON 对象",
        "model_attributes_type": "应为 JSON 对象",
        "list_type": "应为列表",
    }
    return words.get(str(first["type"]), f"不合要求（{first['msg']}）")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind, message = WORDS.get(error.status_code, ("bad_input", str(error.detail)))
    return JSONResponse(body(kind, message, None, request), error.status_code)


async def _fault(request: Request, error: Exception) -> JSONResponse:
    structlog.get_logger().error("fault", error=repr(error), exc_info=error)
    return JSONResponse(body("fault", "服务内部出错，已记录；请稍后再试。", None, request), 500)
