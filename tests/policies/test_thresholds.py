"""At every threshold of every rule, the values just below, at and just above it come out as the text says."""

from decimal import Decimal

import pytest

from knowledge.policies import Facts, Programme, load_rules
from knowledge.policies.facts import Known, number
from knowledge.policies.fields import find_field
from knowledge.policies.interval import Interval
from knowledge.policies.judgement import applicable, judge_field
from knowledge.policies.programme import Item, Node, walk
from knowledge.policies.score import marks
from knowledge.policies.wording import need

BOOK = load_rules()
NUMERIC = [
    (programme, node)
    for programme in BOOK.programme_versions
    for node in walk(programme.conditions)
    if isinstance(node.value, Decimal) and node.op != "manual"
]
SAYS = {">=": ("unmet", "met", "met"), ">": ("unmet", "unmet", "met"), "<=": ("met", "met", "unmet")}
SAYS |= {"<": ("met", "unmet", "unmet"), "==": ("unmet", "met", "unmet")}


@pytest.mark.parametrize(("programme", "node"), NUMERIC, ids=[f"{p.id}:{n.field}{n.op}{n.value}" for p, n in NUMERIC])
def test_the_three_neighbours_of_a_threshold(programme: Programme, node: Node) -> None:
    assert node.field is not None
    assert isinstance(node.value, Decimal)
    field = find_field(node.field)
    assert field is not None
    step = Decimal(1) if field.kind == "count" else Decimal("0.0001")
    near = [node.value - step, node.value, node.value + step]
    if node.confidence in ("M-low", "memory_low"):
        assert all(judge_field(node, Facts({node.field: number(v)})).result == "manual" for v in near)
        return
    results = tuple(judge_field(node, Facts({node.field: number(value)})).result for value in near)
    assert results == SAYS[node.op], programme.id
    words = {">=": ("不低于", "不少于"), ">": ("大于",), "<=": ("不超过",), "<": ("小于",), "==": ("等于",)}
    assert need(node).startswith(words[node.op])


@pytest.mark.parametrize(("programme", "node"), NUMERIC, ids=[f"{p.id}:{n.field}{n.op}{n.value}" for p, n in NUMERIC])
def test_an_interval_over_a_threshold_is_unknown_and_beside_it_is_not(programme: Programme, node: Node) -> None:
    assert node.field is not None
    assert isinstance(node.value, Decimal)
    if node.confidence in ("M-low", "memory_low"):
        return
    straddling = Facts({node.field: Known(Interval(node.value - 1, node.value + 1))})
    assert judge_field(node, straddling).result == "unknown", programme.id
    assert judge_field(node, straddling).missing == (node.field,)
    for beside in (Interval(node.value - 2, node.value - 1), Interval(node.value + 1, node.value + 2)):
        assert judge_field(node, Facts({node.field: Known(beside)})).result in ("met", "unmet")


def test_each_case_of_a_switch_ends_where_the_next_begins() -> None:
    for programme in BOOK.programme_versions:
        for node in walk(programme.conditions):
            for case in node.cases:
                for _, bound in case.when.bounds:
                    field = case.when.field or node.switch
                    assert field is not None
                    if not isinstance(bound, Decimal):
                        assert applicable(node, Facts({field: Known(bound)})) == [case], programme.id
                        continue
                    for value in (bound - 1, bound, bound + 1):
                        assert len(applicable(node, Facts({field: number(value)}))) == 1, programme.id


@pytest.mark.parametrize("programme", [one for one in BOOK.programme_versions if one.score], ids=lambda one: one.id)
def test_band_edges_give_the_points_of_the_band_they_open(programme: Programme) -> None:
    assert programme.score is not None
    for item in _banded(programme.score.items):
        for band in item.bands:
            bounds = dict(band.when.bounds)
            if ">=" not in bounds:
                continue
            edge = bounds[">="]
            assert isinstance(edge, Decimal)
            field = band.when.field or item.field
            assert field is not None
            at = marks(item, _only(item, field, edge))
            assert (at.low, at.high) == band.points, (item.name, edge)
            below = marks(item, _only(item, field, edge - Decimal("0.0001")))
            assert below.high <= at.high


def _only(item: Item, field: str, value: Decimal) -> Facts:
    """Other fields of the item at zero, so that the band under test is the first that is hit."""
    others = {band.when.field for band in item.bands if band.when.field}
    return Facts({name: number(0) for name in others} | {field: number(value)})


def _banded(items: tuple[Item, ...]) -> list[Item]:
    found: list[Item] = []
    for item in items:
        found.extend([item] if item.bands else _banded(item.items))
    return found
