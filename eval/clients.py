"""Simulated clients of one programme: coherent companies that may pass or fail anywhere near its lines.

Every other one is strong, so that it passes most of what is asked: those take the most questions to decide.
Sizes are log-normal, yearly figures exist for the years the company has existed, and what a programme asks for
directly is drawn on either side of its threshold. The same seed gives the same clients.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from knowledge.companies import Company, derive, parse_company
from knowledge.policies import Programme
from knowledge.policies.facts import Known
from knowledge.policies.fields import Field, find_field
from knowledge.policies.programme import Item, Node, walk
from knowledge.policies.questions import askable

YEARS = 3
MET, MET_STRONG = 0.85, 0.99  # how often a client fulfils what a programme asks for directly
MANNERS = 10  # one client in ten won't tell or doesn't know some of it


@dataclass(frozen=True)
class Client:
    """`facts` is all the client could say; `reluctant` ones decline or don't know a fifth of it."""

    programme: Programme
    facts: dict[str, Any]
    region: str
    reluctant: bool

    def company(self, known: dict[str, Any]) -> Company:
        return parse_company({"region": self.region, "industry_code": "6513", "facts": known})


def draw_clients(programmes: tuple[Programme, ...], count: int, day: date, seed: int) -> Iterator[Client]:
    """`count` clients, the programmes in turn."""
    draw = random.Random(seed)
    for number in range(count):
        programme = programmes[number % len(programmes)]
        strong = number // len(programmes) % 2 == 1
        facts = _coherent(draw, day, strong) | _direct(draw, programme, day, strong)
        facts |= _own_size(facts, programme, day)
        reluctant = number // len(programmes) % MANNERS == MANNERS - 1
        if reluctant:
            for name in [name for name in facts if draw.random() < 0.2]:
                facts[name] = draw.choice([None, {"declined": True}])
        region = "上海市" if programme.region == "全国" else programme.region
        yield Client(programme, facts, region, reluctant)


def base_fields(programme: Programme, day: date) -> tuple[str, ...]:
    """Every base fact a person can answer that the programme may rest on, in the order of the rule."""
    facts = derive(parse_company({}), day)
    names = [base for field in _tested(programme) for base in facts.rests_on(field)]
    return tuple(name for name in dict.fromkeys(names) if askable(name))


def _tested(programme: Programme) -> Iterator[str]:
    for node in walk(programme.conditions):
        yield from (name for name in (node.switch, *(case.when.field for case in node.cases), node.field) if name)
        if node.score and programme.score:
            yield from _scored(programme.score.items)


def _scored(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        yield from (name for name in (item.field, *(band.when.field for band in item.bands)) if name)
        yield from _scored(item.items)


def _coherent(draw: random.Random, day: date, strong: bool) -> dict[str, Any]:
    """Figures that hang together: research is a share of revenue, technicians of the staff."""
    last = day.year - 1
    founded = last - draw.choice([5, 7, 9, 14] if strong else [0, 1, 3, 5, 7, 9, 14])
    revenue = draw.lognormvariate(9.5 if strong else 8.3, 0.8 if strong else 1.3)
    growth = draw.uniform(0.1 if strong else -0.1, 0.5)
    staff = int(draw.lognormvariate(4.2, 1)) + 1

    def series(base: float, rate: float = 0.0) -> dict[str, float]:
        years = (year for year in range(last - YEARS, last + 1) if year >= founded)
        return {str(year): round(base * (1 + rate) ** (year - last), 1) for year in years}

    rd = series(revenue * draw.choice([0.055, 0.08, 0.15] if strong else [0.01, 0.03, 0.045, 0.055, 0.08]), growth)
    profit = series(revenue * draw.uniform(0.1 if strong else -0.05, 0.25), growth)
    return {
        "entity.established_on": f"{founded}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "entity.registered_capital": draw.choice([50, 100, 500, 1000, 5000]),
        "finance.revenue": series(revenue, growth),
        "finance.main_revenue": series(revenue * draw.choice([0.95, 1] if strong else [0.6, 0.85, 0.95, 1]), growth),
        "finance.net_profit": profit,
        "finance.ocf": series(revenue * draw.uniform(0.05 if strong else -0.05, 0.2), growth),
        "finance.taxable_income": profit,
        "finance.hitech_income": series(
            revenue * draw.choice([0.65, 0.9] if strong else [0.2, 0.55, 0.65, 0.9]), growth
        ),
        "finance.net_assets": series(revenue * draw.uniform(0.1, 1), draw.uniform(-0.2, 0.5)),
        "finance.total_assets": series(revenue * draw.uniform(0.5, 3), 0.1),
        "finance.total_liabilities": series(revenue * draw.uniform(0.1, 1), 0.1),
        "rd.expense": rd,
        "rd.domestic_expense": {
            year: round(value * (1 if strong else draw.choice([1, 1, 0.9, 0.5])), 1) for year, value in rd.items()
        },
        "hr.headcount": staff,
        "hr.tech_staff": int(staff * draw.choice([0.12, 0.3, 0.5] if strong else [0.05, 0.12, 0.3, 0.5])),
        "hr.rd_staff_fulltime": int(staff * draw.choice([0.05, 0.1, 0.25])),
        "hr.insured": max(0, staff - draw.randint(0, 5)),
        "ip.invention_patents": draw.randint(0, 3),
        "ip.utility_models": draw.randint(0, 8),
        "ip.designs": draw.randint(0, 2),
        "ip.software_copyrights": draw.randint(0, 12),
        "rd.transfer_count_3y": draw.randint(0, 18),
    }


def _own_size(facts: dict[str, Any], programme: Programme, day: date) -> dict[str, str]:
    """A client knows its size class, and it is the one that follows from its figures."""
    found = derive(Client(programme, facts, "上海市", False).company(facts), day).get("entity.sme_size")
    return {"entity.sme_size": found.value} if isinstance(found, Known) and isinstance(found.value, str) else {}


def _direct(draw: random.Random, programme: Programme, day: date, strong: bool) -> dict[str, Any]:
    """What the programme asks for under its own name, on either side of its line."""
    derived = derive(parse_company({}), day)
    lines = {node.field: node for node in walk(programme.conditions) if node.field and node.op != "manual"}
    found: dict[str, Any] = {}
    for name in base_fields(programme, day):
        field = find_field(name)
        if field is None or field.series or name.startswith(("hr.", "entity.established")):
            continue
        if derived.rests_on(name) != (name,):
            continue  # it follows from the figures above
        found[name] = _drawn(draw, field, lines.get(name), MET_STRONG if strong else MET)
    return found


def _drawn(draw: random.Random, field: Field, line: Node | None, chance: float) -> Any:
    met = draw.random() < chance
    wanted = line.value if line is not None else None
    if field.kind == "bool":
        good = wanted if isinstance(wanted, bool) else True
        return good if met else not good
    if field.kind == "choice":
        good_words = (wanted if isinstance(wanted, tuple) else (wanted,)) if wanted is not None else field.values
        others = [value for value in field.values if value not in good_words]
        return draw.choice(others) if others and not met else draw.choice(list(good_words))
    if field.kind == "date":
        return "2015-06-01"
    return _number(draw, field, line, met) if field.numeric else "上海市"


def _number(draw: random.Random, field: Field, line: Node | None, met: bool) -> float | int:
    bound = float(line.value) if line is not None and isinstance(line.value, Decimal) else 5.0
    up = line is None or line.op in (">=", ">", "==")
    factor = draw.uniform(1.0, 2.0) if met == up else draw.uniform(0.3, 0.99)
    value = bound * factor
    if field.kind == "ratio":
        return round(min(1.0, max(0.0, value)), 4)
    if field.kind == "count":
        whole = int(value) if met != up or bound == int(value) else int(value) + 1
        return max(0, whole if up or met else whole + 1)
    return round(value, 2) if field.signed or value >= 0 else 0
