"""The smallest figure of the running year, or of it and the next ones, that meets a condition once they are over.

Found by judging again. Other yearly figures of those years are taken as those of last year; the words say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from knowledge.companies import Company, Fact, derive
from knowledge.companies.series import standing
from knowledge.policies import Facts, Programme
from knowledge.policies.fields import find_field
from knowledge.policies.fields import label as named
from knowledge.policies.interval import Interval
from knowledge.policies.judgement import applicable, judge_field
from knowledge.policies.programme import Node
from knowledge.policies.wording import tidy

TRIES = 40
LONGEST = 3  # years: the longest window of the rules
MOST = Decimal(10) ** 7  # 万元: no company's figure is beyond


@dataclass(frozen=True)
class Needed:
    words: str
    on: date


def needed_figure(programme: Programme, field: str, company: Company, as_of: date) -> Needed | None:
    """In words, with the years and what was assumed; None where no figure of the coming years alone would do."""
    bases = [name for name in derive(company, as_of).rests_on(field) if _yearly(name)]
    if not bases:
        return None
    for count in range(1, LONGEST + 1):
        found = _over(tuple(range(as_of.year, as_of.year + count)), programme, field, bases, company, as_of)
        if found is not None:
            return found
    return None


def _over(
    years: tuple[int, ...], programme: Programme, field: str, bases: list[str], company: Company, as_of: date
) -> Needed | None:
    """The same figure in each of the years."""
    turn = date(years[-1] + 1, 1, 1)
    driver, *others = bases
    now = standing(company, as_of)
    flat = [_flat(name, company, now.one(name, as_of.year - 1), year) for name in others for year in years]
    settled = company.with_facts(fact for fact in flat if fact is not None)

    def met(figure: Decimal) -> bool:
        supposed = settled.with_facts(Fact(field=driver, year=year, value=figure, unit="万元") for year in years)
        facts = derive(supposed, turn)
        return any(_holds(node, field, facts) for node in programme.conditions)

    more = not met(Decimal(0))
    figure = _least(met) if more else _most(met)
    if figure is None:
        return None
    told = "、".join(str(year) for year in years) + (" 年每年" if len(years) > 1 else " 年")
    assumed = f"（{'、'.join(named(name) for name in others)}按与上年持平估算）" if others else ""
    word = "不低于" if more else "不超过"
    return Needed(f"{told}{named(driver)}{word} {tidy(figure, 0)} 万元，{turn} 起按新年度判断即满足{assumed}", turn)


def _least(met: Callable[[Decimal], bool]) -> Decimal | None:
    """The smallest whole 万元 that meets it, for a condition that more meets."""
    if not met(MOST):
        return None
    low, high = Decimal(0), MOST
    for _ in range(TRIES):
        middle = ((low + high) / 2).to_integral_value(ROUND_CEILING)
        if middle >= high:
            break
        low, high = (low, middle) if met(middle) else (middle, high)
    return high


def _most(met: Callable[[Decimal], bool]) -> Decimal | None:
    """The largest, for a condition that less meets; None when any figure meets it."""
    if met(MOST):
        return None
    low, high = Decimal(0), MOST
    for _ in range(TRIES):
        middle = ((low + high) / 2).to_integral_value(ROUND_FLOOR)
        if middle <= low:
            break
        low, high = (middle, high) if met(middle) else (low, middle)
    return low


def _yearly(name: str) -> bool:
    field = find_field(name)
    return field is not None and field.series and field.kind == "money"


def _flat(name: str, company: Company, last: object, year: int) -> Fact | None:
    """Last year's figure for the running year, where the running year's isn't known."""
    if any(fact.field == name and fact.year == year and fact.known for fact in company.facts):
        return None
    if not isinstance(last, Interval) or not last.low.is_finite() or not last.high.is_finite():
        return None
    if last.exact:
        return Fact(field=name, year=year, value=last.low, unit="万元")
    return Fact(field=name, year=year, low=last.low, high=last.high, unit="万元")


def _holds(node: Node, field: str, facts: Facts) -> bool:
    """Whether a condition on the field, below the node and in the case that applies, is met."""
    if node.switch is not None:
        cases = applicable(node, facts)
        return bool(cases) and all(_holds(case.require, field, facts) for case in cases)
    if node.all is not None or node.any is not None:
        return any(_holds(child, field, facts) for child in (*(node.all or ()), *(node.any or ())))
    return node.field == field and node.op != "manual" and judge_field(node, facts).result == "met"
