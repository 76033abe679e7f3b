"""One rule, two executors: the explaining evaluator and the table say the same of every company and rule."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from knowledge.companies import parse_company
from knowledge.companies.formulas import FORMULAS
from knowledge.companies.screening.derived import MAKERS
from knowledge.companies.screening.run import connected
from knowledge.policies import Programme
from knowledge.policies.programme import Node
from tests.screening.agreement import differences, screened
from tests.screening.drawn import BOOK, DAY, Drawn, companies, rules, table

SHIPPED = tuple(BOOK.programmes(DAY))


@pytest.mark.parametrize(("intervals", "drawn_rules", "count"), [(False, 3, 50), (True, 2, 40)])
def test_both_executors_agree_on_random_companies_and_rules(intervals: bool, drawn_rules: int, count: int) -> None:
    """Verdict, ready and what is missing; together over 2,500 pairs."""
    draw = random.Random(f"{intervals}20261123")
    drawn = companies(draw, count, intervals=intervals)
    shipped = draw.sample(SHIPPED, 12) if intervals else SHIPPED
    assert differences(drawn, (*shipped, *rules(draw, drawn_rules)), ibis.duckdb.connect()) == []


def test_every_recipe_of_a_derived_fact_has_its_columns() -> None:
    assert {formula.recipe[0] for formula in FORMULAS.values()} - {"size"} == set(MAKERS)


@pytest.mark.parametrize(
    ("field", "op", "bound", "facts"),
    [
        ("rd.expense_ratio_3y", ">=", "0.05", {"finance.revenue": (1111.11, 2222.22, 3333.33), "rd.expense": None}),
        ("rd.expense_ratio_3y", ">", "0.03", {"finance.revenue": (0.01, 0.07, 33.3), "rd.expense": None}),
        ("rd.expense_ratio_revenue_last_year", "<", "0.15", {"finance.revenue": (1, 1, 7.77), "rd.expense": None}),
    ],
)
def test_a_ratio_is_judged_right_exactly_on_its_line_and_a_fen_beside_it(
    field: str, op: str, bound: str, facts: dict[str, Any]
) -> None:
    """As a quotient of doubles the line itself is often missed; as a product of whole numbers it never is."""
    revenue = facts["finance.revenue"]
    programme = _testing(Node(field=field, op=op, value=Decimal(bound)))
    line = sum(Decimal(str(figure)) for figure in revenue) * Decimal(bound)
    if "last_year" in field:
        line = Decimal(str(revenue[-1])) * Decimal(bound)
    drawn = [_with_research(revenue, float(line + step * Decimal("0.000001"))) for step in (-1, 0, 1)]
    assert differences(drawn, (programme,), ibis.duckdb.connect()) == []
    verdicts = [row["verdict0"] for row in screened(table(drawn), (programme,), ibis.duckdb.connect())]
    assert verdicts == {
        ">=": ["unmet", "met", "met"], ">": ["unmet", "unmet", "met"], "<": ["met", "unmet", "unmet"]
    }[op]  # fmt: skip


def test_the_mean_growth_is_judged_right_exactly_on_its_line() -> None:
    programme = _testing(Node(field="finance.revenue_growth_hnte", op=">=", value=Decimal("0.1")))
    drawn = [_yearly("finance.revenue", (1000, 1100, last)) for last in (1209.99, 1210, 1210.01)]
    assert differences(drawn, (programme,), ibis.duckdb.connect()) == []
    rows = screened(table(drawn), (programme,), ibis.duckdb.connect())
    assert [row["verdict0"] for row in rows] == ["unmet", "met", "met"]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(99, 99.99, "unmet"), (99, 100, "unknown"), (100, 200, "met"), (100, None, "met"), (None, 99, "unmet")],
)
def test_interval_columns_decide_only_where_every_point_does(low: float, high: float, verdict: str) -> None:
    rows = pa.table({"hr.headcount.low": pa.array([low], pa.float64()), "hr.headcount.high": pa.array([high])})
    programme = _testing(Node(field="hr.headcount", op=">=", value=Decimal(100)))
    if high == 99.99:  # people are whole: a part of one is a cell that can't be read
        verdict = "unknown"
    [row] = screened(rows, (programme,), ibis.duckdb.connect())
    assert row["verdict0"] == verdict


def test_a_column_that_is_missing_is_unknown_and_asked_for() -> None:
    programme = _testing(Node(field="rd.expense_ratio_3y", op=">=", value=Decimal("0.05")))
    [row] = screened(pa.table({"hr.headcount": [5]}), (programme,), ibis.duckdb.connect())
    assert row["verdict0"] == "unknown"
    assert set(row["missing0"]) == {"rd.expense", "finance.revenue", "entity.established_on"}


def test_a_place_elsewhere_is_not_applicable_and_an_unknown_place_is_asked_for() -> None:
    programme = _testing(Node(field="hr.headcount", op=">=", value=Decimal(1))).model_copy(update={"region": "上海"})
    rows = pa.table({"hr.headcount": [5, 5, 5], "region": ["上海市浦东新区", "杭州", "月球"]})
    found = screened(rows, (programme,), ibis.duckdb.connect())
    assert [row["verdict0"] for row in found] == ["met", "not_applicable", "unknown"]
    assert found[2]["missing0"] == ["entity.region"]


def test_what_fails_is_named_and_an_either_or_only_when_all_of_it_fails() -> None:
    people = Node(field="hr.headcount", op=">=", value=Decimal(10))
    patents = Node(field="ip.invention_patents", op=">=", value=Decimal(1))
    programme = _testing(Node(any=(people, patents), group="其一"))
    rows = pa.table({"hr.headcount": [5, 5], "ip.invention_patents": [0, 1]})
    found = screened(rows, (programme,), ibis.duckdb.connect())
    assert [sorted(row["failed0"]) for row in found] == [["hr.headcount", "ip.invention_patents"], []]


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(more, marks=pytest.mark.soak) for more in range(5, 12))])
def test_both_executors_agree_on_many_more(seed: int) -> None:
    """5 × 90 companies × all shipped rules and 4 drawn: 22,050 pairs; in the soak as many again and half."""
    draw = random.Random(seed)
    drawn = companies(draw, 90, intervals=seed % 2 == 1)
    assert differences(drawn, (*SHIPPED, *rules(draw, 4)), ibis.duckdb.connect()) == []


@pytest.mark.soak
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # py4j's sockets
def test_spark_says_the_same(tmp_path: Path) -> None:
    """450 companies × all shipped rules: over 20,000 pairs. Needs the extra `spark` and Java."""
    pytest.importorskip("pyspark")
    drawn = companies(random.Random("spark"), 450, intervals=False)
    with connected("spark", tmp_path) as connection:
        assert differences(drawn, SHIPPED, connection) == []


def _testing(node: Node) -> Programme:
    return BOOK.programme("hnte", DAY).model_copy(update={"conditions": (node,), "score": None, "region": "全国"})


def _with_research(revenue: tuple[float, ...], research: float) -> Drawn:
    """All the research in the last year, so that sums lie on the line."""
    years = [str(date(DAY.year - back, 1, 1).year) for back in (3, 2, 1)]
    facts = {
        "finance.revenue": dict(zip(years, revenue, strict=True)),
        "rd.expense": dict(zip(years, (0, 0, research), strict=True)),
    }
    row = {f"{name}.{year}": value for name, series in facts.items() for year, value in series.items()}
    return Drawn(row, parse_company({"facts": facts}))


def _yearly(name: str, figures: tuple[float, ...]) -> Drawn:
    years = dict(zip(("2023", "2024", "2025"), figures, strict=True))
    return Drawn({f"{name}.{year}": figure for year, figure in years.items()}, parse_company({"facts": {name: years}}))
