"""From when a version of a statute is in force, and how its status follows from its dates.

The 施行 clause of an amended text is the first version's and says nothing about the amendment: such a version takes
its date from `register.yaml`, or it stays unknown — found, never cited as in force.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from knowledge.base.errors import BadInput

DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
ITSELF = r"(?:本|这部)(?:法|条例|办法|规定|细则|决定|规则|规范|准则|标准|实施细则|解释)"
ON_DAY = re.compile(ITSELF + r"[^。；]{0,12}?自\s*(\d{4}年\d{1,2}月\d{1,2}日)\s*起?\s*(?:施行|实施|生效|执行)")
ON_PUBLICATION = re.compile(ITSELF + r"[^。；]{0,6}?自(?:公布|发布|颁布|印发)之日起\s*(?:施行|实施|生效|执行)")
AMENDED = re.compile(r"修正|修订|修改")


@dataclass(frozen=True)
class Registered:
    """One entry of the register: a version, told by its date ("" for a text without one), with its source."""

    effective_from: date | None
    effective_to: date | None
    superseded_by: str | None
    source: str


def effective_from(body: str, header: tuple[str, ...], issued: date | None) -> date | None:
    """The day this version takes effect, or None when the text alone can't tell.

    `body` is the text of the clauses, `header` the lines of adoption and amendment above them.
    """
    tail = body[-4000:]
    days = [day for match in ON_DAY.finditer(tail) if (day := read_day(match[1]))]
    if days and (issued is None or days[-1] >= issued):
        return days[-1]
    amended = any(AMENDED.search(line) for line in header)
    first = next((day for line in header if (day := read_day(line))), None)
    if not days and not amended and issued and ON_PUBLICATION.search(tail) and first in (None, issued):
        return issued
    return None


def read_day(text: str) -> date | None:
    """The first 年月日 date in a text; None when there is none or it isn't a day of the calendar."""
    match = DAY.search(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


@cache
def register() -> dict[tuple[str, str], Registered]:
    """(title, version date) → entry. Raises `BadInput` on an entry without a source."""
    path = Path(__file__).with_name("register.yaml")
    entries: dict[tuple[str, str], Registered] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["versions"]:
        key = (entry["title"], str(entry.get("version") or ""))
        if not entry.get("source") or key in entries:
            raise BadInput(f"版本登记表里 {key[0]}({key[1]}) 缺少来源或重复；每条写一个 source。", field="source")
        entries[key] = Registered(
            effective_from=_day(entry.get("effective_from")),
            effective_to=_day(entry.get("effective_to")),
            superseded_by=entry.get("superseded_by"),
            source=entry["source"],
        )
    return entries


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None
