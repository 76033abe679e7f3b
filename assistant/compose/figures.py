"""The figures a sentence claims, in one form whatever way they are written: 4%, 百分之四 and 0.04 are the same."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assistant.understand.numbers import parse_number

# 文号 and dates first, so that their digits aren't also read as amounts.
PAPER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[]\d{4}[〕\]]\s?\d+号|公告\d{4}年第\d+号|第\d+号令|令第\d+号")
NUMBERED = re.compile(r"(?<![\d.年])(\d+)\s?号(?:文|公告|令|文件)")  # 63号文 is the paper whose number is 63
CLAUSE = re.compile(r"第[零一二三四五六七八九十百千\d]+[条款项章节]")
DATE = re.compile(r"(\d{4})\s?[年\-/.]\s?(\d{1,2})\s?[月\-/.]\s?(\d{1,2})日?")
MONTH = re.compile(r"(?<![\d个前])(\d{1,2}|[一二三四五六七八九]|十[一二]?)\s?月(?![\d息租薪销份内])")
PERMILLE = re.compile(r"([千万])分之([零一二三四五六七八九十百点\d.]+)|(\d+(?:\.\d+)?)\s?‰")
DAY = re.compile(r"(?<!\d)(\d{1,2})\s?月\s?(\d{1,2})\s?日")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?年")
MARKER = re.compile(r"\[\d+\]")
PERCENT = re.compile(
    r"(\d+(?:\.\d+)?)\s?%|百分之([零一二三四五六七八九十百点\d]+)|([一二三四五六七八九\d]+)个(?:百分)?点"
)
AMOUNT = re.compile(
    r"(?<![\d.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(万亿|千万|百万|亿|万|千|百)?"
    r"|([零一二两三四五六七八九十百千万亿]*[二三四五六七八九十百千万亿][零一二两三四五六七八九十百千万亿]*)"
)
SCALE = {"万亿": 10**12, "千万": 10**7, "百万": 10**6, "亿": 10**8, "万": 10**4, "千": 1000, "百": 100}


NUMERAL = re.compile(r"[\d零一二两三四五六七八九十百千万亿]")
UNIT = re.compile(r"\s?(?:整)?个?(小时|工作日|元|人|分|倍|年|月|周|天|日|项|件|名|户|家|次|岁|点)")
NEXT_YEAR = re.compile(r"第\s?[二2]\s?年(?!度)")  # 次年 counts nothing
UNCOUNTED = re.compile(  # words that hold a numeral and count nothing
    r"第三[方人者]|千万(?=别|不要|要|记)|(?<![\d\s百千])万一|十分(?!之)|五险一金|六税两费|[三五]证合一|四舍五入|百分百|再三|十有八九|"
    r"八九不离十|二手|双十一|百姓|千方百计|三七二十一|一五一十"
)
TENTHS = re.compile(
    r"([一二三四五六七八九]|\d)(?:成(?![立果本员交功长为年分绩品都套熟效就])|折(?![旧价算合叠]))"
)  # 八成, 八折
SPANS = (
    (re.compile(r"半年(?!报|度)"), "6"),
    (re.compile(r"半个?月"), "15"),
    (re.compile(r"(?<!第)一个?季度"), "3"),
)  # lengths of time said without their number
HALF = re.compile(r"减半|一半|半数|折半")
SAME_UNIT = {"天": "日", "工作日": "日", "名": "人"}
CONVERTED = {"小时": ((Decimal(1) / 24, "日"),), "日": ((Decimal(24), "小时"),)} | {
    "月": ((Decimal(1) / 12, "年"),),
    "年": ((Decimal(12), "月"),),
    "周": ((Decimal(7), "日"),),
}


@dataclass(frozen=True)
class Spot:
    """A figure where it stands in the text."""

    figure: str
    start: int
    end: int
    unit: str  # what it counts: 元, 人, 年, 日 …, `%`, `date`; empty when unsaid


def figures(text: str) -> frozenset[str]:
    """Canonical figures of a text: `文号`, `条`, dates, years, ratios and amounts."""
    return frozenset(spot.figure for spot in spots(text))


@lru_cache(maxsize=4096)
def spots(text: str) -> tuple[Spot, ...]:
    """The figures in the order of their kinds, each with its place and what it counts."""
    if not NUMERAL.search(text):
        return ()
    found: list[Spot] = []
    left = MARKER.sub(_blank, UNCOUNTED.sub(_blank, NEXT_YEAR.sub(_blank, text.replace("％", "%"))))
    for pattern, kind in PATTERNS:
        matches = list(pattern.finditer(left))
        for match in matches:
            unit = _unit(kind, left, match.end())
            found += [Spot(one, match.start(), match.end(), unit) for one in _canonical(kind, match)]
        left = pattern.sub(_blank, left) if matches else left
    return tuple(found)


PATTERNS = (
    (PAPER, "paper"),
    (NUMBERED, "numbered"),
    (CLAUSE, "clause"),
    (DATE, "date"),
    (DAY, "day"),
    (MONTH, "month"),
    (YEAR, "year"),
    (PERMILLE, "permille"),
    (PERCENT, "ratio"),
    (TENTHS, "tenths"),
    (AMOUNT, "amount"),
)


def supported(text: str, grounds: Iterable[str]) -> tuple[bool, frozenset[str]]:
    """Whether each figure of `text` stands in the grounds, and those that do not."""
    known = {"0", "1"}  # 一项, 一次 need no evidence
    counted: set[tuple[str, str]] = set()
    for ground in grounds:
        known |= _loosened(figures(ground))
        counted |= {(spot.figure, spot.unit) for spot in spots(ground)}
        if HALF.search(ground):
            known.add("0.5")
        known |= {figure for pattern, figure in SPANS if pattern.search(ground)}
    loose = {spot.figure for spot in spots(text) if spot.figure not in known and not _otherwise(spot) & counted}
    return not loose, frozenset(loose)


def _otherwise(spot: Spot) -> set[tuple[str, str]]:
    """The same length of time in another unit: 三天 is 72 小时, 24 个月 is 二年."""
    if not re.fullmatch(r"\d+", spot.figure):
        return set()
    return {(_text(Decimal(spot.figure) * times), unit) for times, unit in CONVERTED.get(spot.unit, ())}


def _unit(kind: str, text: str, end: int) -> str:
    if kind in ("date", "day"):
        return "date"
    if kind in ("ratio", "permille", "tenths"):
        return "%"
    if kind != "amount":
        return kind
    found = UNIT.match(text, end)
    return SAME_UNIT.get(found[1], found[1]) if found else ""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _canonical(kind: str, match: re.Match[str]) -> set[str]:
    if kind == "paper":
        number = re.findall(r"\d+", match[0])[-1]
        return {re.sub(r"[\s\[\]〔〕]", "", match[0])[-12:], f"{number}号"}
    if kind == "numbered":
        return {f"{match[1]}号"}
    if kind == "clause":
        inner = match[0][1:-1]
        number = parse_number(inner) if not inner.isdigit() else (Decimal(inner), Decimal(0))
        return {f"第{number[0] if number else inner}{match[0][-1]}"}
    if kind == "date":
        return {f"{int(match[1])}-{int(match[2]):02}-{int(match[3]):02}"}
    if kind == "day":
        return {f"{int(match[1]):02}-{int(match[2]):02}"}
    if kind == "month":
        number = parse_number(match[1]) if not match[1].isdigit() else (Decimal(match[1]), Decimal(0))
        return {f"{int(number[0])}月"} if number else set()
    if kind == "permille":
        if match[3]:
            return {_text(Decimal(match[3]) / 1000)}
        whole = match[2]
        number = (Decimal(whole), Decimal(0)) if re.fullmatch(r"\d+(?:\.\d+)?", whole) else parse_number(whole)
        return {_text(number[0] / (1000 if match[1] == "千" else 10000))} if number else set()
    if kind == "year":
        return {match[1]}
    if kind == "tenths":
        number = parse_number(match[1])
        return {_text(number[0] / 10)} if number else set()
    if kind == "ratio":
        text = next(group for group in match.groups() if group)
        number = (Decimal(text), Decimal(0)) if re.fullmatch(r"[\d.]+", text) else parse_number(text)
        return {_text(number[0] / 100)} if number else set()
    if match[3]:
        number = parse_number(match[3])
        return {_text(number[0])} if number else set()
    return {_text(Decimal(match[1].replace(",", "")) * SCALE.get(match[2] or "", 1))}


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _loosened(known: frozenset[str]) -> set[str]:
    """What a ground supports besides its own figures: parts of a date, and 0 and 1."""
    more = set(known) | {"0", "1"}
    for figure in known:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure):
            more |= {figure[:4], figure[5:], f"{int(figure[5:7])}月"}
        elif re.fullmatch(r"\d{2}-\d{2}", figure):
            more.add(f"{int(figure[:2])}月")
    return more
