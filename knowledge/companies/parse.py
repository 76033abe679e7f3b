"""A company file (contract §3) read strictly: every wrong thing is one sentence that names the field."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from knowledge.base.errors import BadInput
from knowledge.base.industries import find_division
from knowledge.companies.company import Company, Fact
from knowledge.companies.uscc import read_uscc
from knowledge.policies.fields import Field, find_field, near

KEYS = ("name", "uscc", "region", "industry_code", "facts")
DETAILS = ("value", "low", "high", "declined", "source", "as_of", "year", "period", "text", "confirmed")
MOST_FACTS = 500
LONGEST = 200
LARGEST = {"money": Decimal(10) ** 9, "count": Decimal(10) ** 7, "number": Decimal(10) ** 9, "rate": Decimal(10) ** 6}


def parse_company(value: Any) -> Company:
    """The company of a decoded JSON value. Raises `BadInput` for the first thing that is wrong."""
    if not isinstance(value, Mapping):
        raise BadInput(
            '企业文件应是一个 JSON 对象，例如 {"name": "上海甲科技有限公司", "facts": {}}。', field="company"
        )
    for key in value:
        if key not in KEYS:
            close = get_close_matches(str(key), KEYS, 1)
            hint = f"是不是 {close[0]}？" if close else f"可用的有 {'、'.join(KEYS)}。"
            raise BadInput(f"{str(key)[:40]}：企业文件没有这一项；{hint}", field=str(key)[:40])
    facts = value.get("facts")
    if facts is None:
        facts = {}
    if not isinstance(facts, Mapping):
        raise BadInput('facts：应是一个对象，例如 {"hr.headcount": 45}。', field="facts")
    if len(facts) > MOST_FACTS:
        raise BadInput(f"facts：有 {len(facts)} 项，最多 {MOST_FACTS} 项；请只留企业自己的数据。", field="facts")
    uscc = value.get("uscc")
    return Company(
        name=_text(value, "name", "上海甲科技有限公司") or "",
        uscc=read_uscc(uscc) if uscc is not None else None,
        region=_text(value, "region", "上海市浦东新区"),
        industry_code=_industry(value),
        facts=tuple(fact for name, given in facts.items() for fact in _read(str(name), given)),
    )


def _text(value: Mapping[str, Any], key: str, example: str) -> str | None:
    found = value.get(key)
    if found is None:
        return None
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"{key}：应为文字，例如 {example}。", field=key)
    if len(found) > LONGEST:
        raise BadInput(f"{key}：有 {len(found)} 个字，最多 {LONGEST} 个；例如 {example}。", field=key)
    return found.strip()


def _industry(value: Mapping[str, Any]) -> str | None:
    code = _text(value, "industry_code", '"6513"（带引号的国民经济行业代码）')
    if code is None:
        return None
    digits = code[1:] if code[0].isalpha() else code
    if not code.isascii() or not 0 <= len(digits) <= 4 or (digits and not digits.isdigit()) or not code.isalnum():
        raise BadInput(
            f"industry_code：“{code[:20]}”不是国民经济行业代码，应为 2–4 位数字，例如 6513。", field="industry_code"
        )
    if digits and (len(digits) < 2 or find_division(code.upper()) is None):
        raise BadInput(
            f"industry_code：国民经济行业分类里没有 {code[:20]}（大类 01 到 97，字母要与大类相符）；"
            "例如软件开发是 6513 或 I6513。",
            field="industry_code",
        )
    return code.upper()


def _read(name: str, given: Any) -> Iterator[Fact]:
    entry = find_field(name)
    if entry is None:
        close = near(name)
        hint = f"是不是 {'、'.join(close)}？" if close else "字段名见 docs 里的字段表，例如 hr.headcount。"
        raise BadInput(f"{name[:60]}：没有这个字段；{hint}", field=name[:60])
    if entry.kind == "manual":
        raise BadInput(f"{name}（{entry.label}）：这一项须由专家判断，不能作为事实填写；请删去。", field=name)
    if entry.series and isinstance(given, Mapping) and not set(given) & set(DETAILS):
        for year, figure in given.items():
            yield _fact(name, entry, figure, year=_year(name, str(year)))
        return
    if entry.series and name != "finance.total_assets" and not isinstance(given, Mapping | None):
        raise BadInput(f'{name}（{entry.label}）：要按年度写，例如 {{"2025": 3200}}。', field=name)
    yield _fact(name, entry, given, year=None)


def _year(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 1980 <= int(text) <= 2100):
        raise BadInput(f'{name}：“{text[:20]}”不是年度；请写四位年份，例如 {{"2025": 3200}}。', field=name)
    return int(text)


def _fact(name: str, entry: Field, given: Any, *, year: int | None) -> Fact:
    where = f"{name}（{entry.label}{f' {year} 年' if year else ''}）"
    if not isinstance(given, Mapping):
        value = None if given is None else _value(where, name, entry, given)
        return Fact(field=name, year=year, value=value, unknown=given is None, unit=entry.shown_unit)
    for key in given:
        if key not in DETAILS:
            raise BadInput(f"{where}：没有 {str(key)[:30]} 这一项；可用的有 {'、'.join(DETAILS)}。", field=name)
    if "declined" in given and not isinstance(given["declined"], bool):
        raise BadInput(f'{where}：declined 应为 true，例如 {{"declined": true}}。', field=name)
    if given.get("year") is not None:
        year = _year(name, str(given["year"]))
    ends = {key: given[key] for key in ("low", "high") if given.get(key) is not None}
    if sum([given.get("value") is not None, bool(ends), given.get("declined") is True]) > 1:
        raise BadInput(f"{where}：value、low/high、declined 只能写一种。", field=name)
    low, high = (_value(where, name, entry, ends[key]) if key in ends else None for key in ("low", "high"))
    if ends and not (entry.numeric or entry.kind == "date"):
        raise BadInput(f"{where}：只有数和日期可以写范围；例如 {_example(entry)}。", field=name)
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise BadInput(f"{where}：low 不能大于 high；例如 low 3000、high 4000。", field=name)
    if entry.kind == "date":
        low, high = (None if end is None else date.fromisoformat(str(end)) for end in (low, high))  # type: ignore[assignment]
    value = None if given.get("value") is None else _value(where, name, entry, given["value"])
    return Fact(
        field=name,
        year=year,
        period=_text(given, "period", "2026H1"),
        value=value,
        low=low,
        high=high,
        unknown=value is None and not ends and given.get("declined") is not True,
        declined=given.get("declined") is True,
        unit=entry.shown_unit,
        source=_text(given, "source", "self") or "self",
        as_of=_as_of(where, name, given.get("as_of")),
        text=_text(given, "text", "去年营收三千二百万") or "",
        confirmed=given.get("confirmed") is not False,
    )


def _value(where: str, name: str, entry: Field, given: object) -> Decimal | bool | str:
    if entry.numeric:
        return _number(where, name, entry, given)
    if entry.kind == "bool":
        if not isinstance(given, bool):
            raise BadInput(f"{where}：应为 true 或 false，不知道请写 null。", field=name)
        return given
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST:
        raise BadInput(f"{where}：应为文字，例如 {_example(entry)}。", field=name)
    if entry.kind == "date":
        return _date(where, name, given).isoformat()
    if entry.kind == "choice" and given not in entry.values:
        raise BadInput(f"{where}：“{given[:20]}”不在可选项里，应为 {'、'.join(entry.values)} 之一。", field=name)
    return given


def _number(where: str, name: str, entry: Field, given: object) -> Decimal:
    example = _example(entry)
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise BadInput(
            f"{where}：应为数，单位{entry.shown_unit or '见字段表'}，例如 {example}；不知道请写 null。", field=name
        )
    number = Decimal(str(given)) if not isinstance(given, int) or abs(given) < 10**18 else Decimal("Infinity")
    if not number.is_finite():
        raise BadInput(f"{where}：数太大或不是有限的数；例如 {example}。", field=name)
    if number < 0 and not entry.signed and entry.kind != "rate":
        raise BadInput(f"{where}：不能是负数；例如 {example}。", field=name)
    if entry.kind == "ratio" and number > 1:
        raise BadInput(f"{where}：是比例，应在 0 到 1 之间；15% 请写 0.15。", field=name)
    if entry.kind == "count" and number != number.to_integral():
        raise BadInput(f"{where}：应为整数；例如 {example}。", field=name)
    if abs(number) > LARGEST.get(entry.kind, Decimal(1)):
        raise BadInput(f"{where}：数太大，请检查单位（{entry.shown_unit or '—'}）；例如 {example}。", field=name)
    return number


def _date(where: str, name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2100:
        raise BadInput(f"{where}：“{text[:20]}”不是日期，应写成 2019-05-20 这样。", field=name)
    return found


def _as_of(where: str, name: str, given: object) -> date | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise BadInput(f"{where}：as_of 应为日期，例如 2026-03-01。", field=name)
    return _date(f"{where} 的 as_of", name, given)


def _example(entry: Field) -> str:
    examples = {"ratio": "0.15", "rate": "0.15", "date": "2019-05-20", "count": "15", "bool": "true"}
    if entry.kind == "choice":
        return entry.values[0]
    return examples.get(entry.kind, "3200" if entry.numeric else "上海市")
