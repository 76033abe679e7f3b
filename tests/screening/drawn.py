"""Random companies and rules, drawn so that figures often lie on a bound, in a row of a table and in a company file."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from knowledge.companies import Company, parse_company
from knowledge.policies import Programme, load_rules
from knowledge.policies.fields import Field, index
from knowledge.policies.programme import Band, Case, Item, Node, Score

DAY = date(2026, 11, 23)
BOOK = load_rules()
YEARS = range(2016, 2026)
PLACES = (None, "上海市浦东新区", "广东省广州市", "杭州", "月球", "310115", "北京市")
INDUSTRIES = (None, "6513", "I6513", "3511", "5111", "0111", "7020", "6620")
FIGURES = {
    "money": (
        0,
        1,
        50,
        99.99,
        100,
        100.01,
        250,
        400,
        500,
        1000,
        1500,
        2000,
        3000,
        5000,
        10000,
        20000,
        40000,
        123456.78,
    ),
    "count": (0, 1, 2, 3, 5, 6, 10, 19, 20, 50, 100, 299, 300, 1000),
    "number": (0, 0.5, 1, 2, 3, 5, 10, 50, 59, 60, 70, 71, 100, 365, 366),
    "ratio": (0, 0.01, 0.03, 0.0499, 0.05, 0.1, 0.15, 0.3, 0.5, 0.6, 0.7, 0.8, 1),
    "rate": (0, 0.03, 0.04, 0.05, 0.1, 0.15, 0.2, 0.35, 0.5, 0.8, 1, 1.5),
}
GROWING = (0.8, 0.96, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.35, 1.5, 2)


@dataclass(frozen=True)
class Drawn:
    """A company twice: a row of dotted columns, and the company that its file gives."""

    row: dict[str, Any]
    company: Company


def companies(draw: random.Random, count: int, *, intervals: bool) -> list[Drawn]:
    """Half of every field is left out, differently for each company; with `intervals` some figures are ranges."""
    return [_company(draw, intervals, draw.choice((0.3, 0.6, 0.9))) for _ in range(count)]


def table(drawn: list[Drawn]) -> pa.Table:
    """One table with every column that any of them has."""
    names = list(dict.fromkeys(name for one in drawn for name in one.row))
    return pa.table({name: pa.array([one.row.get(name) for one in drawn]) for name in names})


def _company(draw: random.Random, intervals: bool, chance: float) -> Drawn:
    row: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    place, industry = draw.choice(PLACES), draw.choice(INDUSTRIES)
    for name, entry in index().items():
        if entry.kind == "manual" or name == "entity.region" or draw.random() > _chance(name, entry, chance):
            continue
        if entry.series:
            _series(draw, row, facts, name, entry, intervals)
            continue
        value = _value(draw, name, entry)
        if intervals and (entry.numeric or entry.kind == "date") and draw.random() < 0.3:
            facts[name] = _range(draw, row, name, entry)
        else:
            row[name], facts[name] = value, value
    row |= {"region": place, "industry_code": industry}
    company = {"region": place, "industry_code": industry, "facts": facts}
    return Drawn(row, parse_company(company))


def _chance(name: str, entry: Field, chance: float) -> float:
    """What is derived is seldom given."""
    from knowledge.companies.formulas import FORMULAS

    return 0.1 if name in FORMULAS else min(1.0, chance * (1.2 if entry.series else 1))


def _series(
    draw: random.Random, row: dict[str, Any], facts: dict[str, Any], name: str, entry: Field, intervals: bool
) -> None:
    if name == "finance.total_assets" and draw.random() < 0.2:
        row[name] = facts[name] = draw.choice(FIGURES["money"])
        return
    figure = draw.choice(FIGURES["money"])
    years: dict[str, Any] = {}
    for year in YEARS:
        figure = round(figure * draw.choice(GROWING), 2)
        value = -figure if entry.signed and draw.random() < 0.15 else figure
        if draw.random() < 0.15 or (year < 2021 and draw.random() < 0.5):
            continue
        if intervals and draw.random() < 0.2:
            years[str(year)] = _range(draw, row, f"{name}.{year}", entry)
        else:
            row[f"{name}.{year}"] = years[str(year)] = value
    if years:
        facts[name] = years


def _range(draw: random.Random, row: dict[str, Any], column: str, entry: Field) -> dict[str, Any]:
    ends = sorted((_value(draw, column, entry), _value(draw, column, entry)))
    kept = draw.choice((("low", "high"), ("low", "high"), ("low",), ("high",)))
    found = {name: end for name, end in zip(("low", "high"), ends, strict=True) if name in kept}
    for name, end in found.items():
        row[f"{column}.{name}"] = end
    return found


def _value(draw: random.Random, name: str, entry: Field) -> Any:
    if entry.kind == "bool":
        return draw.random() < (0.85 if not name.startswith("compliance.") else 0.1)
    if entry.kind == "choice":
        return draw.choice(entry.values)
    if entry.kind == "date":
        around = draw.choice((DAY - timedelta(days=365), date(2024, 2, 29), date(2023, 11, 23), date(2019, 5, 20)))
        return str(around + timedelta(days=draw.choice((-400, -1, 0, 1, 200))))
    if entry.kind == "text":
        return draw.choice(("甲", "乙"))
    return draw.choice(FIGURES[entry.kind])


def rules(draw: random.Random, count: int) -> list[Programme]:
    """Programmes that nobody wrote: random trees of conditions over every field, with random score tables."""
    model = BOOK.programme("hnte", DAY)
    return [
        model.model_copy(
            update={
                "id": f"drawn{number}",
                "region": draw.choice(("全国", "全国", "上海", "广东")),
                "except_regions": draw.choice(((), (), ("广州",))),
                "conditions": tuple(_node(draw, 3) for _ in range(draw.randint(1, 5))),
                "score": _score(draw),
            }
        )
        for number in range(count)
    ]


def _node(draw: random.Random, depth: int) -> Node:
    kind = draw.choice(("field", "field", "field", "any", "all", "switch", "score", "manual"))
    if kind == "any" and depth:
        return Node(any=tuple(_node(draw, depth - 1) for _ in range(draw.randint(1, 3))), group="其一")
    if kind == "all" and depth:
        return Node(all=tuple(_node(draw, depth - 1) for _ in range(draw.randint(1, 3))))
    if kind == "switch" and depth:
        name = draw.choice([name for name, entry in index().items() if entry.numeric])
        low, high = sorted(draw.sample(FIGURES[index()[name].kind], 2))
        whens: list[dict[str, Any]] = [{"lt": Decimal(str(low))}, {"lt": Decimal(str(high))}, {"else": True}]
        cases = [Case(when=when, label=str(when), require=_node(draw, depth - 1)) for when in whens]
        return Node(switch=name, cases=tuple(cases))
    if kind == "score":
        return Node(score=True)
    if kind == "manual":
        return Node(field="review.committee", op="manual")
    return _test(draw)


def _test(draw: random.Random) -> Node:
    name, entry = draw.choice([item for item in index().items() if item[1].kind not in ("manual", "date", "text")])
    if entry.numeric:
        bound = Decimal(str(draw.choice(FIGURES[entry.kind])))
        if entry.kind == "rate" and draw.random() < 0.1:
            bound = -bound
        op = draw.choice((">=", ">", "<=", "<", "=="))
        return Node(field=name, op=op, value=bound)
    if entry.kind == "bool":
        return Node(field=name, op="==", value=draw.random() < 0.7)
    return Node(field=name, op="in", value=tuple(draw.sample(entry.values, 2)))


def _score(draw: random.Random) -> Score:
    items = tuple(_item(draw, f"项{number}", 2) for number in range(3))
    best = sum(item.max for item in items)
    return Score(
        field="score.innovation",
        label="得分",
        op=draw.choice((">", ">=")),
        value=Decimal(draw.randint(0, int(best))),
        items=items,
    )


def _item(draw: random.Random, name: str, depth: int) -> Item:
    kind = draw.choice(("auto", "auto", "expert", "sum", "best")) if depth else "auto"
    least = draw.choice((None, None, Decimal(2)))
    if kind == "expert":
        return Item(name=name, max=Decimal(3), kind="expert")
    if kind in ("sum", "best"):
        parts = tuple(_item(draw, f"{name}.{number}", depth - 1) for number in range(2))
        return Item(name=name, max=Decimal(8), kind=kind, items=parts, least=least)
    field = draw.choice([name for name, entry in index().items() if entry.numeric])
    edges = sorted(draw.sample(FIGURES[index()[field].kind], 3), reverse=True)
    bands = [
        Band(when={"ge": Decimal(str(edge))}, points=(Decimal(6 - 2 * at), Decimal(6 - 2 * at)))
        for at, edge in enumerate(edges)
    ]
    bands.append(Band(when={"else": True}, points=(Decimal(0), Decimal(draw.choice((0, 1))))))
    return Item(name=name, max=Decimal(6), field=field, bands=tuple(bands), least=least)
