"""From when a version of a statute is in force, and how its status follows from its dates.

The 施行 clause of an amended text is the first version's and says nothing about the amendment: such a version takes
its date from `register.yaml`, or it stays unknown — found, never cited as in force.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.base.errors import BadInput

NUMERALS = "〇零○Ｏ一二三四五六七八九十"
DAY = re.compile(rf"([\d{NUMERALS}]{{4}})\s*年\s*([\d{NUMERALS}]{{1,3}})\s*月\s*([\d{NUMERALS}]{{1,3}})\s*日")
KIND = "法|条例|办法|规定|细则|决定|规则|规范|准则|标准|解释|通则|章程|通知|意见|制度|措施|程序|纲要|方案|决议|守则"
ITSELF = rf"(?:本|这部)[^，。；《》]{{0,8}}?(?:{KIND})"
START = r"(?:施行|实施|生效|执行)"
ON_DAY = re.compile(ITSELF + rf"[^。；]{{0,12}}?自\s*({DAY.pattern.replace('(', '(?:')})\s*起?\s*(?:正式)?{START}")
ON_PUBLICATION = re.compile(ITSELF + rf"[^。；]{{0,6}}?自(?:公布|发布|颁布|印发)之日起\s*{START}")
REPEAL = re.compile(
    r"((?:《[^《》]{2,60}》[^《》。；]{0,40}?)+)(?:同时|即行|自[^。；《》]{2,20}起|相应|一并)?(?:予以)?废止"
)
CLOSE = timedelta(days=45)  # between the vote and the publication of one version
AMENDED = re.compile(r"修正|修订|修改")
NAME_DATE = re.compile(r"^(.*?)[(（](\d{4}-\d{1,2}-\d{1,2})[)）]$")

REGISTER = Path(__file__).with_name("register.yaml")
DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Registered:
    """One entry of the register: a version, told by its date ("" for a text without one), with its source."""

    effective_from: date | None
    effective_to: date | None
    superseded_by: str | None
    source: str
    words: str = ""  # what a client reads of an ended text, where the usual sentence would not be true


def read_name(stem: str) -> tuple[str, date | None]:
    """公司法(2023-12-29) → its title and version date; no date → None."""
    match = NAME_DATE.match(stem)
    if match is None:
        return stem, None
    try:
        year, month, day = (int(part) for part in match[2].split("-"))
        return match[1].strip(), date(year, month, day)
    except ValueError:
        return stem, None


def effective_from(body: str, header: tuple[str, ...], issued: date | None) -> date | None:
    """The day this version takes effect, or None when the text alone can't tell.

    `body` is the text of the clauses, `header` the lines of adoption and amendment above them.
    """
    tail = body[-4000:]
    days = [day for match in ON_DAY.finditer(tail) if (day := read_day(match[1]))]
    if days and (issued is None or days[-1] >= issued):
        return days[-1]
    if days or issued is None or any(AMENDED.search(line) for line in header) or not ON_PUBLICATION.search(tail):
        return None
    told = [day for line in header if (day := read_day(line))]
    # Vote, approval and publication of one version lie close together; a file dated years later is an amendment.
    return max([issued, *told]) if all(abs(day - issued) <= CLOSE for day in told) else None


def start_doubts(body: str, header: tuple[str, ...], issued: date | None) -> tuple[str, ...]:
    """A first version that says it began before it was adopted, or on a day that no calendar has."""
    if any(AMENDED.search(line) for line in header):
        return ()
    for match in ON_DAY.finditer(body[-4000:]):
        day = read_day(match[1])
        if day is None:
            return (f"施行条款里的“{match[1].strip()}”不是日历上的日子，没有采用",)
        if issued and day < issued:
            return (f"施行条款里的 {day} 早于通过日期 {issued}，没有采用，施行日期按未知处理",)
    return ()


def repeals(body: str) -> tuple[str, ...]:
    """Titles that the closing clauses put an end to, whole ("第三条同时废止" of another text is not)."""
    found: list[str] = []
    for match in REPEAL.finditer(body[-3000:]):
        after = re.split(r"[《》]", match[1])
        titles, between = after[1::2], after[2::2]
        found += [
            re.sub(r"\s", "", title).removeprefix("中华人民共和国")
            for title, rest in zip(titles, between, strict=True)
            if not re.search(r"第.+条|中|有关|规定的", rest)
        ]
    return tuple(dict.fromkeys(found))


def read_day(text: str) -> date | None:
    """The first 年月日 date in a text; None when there is none or it isn't a day of the calendar."""
    match = DAY.search(text)
    if match is None:
        return None
    try:
        return date(*(_number(part) for part in match.groups()))
    except ValueError:
        return None


def _number(text: str) -> int:
    """1993, 一九九三, 十二, 二十一. Raises `ValueError` on anything else."""
    if text.isdigit() and text.isascii():
        return int(text)
    text = re.sub("[零○Ｏ]", "〇", text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)
    return int("".join(str(DIGITS.index(letter)) for letter in text))


def decided(version: date | None, header: tuple[str, ...]) -> tuple[date, str] | None:
    """The first day of a version made by a decision that amended several texts at once, and the source."""
    for entry in _register().get("decisions", ()):
        if version == entry["date"] and any(entry["says"] in line for line in header):
            return entry["effective_from"], str(entry["source"])
    return None


@cache
def register_mark() -> str:
    """Changes whenever the register does: every file is then dated anew."""
    return hashlib.sha256(REGISTER.read_bytes()).hexdigest()[:12]


@cache
def _register() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(REGISTER.read_text(encoding="utf-8"))
    return loaded


@cache
def register() -> dict[tuple[str, str], Registered]:
    """(title, version date) → entry. Raises `BadInput` on an entry without a source."""
    return read_register(_register())


def read_register(loaded: dict[str, Any]) -> dict[tuple[str, str], Registered]:
    """The entries of `versions`, and those of the decisions that end several texts at once."""
    entries: dict[tuple[str, str], Registered] = {}
    for entry in (*loaded["versions"], *_ended(loaded)):
        key = (entry["title"], str(entry.get("version") or ""))
        if not entry.get("source") or key in entries:
            raise BadInput(f"版本登记表里 {key[0]}({key[1]}) 缺少来源或重复；每条写一个 source。", field="source")
        starts, ends = _day(entry.get("effective_from")), _day(entry.get("effective_to"))
        if starts and ends and starts > ends:
            raise BadInput(f"版本登记表里 {key[0]}({key[1]}) 结束在开始以前。", field="effective_to")
        entries[key] = Registered(
            effective_from=starts,
            effective_to=ends,
            superseded_by=entry.get("superseded_by"),
            source=entry["source"],
            words=entry.get("words") or "",
        )
    return entries


def _ended(loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry for each text that a decision of `ends` names. Where a State Council decision made that version,
    `decisions` tells its first day.
    """
    made = {str(one["date"]): one for one in loaded.get("decisions", ()) if one["says"] == "国务院"}
    entries = []
    for group in loaded.get("ends", ()):
        for named in (*group.get("amended", ()), *group.get("repealed", ())):
            title, day = read_name(named)
            if day is None:
                raise BadInput(f"版本登记表里 {named} 没有写清是哪个版本；例如 信访条例(2005-01-10)。", field="ends")
            version = day.isoformat()
            start = made.get(version)
            source = f"{group['by']}：{group['source']}"
            entries.append(
                {
                    "title": title,
                    "version": version,
                    "effective_from": start["effective_from"] if start else None,
                    "effective_to": group["effective_to"],
                    "superseded_by": f"{title}({group['version']})" if named in group.get("amended", ()) else None,
                    "source": f"开始：{start['source']}；结束：{source}" if start else source,
                }
            )
    return entries


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None
