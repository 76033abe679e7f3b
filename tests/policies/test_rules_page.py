"""docs/rules.md accounts for every rule there is, and for none that isn't."""

import re
from pathlib import Path

from knowledge.policies import Programme, load_rules
from knowledge.policies.tax import TaxRule

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
BOOK = load_rules()


def test_every_rule_has_a_row_with_its_dates_mark_and_number_of_examples() -> None:
    rules: list[Programme | TaxRule] = [*BOOK.programme_versions, *BOOK.rules]
    for rule in rules:
        span = f"{rule.valid_from} 至 {rule.valid_to or '今'}"
        row = f"| `{rule.id}` | {rule.name} | {span} | {rule.confidence} | {len(rule.examples)} |"
        assert row in PAGE, rule.id
    for entry in BOOK.registration:
        assert f"| `{entry.id}` | {entry.topic} | {entry.valid_from} | {entry.confidence} |" in PAGE, entry.id


def test_no_row_is_of_a_rule_that_is_gone() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    ids = (
        [one.id for one in BOOK.programme_versions],
        [one.id for one in BOOK.rules],
        [one.id for one in BOOK.registration],
    )
    assert set(rows) == {name for names in ids for name in names}
    assert len(rows) == len(BOOK.programme_versions) + len(BOOK.rules) + len(BOOK.registration)


def test_what_is_not_verified_is_marked_so() -> None:
    for rule in BOOK.programme_versions:
        if not rule.verified:
            [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{rule.id}` |")]
            assert "不作结论" in row
    for tax in BOOK.rules:
        if not tax.verified:
            [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{tax.id}` |")]
            assert "不作答" in row
