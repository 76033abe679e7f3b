"""The figures a sentence claims, in one form whatever way they are written: 4%, 百分之四 and 0.04 are the same."""

import re
from collections.abc import Iterable
from decimal import Decimal

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


def figures(text: str) -> frozenset[str]:
    """Canonical figures of a text: `文号`, `条`, dates, years, ratios and amounts."""
    found: set[str] = set()
    text = MARKER.sub(" ", text.replace("％", "%"))

    def take(pattern: re.Pattern[str], kind: str) -> None:
        nonlocal text
        for match in pattern.finditer(text):
            found.update(_canonical(kind, match))
        text = pattern.sub(" ", text)

    take(PAPER, "paper")
    take(NUMBERED, "numbered")
    take(CLAUSE, "clause")
    take(DATE, "date")
    take(DAY, "day")
    take(MONTH, "month")
    take(YEAR, "year")
    take(PERMILLE, "permille")
    take(PERCENT, "ratio")
    take(AMOUNT, "amount")
    return frozenset(found)


def supported(text: str, grounds: Iterable[str]) -> tuple[bool, frozenset[str]]:
    """Whether each figure of `text` stands in the grounds, and those that do not."""
    known: set[str] = set()
    for ground in grounds:
        known |= _loosened(figures(ground))
    loose = {figure for figure in figures(text) if not ({figure} | _equals(figure)) & known}
    return not loose, frozenset(loose)


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


def _equals(figure: str) -> set[str]:
    """1 may stand for itself without evidence (一项, 一次); a date's year and day may be told apart."""
    if figure in ("0", "1"):
        return {figure}
    return set()


def _loosened(known: frozenset[str]) -> set[str]:
    """What a ground supports besides its own figures: parts of a date, and 0 and 1."""
    more = set(known) | {"0", "1"}
    for figure in known:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure):
            more |= {figure[:4], figure[5:], f"{int(figure[5:7])}月"}
        elif re.fullmatch(r"\d{2}-\d{2}", figure):
            more.add(f"{int(figure[:2])}月")
    return more
