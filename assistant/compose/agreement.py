"""Whether a freely worded sentence means what its sources say: who it is about, yes or no, and how much it claims.

Each clause of the sentence is held against the clauses of the sources that say the same. Strict on purpose: a
sentence that is dropped is replaced by the quoted one (design: a model may only rephrase).
"""

import re
from collections.abc import Sequence

from assistant.compose.clauses import Clause, clauses
from assistant.compose.likeness import CARRIED, CLOSE, Likeness, best
from assistant.compose.opposites import altered, opposed
from assistant.compose.pairing import loosened, mispaired, stitched
from assistant.compose.roles import another
from assistant.compose.wording import parties_from, plain

CLAIMS = (  # how much a sentence claims: words of one kind back each other
    re.compile(
        r"所有(?!权|者|人)|一律|凡是?(?!例|事)|全部|全都|都(?:能|可以|必须|不|会|得|算)|没有例外|任何|无一例外|[每各](?=[家个户名项位种类])|"
        r"均|各(?=自|级)"
    ),
    re.compile(
        r"必然|必定|肯定|保证(?=[能过通成])|绝对|百分之百|百分百|自动|包过|稳过|必过|视为|当然|"
        r"(?<!不)一定(?![期的]|条件|范围|比例|数额|要求|程度|规模|时[期间])"
    ),
    re.compile(r"一直|从来|永远|永久|长期有效|终身|无限期"),
    re.compile(r"马上|立刻|立马|立即|即刻|当场|当天|当日|随时|即时"),
)
NAMED = 0.5  # a clause that names the same thing may be less like it and yet be the one
BESIDE = 1.25  # what stands in the breath that says the clause before


def disagreement(sentence: str, quotes: Sequence[tuple[str, str]], *, computed: bool = False) -> str | None:
    """`quotes` are (title, text). Words that say how the sentence departs from them; None when it doesn't.

    `computed`: the sentence tells the result of a sum, whose yes or no the rule's text leaves open.
    """
    if why := _overclaimed(plain(sentence), plain(" ".join(f"{title} {text}" for title, text in quotes))):
        return why
    known = [one for at, (title, text) in enumerate(quotes) for one in clauses(text, title, at)]
    said = clauses(sentence)
    likeness = Likeness(known)
    alike = _alike(said, known, likeness)
    return (
        another(said, alike, known)
        or altered(said, known)
        or mispaired(said, known, likeness)
        or loosened(said, known, likeness)
        or (stitched(said, known, likeness) if len(quotes) > 1 else None)
        or (None if computed else opposed(said, alike, known, likeness))
    )


def _overclaimed(sentence: str, whole: str) -> str | None:
    for words in CLAIMS:
        if (claim := words.search(sentence)) and not words.search(whole):
            return f"原文没有说“{claim[0]}”"
    return None


def _alike(said: Sequence[Clause], known: Sequence[Clause], likeness: Likeness) -> list[list[Clause]]:
    """For each clause the clauses of the sources that say the same; where they have its figures, those with them."""
    found: list[list[Clause]] = []
    place = None
    for clause in said:
        marks = {word for word in clause.words if word[0] == "#"}
        holders = [one for one in known if marks & one.words.keys()] or known
        words = [word for word in clause.words if len(word) > 1]  # its names are what is in question
        scored = []
        for one in holders:
            if clause.words.keys() & one.words:
                score = likeness.said(words, one) + CARRIED * likeness.said(clause.near, one)
                scored.append((score * (BESIDE if one.place == place else 1), one))
        near = best(scored, CLOSE)
        things = {one for one in clause.own if one[0] < parties_from()}
        named = [one for one in best(scored, NAMED) if one.own & things]
        found.append([*near, *(one for one in named if one not in near)])
        place = found[-1][0].place if found[-1] else place
    return found
