"""Which calculation a sentence asks for, and the inputs it states. Amounts in 元; what isn't said stays open."""

import re
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from assistant.understand.cues import NOISE
from assistant.understand.losses import NET, Loss, read_losses
from assistant.understand.numbers import Quantity, find_numbers
from assistant.understand.periods import find_periods

SMALL_SCALE = re.compile(
    r"小规模|含税.{0,14}(?:换算|折算).{0,6}不含税|起征点|季度?.{0,6}(?:销售|开票|开了|收入|含税)|月.{0,4}(?:销售|开票|收入)|增值税|专票|普票"
)
GENERAL = re.compile(r"一般纳税人")
INCOME_TAX = re.compile(r"所得税|小微|小型微利|应纳税所得|应税所得|(?<!经营)所得额|利润|汇算")
NO_SPECIAL = re.compile(
    r"(?:没有?|未|不|无|从不|都没)(?:开(?:过|具)?(?:任何)?)?(?:增值税)?专(?:用发)?票|(?:都|全|只|均)(?:部)?(?:是|开的?)*(?:都是)?普(?:通发)?票|开的?(?:都|全)?是?普(?:通发)?票"
)
ALL_SPECIAL = re.compile(r"(?:都|全部?|均)(?:是|开(?:的|了|具)?)*(?:增值税)?专(?:用发)?票|专(?:用发)?票全开")
SOME_SPECIAL = re.compile(r"专(?:用发)?票")
EXCLUDED = re.compile(r"不含税|税前|除税|未税")
INCLUDED = re.compile(r"(?<!不)含税|价税合计|税后")
# Sums of other taxes and of cases with rules of their own: never worked out by the two rules here.
OTHER_SUMS = re.compile(
    r"印花|房产税|土地使用税|附加|城建|教育费|个税|个人所得税|年终奖|经营所得|社保|公积金|残保金|消费税|关税|契税|车船|环保税"
    r"|旧车|使用过的|旧货|一般计税|简易计税|进项|销项|差额|不动产|出租|租赁|劳务派遣|即征即退|滞纳金|罚款|留抵"
    r"|自然人|按次|捐|福利费|招待费|广告费|工会经费|教育经费|加计|其他费用|亏损|弥补|股权转让|分红|股息"
)
CONVERT = re.compile(r"(?:换算|折算|折成|换成).{0,8}不含税|不含税(?:是|等于|金额)?多少(?!.{0,6}税)")
QUARTERS = re.compile(r"(\d+)\s?/\s?(\d+)")
MEANS = re.compile(r"季度?平均(?:人数|从业人数)?[^\d]{0,6}(\d+)、(\d+)、(\d+)、(\d+)")
TAX, VAT_WORDS = re.compile("税"), re.compile(r"增值税|专票|普票|含税")
# 人数资产都没超: both stand at their limits at most.
WITHIN = re.compile(
    r"(?:人数|人员|从业).{0,3}资产.{0,4}(?:没|未|不)有?(?:超|到)|资产.{0,3}(?:人数|人员|从业).{0,4}(?:没|未|不)有?(?:超|到)"
)
MOST_STAFF, MOST_ASSETS = Decimal(300), Decimal(50_000_000)
# 小微企业、利润90万 says that it is one; 算小微吗, 是不是小微 ask.
SMALL = re.compile(
    r"(?<!不是)(?<!是不是)(?<!是否)(?<!算不算)(?<!算)(?<!非)(?<!不算)(?<!不属于)(?<!不符合)(?<!够)(?<!不够)(?<!能按)(?<!能享受)(?<!符合)"
    r"(?:小微|小型微利)(?:企业)?(?!.{0,8}(?:吗|标准|条件|么)|怎么|如何|是指|的?(?:认定|定义))"
)
NOT_SMALL = re.compile(
    r"(?<!是)(?:不是|非|不属于|不算|不符合|够不上|没有?享受|不享受|不能享受)(?:小微|小型微利)(?!.{0,6}[吗么])"
)
HOLDER = re.compile(r"(?<!不是)(?<!没有)(?<!非)(?:高企|高新|科技型中小|科小)")
NO_HOLDER = re.compile(r"(?:不是|没有?|非)(?:高企|高新|科技型中小|科小)|(?:普通|一般)(?:企业|公司)")
COMPARING = re.compile("划算|比较|哪个|还是")
PERSONS = re.compile(r"个体|合伙|独资|个人所得税|个税")
STAFF_BEFORE = re.compile(
    r"(?:(?:人数|员工|职工|从业)[^\d]{0,6}|(?:^|[，,、；;。\s\d万元])人(?:员|大概|大约|约|有|是|才|共|就)*)$"
)
PER_YEAR = re.compile(r"高企|高新|15%|百分之十五")


class VatSum(BaseModel):
    """小规模纳税人: `included` None means the words didn't tell; `special` is the 专票 amount, None not told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal | None = None
    included: bool | None = None
    period: str | None = None
    special: Decimal | None = None
    all_special: bool = False
    on: date | None = None
    general: bool = False
    convert: bool = False  # only 含税 → 不含税 is asked for


class CitSum(BaseModel):
    """企业所得税: taxable income in 元, mean staff, mean assets in 元; what isn't said is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    income: Decimal | None = None
    staff: Decimal | None = None
    assets: Decimal | None = None
    hnte: bool = False
    on: date | None = None
    losses: tuple[Loss, ...] = ()
    small: bool | None = None  # whether the words say that it is a 小型微利企业; None: they don't
    holder: bool | None = None  # whether it says that it is 高企 or 科技型中小企业: losses are carried for ten years
    quarters: tuple[Decimal, ...] = ()  # 季初 and 季末 of the four quarters that `staff` is the mean of


def read_sum(text: str, as_of: date) -> VatSum | CitSum | None:
    """`text` is normalised. None when neither tax is meant, or a case is that other rules settle."""
    without, losses = read_losses(text, as_of)
    if losses and TAX.search(text) and not PERSONS.search(text):
        rest = re.sub("亏损?|弥补", "", without)
        return None if OTHER_SUMS.search(rest) or VAT_WORDS.search(rest) else read_cit(text, as_of)
    if OTHER_SUMS.search(NET.sub("", text)) or ("所得额" in text and PERSONS.search(text)):
        return None
    kept = NOISE.sub(lambda match: match[0] if match[0] == "所得税" else "\u0000" * len(match[0]), text)
    if INCOME_TAX.search(kept) and not VAT_WORDS.search(kept):
        return read_cit(kept, as_of)
    if SMALL_SCALE.search(kept) or GENERAL.search(kept):
        return read_vat(kept, as_of)
    return None


def read_vat(text: str, as_of: date) -> VatSum:
    """What the words say of a small taxpayer's sales; the rest stays open."""
    amounts = [quantity for quantity in find_numbers(text) if _is_money(quantity, text)]
    special: Decimal | None = None
    everything = bool(ALL_SPECIAL.search(text))
    if NO_SPECIAL.search(text):
        special = Decimal(0)
    elif not everything and (stated := _special(amounts, text)):
        special = _value(stated)
        amounts = [quantity for quantity in amounts if quantity is not stated]
    included = False if EXCLUDED.search(text) else True if INCLUDED.search(text) else None
    month = re.search(r"按月|每月|月(?:度|销售|开票|收入|申报|不含税|含税|营业)|个月|一月份?开", text)
    quarter = re.search(r"季", text)
    return VatSum(
        amount=_value(amounts[0]) if amounts else None,
        included=included,
        period="quarter" if quarter else "month" if month else None,
        special=special,
        all_special=everything,
        on=_day(text, as_of),
        general=bool(GENERAL.search(text)) and "小规模" not in text,
        convert=bool(CONVERT.search(text)),
    )


def read_cit(text: str, as_of: date) -> CitSum:
    """What the words say of a year's taxable income, staff and assets."""
    income = staff = assets = income_at = None
    text, losses = read_losses(text, as_of)
    text, staff, quarters = _mean_staff(text)
    for quantity in find_numbers(text):
        before = text[max(0, quantity.start - 8) : quantity.start]
        if quantity.unit == "人" or STAFF_BEFORE.search(before):
            staff = _value(quantity) if staff is None else staff
        elif not _is_money(quantity, text):
            continue
        elif re.search("资产(?!.*(?:利润|所得|[赚挣]))", before):
            assets = assets or _value(quantity)
        elif income is None:
            income, income_at = _value(quantity), quantity.start
    small = False if NOT_SMALL.search(text) else True if SMALL.search(text) else None
    if WITHIN.search(text) or small:
        staff, assets = staff or MOST_STAFF, assets or MOST_ASSETS
    holder = False if NO_HOLDER.search(text) else True if HOLDER.search(text) and not COMPARING.search(text) else None
    return CitSum(
        income=income,
        staff=staff,
        assets=assets,
        hnte=bool(PER_YEAR.search(text)) and holder is not False,
        on=_day(text, as_of, income_at),
        losses=losses,
        small=small,
        holder=holder,
        quarters=quarters,
    )


def _mean_staff(text: str) -> tuple[str, Decimal | None, tuple[Decimal, ...]]:
    """季初/季末 of four quarters (280/300、300/310 …): the mean of the quarters' means, to two decimals.

    财政部 税务总局公告2023年第12号: 季度平均值 =（季初值 + 季末值）÷ 2, 全年 = 各季度平均值之和 ÷ 4.
    """
    means = MEANS.search(text)
    if means:
        quarters = tuple(Decimal(part) for part in means.groups() for _ in range(2))
        return MEANS.sub("", text), _mean(quarters), quarters
    pairs = QUARTERS.findall(text)
    if len(pairs) != 4 or "季" not in text:
        return text, None, ()
    quarters = tuple(Decimal(part) for pair in pairs for part in pair)
    return QUARTERS.sub("", text), _mean(quarters), quarters


def _mean(quarters: tuple[Decimal, ...]) -> Decimal:
    return (sum(quarters, Decimal(0)) / 8).quantize(Decimal("0.01")).normalize()


def _is_money(quantity: Quantity, text: str) -> bool:
    if quantity.unit not in ("", "元", "块", "万元", "亿元"):
        return False
    follows = text[quantity.end : quantity.end + 1]
    return (quantity.scaled or (quantity.low or 0) >= 1000) and follows not in ("年", "月", "号", "条", "%")


def _value(quantity: Quantity) -> Decimal | None:
    """The exact figure, or the middle of what was said."""
    if quantity.value is not None:
        return quantity.value
    if quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.low if quantity.low is not None else quantity.high


def _special(amounts: list[Quantity], text: str) -> Quantity | None:
    """The amount that belongs to 专票: 其中5万开了专票, 专票5万."""
    for quantity in amounts:
        after, before = text[quantity.end : quantity.end + 8], text[max(0, quantity.start - 6) : quantity.start]
        if SOME_SPECIAL.search(before) or re.search(r"^[^，,。]{0,4}专(?:用发)?票", after):
            return quantity if len(amounts) > 1 or "其中" in before else None
    return None


def _day(text: str, as_of: date, near: int | None = None) -> date | None:
    """A day inside the period the sentence names (2025年四季度), when it names one: the last before `near`."""
    found = find_periods(text, as_of)  # a year is said as one: 收了2000块 is none
    periods = [one for one in found if not text[one.start : one.end].isdigit()]
    before = [period for period in periods if near is not None and period.start < near]
    for period in [*before[-1:], *periods]:
        month = {"Q1": 2, "Q2": 5, "Q3": 8, "Q4": 11, "H1": 5, "H2": 11}.get(period.part or "", 6)
        return date(period.year, month, 15)
    return None
