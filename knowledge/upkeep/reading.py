"""Figures read out of a text: document numbers, clauses, dates, shares, money, and numbers with their units."""

import re
from collections.abc import Iterator
from decimal import Decimal

from knowledge.upkeep.figure import UNIT_CLASS, Figure
from knowledge.upkeep.numerals import written_out

N = r"\d+(?:\.\d+)?"
UNITS = "|".join(sorted(UNIT_CLASS, key=len, reverse=True))
SCALE = {"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
YEAR = r"(?<!\d)(?:19|20)\d{2}"
# First match wins at each place; each names what it reads.
PATTERNS = {
    "url": r"https?://[^\s，。；、）)〕》'\"|]+",
    "doc": rf"[〔\[(](?P<doc_year>{YEAR})[〕\])]\s*(?:第\s*)?(?P<doc_no>\d+)号"
    rf"|(?P<doc_year2>{YEAR})年第?(?P<doc_no2>\d+)号",
    "short": r"第?(?P<short_no>\d+)号",
    "ordinal": r"第\d+(?:方|步|次|个|类|种|层|项指标)",
    "clause": r"第(?P<clause>\d+(?:条?[、,和及]第?\d+|条?(?:[-–—~]|至|到)第?\d+)*)(?P<part>条|款|项)(?:之\d+)?",
    "date": rf"(?P<y>{YEAR})[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?(?!\d)",
    "year_month": rf"(?P<ym_y>{YEAR})[-/年](?P<ym_m>0[1-9]|1[0-2]|[1-9](?=月))月?(?![\d-])",
    "month_day": rf"(?<![\d.-])(?:(?P<md_m>\d{{1,2}})月(?P<md_d>\d{{1,2}})日?"
    rf"|(?P<md_m2>0[1-9]|1[0-2])-(?P<md_d2>[0-3]\d))(?![\d-])(?!%|{UNITS})",
    "year": rf"(?P<year>{YEAR})(?=年|[-–—至到、]\s*{YEAR}|修|版|[-–—]\s*(?!\d)|[〕)])(?:年度?)?",
    "month": r"(?P<month>(?<![\d.])(?:1[0-2]|[1-9]))月",
    "ratio": rf"(?P<ratio>{N})\s*(?P<sign>%|‰|个百分点)",
    "fraction": rf"(?P<below>\d+)分之(?P<above>{N})",
    "money": rf"(?P<money>{N})\s*(?P<scale>百万|千万|亿|万|千)?\s*(?:人民币)?(?:元|美元|欧元|港元)",
    "scaled": rf"(?P<scaled>{N})\s*(?P<by>百万|千万|亿|万)",
    "number": rf"(?P<number>{N})\s*(?P<unit>{UNITS})?",
}
READ = re.compile("|".join(f"(?P<k_{name}>{pattern})" for name, pattern in PATTERNS.items()))


def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of the text, as written and as it counts, in order."""
    return tuple(figure for found in READ.finditer(written_out(text)) for figure in _read(found))


def _read(found: re.Match[str]) -> Iterator[Figure]:
    part, said = found.groupdict(), found[0].strip()
    kind = next(name for name in PATTERNS if part[f"k_{name}"] is not None)
    if kind == "url":
        yield Figure("url", said, said)
    elif kind == "doc":
        yield Figure("doc", f"{part['doc_year'] or part['doc_year2']}/{part['doc_no'] or part['doc_no2']}", said)
    elif kind == "short":
        yield Figure("doc", part["short_no"] or "", said)
    elif kind == "clause":
        yield from (
            Figure(str(part["part"]), Decimal(number), f"第{number}{part['part']}")
            for number in spread(part["clause"] or "")
        )
    elif kind == "date":
        yield Figure("date", f"{part['y']}-{int(part['m'] or 0):02}-{int(part['d'] or 0):02}", said)
    elif kind == "year_month":
        yield Figure("year_month", f"{part['ym_y']}-{int(part['ym_m'] or 0):02}", said)
    elif kind == "month_day":
        yield Figure(
            "month_day",
            f"{int(part['md_m'] or part['md_m2'] or 0):02}-{int(part['md_d'] or part['md_d2'] or 0):02}",
            said,
        )
    elif kind in ("year", "month"):
        yield Figure(kind, str(int(part[kind] or 0)), said)
    else:
        yield from _amount(kind, part, said)


def _amount(kind: str, part: dict[str, str | None], said: str) -> Iterator[Figure]:
    if kind == "ratio":
        yield Figure("ratio", _decimal(part["ratio"]) / (1000 if part["sign"] == "‰" else 100), said)
    elif kind == "fraction":
        yield Figure("fraction", f"{part['above']}/{part['below']}", said)
    elif kind == "money":
        yield Figure("money", _decimal(part["money"]) * SCALE.get(part["scale"] or "", 1), said)
    elif kind == "scaled":
        yield Figure("money", _decimal(part["scaled"]) * SCALE[part["by"] or ""], said)
    elif kind == "number":
        yield Figure(UNIT_CLASS.get(part["unit"] or "", ""), _decimal(part["number"]), said)


def spread(text: str) -> tuple[int, ...]:
    """84、86–88 → 84, 86, 87, 88."""
    numbers: list[int] = []
    for between, number in re.findall(r"([^\d]*)(\d+)", text):
        last, through = int(number), bool(set(between) & set("-–—~至到"))
        numbers += range(numbers[-1] + 1, last + 1) if through and numbers and last - numbers[-1] < 60 else [last]
    return tuple(numbers)


def _decimal(text: str | None) -> Decimal:
    return Decimal(text or 0).normalize()
