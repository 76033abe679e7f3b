"""Structured logs as JSON lines, with personal data masked before anything is written."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A company's credit code is not personal data (18 characters, letters among them), so it must survive.
MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])"), "[身份证]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[手机]"),
    (re.compile(r"(?<![0-9A-Za-z])\d{16,19}(?![0-9A-Za-z])"), "[银行卡]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[邮箱]"),
)
SECRET_KEYS = re.compile(r"password|secret|token|authorization|api_key", re.IGNORECASE)


def mask(text: str) -> str:
    """`text` without identity numbers, mobile numbers, bank cards and mail addresses."""
    for pattern, label in MASKS:
        text = pattern.sub(label, text)
    return text


def configure(level: str = "info") -> None:
    """Set up once, at an entry point. Logs go to stderr: stdout belongs to answers."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # Looked up at each log line: whoever redirects stderr later is followed, and a closed one is never written to.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _masked(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: "[已隐去]" if SECRET_KEYS.search(key) else _mask_value(value) for key, value in event.items()}


def _mask_value(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: "[已隐去]" if SECRET_KEYS.search(str(key)) else _mask_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_value(item) for item in value]
    return value
