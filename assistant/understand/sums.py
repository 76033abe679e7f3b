"""Reads a sum of `sums.yaml` from a sentence: which one is asked for and the inputs the words give."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from assistant.understand.askedtax import ASKS, without_told
from assistant.understand.cues import BREAK
from assistant.understand.numbers import Quantity, find_numbers
from assistant.understand.periods import Period, find_periods
from assistant.understand.spans import months_agreed, months_served
from assistant.understand.sumtopics import Topic, Wanted, pattern, topics

STRONG = re.compile(r"(?:帮|给|替).{0,3}算|算(?:一?下|算)|测算")
QUESTION = re.compile(r"吗|什么|怎么|怎样|如何|哪|是不是|能不能|可不可以|是否|[?？]|对不对|吧$")
# The rule itself is asked for, not a sum.
RULE_ASKED = re.compile(
    r"(?:税率|费率|比例|征收率|扣除率|标准|门槛|下限|上限|有效期|期限)(?:是|为|现在|今年|都|一般)*(?:多少|几|百分之几)"
    r"|多久|什么时候|差多少|相差|哪个|哪些(?:条件|材料)|多少(?:人|天|年|个月)"
)
MONTHLY = re.compile(r"每个?月|一个月|月薪|月租|月工资|/月|月[均扣缴交付]|月平均|按月")
YEARLY = re.compile(
    r"年薪|年收入|年工资|年均|年平均|年度|社平年|合计|一共|总共|(?:全年|一年|每年)(?!.{0,3}(?:个税|个人所得税|税|交|缴))"
)
BY_YEAR = re.compile(r"年租|每年|一年")
BY_MONTH_AFTER = re.compile(r"^(?:元|块)?(?:/|每|一个?)月")
BY_YEAR_AFTER = re.compile(r"^(?:元|块)?(?:/|每|一)年")
# 一个残疾人没招, 没招一个: one of nothing is none.
NONE_AFTER = re.compile(
    r"^[^，,。；;\d]{0,6}?(?:都|也|还)?(?:(?:没|未|无)有?(?:招|安[排置]|雇佣?|聘|请|录)?|不(?:招|安[排置]|雇佣?|聘))"
    r"(?:用|到|过|了)?(?=$|[，,。；;！!？?呢啊])"
)
NONE_BEFORE = re.compile(r"(?:没|未)有?(?:招|安[排置]|雇佣?|聘|请|录)?(?:用|到|过)?$")
# What a figure is that stands right behind one of these: no input takes it as its own unless it is named so.
NAMED = re.compile(
    r"(营业额|营收|销售额|收入|利润|资产|注册资本|成本|租金|工资|薪|奖金|房贷|社保|公积金|税费|手续费|贷款|押金|定金)"
    r"(?:总额|合计|一共|大概|大约|是|为|有|约|共|花|交|缴|了)*$"
)
MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月份?(?!\d)|(?<![十每上前近这下])一月份|(?<![\d十百千万亿])元月")
INCLUDED, EXCLUDED = re.compile(r"(?<!不)含税|价税合计"), re.compile(r"不含税|税前|除税|未税")
QUARTER_MONTH = {"Q1": 2, "Q2": 5, "Q3": 8, "Q4": 11, "H1": 5, "H2": 11}
EACH = re.compile(r"各(?:能|可以|要|该|扣|交|是)|分别")
BEHIND = 4  # a word behind a figure counts as this many characters further away than one before it
REACH = 12
PAPERS = re.compile(
    r"[〔\[]\d{4}[〕\]]\s*(?:第?\d+号)?|公告\d{4}年第?\d+号|第[零一二三四五六七八九十百千\d]+[条款项]|\d+号文"
    r"|(?:一天|每天|日)?[千万]分之[一二三四五六七八九\d]+"  # a rate that is told is no amount
)
MONTH_DAYS = 30
UNITS = {"ratio": ("%",), "count": ("人", "名", "个"), "days": ("天",)}


class Candidate(BaseModel):
    """A value an input may have; `label` names the case when the words leave it open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Decimal | str
    label: str = ""


class AskedSum(BaseModel):
    """`given`: one candidate where the words settle an input, two where they are vague (40多人). `on`: its day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Topic
    text: str
    given: dict[str, tuple[Candidate, ...]]
    loose: Decimal | None = None  # an amount that belongs to one of the `spread` inputs
    on: date | None = None


def names_sum(text: str) -> bool:
    """Whether the sentence asks for a sum that `sums.yaml` has, and gives what it starts from. `text` is normalised."""
    return read_asked(text, date(2026, 6, 15)) is not None


def read_asked(text: str, as_of: date) -> AskedSum | None:
    """None when no sum is asked for, or a rule's rate or deadline is."""
    kept = PAPERS.sub(lambda match: "\u0000" * len(match[0]), text)
    if RULE_ASKED.search(kept) or not (ASKS.search(kept) or not QUESTION.search(kept)):
        return None
    about = without_told(kept)
    for topic in topics():
        if not pattern(topic.any).search(about) or (topic.all and not pattern(topic.all).search(about)):
            continue
        if topic.never and pattern(topic.never).search(about):
            continue
        given, loose = _inputs(topic, kept, as_of)
        keys = [name for name, wanted in topic.inputs.items() if wanted.key]
        if any(name in given for name in keys) or loose is not None or STRONG.search(kept) or _held(topic, kept):
            dated = pattern(topic.undated).sub("", kept) if topic.undated else kept
            day = _day(dated, as_of) if topic.dated else None
            return AskedSum(topic=topic, text=text, given=given, loose=loose, on=day)
    return None


def _held(topic: Topic, text: str) -> bool:
    """Whether an amount is told that is none yet: rent by the month of a term that isn't said, rent with VAT."""
    held = any(one.key and (one.termed or one.net_only) for one in topic.inputs.values())
    return held and any(_is("money", figure, text) for figure in find_numbers(text))


def read_each(text: str, as_of: date) -> tuple[AskedSum, ...]:
    """Every sum of a sentence that asks for several at once: 招待费20万，广告费400万，各能扣多少."""
    first = read_asked(text, as_of)
    if first is None or not EACH.search(text):
        return (first,) if first else ()
    found = []
    for topic in topics():
        if not pattern(topic.any).search(text) or (topic.never and pattern(topic.never).search(text)):
            continue
        given, loose = _inputs(topic, text, as_of)
        keys = [name for name, wanted in topic.inputs.items() if wanted.key]
        if all(name in given for name in keys) and loose is None:
            found.append(AskedSum(topic=topic, text=text, given=given, on=first.on))
    return tuple(found) or (first,)


def continues(text: str, last: str) -> bool:
    """Whether a message without a sum of its own answers or changes something of the last one."""
    day = date(2026, 6, 15)
    before, after = read_asked(last, day), read_asked(f"{text}，{last}", day)
    return bool(before and after and before.topic.name == after.topic.name and before.given != after.given)


def _inputs(topic: Topic, text: str, as_of: date) -> tuple[dict[str, tuple[Candidate, ...]], Decimal | None]:
    given: dict[str, tuple[Candidate, ...]] = {}
    loose: Decimal | None = None
    figures = [_or_none(figure, text) for figure in find_numbers(text)]
    for kind in ("money", "ratio", "count", "days"):
        wanted = {name: one for name, one in topic.inputs.items() if one.kind == kind}
        left = _assign(wanted, [one for one in figures if _is(kind, one, text)], text, given)
        if kind == "money" and left and topic.spread and not topic.spread_among() & set(given):
            said = [name for name in topic.spread if pattern(wanted[name].words or "$^").search(text)]
            if len(said) == 1:
                _give(said[0], wanted[said[0]], left[0], text, given)
            else:
                loose = _ends(left[0])[0]
    for name, one in topic.inputs.items():
        if name in given:
            continue
        if one.none and pattern(one.none).search(text):
            given[name] = (Candidate(value=Decimal(0)),)
        elif one.kind == "year":
            if years := [period.year for period in _periods(text, as_of)]:
                given[name] = (Candidate(value=Decimal(years[0])),)
        elif one.kind == "months":
            if served := months_served(text):
                given[name] = tuple(Candidate(value=months) for months in served)
        elif one.kind == "month":
            if month := MONTH.search(text):
                given[name] = (Candidate(value=Decimal(month[1] or 1)),)
        elif chosen := _chosen(one, text):
            given[name] = (Candidate(value=chosen),)
    for name, one in topic.inputs.items():
        other = next((other for words, other in one.same.items() if pattern(words).search(text)), None)
        if other in given and name not in given:
            given[name] = given[other]
    return given, loose


def _assign(
    wanted: dict[str, Wanted], figures: list[Quantity], text: str, given: dict[str, tuple[Candidate, ...]]
) -> list[Quantity]:
    """Each figure goes to the input whose word stands nearest; the rest to those that take a lone one."""
    pairs: list[tuple[int, int, str]] = []
    for index in range(len(figures)):
        before, after = _around(figures, index, text)
        for name, one in wanted.items():
            distance = _distance(one.words, before, after)
            if distance is not None:
                pairs.append((distance, index, name))
    taken: set[int] = set()
    for _, index, name in sorted(pairs):
        if index in taken or (name in given and not wanted[name].adds):
            continue
        taken.add(index)
        _give(name, wanted[name], figures[index], text, given)
    for name, one in wanted.items():
        for index, figure in enumerate(figures):
            if not one.lone or index in taken or (name in given and not one.adds):
                continue
            if not _named_otherwise(one, _around(figures, index, text)[0]):
                taken.add(index)
                _give(name, one, figure, text, given)
    return [figure for index, figure in enumerate(figures) if index not in taken]


def _named_otherwise(wanted: Wanted, before: str) -> bool:
    """Whether the figure is introduced as something else: 营业额500万 is no wage."""
    named = NAMED.search(before) if wanted.kind == "money" else None
    return bool(named and not (wanted.words and pattern(wanted.words).search(named[1])))


def _or_none(figure: Quantity, text: str) -> Quantity:
    """The figure, or nought where one of a kind is denied: 一个残疾人没招."""
    if figure.value != 1 or figure.unit not in UNITS["count"]:
        return figure
    denied = NONE_AFTER.search(text[figure.end :]) or NONE_BEFORE.search(text[: figure.start])
    return replace(figure, value=Decimal(0), low=Decimal(0), high=Decimal(0)) if denied else figure


def _around(figures: list[Quantity], index: int, text: str) -> tuple[str, str]:
    """The words of the figure's clause before it, back to the last figure, and behind it, up to the next."""
    figure = figures[index]
    start = figures[index - 1].end if index else 0
    end = figures[index + 1].start if index + 1 < len(figures) else len(text)
    return BREAK.split(text[start : figure.start])[-1], BREAK.split(text[figure.end : end])[0][:REACH]


def _distance(words: str | None, before: str, after: str) -> int | None:
    if words is None:
        return None
    found = [len(before) - match.end() for match in pattern(words).finditer(before)]
    found += [match.start() + BEHIND for match in pattern(words).finditer(after)]
    return min(found, default=None)


def _give(name: str, wanted: Wanted, figure: Quantity, text: str, given: dict[str, tuple[Candidate, ...]]) -> None:
    ends = _ends(figure)
    if wanted.net_only and says_gross(text):
        return
    if wanted.termed and pattern(wanted.termed).search(text) and (each := _each_months(figure, text)):
        term = months_agreed(text)
        if term is None:
            return
        ends = [(end * term / each).quantize(Decimal("0.01")) for end in ends]
    if wanted.yearly and _span_said(wanted, figure, text) == "month":
        ends = [end * 12 for end in ends]
    if wanted.monthly and _span_said(wanted, figure, text) == "year":
        ends = [(end / 12).quantize(Decimal("0.01")) for end in ends]
    if wanted.kind == "days" and figure.unit == "个":
        ends = [end * MONTH_DAYS for end in ends]
    if wanted.net_of:
        factor = Decimal(wanted.net_of)
        if (factor > 1 and says_gross(text)) or (factor < 1 and EXCLUDED.search(text)):
            ends = [(end / factor).quantize(Decimal("0.01")) for end in ends]
    sums = [Decimal(str(old.value)) for old in given.get(name, ())] or [Decimal(0)]
    values = [sums[0] + ends[0], sums[-1] + ends[-1]]
    given[name] = tuple(Candidate(value=value) for value in dict.fromkeys(values))


def _each_months(figure: Quantity, text: str) -> int | None:
    """How many months of a term a figure by the month or by the year is for; None for a figure of the whole."""
    clause, after = BREAK.split(text[: figure.start])[-1], text[figure.end :]
    if MONTHLY.search(clause) or BY_MONTH_AFTER.match(after):
        return 1
    return 12 if BY_YEAR.search(clause) or BY_YEAR_AFTER.match(after) else None


def _span_said(wanted: Wanted, figure: Quantity, text: str) -> str | None:
    """By the month or by the year: the word nearest before the figure in its clause, or right behind it.

    Inputs that are listed one after the other (每月社保3000，公积金2000) keep the span said last.
    """
    if BY_MONTH_AFTER.match(text[figure.end :]):
        return "month"
    if BY_YEAR_AFTER.match(text[figure.end :]):
        return "year"
    before = text[: figure.start]
    for words in (BREAK.split(before)[-1], before if wanted.adds else ""):
        said = [(match.end(), "month") for match in MONTHLY.finditer(words)]
        said += [(match.end(), "year") for match in YEARLY.finditer(words)]
        if said:
            return max(said)[1]
    return None


def says_gross(text: str) -> bool:
    """Whether the amounts are said to include VAT."""
    return bool(INCLUDED.search(text) and not EXCLUDED.search(text))


def _ends(figure: Quantity) -> list[Decimal]:
    """The exact figure, or both ends of a vague one; an end that isn't said is the other."""
    if figure.value is not None:
        return [figure.value]
    ends = [end for end in (figure.low, figure.high) if end is not None]
    return ends or [Decimal(0)]


def _is(kind: str, figure: Quantity, text: str) -> bool:
    if kind == "days" and figure.unit == "个" and text[figure.end : figure.end + 1] == "月":
        return True
    if kind != "money":
        return figure.unit in UNITS[kind]
    if figure.unit == "个" and text[figure.end : figure.end + 1] == "税":
        return True  # 260万个税多少
    if figure.unit not in ("", "元", "块", "万元", "亿元"):
        return False
    least = min(_ends(figure))
    rest = text[figure.end :]
    follows = "" if rest.startswith(("年终", "年底奖", "月薪")) else rest[:1]
    alone = least >= 100 and (not follows or BREAK.match(follows) or follows == "、")
    return bool(figure.scaled or least >= 1000 or alone) and follows not in (
        "年",
        "月",
        "号",
        "条",
        "%",
        "人",
        "平",
        "天",
    )


def _chosen(wanted: Wanted, text: str) -> str | None:
    """The answer whose words come first: 不减半 stands before the 减半 in it, and new words before old."""
    found = [(match.start(), value) for value, words in wanted.values.items() if (match := pattern(words).search(text))]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _periods(text: str, as_of: date) -> list[Period]:
    """Years said as years: never the digits of an amount (12000)."""
    found = find_periods(text, as_of)
    return [
        one for one in found if "年" in text[one.start : one.end + 1] and not text[one.start - 1 : one.start].isdigit()
    ]


def _day(text: str, as_of: date) -> date | None:
    for period in _periods(text, as_of):
        part = period.part or ""
        month = int(part[1:]) if re.fullmatch(r"-\d\d", part) else QUARTER_MONTH.get(part, 6)
        return as_of if period.year == as_of.year and not part else date(period.year, month, 15)
    return None
