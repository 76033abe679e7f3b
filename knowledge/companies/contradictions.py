"""Figures that can't both be right: a part above its whole, of the same year."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from knowledge.base.errors import BadInput
from knowledge.companies.company import Company, Fact
from knowledge.policies.fields import label
from knowledge.policies.values import plain_number

WHOLES = {
    "hr.tech_staff": "hr.headcount",
    "hr.rd_staff_fulltime": "hr.headcount",
    "finance.main_revenue": "finance.revenue",
    "rd.domestic_expense": "rd.expense",
}


def contradictions(facts: Iterable[Fact]) -> Iterator[tuple[Fact, str]]:
    """Each part that is more than its whole, with a sentence: nobody can tell from here which of the two is wrong.

    Of a range the end counts that is kindest to the two.
    """
    known = {fact.key: fact for fact in facts}
    for (name, year, period), part in known.items():
        whole = known.get((WHOLES.get(name, ""), year, period))
        if whole is None:
            continue
        low, high = _end(part, part.low), _end(whole, whole.high)
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            when = f" {year} 年" if year else ""
            yield (
                part,
                f"{label(name)}{when}是 {plain_number(low)}{part.unit}，大于{label(whole.field)} "
                f"{plain_number(high)}{whole.unit}；部分不能超过总数，请核对这两个数",
            )


def check_company(company: Company) -> Company:
    """The company itself. Raises `BadInput` for the first contradiction among its facts."""
    for fact, words in contradictions(company.facts):
        raise BadInput(f"{fact.field}：{words}。", field=fact.field)
    return company


def _end(fact: Fact, end: object) -> object:
    return fact.value if isinstance(fact.value, Decimal) else end
