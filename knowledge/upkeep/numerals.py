"""Chinese numerals and shortened ranges written out, so that one pattern reads every figure."""

import re
import unicodedata
from decimal import Decimal

from knowledge.upkeep.figure import UNIT_CLASS

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
NUMERAL = "[零〇一二三四五六七八九十百千万两]"
# 个、项、类 … after a Chinese numeral count the words of the sentence ("两种算法"), not the law.
COUNTED = sorted({unit for unit, name in UNIT_CLASS.items() if name != "个"} | {"元", "万元", "亿元", "月"}, key=len)
UNITS = "|".join(reversed(COUNTED))
WRITTEN = re.compile(
    rf"(?<![\d几数第零〇一二三四五六七八九十百千万两.])([一二三四五六七八九十两]{NUMERAL}*)(?=(?:{UNITS}))"
)
ORDINAL = re.compile(rf"第({NUMERAL}+)")
PARTS = re.compile(rf"([百千万]|{NUMERAL}+)分之({NUMERAL}+(?:点{NUMERAL}+)?|\d+(?:\.\d+)?)")
HANDED_ON = "|".join(sorted((*UNIT_CLASS, "万元", "亿元", "元", "万", "亿"), key=len, reverse=True))
RANGE = re.compile(rf"(\d+(?:\.\d+)?)\s*([-–—~～、]|至|到|或)\s*(?=\d+(?:\.\d+)?\s*(%|‰|{HANDED_ON}))")


def written_out(text: str) -> str:
    """The text with full-width forms, thousands separators and Chinese numerals turned into plain digits."""
    text = unicodedata.normalize("NFKC", text.replace("－", "−"))  # a full-width minus is no range
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = PARTS.sub(_share, text)
    text = ORDINAL.sub(lambda found: f"第{read_numeral(found[1])}", text)
    text = WRITTEN.sub(_plain, text)
    text = re.sub(r"(?<=\d)[ \t]+(?=[\u4e00-\u9fff%‰㎡])|(?<=[\u4e00-\u9fff])[ \t]+(?=\d)", "", text)
    before = ""
    while before != text:  # "3、6、9 个月": the unit is handed on from right to left
        before, text = text, RANGE.sub(_with_unit, text)
    return text


def read_numeral(text: str) -> int:
    """二十一 → 21, 一千零五十 → 1050, 三万五千 → 35000, 二〇二六 → 2026."""
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in "万亿":
            total = (total + section + digit or 1) * SCALES[char]
            section = digit = 0
        else:
            section += (digit or 1) * SCALES[char]
            digit = 0
    return total + section + digit


def _plain(found: re.Match[str]) -> str:
    """一年、一次、一个 are words; from two on it is a figure."""
    return (
        found[1]
        if found[1] == "一" or (found[1] == "十" and found.string[found.end() :][:1] == "分")
        else str(read_numeral(found[1]))
    )


def _share(found: re.Match[str]) -> str:
    """百分之二十 → 20%, 万分之五 → 0.05%, 三分之二 stays a fraction in words of digits."""
    whole, part = found[1], found[2]
    if part[0].isdigit():
        number = Decimal(part)
    else:
        left, _, right = part.partition("点")
        number = Decimal(f"{read_numeral(left)}.{''.join(str(DIGITS[char]) for char in right) or 0}")
    if whole in ("百", "千", "万"):
        return f"{(number * 100 / SCALES[whole]).normalize():f}%"
    return f"{read_numeral(whole)}分之{number.normalize():f}"


def _with_unit(found: re.Match[str]) -> str:
    return f"{found[1]}{found[3]}{found[2]}"
