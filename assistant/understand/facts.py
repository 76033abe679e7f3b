"""Company facts from plain words: each with its field, year, value or interval, and the words it came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.understand.cues import (
    ASKING,
    BAR,
    BREAK,
    COUNTED,
    FORECAST,
    HAVE,
    IGNORANT,
    NO,
    NO_AFTER,
    NO_PATENTS,
    NOISE,
    OTHERS,
    OURS,
    REFUSING,
    TAXED,
    WHETHER,
)
from assistant.understand.lexicon import Mention, find_mentions, lexicon
from assistant.understand.numbers import Quantity, find_numbers
from assistant.understand.periods import LAST_THREE, Period, find_date, find_periods, find_run
from assistant.understand.totals import TOGETHER, is_total, share_of_totals, totalled, years_asked
from assistant.understand.values import Said

RIGHT_BEFORE = re.compile(r"(?:是|为|约|大约|大概|差不多|才|只有|做了|做到|花了|[:： ])*")
UNITS = {"money": "万元", "count": "项", "ratio": "ratio", "years": "年", "date": "", "bool": "", "choice": ""}
SIGNED = frozenset({"finance.net_profit", "finance.ocf", "finance.net_assets", "finance.taxable_income"})
RANK = "market.domestic_rank"
PEOPLE = frozenset({"hr.headcount", "hr.tech_staff", "hr.rd_staff_fulltime", "hr.insured"})


OTHER_SUM = re.compile(
    "[预准]备|留(?:了|出)|打算|掏|费用?|款|税|基金|保证金|成本|支出|工资|捐|罚|借|贷|奖金|房租|租金|利润|毛利|分红|股息|所得额"
)
SPAN = re.compile("月|季度|星期|礼拜|小时|工作日")  # 过期两个月 counts no trademarks
FILLING = re.compile(
    "我们|自己|自家|我司|咱们|公司|现在|目前|总共|一共|合计|大概|大约|差不多|左右|其中|分别|以前|去年|今年|前年|不到|超过|至少|只有|还有|就|有|是|共|约|的|了|都|才|也|大|在|应该|不对|错了|说错"
)


@dataclass(frozen=True)
class _Clause:
    text: str
    start: int


def extract_facts(text: str, as_of: date, *, asked: Sequence[str] = ()) -> tuple[Said, ...]:
    """Facts of a normalised sentence. `asked`: the fields of the open question, for bare answers such as 15个 or 没有.

    Nothing is guessed: a number without a field (and without an open question) is no fact.
    """
    kept = NOISE.sub(lambda match: "\u0000" * len(match[0]), text)
    found: list[Said] = []
    last: str | None = None
    year: Period | None = None
    scale = totals = False
    queue: list[int] = []
    previous_other = False
    for clause in _clauses(kept):
        other = bool(OTHERS.search(clause.text)) and not re.search("我们|我司|咱们|本公司|我公司", clause.text)
        if other or (previous_other and not re.search("我们|我司|咱|本公司|我公司", clause.text)):
            previous_other = True
            last = _named(find_mentions(clause.text), last)
            continue
        previous_other = False
        mentions = find_mentions(clause.text)
        periods = tuple(find_periods(clause.text, as_of))
        if (
            WHETHER.search(clause.text)
            or FORECAST.search(clause.text)
            or (BAR.search(clause.text) and not OURS.search(clause.text))
            or (TAXED.search(clause.text) and not OURS.search(clause.text))
        ):
            last = _named(mentions, last)
            continue
        if run := find_run(clause.text):
            queue, periods = run, ()
        if not periods and not queue and (run := _respectively(clause.text, mentions, as_of)):
            queue = run
        totals = is_total(clause.text) or (totals and bool(TOGETHER.search(clause.text)))
        if LAST_THREE.search(clause.text) and not totals:
            queue = [as_of.year - 3, as_of.year - 2, as_of.year - 1]
        if ASKING.search(clause.text) and not re.search(r"\d|[一二三四五六七八九十]", clause.text):
            last = _named(mentions, last)
            year = periods[-1] if periods else year
            continue
        if any(lexicon().fields[mention.field].kind == "date" for mention in mentions):
            year = None
        said, last, year, scale = _read_clause(clause, mentions, periods, last, year, scale, queue)
        found.extend(map(totalled, said) if totals else said)
    found.extend(share_of_totals(found))
    found.extend(_no_patents(kept))
    if "market.segment_years" in asked and not any(said.field == "market.segment_years" for said in found):
        found.extend(years_asked(kept))
    if not found and asked:
        found.extend(_bare_answer(kept, asked, as_of))
    return _settle(found)


def _no_patents(text: str) -> list[Said]:
    """专利一个都没有 speaks of all three kinds at once."""
    match = NO_PATENTS.search(text)
    if not match:
        return []
    kinds = ("ip.invention_patents", "ip.utility_models", "ip.designs")
    return [Said(field=kind, value=0, unit="项", text=match[0]) for kind in kinds]


def _clauses(text: str) -> list[_Clause]:
    found, start = [], 0
    for match in BREAK.finditer(text):
        # 1,200 keeps its comma; a comma between figures of a series still parts clauses.
        if (
            match[0] == ","
            and re.match(r"\d{3}(?!\d)", text[match.end() :])
            and text[match.start() - 1 : match.start()].isdigit()
        ):
            continue
        found.append(_Clause(text[start : match.start()], start))
        start = match.end()
    found.append(_Clause(text[start:], start))
    return [clause for clause in found if clause.text.strip()]


def _named(mentions: tuple[Mention, ...], last: str | None) -> str | None:
    return mentions[-1].field if mentions else last


def _read_clause(
    clause: _Clause,
    mentions: tuple[Mention, ...],
    periods: tuple[Period, ...],
    last: str | None,
    year: Period | None,
    scale: bool,
    queue: list[int],
) -> tuple[list[Said], str | None, Period | None, bool]:
    text = clause.text
    said: list[Said] = []
    used: set[int] = set()
    words = lexicon().fields
    taken = [(period.start, period.end) for period in periods]
    dated = find_date(text)
    if dated:
        taken.append(dated[2])
        if not mentions and last == "entity.established_on":
            return [_dated(last, dated, text)], last, None, scale
    for quantity in find_numbers(text):
        if _counts_nothing(quantity, text, taken, queue):
            continue
        period = _period_for(quantity, periods) or (year if not periods else None)
        mention = _owner(quantity, mentions, text)
        if mention is None and quantity.unit in ("个", "人", "名") and _other_noun(text[: quantity.start]):
            continue
        if mention is None and quantity.scaled and _other_sum(text[: quantity.start]):
            continue
        name = mention.field if mention else last
        if quantity.unit == "人" and (name not in PEOPLE or COUNTED.search(text[: quantity.start])):
            name, mention = "hr.headcount", None
        if name is None or not _fits(words[name].kind, quantity, name):
            continue
        if mention is None and quantity.unit == "年":
            continue
        if words[name].series and queue and _period_for(quantity, periods) is None:
            period = Period(queue.pop(0), None, 0, 0)
        scale = scale or (words[name].kind == "money" and quantity.scaled)
        if mention:
            used.add(mention.start)
        fact = _figure(name, words[name].kind, words[name].series, quantity, period, text, mention)
        if re.search(r"亏|负|-$", text[max(0, quantity.start - 4) : quantity.start]) and name in SIGNED:
            fact = _negative(fact)
        said.append(fact)
        last = name
    for mention in mentions:
        if mention.start in used:
            continue
        bare = _without_number(mention, mentions, text, periods[-1] if periods else None, dated)
        if bare is not None:
            said.append(bare)
    last = _named(mentions, last)
    # The year of founding is not the year of the figures that follow.
    founded = any(words[mention.field].kind == "date" for mention in mentions)
    return said, last, None if founded else periods[-1] if periods else year, scale


def _counts_nothing(quantity: Quantity, text: str, taken: Sequence[tuple[int, int]], queue: Sequence[int]) -> bool:
    """Whether a number is part of a day, a year by itself, a span of time, or what the sentence denies."""
    if any(start < quantity.end and quantity.start < end for start, end in taken):
        return True
    if 1990 <= (quantity.value or 0) <= 2099 and text[quantity.end : quantity.end + 1] in ("到", "至", "-", "~", "年"):
        return True
    if (LAST_THREE.search(text) or queue) and quantity.unit == "年":
        return True
    if re.search(r"(?:而)?(?:不是|并非|不只|不止)$", text[: quantity.start]):
        return True
    return quantity.unit == "个" and bool(SPAN.match(text, quantity.end))


def _other_sum(before: str) -> bool:
    """Whether an amount is introduced as something no field knows: 广告费600万, 捐了120万."""
    return bool(OTHER_SUM.search(before))


def _respectively(text: str, mentions: tuple[Mention, ...], as_of: date) -> list[int]:
    """研发费用分别是120万、160万、210万: as many years as figures, the last one last year's."""
    words = lexicon().fields
    if "分别" not in text or not any(words[mention.field].series for mention in mentions):
        return []
    count = sum(quantity.scaled for quantity in find_numbers(text))
    return list(range(as_of.year - count, as_of.year)) if 2 <= count <= 5 else []


def _other_noun(before: str) -> bool:
    """Whether a number is introduced by a noun no field knows: 食堂阿姨3个 says nothing of what was told before."""
    return len(re.findall("[一-龥]", FILLING.sub("", before))) >= 2


def _period_for(quantity: Quantity, periods: tuple[Period, ...]) -> Period | None:
    before = [period for period in periods if period.end <= quantity.start]
    return before[-1] if before else (periods[0] if len(periods) == 1 else None)


def _owner(quantity: Quantity, mentions: tuple[Mention, ...], text: str) -> Mention | None:
    """The field a number belongs to: the name right before it (营收5000万研发400万), the noun it counts (15个科技人员),
    else the nearest name before it.
    """
    words = lexicon().fields
    before = [mention for mention in mentions if mention.end <= quantity.start and mention.choice is None]
    if before and RIGHT_BEFORE.fullmatch(text[before[-1].end : quantity.start]):
        return before[-1]
    for mention in mentions:
        between = text[quantity.end : mention.start] if mention.start >= quantity.end else None
        counted = words[mention.field].kind in ("count", "bool")
        if (
            between is not None
            and counted
            and re.fullmatch(r"(?:个|名|项|件|位|人|多|号|份|本|的|授权|有效|已授权|在册)*", between)
        ):
            return mention
        if between is not None and quantity.scaled and re.fullmatch(r"(?:的|元|块|钱|左右)*", between):
            return mention
    return before[-1] if before else None


def _fits(kind: str, quantity: Quantity, name: str) -> bool:
    if kind == "money":
        return quantity.unit in ("", "元", "块", "万元", "亿元")
    if kind == "count":
        units = ("", "人", "名", "个") if name in PEOPLE else ("", "项", "件", "个", "名")
        return (quantity.unit in units and not quantity.scaled) or (quantity.unit in units and name in PEOPLE)
    if kind == "ratio":
        return quantity.unit == "%"
    return kind == "years" and quantity.unit == "年"


def _figure(
    name: str, kind: str, series: bool, quantity: Quantity, period: Period | None, text: str, mention: Mention | None
) -> Said:
    factor = Decimal(1)
    # A bare figure for money is taken in the field's own unit, 万元, unless it is too large to be meant so.
    if kind == "money" and (quantity.scaled or (quantity.low or quantity.high or 0) >= 1_000_000):
        factor = Decimal(10) ** -4
    near = (mention is not None and abs(quantity.start - mention.end) <= 6) or (
        mention and mention.start >= quantity.end
    )
    start = min(quantity.start, mention.start) if mention and near else quantity.start
    end = max(quantity.end, mention.end) if mention and near else quantity.end
    exact = quantity.value is not None
    unit = "人" if name in PEOPLE else "名" if name == RANK else UNITS[kind]
    return Said(
        field=name,
        year=period.year if period and series and not period.part else None,
        period=f"{period.year}{period.part}" if period and series and period.part else None,
        value=_tidy(quantity.value * factor) if quantity.value is not None else None,
        low=None if exact or quantity.low is None else _tidy(quantity.low * factor),
        high=None if exact or quantity.high is None else _tidy(quantity.high * factor),
        high_open=not exact and quantity.high_open,
        unit=unit,
        text=text[start:end].replace("\u0000", ""),
    )


def _negative(fact: Said) -> Said:
    flip = {name: None if (number := getattr(fact, name)) is None else -number for name in ("value", "low", "high")}
    return fact.model_copy(update=flip | {"low": flip["high"], "high": flip["low"]})


def _dated(name: str, dated: tuple[date, date, tuple[int, int]], text: str) -> Said:
    first, last, span = dated
    words = text[span[0] : span[1]]
    if first == last:
        return Said(field=name, value=first.isoformat(), text=words)
    return Said(field=name, low=first, high=last, text=words)


def _tidy(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def _without_number(
    mention: Mention,
    mentions: tuple[Mention, ...],
    text: str,
    period: Period | None,
    dated: tuple[date, date, tuple[int, int]] | None,
) -> Said | None:
    entry = lexicon().fields[mention.field]
    following = [other.start for other in mentions if other.start >= mention.end]
    preceding = [other.end for other in mentions if other.end <= mention.start]
    before = text[max(preceding, default=0) : mention.start]
    after = text[mention.end : min(following, default=len(text))]
    around = text[max(0, mention.start - 12) : mention.end + 16]
    year = period.year if period and entry.series and not period.part else None
    base = Said(field=mention.field, year=year, unit="人" if mention.field in PEOPLE else UNITS[entry.kind], text=text)
    if REFUSING.search(text):
        return base.model_copy(update={"declined": True})
    if IGNORANT.search(text):
        return base.model_copy(update={"unknown": True})
    if ASKING.search(after) or ASKING.search(before):
        return None
    if entry.kind == "date" and dated:
        return _dated(mention.field, dated, text)
    if mention.choice is not None and not (OURS.search(text) or text.strip() == text[mention.start : mention.end]):
        return None
    if mention.choice is not None:
        return base.model_copy(update={"value": mention.choice, "text": text[mention.start : mention.end]})
    negative = bool(
        NO.search(before)
        or NO_AFTER.match(after)
        or (re.search(r"(?:都|也)?(?:没有|没)$", text) and not mentions[0].start)
    )
    carried = re.search(r"(?:没有|没|无)[^，。]{0,12}(?:和|、|或|跟|也没)[^，。]{0,4}$", text[: mention.start])
    if entry.kind == "money" and re.match(
        r"^(?:目前|现在|都|还)?(?:一分(?:钱)?(?:都|也)?(?:没有?|未)|为零|是零|为0|是0|还没有?)", after
    ):
        return base.model_copy(update={"value": 0, "text": around})
    if entry.kind == "count" and (negative or carried):
        return base.model_copy(update={"value": 0, "text": around})
    if entry.kind == "bool":
        if negative or carried or re.search(r"不(?:是|属于|在|符合)(?:任何|什么)?$", before):
            return base.model_copy(update={"value": False, "text": around})
        if (
            HAVE.search(before)
            or (mention.start == 0 and re.match(r"(?:是|有|已|都)", after))
            or entry.field == "qual.hnte_valid"
        ):
            return base.model_copy(update={"value": True, "text": around})
    return None


def _bare_answer(text: str, asked: Sequence[str], as_of: date) -> list[Said]:
    """An answer that doesn't repeat what was asked: 15个, 没有, 不清楚, 2019年5月, 分别是120、160、210万."""
    words = lexicon().fields
    if REFUSING.search(text):
        return [Said(field=name, declined=True, text=text) for name in asked]
    if IGNORANT.search(text):
        return [Said(field=name, unknown=True, text=text) for name in asked]
    name = asked[0]
    entry = words.get(name)
    kind = entry.kind if entry else "bool"
    if kind == "date" and (dated := find_date(text)):
        return [_dated(name, dated, text)]
    if kind == "choice" and entry is not None:
        return [Said(field=name, value=value, text=text) for word, value in entry.choices if word == text.strip("。")]
    if kind == "bool" and not ASKING.search(text):
        if re.match(r"^(?:没有?|不是|不属于|不在|无|否|暂时没有|还没有?|从来没有?)(?!问题)", text):
            return [Said(field=name, value=False, text=text)]
        if re.match(r"^(?:有的?|是的?|对的?|嗯|属于|在的?|符合|都有|没问题|当然)", text):
            return [Said(field=name, value=True, text=text)]
        return []
    if kind == "count" and re.match(r"^(?:一个都)?(?:没有|没|零|无|还没有?|暂时没有?)[。！!]?$", text):
        return [Said(field=name, value=0, unit="人" if name in PEOPLE else "项", text=text)]
    return _bare_figures(text, asked, as_of)


def _bare_figures(text: str, asked: Sequence[str], as_of: date) -> list[Said]:
    words = lexicon().fields
    name = asked[0]
    entry = words.get(name)
    if entry is None:
        return []
    periods = tuple(find_periods(text, as_of))
    spans = [(period.start, period.end) for period in periods]
    quantities = [
        quantity
        for quantity in find_numbers(text)
        if _fits(entry.kind, quantity, name) and not any(s < quantity.end and quantity.start < e for s, e in spans)
    ]
    run = [as_of.year - back for back in range(len(quantities), 0, -1)]
    scaled = any(quantity.scaled for quantity in quantities)
    found = []
    for index, quantity in enumerate(quantities):
        period = _period_for(quantity, periods)
        if period is None and entry.series:
            period = Period(run[index], None, 0, 0)
        if scaled and not quantity.scaled and entry.kind == "money":
            found.append(_figure(name, "money", entry.series, quantity, period, text, None))
        else:
            found.append(_figure(name, entry.kind, entry.series, quantity, period, text, None))
    return found if entry.series else found[:1]


def _settle(found: list[Said]) -> tuple[Said, ...]:
    """The last word on a field and period stands; a figure beats a bare mention of the same field."""
    settled: dict[tuple[str, int | None, str | None], Said] = {}
    for fact in found:
        key = (fact.field, fact.year, fact.period)
        figures = fact.year is None and any(
            f.field == fact.field and not (f.unknown or f.declined) for f in settled.values()
        )
        if (fact.unknown or fact.declined) and figures:
            continue
        settled.pop(key, None)
        settled[key] = fact
    return tuple(settled.values())
