"""Numbers as people write them, as intervals: 三千多万, 2500万左右, 3000到3500万, 1.2亿, 10个点, 不到500人."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
LETTERS = {"w": 10**4, "k": 1000, "e": 10**8}
ABOUT = Decimal("0.1")  # 左右、大概 widen a figure by a tenth either way

_DIGIT = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = "零一二两俩仨三四五六七八九十百千万亿"
_MORE = "(?:[多几余]|来(?=[个人号万亿百千]))"
_TAIL = f"(?:[{_HAN}](?![{_HAN}]))?"  # the 三 of 两个亿三
# 5万4 is 54,000 unless a noun is counted by the digit (5万4个月); 8万2400 and 1万2千 go on below 万.
_COUNTERS = "百千万个人名项件条年月天号季日级%折成点倍家次"
_REST = rf"零?[一二三四五六七八九\d](?![\d.,{_COUNTERS}])|\d{{3,4}}(?![\d.,万人个年号])|\d千(?:\d百|\d(?![\d.万百个]))?"
_ARABIC = (
    rf"(?:\d+(?:\.\d+)?)万(?:{_REST})|"
    rf"(?:{_DIGIT})[万亿]零?[一二三四五六七八九\d](?=[块元])|(?:{_DIGIT})亿零?(?:{_DIGIT})万|"
    rf"(?:{_DIGIT})(?:[wWkK](?![A-Za-z])|个亿{_TAIL}|(?:[百千万亿]|{_MORE})*)"
)
_CHINESE = rf"[{_HAN}]个亿{_TAIL}|(?:[{_HAN}]|(?<!减)半)(?:[{_HAN}]|{_MORE})*"
_NUMBER = f"{_ARABIC}|{_CHINESE}"
_UNIT = r"%|个百分点|百分点|个点|个人|号人|万元|亿元|[块元人名个项件家条篇月天]|年(?!终|底奖)"
LESS = ("不到", "不够", "不足", "少于", "低于", "小于")
NEARLY = ("将近", "接近")
AT_MOST = ("不超过", "至多", "最多")
MORE = ("超过", "大于", "高于", "多于", "至少", "不少于", "不低于", "超")
ABOUT_WORDS = ("大概", "大约", "约莫", "约", "差不多", "估计")
BEFORE = "|".join((*LESS, *AT_MOST, *MORE, *NEARLY, *ABOUT_WORDS, "百分之")).replace("|约|", "|(?<![租签合条])约|")
AFTER = r"左右|上下|出头|以上|以下|以内|多(?!少)|余"
SPAN = re.compile(
    rf"(?P<before>{BEFORE})?(?P<first>{_NUMBER})(?:(?P<unit1>{_UNIT})?[到至~\-—](?P<second>{_NUMBER}))?"
    rf"(?P<after1>{AFTER})?(?P<unit>{_UNIT})?(?P<after>{AFTER})?"
)


ADJACENT = re.compile(r"([一二三四五六七八])([二三四五六七八九])([十百千万亿].*)")  # 五六百万


@dataclass(frozen=True)
class Quantity:
    """A number in its text. `low`/`high` None is unbounded; `value` is set only when the words are exact.

    `unit` is the written one (`%`, `人`, `元` …) or empty; `scaled` tells that 万 or 亿 was said.
    """

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    high_open: bool
    unit: str
    scaled: bool
    start: int
    end: int
    text: str


def find_numbers(text: str) -> Iterator[Quantity]:
    """Every quantity of a normalised text, left to right, without overlaps."""
    position = 0
    while match := SPAN.search(text, position):
        position = max(match.end(), match.start() + 1)
        quantity = _read(match)
        if quantity is not None:
            yield quantity


def parse_number(text: str) -> tuple[Decimal, Decimal] | None:
    """`(value, step)` of one numeral: step is how far an appended 多 reaches (三千多万 → 3000万, 1000万), else 0."""
    letters = re.fullmatch(rf"({_DIGIT})([wWkKeE])", text)
    if letters:
        return _plain(letters[1]) * LETTERS[letters[2].lower()], Decimal(0)
    if text == "半":
        return Decimal("0.5"), Decimal(0)
    total = section = Decimal(0)
    pending: Decimal | None = None
    last_small = Decimal(1)
    fuzzy = Decimal(0)
    for token in re.findall(rf"{_DIGIT}|.", text):
        if token[0].isdigit():
            pending = _plain(token)
        elif token in DIGITS:
            # 二零二五: digit after digit is read by place.
            pending = Decimal(DIGITS[token]) if pending is None or not pending else pending * 10 + DIGITS[token]
        elif token in SMALL:
            last_small = Decimal(SMALL[token])
            section += (Decimal(1) if pending is None else pending) * last_small
            pending = None
        elif token in LARGE:
            section += pending or 0
            if not section and not total:
                return None
            if fuzzy:
                fuzzy *= LARGE[token]
            total = (total + section) * LARGE[token] if token == "亿" else total + section * LARGE[token]
            section, pending, last_small = Decimal(0), None, Decimal(LARGE[token])
        elif token in "多几余来":
            section += pending or 0
            fuzzy = _step(section) if section else last_small
            pending = None
        else:
            return None
    if pending is not None and pending < 10 and last_small >= 100 and pending == pending.to_integral():
        pending *= last_small / 10  # 三万五 is 35,000, 两千三 is 2,300
        if "零" in text:
            pending /= last_small / 10
    value = total + section + (pending or 0)
    return (value, fuzzy) if value or "零" in text or "0" in text else None


def _plain(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _step(value: Decimal) -> Decimal:
    """The place of the last non-zero digit: 2500 → 100, 30 → 10, 7 → 1."""
    step = Decimal(1)
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _read(match: re.Match[str]) -> Quantity | None:
    lone = match["first"] in "一二三四五六七八九十两零" and not match["unit"] and not match["second"]
    if lone and match.string[match.end() : match.end() + 1] not in ("", "，", "。", "、", ",", "；"):
        return None  # 一定、三方、十分: a lone numeral is a figure only where the sentence ends on it
    before, after = match["before"] or "", (match["after"] or match["after1"] or "")
    first_text, second_text = match["first"].replace("个亿", "亿"), match["second"]
    if second_text is None and (pair := ADJACENT.fullmatch(first_text)):
        first_text, second_text = pair[1] + pair[3], pair[2] + pair[3]
    unit = match["unit"] or match["unit1"] or ""
    unit = "人" if unit in ("个人", "号人") else unit
    return _make(match, first_text, second_text, before, after, unit)


def _make(
    match: re.Match[str], first_text: str, second_text: str | None, before: str, after: str, unit: str
) -> Quantity | None:
    scaled = any(sign in first_text + (second_text or "") + unit for sign in "万亿wWkK千百") or unit in ("块", "元")
    first = parse_number(first_text)
    second = parse_number(second_text) if second_text else None
    if first is None or (second_text and second is None):
        return None
    value, step = first
    if unit == "年" and match.string[match.end() :].startswith("半"):
        value += Decimal("0.5")  # 两年半
    factor = Decimal(1)
    if unit in ("万元", "亿元"):
        factor, scaled = Decimal(LARGE[unit[0]]), True
    start, end = match.start(), match.end()
    percent = unit in ("%", "个百分点", "百分点", "个点") or before == "百分之"
    if percent:
        factor, unit = Decimal("0.01"), "%"
    low: Decimal | None = value * factor
    high: Decimal | None = value * factor
    exact, high_open = True, False
    if second is not None:
        scale = _borrowed(first_text, second_text or "")
        low, high, exact = value * factor * scale, second[0] * factor, False
    elif step or after in ("多", "余", "来", "出头"):
        width = step or _step_of(first_text, value)
        low, high, exact, high_open = value * factor, (value + width) * factor, False, True
    if exact and (after in ("左右", "上下") or before in ABOUT_WORDS):  # 差不多三千多万 is no wider than 三千多万
        assert low is not None
        assert high is not None
        low, high, exact, high_open = low * (1 - ABOUT), high * (1 + ABOUT), False, False
    if before in LESS:
        low, exact, high_open = None, False, True
    elif before in NEARLY:
        assert low is not None
        low, exact = low * (1 - ABOUT), False
    elif before in AT_MOST or after in ("以下", "以内"):
        low, exact = None, False
    elif before in MORE or after == "以上":
        high, exact = None, False
    number = low if exact else None
    text = match.string[start:end]
    return Quantity(number, low, high, high_open, unit, scaled, start, end, text)


def _borrowed(first: str, second: str) -> Decimal:
    """3000到3500万: the first figure takes the scale only the second one names."""
    if re.search("[万亿wW]", first):
        return Decimal(1)
    found = re.search("[万亿wW]", second)
    return Decimal({"万": 10**4, "亿": 10**8, "w": 10**4}[found[0].lower()]) if found else Decimal(1)


def _step_of(text: str, value: Decimal) -> Decimal:
    """How far 多 reaches behind a written figure: 30多 → 10; 2500万多 → 100万; 1亿多 → 1亿."""
    scale = Decimal(1)
    for sign, size in (("亿", 10**8), ("万", 10**4), ("w", 10**4), ("W", 10**4), ("千", 1000), ("k", 1000)):
        if sign in text:
            scale = Decimal(size)
            break
    number = value / scale
    return _step(number) * scale if number == number.to_integral() else scale * Decimal("0.1")
