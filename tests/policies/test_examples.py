"""Every example in a rule file is a test; an expert adds one by adding a line."""

from decimal import Decimal
from typing import Any

import pytest

from knowledge.base.errors import Refused
from knowledge.companies import derive, parse_company
from knowledge.policies import Programme, calculate, evaluate, load_rules
from knowledge.policies.programme import ProgrammeExample
from knowledge.policies.reckoning import run
from knowledge.policies.tax import Example, TaxRule

BOOK = load_rules()
TOLERANCE = Decimal("0.011")  # that of the examples' source
SITUATIONS = [(programme, example) for programme in BOOK.programme_versions for example in programme.examples]
SUMS = [(rule, example) for rule in BOOK.rules for example in rule.examples]


@pytest.mark.parametrize(("programme", "example"), SITUATIONS, ids=[f"{p.id}: {e.name}" for p, e in SITUATIONS])
def test_an_example_of_a_programme_comes_out_as_written(programme: Programme, example: ProgrammeExample) -> None:
    facts = derive(parse_company({"facts": example.facts}), example.as_of)
    verdict = evaluate(programme, facts, example.as_of, region=example.region, trial=True)
    assert verdict.verdict == example.verdict
    if example.ready is not None:
        assert verdict.ready is example.ready
    results = {condition.field: condition.result for condition in verdict.conditions}
    assert {field: results.get(field) for field in example.results} == example.results


@pytest.mark.parametrize(("rule", "example"), SUMS, ids=[f"{r.id}: {e.inputs}" for r, e in SUMS])
def test_an_example_of_a_tax_rule_comes_out_as_written(rule: TaxRule, example: Example) -> None:
    outputs = run(rule, example.inputs, example.as_of or rule.valid_from, trial=True).outputs
    for name, expected in example.expected.items():
        assert _same(outputs[name], expected), (name, outputs[name], expected)


def test_every_rule_has_below_at_and_above() -> None:
    assert all(len(programme.examples) >= 6 for programme in BOOK.programme_versions)


def test_an_unverified_rule_never_answers_though_its_examples_hold() -> None:
    for programme in BOOK.programme_versions:
        if not programme.verified:
            example = programme.examples[0]
            facts = derive(parse_company({"facts": example.facts}), example.as_of)
            verdict = evaluate(programme, facts, example.as_of, region=example.region)
            assert (verdict.verdict, verdict.ready, verdict.reason) in {
                ("unknown", False, "not verified"),
                ("not_applicable", False, verdict.reason),
            }


@pytest.mark.parametrize(("rule", "example"), SUMS, ids=[f"{r.id}: {e.inputs}" for r, e in SUMS])
def test_a_rule_is_found_by_its_id_and_its_family_on_the_days_it_holds(rule: TaxRule, example: Example) -> None:
    day = example.as_of or rule.valid_from
    if not rule.verified:
        with pytest.raises(Refused, match="没有核实"):
            calculate(BOOK, rule.id, example.inputs, day)
        return
    found = calculate(BOOK, rule.id, example.inputs, day)
    assert found == calculate(BOOK, rule.family, example.inputs, day)
    assert found.rule_id == rule.id
    assert [step.name for step in found.steps] == list(found.outputs)


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool | str) or expected is None:
        return bool(found == expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(_same(a, b) for a, b in zip(found, expected, strict=True))
    return abs(Decimal(str(found)) - Decimal(str(expected))) <= TOLERANCE
