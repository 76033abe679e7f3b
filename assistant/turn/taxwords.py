"""Words that the sums of VAT and income tax share: amounts, figures of a result, what a rule says, what is kept."""

from decimal import Decimal
from typing import Any

from assistant.understand.taxsum import CitSum, VatSum
from knowledge.policies import Calculation
from knowledge.policies.tax import TaxRule

TITLES = {"vat": "小规模纳税人增值税起征点", "cit": "小型微利企业所得税优惠"}


def kept(kind: str, asked: VatSum | CitSum) -> dict[str, Any]:
    """What the conversation remembers of a sum, so that 那含税呢 and 为什么 find it."""
    return {"last_calculation": {"kind": kind, **asked.model_dump(mode="json")}, "topic_title": TITLES[kind]}


def spoken(result: Calculation) -> str:
    values = [*result.inputs.values(), *result.outputs.values()]
    return " ".join(
        f"{value} {yuan(Decimal(str(value)))}"
        for value in values
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    )


def gist(rule: TaxRule) -> str:
    """What the rule says, in words: the point a citation makes."""
    return "；".join(part.rstrip("。；") for part in (rule.name, rule.note, *rule.details[:2]) if part)


def yuan(amount: Decimal | int) -> str:
    number = Decimal(amount)
    return f"{number:,.0f}" if number == number.to_integral() else f"{number:,.2f}"
