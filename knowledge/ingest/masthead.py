"""What a loose document says of itself: 文号, issuer, dates, each with the words it was read from.

Read, not guessed: a date that holds must stand in a 施行 clause, an end in a 有效期 clause. A person confirms it all.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.ingest.effective import DAY, ITSELF, NUMERALS, ON_DAY, ON_PUBLICATION, read_day

DOC_NO = re.compile(r"[一-龥]{2,12}[〔\[（(]\d{4}[〕\]）)]\s*第?\d+\s*号|[一-龥、 ]{2,20}公告\s*\d{4}年第\d+号")
PLACE = r"[^\s，。；：、（）《》“”\d]{2,28}"
ORGAN = "人民政府(?:办公厅|办公室)?|委员会|管委会|总局|局|厅|部|办公室|研究院|银行|海关|法院|检察院|协会"
BODY = rf"{PLACE}(?:{ORGAN})"
ISSUER = re.compile(rf"^{BODY}(?:[\s　、]+{BODY})*$")
RED_HEAD = re.compile(rf"^({BODY})\s*文件$")
A_DAY = DAY.pattern.replace("(", "(?:")
ONLY_DAY = re.compile(rf"^{A_DAY}$")
PUBLISHED = re.compile(
    rf"(?:发文|成文|印发|发布|公布|颁布)(?:日期|时间)\s*[:：]\s*({A_DAY}|\d{{4}}-\d{{1,2}}-\d{{1,2}})"
)
IN_HEAD = re.compile(rf"[（(]\s*({A_DAY})[^）)]{{0,40}}(?:发布|公布|印发|通过)")
ENDS = re.compile(rf"(?:有效期|执行期|试行期|执行|施行|实施)[^。；\n]{{0,24}}?(?:至|到)\s*({A_DAY})")
LASTS = re.compile(rf"(?:有效期|试行期)(?:限)?(?:为)?\s*([{NUMERALS}两\d]{{1,3}})\s*年")
STATED = re.compile(rf"({ITSELF})?[^。；\n]{{0,30}}{A_DAY}[^。；\n]{{0,12}}(?:施行|实施|执行|生效|失效|止)")


@dataclass(frozen=True)
class Masthead:
    """Unknown is None or "". `read` tells for each field the words it came from, `doubts` what can't be right."""

    doc_no: str = ""
    issuer: str = ""
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    read: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()


def read_masthead(text: str, named: date | None = None) -> Masthead:
    """`named` is the day in the file's name, which stands where the text gives no day of issue."""
    lines = [line.strip().strip("*#　 ") for line in text.splitlines()]
    lines = [line for line in lines if line]
    head, tail = lines[:15], lines[-15:]
    read: dict[str, str] = {}
    if number := DOC_NO.search("\n".join(head)[:600]):
        read["doc_no"] = number[0].strip()
    issuer, signed = _signature(tail)
    issuer = issuer or next((match[1] for line in head[:4] if (match := RED_HEAD.match(line))), "")
    if issuer:
        read["issuer"] = issuer
    issued, words = _issued(head, tail, signed)
    if issued:
        read["issued"] = words
    issued = issued or named
    starts, words = _starts(text, issued)
    if starts:
        read["effective_from"] = words
    ends, words = _ends(text, starts)
    if ends:
        read["effective_to"] = words
    return Masthead(
        read.get("doc_no", ""), issuer, issued, starts, ends, tuple(read.items()), tuple(_wrong_days(lines))
    )


def order_doubts(issued: date | None, starts: date | None, ends: date | None) -> list[str]:
    """What of these days can't be right together, or seldom is."""
    doubts = []
    if issued and starts and starts < issued:
        doubts.append(f"施行日期 {starts} 早于发布日期 {issued}，请核对（追溯适用的除外）")
    if starts and ends and ends < starts:
        doubts.append(f"失效日期 {ends} 早于施行日期 {starts}，请核对")
    elif issued and ends and ends < issued:
        doubts.append(f"失效日期 {ends} 早于发布日期 {issued}，请核对")
    return doubts


def _signature(tail: list[str]) -> tuple[str, str]:
    """落款: who signs, on the lines above the last line that is a day alone."""
    for at in range(len(tail) - 1, -1, -1):
        if not ONLY_DAY.match(re.sub(r"\s", "", tail[at])):
            continue
        names: list[str] = []
        for line in reversed(tail[max(at - 6, 0) : at]):
            if not ISSUER.match(line):
                break
            names = [*re.split(r"[\s　、]+", line), *names]
        return "、".join(names), re.sub(r"\s", "", tail[at])
    return "", ""


def _issued(head: list[str], tail: list[str], signed: str) -> tuple[date | None, str]:
    if day := read_day(signed):
        return day, signed
    for line in [*head, *tail]:
        match = PUBLISHED.search(line) or IN_HEAD.search(line)
        if match and (day := _day(match[1])):
            return day, match[0]
    return None, ""


def _starts(text: str, issued: date | None) -> tuple[date | None, str]:
    close = text[-6000:]
    told = [(day, match[0]) for match in ON_DAY.finditer(close) if (day := read_day(match[1]))]
    if told:
        return told[-1][0], told[-1][1].strip()
    if issued and (match := ON_PUBLICATION.search(close)):
        return issued, match[0].strip()
    return None, ""


def _ends(text: str, starts: date | None) -> tuple[date | None, str]:
    close = text[-6000:]
    for told in ENDS.finditer(close):
        if day := read_day(told[1]):
            return day, told[0].strip()
    if starts and (match := LASTS.search(close)) and (years := _years(match[1])):
        last = starts.replace(year=starts.year + years, day=min(starts.day, 28) if starts.month == 2 else starts.day)
        return last - timedelta(days=1), match[0].strip()
    return None, ""


def _years(text: str) -> int:
    text = text.replace("两", "二")
    if text.isdigit():
        return int(text)
    digits = "〇一二三四五六七八九十"
    return digits.index(text) if len(text) == 1 and text in digits else 0


def _wrong_days(lines: list[str]) -> list[str]:
    """Days that no calendar has, where they say from or until when a text holds or was issued."""
    doubts = []
    for number, line in enumerate(lines, 1):
        dated = STATED.search(line) or PUBLISHED.search(line) or (number > len(lines) - 15 and ONLY_DAY.match(line))
        if not dated:
            continue
        for match in DAY.finditer(line):
            if read_day(match[0]) is None:
                doubts.append(f"“{match[0]}”不是日历上的日子（正文第 {number} 段），没有采用，请核对")
    return doubts


def _day(text: str) -> date | None:
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            return None
    return read_day(text)
