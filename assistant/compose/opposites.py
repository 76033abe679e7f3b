"""Yes or no: a clause that denies what the sources say, or says what they deny."""

import re
from collections.abc import Sequence

from assistant.compose.clauses import Clause
from assistant.compose.likeness import CLOSE, Likeness, best, level
from assistant.compose.polarity import opened
from assistant.compose.wording import in_words, is_party, parties_from, thing

MODAL = re.compile(
    r"可以|可(?![能靠])|(?<![功效智才技节性职可])能(?![力源])|(?<![社机协工商大委董东])会(?![计议员])|(?<![主重必])要(?![求素件约点])|"
    r"应(?![税用急收付纳])|必须|须|(?<![计核结])算(?!术)|属于|适用|享受|也|还(?!是)|同样|仍|照样|就(?!业)"
)
ONLY_THEN = re.compile(r"方可|才[能可会]|方能")
BARRED = re.compile(r"[不未无没非免]|禁止|(?<![扣解])除|以外|例外")
CONDITION = re.compile(r"(?:的|时|后|前|的话|情况下|期间)$|[就则]")
ALMOST = 0.75  # of the words of two clauses: the one is the other, perhaps altered
COVERED = 0.6  # of a clause's words: the other speaks of all of it
ON_TOPIC = 0.7  # breaths within this share of the best one speak of a clause's topic
TOPIC, CONTEXT = 0.5, 0.25  # what a word of the topic, of the breath before, counts against one of the predicate
DUTY = 1.3  # what a clause of duty or leave counts more for one that asserts


def altered(said: Sequence[Clause], known: Sequence[Clause]) -> str | None:
    """A clause that is one of the sources' word for word, but for a denial or a figure."""
    for clause in said:
        same = [one for one in known if not one.heads and not ONLY_THEN.search(one.text) and _same(clause, one)]
        if not same or any(_said(clause, one) for one in same):
            continue
        if all(_turned(clause, one) for one in same):
            return f"“{in_words(clause.text)}”与原文“{in_words(same[0].text)}”相反"
        for spot in clause.spots:
            if spot.unit in ("", "paper", "numbered", "clause") or f"#{spot.figure}" not in clause.words:
                continue
            others = [{other.figure for other in one.spots if other.unit == spot.unit} for one in same]
            if all(others) and not any(spot.figure in figures for figures in others):
                return f"原文是“{in_words(same[0].text)}”"
    return None


def opposed(
    said: Sequence[Clause], alike: Sequence[Sequence[Clause]], known: Sequence[Clause], likeness: Likeness
) -> str | None:
    """A clause that is the opposite of every clause that speaks of its predicate. `alike`: those like each."""
    denials = {one.place for one in said if one.denies}
    duties = {one.place for one in said if MODAL.search(one.text)}
    barred = {one.place for one in said if BARRED.search(opened(one.text, bounds=False))}
    before: set[tuple[int, int]] = set()  # breaths in which something was denied before this clause
    for clause, same in zip(said, alike, strict=True):
        near = _predicates(clause, known, likeness)
        if same and same[0].excepted and clause.place in duties - barred:
            return f"“{in_words(clause.text)}”在原文是除外的"
        denied = clause.place in denials, clause.place in before
        if near and all(not _said(clause, one) and _opposite(clause, one, *denied) for one in near):
            return f"“{in_words(clause.text)}”与原文“{in_words(near[0].text)}”相反"
        if clause.denies:
            before.add(clause.place)
    return None


def _said(clause: Clause, known: Clause) -> bool:
    """Word for word, with nothing more or less denied."""
    if ONLY_THEN.search(known.text):
        return False  # what it says hangs on the clause before
    return clause.denies == known.denies and clause.words.items() <= known.words.items() and len(clause.words) > 2


def _turned(clause: Clause, known: Clause) -> bool:
    shared = clause.words.keys() & known.words.keys()
    return clause.denies != known.denies or any(clause.words[word] != known.words[word] for word in shared)


def _same(clause: Clause, known: Clause) -> bool:
    mine, theirs = ({word for word in one.words if word[0] != "#"} for one in (clause, known))
    if len(mine & theirs) < 3:
        return mine == theirs and any(len(word) > 1 for word in mine)
    return len(mine & theirs) >= ALMOST * len(mine | theirs)


def _predicates(clause: Clause, known: Sequence[Clause], likeness: Likeness) -> list[Clause]:
    """Clauses that say something like its predicate, in the breaths that speak of its topic."""
    cells = [one for one in known if not one.heads and not _elsewhere(clause, one)]
    topic = {word for word in clause.topic if word[0] != "#"}
    rest = {word for word in clause.words.keys() - topic if word[0] != "#"}
    there = _on_topic(clause, topic, cells, likeness) if topic else cells
    fits = [one for one in there if rest & one.words.keys()] or [
        one for one in there if clause.words.keys() & one.words
    ]
    fits = [one for one in fits if not rest & one.words.keys() or rest & one.words.keys() - one.timed]
    if rest and not any(rest & one.words.keys() for one in fits):
        fits = [one for one in cells if rest & one.words.keys() and any(level(word, one) for word in topic)] or fits
    duty = bool(MODAL.search(clause.text))

    def score(one: Clause) -> float:
        context = sum(likeness.weight(word) for word in clause.near if level(word, one))
        said = likeness.said(rest, one) + TOPIC * likeness.said(topic, one) + CONTEXT * context
        return said * (DUTY if duty and one.asserts else 1)

    return best(((score(one), one) for one in fits), CLOSE)


def _on_topic(clause: Clause, topic: set[str], cells: Sequence[Clause], likeness: Likeness) -> Sequence[Clause]:
    scored = ((likeness.said(topic, one) + TOPIC * likeness.said(clause.near, one), one) for one in cells)
    places = {one.place for one in best(scored, ON_TOPIC)}
    return [one for one in cells if one.place in places] or cells


def _elsewhere(clause: Clause, known: Clause) -> bool:
    """Said of another thing of a group of which the clause names one."""
    groups = {group for group, _ in clause.own if group < parties_from()}
    theirs = {one for one in known.own if one[0] in groups}
    return bool(theirs) and not theirs & clause.own


def _opposite(clause: Clause, known: Clause, elsewhere: bool, condition: bool) -> bool:
    """`elsewhere`: the sentence denies something in the same breath, so words set apart may be the denied ones.

    `condition`: a clause before it in the breath denies something.
    """
    if known.excepted or "下列" in known.text:
        return False  # held against the list's head and items together
    if ONLY_THEN.search(known.text):
        return clause.denies != condition and bool(MODAL.search(clause.text))
    if known.unless and not _pairs(known.unless) & _pairs(clause.text):
        return False  # 没有达到的免征: said of a case that the clause doesn't speak of
    told = {**known.near, **known.words}
    shared = clause.words.keys() & told.keys() - known.timed
    covered = len(shared & known.words.keys()) >= COVERED * len(known.words)
    shared -= clause.topic if clause.asserts else set()
    shared -= {word for word in shared if is_party(word) and thing(word) == known.doer}
    mine = {word for word in shared if clause.words[word]}
    theirs = {word for word in shared if told[word] and (word in known.words or word in known.lead)}
    heard = {word for word in shared if told[word] != (known.bare and word not in known.words)}
    if mine & (theirs | heard):
        return False
    if theirs:
        return not elsewhere or (not clause.denies and bool(MODAL.search(clause.text)))
    if mine:
        return not CONDITION.search(clause.text)
    return known.denies and not elsewhere and covered and bool(MODAL.search(clause.text))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
