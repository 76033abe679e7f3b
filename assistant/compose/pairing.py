"""Figures with another's subject, and conditions of one passage with the consequence of another."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from assistant.compose.clauses import Clause
from assistant.compose.figures import Spot
from assistant.compose.likeness import CARRIED, CLOSE, Likeness, best, level
from assistant.compose.polarity import OPPOSED, direction
from assistant.compose.wording import in_words, telling

UNPAIRED = ("month", "year", "paper", "numbered", "clause")  # kinds of figures that count nothing
MARGIN = 1.25  # how much better another figure's clause must fit
ENOUGH = 2.0  # weight of the words a passage must have for it to be where a clause comes from
IF = re.compile(r"(?:的|时|后|前)$")
BOUNDS = re.compile(r"[过于到达满足至多少约高低长短迟早每共以之在为是有的和与或及第近按(]")


def mispaired(said: Sequence[Clause], known: Sequence[Clause], likeness: Likeness) -> str | None:
    """A figure whose clause fits another figure of the same kind clearly better."""
    for clause in said:
        for spot in clause.spots:
            mark = f"#{spot.figure}"
            if mark not in clause.words or spot.unit in UNPAIRED:
                continue
            holders = [one for one in known if mark in one.words]
            rivals = [one for one in known if mark not in one.words and _counts(one, spot.unit, clause)]
            if not holders or not rivals:
                continue
            mine = max(_fit(clause, one, likeness) for one in holders)
            fit, rival = max(((_fit(clause, one, likeness), one) for one in rivals), key=lambda scored: scored[0])
            only = [
                word
                for word in _letters(clause.words)
                if level(word, rival) > 0.5 and all(level(word, one) <= 0.5 for one in holders)
            ]
            if fit > MARGIN * mine and any(map(likeness.weight, only)):
                return f"“{_shown(clause, spot)}”不是“{in_words(rival.text)}”的数"
    return None


def _counts(known: Clause, unit: str, clause: Clause) -> bool:
    """Whether it has a figure of the unit that the sentence's clause hasn't."""
    return any(other.unit == unit and f"#{other.figure}" not in clause.words for other in known.spots)


def _fit(clause: Clause, known: Clause, likeness: Likeness) -> float:
    return likeness.said(_letters(clause.words), known) + CARRIED * likeness.said(_letters(clause.near), known)


def _letters(words: Iterable[str]) -> list[str]:
    return [word for word in words if word[0] != "#"]


def _shown(clause: Clause, spot: Spot) -> str:
    return clause.text[spot.start : spot.end].strip()


def stitched(said: Sequence[Clause], known: Sequence[Clause], likeness: Likeness) -> str | None:
    """A condition that only one passage has, with a consequence that only another has."""
    homes = [_home(clause, known, likeness) for clause in said]
    for (first, home), (second, other) in pairwise(zip(said, homes, strict=True)):
        if first.place == second.place and IF.search(first.text) and home and other and not home & other:
            return f"“{in_words(first.text)}”和“{in_words(second.text)}”出自两段"
    return None


def _home(clause: Clause, known: Sequence[Clause], likeness: Likeness) -> set[int]:
    """The passages that say a clause best; none where none says much of it."""
    totals: dict[int, float] = {}
    for passage in {one.place[0] for one in known}:
        there: set[str] = set()
        there.update(*((*one.words, *one.near) for one in known if one.place[0] == passage))
        totals[passage] = sum(map(likeness.weight, there & clause.words.keys()))
    most = max(totals.values())
    return {passage for passage, total in totals.items() if total > most / 2} if most >= ENOUGH else set()


def loosened(said: Sequence[Clause], known: Sequence[Clause], likeness: Likeness) -> str | None:
    """A figure that bounds the other way, or whose words right before it stand before another."""
    for clause in said:
        for spot in clause.spots:
            holders = [one for one in known if f"#{spot.figure}" in one.words]
            near = best(((likeness.score(clause, one), one) for one in holders), CLOSE)
            same = [(one, other) for one in near for other in one.spots if other.figure == spot.figure]
            if not same:
                continue
            if _other_way(clause, spot, same):
                return f"“{_shown(clause, spot)}”的界限与原文相反"
            anchor = _anchor(clause, spot)
            if anchor and spot.unit and not any(_anchor(one, other) == anchor for one, other in same):
                rivals = ((one, other) for one in known for other in one.spots if other.figure != spot.figure)
                if any(other.unit == spot.unit and _anchor(one, other) == anchor for one, other in rivals):
                    return f"原文“{anchor}”的不是“{_shown(clause, spot)}”"
    return None


def _other_way(clause: Clause, spot: Spot, same: Sequence[tuple[Clause, Spot]]) -> bool:
    way = direction(clause.text, spot.start, spot.end)
    ways = {direction(one.text, other.start, other.end) for one, other in same if not one.excepted}
    return bool(way and ways) and all(told and {way, told} in OPPOSED for told in ways)


def _anchor(clause: Clause, spot: Spot) -> str | None:
    """The two letters right before a figure, where they say more than how it bounds."""
    found = re.search(r"([\u4e00-\u9fff]{2})\s?$", clause.text[: spot.start])
    return found[1] if found and (found[1] in telling() or not BOUNDS.search(found[1])) else None
