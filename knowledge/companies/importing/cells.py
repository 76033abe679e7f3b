"""Cells as people and vendors write them: `50(万元人民币)`, `185000万元`, `2019年5月20日`, `-`, `长期`, `12.5%`."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from knowledge.policies.fields import Field

BLANK = frozenset(
    {"", "-", "--", "—", "/", "null", "none", "nan", "n/a", "#n/a", "未知", "不详", "暂无", "未公示", "企业选择不公示"}
)
ENDLESS = frozenset({"长期", "永久", "无固定期限", "9999-12-31"})
YES, NO = frozenset({"是", "有", "true", "1", "yes", "y"}), frozenset({"否", "没有", "无", "false", "0", "no", "n"})
FACTORS = {"": Decimal(1), "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4)}
FACTORS |= {"百万": Decimal(10**6), "千万": Decimal(10**7), "亿": Decimal(10**8), "万亿": Decimal(10**12)}
MONEY = re.compile(r"^(-?[\d,，]*\.?\d+)\(?(万亿|千万|百万|亿|万|千|百|十)?(元|圆)?\(?(人民币|rmb|cny)?(元|圆)?\)?$")
NUMBER = re.compile(r"^(-?[\d,，]*\.?\d+)(人|项|家|个|名|年|月|天|分|位)?$")
SPAN = re.compile(r"^(\d+)[-~～至到](\d+)人?$")
BELOW, ABOVE = re.compile(r"^(?:小于|少于|不足)(\d+)人?$"), re.compile(r"^(\d+)人?以上$")
CHINA = timedelta(hours=8)
SERIALS = range(10_000, 80_000)  # days of a sheet's calendar: 1927 to 2119


def is_blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and raw.strip().lower() in BLANK)


def read_cell(raw: Any, entry: Field, unit: str = "") -> Any:
    """The value as a company file (contract §3) has it, or None for an end that never comes. `unit` is what the
    heading says of bare sums. Raises `ValueError` with the reason in words.
    """
    if entry.kind == "money":
        return _money(raw, FACTORS[unit.removesuffix("元")] / FACTORS["万"] if unit else Decimal(1))
    if entry.numeric:
        return _number(raw, entry)
    if entry.kind == "date":
        return read_date(raw)
    if entry.kind == "bool":
        return _truth(raw)
    return str(raw).strip()


def _money(raw: Any, scale: Decimal) -> Decimal:
    """万元. A bare number is in the column's unit: 万元 unless the heading says another."""
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return Decimal(str(raw)) * scale
    text = _plain(raw)
    found = MONEY.match(text)
    if found is None:
        if re.search("美元|usd|港|欧|日元|英镑|澳", text):
            raise ValueError("是外币，请折成人民币万元")
        raise ValueError("不是金额，应像 185000万元 或 50(万元人民币)")
    number = _decimal(found[1])
    bare = not any(found[group] for group in (2, 3, 5))
    return number * scale if bare else number * FACTORS[found[2] or ""] / FACTORS["万"]


def _number(raw: Any, entry: Field) -> Any:
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return Decimal(str(raw))
    text = _plain(raw)
    if entry.kind in ("ratio", "rate") and text.endswith("%"):
        return _decimal(text[:-1]) / 100
    if found := SPAN.match(text):
        return {"low": _decimal(found[1]), "high": _decimal(found[2])}
    if found := BELOW.match(text):
        return {"high": _decimal(found[1]) - 1}
    if found := ABOVE.match(text):
        return {"low": _decimal(found[1])}
    found = NUMBER.match(text)
    if found is None:
        raise ValueError(f"不是数，单位应为{entry.shown_unit or '个'}")
    return _decimal(found[1])


def read_date(raw: Any) -> str | None:
    """ISO, or None for an end that never comes. Raises `ValueError` with the reason in words."""
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    if isinstance(raw, str) and re.fullmatch(r"\d{5}|\d{13}", raw.strip()):
        raw = int(raw)  # how sheets and vendors write dates when nobody formats them
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if raw in SERIALS:
            return (date(1899, 12, 30) + timedelta(days=int(raw))).isoformat()
        if not 10**11 < abs(raw) < 4_200_000_000_000:
            raise ValueError("不是日期，应像 2019-05-20")
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=raw) + CHINA).date().isoformat()
    text = str(raw).strip()
    if text in ENDLESS:
        return None
    found = re.match(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$", text) or re.match(
        r"^(\d{4})(\d{2})(\d{2})$", text
    )
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _wrong_date()
    except ValueError:
        return _wrong_date()


def _wrong_date() -> str:
    raise ValueError("不是日期，应像 2019-05-20")


def _truth(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise ValueError("应为是或否")


def _plain(raw: Any) -> str:
    return str(raw).strip().lower().replace(" ", "").replace("（", "(").replace("）", ")")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError("不是数") from None
