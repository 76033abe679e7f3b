"""What measures save a year, each from a calculator of the tax rules; what can't be claimed says why.

小型微利 (5 %) and 高企 (15 %) are rates on the same income and don't add up: 高企 is counted against the lower of 25 %
and 小型微利. Research is counted at the rate that then applies. Subsidies are told only with a dated local document;
the rules carry none of an amount, so none is counted.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from assistant.outlook.values import Worth
from knowledge.base.errors import QifuError
from knowledge.base.money import yuan
from knowledge.companies import Company, derive
from knowledge.policies import Calculation, Facts, RuleBook, calculate
from knowledge.policies.facts import Known
from knowledge.policies.interval import Interval

YUAN = 10_000  # in 万元


def worth(book: RuleBook, company: Company, as_of: date) -> tuple[Worth, ...]:
    """One entry a measure, with or without an amount."""
    facts = derive(company, as_of)
    income = _exact(facts, "finance.taxable_income_last_year")
    if income is None:
        words = "上年应纳税所得额还不知道，算不出每年省多少税；请提供年度汇算清缴的应纳税所得额"
        return (Worth(name="税收价值", fen=None, words=words),)
    try:
        return tuple(_measures(book, facts, income * YUAN, as_of))
    except QifuError:
        return (Worth(name="税收价值", fen=None, words="这一天没有收录有效的企业所得税规则，不作估算"),)


def _measures(book: RuleBook, facts: Facts, income: Decimal, as_of: date) -> Iterator[Worth]:
    whole = calculate(book, "cit.standard", {"taxable_income": income}, as_of)
    small = _small(book, facts, income, as_of)
    lowest = _tax(whole)
    if small is None:
        words = "从业人数或资产总额还不知道，不能确定是不是小型微利企业"
        yield Worth(name="小型微利企业优惠", fen=None, words=words, rules=("cit.small_low_profit",))
    elif small.outputs["eligible"]:
        lowest = _tax(small)
        yield _saved("小型微利企业优惠", _tax(whole) - lowest, "按 5% 的实际税负计算", small)
    having = calculate(book, "cit.standard", {"taxable_income": income, "rate": Decimal("0.15")}, as_of)
    more = lowest - _tax(having)
    if more > 0:
        against = "25%" if lowest == _tax(whole) else "小型微利企业优惠"
        yield _saved("高新技术企业 15% 税率", more, f"与{against}相比", having)
    else:
        words = "按上年的所得额，小型微利企业的税负已经低于 15%，认定高企当年不再减少企业所得税；两种税率只能用一种"
        yield Worth(name="高新技术企业 15% 税率", fen=0, words=words, rules=(having.rule_id,), sources=_numbers(having))
    yield from _research(book, facts, income, as_of)


def _research(book: RuleBook, facts: Facts, income: Decimal, as_of: date) -> Iterator[Worth]:
    """加计扣除, were last year's research all of it deductible and not deducted yet: an upper bound."""
    spent = _exact(facts, "rd.expense_last_year")
    if not spent or income <= 0:
        return
    deduction = calculate(book, "cit.rd_super_deduction", {"personnel": spent * YUAN}, as_of)
    amount = Decimal(str(deduction.outputs["super_deduction"]))
    before, after = (_least(book, facts, max(Decimal(0), one), as_of) for one in (income, income - amount))
    words = (
        f"上年研发费用 {yuan(int(spent * YUAN * 100))} 元全部可以加计、且上面的所得额还没有加计时的上限；"
        "以研发辅助账归集的口径为准"
    )
    yield _saved("研发费用加计扣除", before - after, words, deduction)


def _least(book: RuleBook, facts: Facts, income: Decimal, as_of: date) -> Decimal:
    small = _small(book, facts, income, as_of)
    whole = _tax(calculate(book, "cit.standard", {"taxable_income": income}, as_of))
    return min(whole, _tax(small)) if small is not None else whole


def _small(book: RuleBook, facts: Facts, income: Decimal, as_of: date) -> Calculation | None:
    """The sum of 小型微利; last year-end's figures stand in for the quarterly means, as the words of the report say."""
    staff, assets = _exact(facts, "hr.headcount"), _exact(facts, "finance.total_assets_last_year")
    if staff is None or assets is None:
        return None
    inputs = {"taxable_income": income, "avg_staff": staff, "avg_assets": assets * YUAN}
    return calculate(book, "cit.small_low_profit", inputs, as_of)


def _saved(name: str, amount: Decimal, basis: str, calculation: Calculation) -> Worth:
    fen = int(amount * 100)
    words = f"按上年应纳税所得额每年约少缴 {yuan(fen)} 元（{basis}）"
    return Worth(name=name, fen=fen, words=words, rules=(calculation.rule_id,), sources=_numbers(calculation))


def _tax(calculation: Calculation) -> Decimal:
    return Decimal(str(calculation.outputs["tax"]))


def _exact(facts: Facts, name: str) -> Decimal | None:
    found = facts.get(name)
    if isinstance(found, Known) and isinstance(found.value, Interval) and found.value.exact:
        return found.value.low
    return None


def _numbers(calculation: Calculation) -> tuple[str, ...]:
    return tuple(document.doc_no for document in calculation.documents)
