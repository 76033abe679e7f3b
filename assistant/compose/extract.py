"""The sentences and table rows of passages that answer a question: nothing is rephrased, only chosen.

Each piece of the found passages has a learned chance of being the answer (`telling.py`); the likeliest is shown with
those of its passage that are nearly as likely, and one of another passage that may be it instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.compose.pieces import Piece, pieces_of, section_of
from assistant.compose.telling import QUANTITY, carried, chances, worth_of_grams
from retrieval import Evidence
from retrieval.wording import bigrams

WHOLE = re.compile(
    r"流程|步骤|材料|资料|清单|好处|优惠|条件|标准|失败|原因|后果|哪些|是什么|怎么(?:办|申请|评|打分)|要什么"
)
NEARLY = 0.3  # part of the best piece's chance another one of its passage must have to be shown with it
OTHER = 0.3  # or the best one of another passage
AROUND = 0.3  # what a title says of the question counts beside what the piece itself says
BRIEF = {"law": 280, "rule": 420}  # letters of a clause, of a rule, that is shown whole
Told = tuple[Piece, float]  # a piece and its chance of being the answer
FULL = 8  # rows or points of a section shown when the section itself is asked for


@dataclass(frozen=True)
class Choice:
    """Pieces of one passage, in their order, and their worth: about the share of the question they carry, 0 to 1."""

    evidence: Evidence
    pieces: tuple[Piece, ...]
    worth: float


def choose(
    question: str, passages: Sequence[Evidence], *, most: int = 3, weights: tuple[float, ...] | None = None
) -> tuple[Choice, ...]:
    """The likeliest pieces, of one passage or of two that may each be the answer; likeliest passage first. `weights`
    stand in for the learned ones while learning.
    """
    pieces = [piece for passage in passages for piece in pieces_of(passage)]
    if not pieces:
        return ()
    rank = {passage.chunk_id: place for place, passage in enumerate(passages)}
    told = list(zip(pieces, chances(question, pieces, rank, weights), strict=True))
    grams, spoken = worth_of_grams(question, pieces)

    def choice(one: Told, most: int, *, whole: bool) -> Choice:
        own, around = carried(one[0], grams)
        return Choice(one[0].evidence, _gathered(one, told, most, whole=whole), spoken * (own + AROUND * around))

    best = max(told, key=_chance)
    pointed = bool(passages[0].asked) and _asks_for_all(question, passages[0])
    if pointed:
        best = max((one for one in told if one[0].evidence is passages[0]), key=_chance)
    passage = best[0].evidence
    first = choice(best, most, whole=pointed or _asks_for_all(question, passage))
    others = [one for one in told if one[0].evidence is not passage]
    second = max(others, key=_chance, default=None)
    if second is not None and second[1] >= OTHER * best[1] and not pointed:
        return first, choice(second, 2, whole=False)
    return (first,)


def _chance(one: Told) -> float:
    return one[1]


def _asks_for_all(question: str, evidence: Evidence) -> bool:
    """The question wants the section as such: 高企要什么条件, 办理流程, 有什么好处."""
    section = section_of(evidence)
    wanted = [] if QUANTITY.search(question) else [match[0] for match in WHOLE.finditer(question)]
    return any(pair in section for word in wanted for pair in bigrams(word))


def _brief(evidence: Evidence) -> bool:
    """Short enough to be read whole: a clause, a tax rule; of a programme only what is asked is wanted."""
    if evidence.kind == "rule" and not evidence.path.endswith("/规则"):
        return False
    return bool(evidence.clause or evidence.kind == "rule") and len(evidence.text) <= BRIEF.get(evidence.kind, 0)


def _gathered(best: Told, told: Sequence[Told], most: int, *, whole: bool) -> tuple[Piece, ...]:
    piece, chance = best
    mine = [one for one in told if one[0].evidence is piece.evidence]
    rows = [one for one, _ in mine if one.row]
    listed = [one for one, _ in mine if one.at >= piece.at][: FULL + 1]
    if _brief(piece.evidence):
        kept = [one for one, _ in mine]
    elif piece.evidence.clause and piece.text.endswith(("：", ":")) and len(listed) > 1:
        kept = listed  # 有下列情形之一的： says nothing without what follows
    elif whole:
        kept = rows[: FULL * 2] or [one for one, _ in mine[:FULL]]
    else:
        near = [one for one in mine if one[1] >= NEARLY * chance and one[0].header == piece.header]
        kept = sorted((one for one, _ in sorted(near, key=_chance, reverse=True)[:most]), key=lambda one: one.at)
    return tuple(kept)
