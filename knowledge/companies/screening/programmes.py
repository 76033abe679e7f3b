"""Verdicts of programmes over every row of a company table, as columns: one walk over the same rule values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import ibis
import pyarrow as pa

from knowledge.base.regions import NATIONAL
from knowledge.companies.formulas import FORMULAS
from knowledge.companies.screening.base import read_base
from knowledge.companies.screening.columns import Heading, read_heading
from knowledge.companies.screening.derived import read_field
from knowledge.companies.screening.judged import Flags, Judged, Tree, every
from knowledge.companies.screening.marks import Table, fields_of, put_marks, put_tests
from knowledge.companies.screening.places import LOCATED, distinct, join_industries, join_places
from knowledge.companies.screening.sheet import NO, OPEN, YES, Column, Sheet, pick
from knowledge.policies.programme import Programme

REGION = "entity.region"
Read = Callable[[ibis.Table], pa.Table]


@dataclass(frozen=True)
class Outcome:
    """Columns of one programme: `value` is met, unmet or null where it applies; `outside` says where it doesn't."""

    value: Column
    ready: Column
    outside: Column
    missing: Flags = field(default_factory=dict)
    failed: Flags = field(default_factory=dict)

    def flags(self) -> dict[str, Column]:
        """A truth for each word of the contract."""
        inside = ~self.outside
        return {
            "met": inside & self.value.fill_null(NO),
            "unmet": inside & ~self.value.fill_null(YES),
            "unknown": inside & self.value.isnull(),
            "not_applicable": self.outside,
            "ready": self.ready,
        }

    def verdict(self) -> Column:
        return pick((self.outside, "not_applicable"), (self.value, "met"), (~self.value, "unmet"), other="unknown")


@dataclass(frozen=True)
class Screened:
    """`table` has the rows; the outcomes are columns over it. `wrong` and `ignored` tell of cells and columns."""

    table: ibis.Table
    outcomes: dict[str, Outcome]
    raw: ibis.Table
    wrong: dict[str, Column]
    ignored: dict[str, str]


def screen_table(
    raw: ibis.Table, programmes: tuple[Programme, ...], as_of: date, read: Read, *, detailed: bool = True
) -> Screened:
    """Lay out the whole computation; nothing runs but the look-up of distinct regions and industries by `read`.

    Without `detailed` the outcomes say nothing of what is missing or failed, and cost less.
    """
    dotted = {name: read_heading(name) for name in raw.columns if "." in name}
    headings = [one for one in dotted.values() if isinstance(one, Heading)]
    needed = {name for programme in programmes for name in fields_of(programme)}
    bases = {base for name in needed for base in _bases(name)}
    about = {name: _text(raw, name) for name in ("uscc", "region", "industry_code")}
    spot = ibis.coalesce(_text(raw, REGION), about["region"])
    first = raw.mutate(uscc_text=about["uscc"], place_text=spot, industry_text=about["industry_code"])
    sheet = Sheet(first)
    covered = join_places(sheet, distinct(first["place_text"], read), programmes)
    industries = join_industries(sheet, distinct(first["industry_text"], read))
    used = [one for one in headings if one.field in bases]
    joined = sheet.table
    base, wrong = read_base(sheet, used, as_of)
    told = {name: read_field(base, name, industries) for name in sorted(needed)}
    sheet.turn()
    table = Table(sheet, told, detailed)
    put_tests(table, programmes)
    sheet.turn(_judging)
    put_marks(table, programmes, _judging)
    judged = Tree(table).judge_all([one for one in programmes if one.verified])
    outcomes = {one.id: _outcome(one, judged.get(one.id), sheet, covered.get(one.id)) for one in programmes}
    ignored = {name: reason for name, reason in dotted.items() if isinstance(reason, str)}
    return Screened(sheet.table, outcomes, joined, wrong, ignored)


def _judging(column: str) -> bool:
    """What verdicts need once the facts have been tested: tests, marks, flags, given scores and the place."""
    return column[0] in "tqswlhkc" or column in (LOCATED, "uscc_text")


def _outcome(programme: Programme, judged: Judged | None, sheet: Sheet, covered: str | None) -> Outcome:
    located = sheet[LOCATED].fill_null(NO)
    outside = (located & ~sheet[covered]).fill_null(NO) if covered else NO
    if judged is None:
        return Outcome(OPEN, NO, outside)
    if programme.region != NATIONAL:
        judged = every([judged, Judged(ibis.ifelse(located, YES, OPEN), ~located, {REGION: YES})])
    ready = (judged.value.fill_null(NO) | (judged.value.isnull() & ~judged.unknown)) & ~outside
    unknown = judged.unknown & ~outside
    return Outcome(
        judged.value,
        ready,
        outside,
        {name: unknown & flag for name, flag in judged.missing.items()},
        {name: ~outside & flag for name, flag in judged.failed.items()},
    )


def _bases(name: str) -> tuple[str, ...]:
    """The field itself and every base fact its formula reads."""
    formula = FORMULAS.get(name)
    recipe = [str(arg) for arg in formula.recipe[1:]] if formula else []
    return (name, *(formula.needs if formula else ()), *recipe)


def _text(raw: ibis.Table, name: str) -> Column:
    if name not in raw.columns:
        return ibis.null("string")
    words = raw[name].cast("string").strip()
    return ibis.ifelse(words != "", words, ibis.null("string"))
