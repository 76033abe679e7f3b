"""Places: a region is a path, province then city, and a text of one region never answers for another."""

from functools import cache
from pathlib import Path

import yaml

from knowledge.base.errors import BadInput

NATIONAL = "全国"


def place(text: str) -> tuple[str, ...]:
    """A name or GB/T 2260 code as a path: 上海市浦东新区 → (上海市, 浦东新区), 杭州 → (浙江省, 杭州市), 全国 or an
    unknown place → ().
    """
    text = text.strip()
    if text.isdigit():
        province = _codes().get(text[:2])
        return (province,) if province else ()
    for short, province in provinces().items():
        if text.startswith(short):
            rest = text.removeprefix(province) if text.startswith(province) else text.removeprefix(short)
            return (province, *_below(province, rest.lstrip("省市")))
    for city, province in cities().items():
        if text.startswith(city):
            return (province, *_below(province, text))
    return ()


def city_in(title: str, province: str) -> tuple[str, ...]:
    """The place a local rule is named after: 杭州市…条例 → (浙江省, 杭州市), 浙江省…条例 → (浙江省,)."""
    rest = title.removeprefix(province)
    city = next((city for city, owner in cities().items() if owner == province and rest.startswith(city)), None)
    return (province, city + "市") if city else (province,)


def canonical(text: str) -> str:
    """How a region is stored: 全国, 浙江省, 浙江省/杭州市. An unknown place is kept as it is, readable by none."""
    path = place(text)
    if path:
        return "/".join(path)
    return NATIONAL if text.strip() in ("", NATIONAL, "国家", "中国") else text.strip()


def recognised(text: str) -> str:
    """How a region that somebody states is stored. Raises `BadInput` for an unknown place, whose texts nobody reads."""
    found = canonical(text)
    if found != NATIONAL and not place(found):
        raise BadInput(
            f"region：不认识“{text.strip()[:20]}”；请写省、市的名称或代码，例如 苏州市昆山市。", field="region"
        )
    return found


def readable(text: str | None) -> tuple[str, ...]:
    """The stored regions whose texts hold at a place: the nation's and those of each level of its own path."""
    path = place(text or "")
    return (NATIONAL, *("/".join(path[: depth + 1]) for depth in range(len(path))))


def contains(area: str, spot: str) -> bool:
    """Whether a place lies in an area: 上海市浦东新区 in 上海, 杭州 in 浙江省; everything lies in 全国."""
    if area == NATIONAL:
        return True
    outer, inner = place(area), place(spot)
    return bool(outer) and inner[: len(outer)] == outer


def _below(province: str, rest: str) -> tuple[str, ...]:
    if not rest:
        return ()
    if province.endswith("市"):
        return (rest,)
    for city in cities():
        if rest.startswith(city) and cities()[city] == province:
            district = rest.removeprefix(city).removeprefix("市")
            return (city + "市", district) if district else (city + "市",)
    return (rest,)


@cache
def _table() -> dict[str, dict[str, str | list[str]]]:
    loaded: dict[str, dict[str, str | list[str]]] = yaml.safe_load(
        Path(__file__).with_name("regions.yaml").read_text(encoding="utf-8")
    )
    return loaded


@cache
def _codes() -> dict[str, str]:
    return {str(row["code"]): name for name, row in _table().items()}


@cache
def provinces() -> dict[str, str]:
    """Full names by short name: 31."""
    return {str(row["short"]): name for name, row in _table().items()}


@cache
def cities() -> dict[str, str]:
    """Province by prefecture-level city, without the 市."""
    return {city: name for name, row in _table().items() for city in row["cities"]}
