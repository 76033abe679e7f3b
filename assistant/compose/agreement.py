"""Whether a freely worded sentence means what its sources say: who it is about, yes or no, and how much it claims.

Each clause of the sentence is held against the clause of the sources that is most like it. Strict on purpose: a
sentence that is dropped is replaced by the quoted one (design: a model may only rephrase).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.compose.figures import figures

CLAUSES = re.compile(r"[，,；;。！？\n|：]+")
ABSOLUTE = re.compile(
    r"所有|一律|凡是|全部|全都|都(?:能|可以|必须)|必然|必定|肯定|保证|绝对|没有例外|一直|百分之百|任何|从来|永远"
)
FIGURE_WEIGHT = 0.4  # what a shared figure adds to the share of letter pairs two clauses have in common
LIKE = 0.2  # least likeness of two clauses that speak of the same


@dataclass(frozen=True)
class Opposite:
    """Two ways to speak of one matter; a clause with both says neither."""

    name: str
    yes: re.Pattern[str]
    no: re.Pattern[str]


def _opposite(name: str, yes: str, no: str) -> Opposite:
    return Opposite(name, re.compile(yes), re.compile(no))


OPPOSITES = (
    _opposite(
        "能不能",
        r"可以(?!不)|(?<!不)可(?![以不见])|(?<![不可])能(?!力|源|够不)|(?<!不)允许|准予",
        r"(?:不得|不能|不可)(?!超过|低于|少于|高于)|不予|禁止|不准|不允许|不享受",
    ),
    _opposite("含不含", r"(?<!不)含|(?<!不)包括|(?<!不)包含|(?<!不)计入", r"不含|不包括|不计|除外"),
    _opposite("算不算", r"(?<![不计核结])算(?!得|术)|(?<!不)属于|(?<!不)视为", r"不算|不属于|不视为"),
    _opposite("缴不缴", r"(?:要|应|须|照|全额)(?:当)?[缴交]", r"免[征缴税]|不用[缴交]|无需缴|不征"),
    _opposite(
        "要不要",
        r"(?<![不无只主重])(?:需要|应当|必须|须|要(?!求|件|素|约))",
        r"不用|不需要|无需|无须|不必|可以不",
    ),
    _opposite(
        "超没超",
        r"(?<![未不没])(?<!不[得能可])(?<!没有)(?:超过|高于)|不[得能可]?(?:低于|少于)|(?<!\d)以上",
        r"(?:[未不没]|不[得能可]|没有)(?:超过|高于)|(?<!不)(?<!不[得能可])(?:低于|少于)|以下|以内|不足",
    ),
    _opposite("发不发", r"(?<!不)发(?:给|放|证)|颁发", r"不发"),
    _opposite("只不只", r"(?<!是)只(?:对|就|按)", r"不是只|不只|并非只"),
)


@dataclass(frozen=True)
class _Clause:
    text: str
    members: tuple[tuple[int, int], ...]  # (group, member) it speaks of, itself or carried on from before


def disagreement(sentence: str, quotes: Sequence[tuple[str, str]], *, computed: bool = False) -> str | None:
    """`quotes` are (title, text). Words that say how the sentence departs from them; None when it doesn't.

    `computed`: the sentence tells the result of a sum, whose yes or no the rule's text leaves open.
    """
    sentence = _plain(sentence)
    texts = [(_plain(title), _plain(text)) for title, text in quotes]
    whole = " ".join(f"{title} {text}" for title, text in texts)
    if (absolute := ABSOLUTE.search(sentence)) and not ABSOLUTE.search(whole):
        return f"原文没有说“{absolute[0]}”"
    known = [clause for title, text in texts for clause in _clauses(text, title)]
    for clause in _clauses(sentence, ""):
        near = [one for one in known if _likeness(clause.text, one.text) >= LIKE]
        best = max(near, key=lambda one: _likeness(clause.text, one.text), default=None)
        if why := _about_another(clause, best, whole):
            return why
        if not computed and (why := _opposed(clause.text, [one.text for one in near])):
            return why
    return None


def _about_another(clause: _Clause, best: _Clause | None, whole: str) -> str | None:
    """Said of one thing where the sources say it of another, or of a thing they never name."""
    for group, member in clause.members:
        names = _groups()[group]
        own = any(name in clause.text for name in names[member])
        if not own and not (best and figures(clause.text) & figures(best.text) - {"0", "1"}):
            continue  # carried on from the clause before, and nothing here to tie it to the source
        others = [i for i in range(len(names)) if i != member]
        if not any(name in whole for name in names[member]):
            if any(name in whole for i in others for name in names[i]):
                return f"原文说的不是“{names[member][0]}”"
            continue
        if best is not None:
            mine = {m for g, m in best.members if g == group}
            if mine and member not in mine:
                return f"原文这里说的是“{names[min(mine)][0]}”，不是“{names[member][0]}”"
    return None


def _opposed(said: str, near: Sequence[str]) -> str | None:
    """A matter on which every clause like this one says the opposite."""
    for matter in OPPOSITES:
        mine = _side(matter, said)
        theirs = {side for one in near if (side := _side(matter, one))}
        if mine and theirs and mine not in theirs:
            return f"“{matter.name}”与原文相反"
    return None


def _side(matter: Opposite, text: str) -> str | None:
    no = bool(matter.no.search(text))
    yes = bool(matter.yes.search(matter.no.sub(" ", text)))
    return None if yes == no else "yes" if yes else "no"


def _clauses(text: str, title: str) -> tuple[_Clause, ...]:
    """Clauses with what each speaks of: its own words, else the clause before in the sentence, else the title."""
    found: list[_Clause] = []
    for sentence in re.split(r"[。！？\n]", text):
        carried = _members(title)
        for clause in CLAUSES.split(sentence):
            if not clause.strip():
                continue
            own = _members(clause)
            groups = {group for group, _ in own}
            members = (*own, *((g, m) for g, m in carried if g not in groups))
            carried = members
            found.append(_Clause(clause.strip(), members))
    return tuple(found)


def _members(text: str) -> tuple[tuple[int, int], ...]:
    """The things named; a name that is part of a longer one in the same place doesn't count."""
    found = []
    for group, things in enumerate(_groups()):
        spans = sorted(
            (
                (text.find(name), len(name), member)
                for member, names in enumerate(things)
                for name in names
                if name in text
            ),
            key=lambda span: (span[0], -span[1]),
        )
        end = -1
        for start, length, member in spans:
            if start >= end:
                found.append((group, member))
                end = start + length
    return tuple(dict.fromkeys(found))


def _likeness(said: str, known: str) -> float:
    pairs = _pairs(said)
    shared = len(pairs & _pairs(known)) / len(pairs) if pairs else 0.0
    return shared + FIGURE_WEIGHT * len((figures(said) & figures(known)) - {"0", "1"})


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"[^\w]|\d", "", text)
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@cache
def _groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    loaded: Iterable[list[list[str]]] = yaml.safe_load(Path(__file__).with_name("contrasts.yaml").read_text("utf-8"))
    return tuple(tuple(tuple(dict.fromkeys(_plain(name) for name in names)) for names in group) for group in loaded)
