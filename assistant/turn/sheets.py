"""The rules that a question is about, as passages: by the name it uses, else by the words it shares with them."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.compose.sheet import programme_sheet
from assistant.compose.taxsheet import filing_sheet, size_sheet, tax_sheet
from assistant.desk import Desk
from assistant.understand.lexicon import lexicon
from knowledge.base.regions import contains
from knowledge.policies.sizes import sizes
from retrieval import Evidence
from retrieval.wording import bigrams, content, expanded, simplified

NAMED = 8  # passages of rules that a question names
BRACKETS = re.compile(r"[（(].*?[）)]|[\d%.、/“”]+")
ENDING = re.compile(r"(?:企业)?(?:认定|评价入库|评价|条件)$")
PLACE = re.compile(r"^[一-龥]{2,3}[省市](?=省级|市级)")


@dataclass(frozen=True)
class Sheet:
    """A rule's passages with its names and the days and place it holds for."""

    names: tuple[str, ...]
    first: date
    last: date | None
    region: str
    beyond: tuple[str, ...]
    passages: tuple[Evidence, ...]
    grams: frozenset[str]

    def holds(self, day: date, region: str | None) -> bool:
        if not (self.first <= day and (self.last is None or day <= self.last)):
            return False
        if region and any(contains(one, region) for one in self.beyond):
            return False
        return self.region == "全国" or (region is not None and contains(self.region, region))


def sheet_passages(desk: Desk, question: str, day: date, region: str | None) -> tuple[tuple[Evidence, ...], bool]:
    """Passages of rules in force, best first, and whether the question names their rule."""
    question = simplified(question)
    known = [sheet for sheet in _sheets(desk) if sheet.holds(day, region)]
    named = _named(known, question)
    grams = {gram for run in content(question) for gram in bigrams(run)}
    grams |= {gram for term in expanded(question) for gram in bigrams(term)}
    grams = {gram for gram in grams if not any(letter.isdigit() for letter in gram)}  # a date names no rule
    rarity = _rarity(desk)
    pool = named or known
    scored = sorted(((_shared(sheet, grams, rarity), -at) for at, sheet in enumerate(pool)), reverse=True)
    whole = sum(rarity.get(gram, 0.0) for gram in grams) or 1.0
    least = 0.0 if named else 0.3 * whole
    found = [pool[-at] for share, at in scored[:2] if share > least]
    return tuple(one for sheet in found for one in sheet.passages)[: NAMED * 2], bool(named)


def _named(known: list[Sheet], question: str) -> list[Sheet]:
    """Those with the longest name the question says; a name inside a longer one doesn't count."""
    found: dict[str, list[Sheet]] = {}
    for sheet in known:
        for name in sheet.names:
            if name in question:
                found.setdefault(name, []).append(sheet)
    longest = [name for name in found if not any(name != other and name in other for other in found)]
    return list(dict.fromkeys(sheet for name in longest for sheet in found[name]))


def _shared(sheet: Sheet, grams: set[str], rarity: dict[str, float]) -> float:
    return sum(rarity[gram] for gram in grams & sheet.grams)


@lru_cache(maxsize=4)
def _rarity(desk: Desk) -> dict[str, float]:
    sheets = _sheets(desk)
    counts: Counter[str] = Counter(gram for sheet in sheets for gram in sheet.grams)
    return {gram: math.log(1 + len(sheets) / count) for gram, count in counts.items()}


@lru_cache(maxsize=4)
def _sheets(desk: Desk) -> tuple[Sheet, ...]:
    """Every verified rule of the book; built once for a desk."""
    book = desk.book
    spoken: dict[str, list[str]] = {}
    for word, rule_id in lexicon().programmes:
        spoken.setdefault(rule_id, []).append(word)
    found = [
        _sheet(
            (one.name, *one.aliases, *spoken.get(one.id, ())),
            one.valid_from,
            one.valid_to,
            programme_sheet(one),
            one.region,
            one.except_regions,
        )
        for one in book.programme_versions
    ]
    found += [_sheet((one.name,), one.valid_from, one.valid_to, tax_sheet(one)) for one in book.rules]
    found += [_sheet((one.topic,), one.valid_from, one.valid_to, filing_sheet(one)) for one in book.registration]
    classes = sizes()
    found.append(_sheet((classes.name,), classes.valid_from, classes.valid_to, size_sheet(classes, date.max)))
    return tuple(found)


def _sheet(
    names: tuple[str, ...],
    first: date,
    last: date | None,
    passages: tuple[Evidence, ...],
    region: str = "全国",
    beyond: tuple[str, ...] = (),
) -> Sheet:
    words = "".join((*names, *(one.title + one.text for one in passages)))
    plain = dict.fromkeys(form for name in names for form in _forms(_bare(name)))
    return Sheet(
        tuple(name for name in plain if len(name) >= 3 or name in names),
        first,
        last,
        region,
        beyond,
        passages,
        frozenset(bigrams(words)),
    )


def _bare(name: str) -> str:
    """Without brackets and figures; ISO9001 keeps its number, which is all that tells it from ISO14001."""
    bare = BRACKETS.sub("", name)
    return bare if any("一" <= char <= "\u9fff" for char in bare) else name


def _forms(name: str) -> tuple[str, ...]:
    """A name as it is said: 上海市企业技术中心认定 also without 认定, 广东省省级… also without the place."""
    bare = ENDING.sub("", name)
    return (name, bare, PLACE.sub("", bare))
