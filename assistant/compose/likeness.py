"""How much a clause of a sentence says the same as one of the sources: rare words, names and figures count for more."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import log

from assistant.compose.clauses import Clause
from assistant.compose.wording import is_party

NAME, PARTY, FIGURE = 3.0, 1.5, 2.0  # a thing of contrasts.yaml, and a figure, tell more than a pair of letters
NEAR, SENTENCE, TITLE = 0.7, 0.6, 0.4  # a word said nearby, not in the clause itself
CLOSE = 0.8  # clauses of the sources within this share of the best one speak of the same
CARRIED = 0.5  # a word of the sentence's clause before


class Likeness:
    """Weights of words among the clauses of one answer's sources."""

    def __init__(self, known: Sequence[Clause]) -> None:
        self.known = known
        self._counts = Counter(word for one in known for word in one.words)
        self._weights: dict[str, float] = {}

    @cached_property
    def _about(self) -> frozenset[str]:
        return frozenset().union(*(one.title | one.said | one.near.keys() for one in self.known))

    def weight(self, word: str) -> float:
        """0 for a word that no source has."""
        if word not in self._weights:
            count = self._counts[word] or (len(self.known) / 2 if word in self._about else 0)
            kind = FIGURE if word[0] == "#" else 1.0 if len(word) > 1 else PARTY if is_party(word) else NAME
            self._weights[word] = log(1 + len(self.known) / count) * kind if count else 0.0
        return self._weights[word]

    def said(self, words: Iterable[str], known: Clause) -> float:
        """Weight of the words that the clause says, itself or in what stands near it."""
        return sum(self.weight(word) * level(word, known) for word in words)

    def score(self, clause: Clause, known: Clause) -> float:
        """Weight of what the two have in common; context counts for less than the clauses themselves."""
        return self.said(clause.words, known) + CARRIED * self.said(clause.near, known)


def level(word: str, known: Clause) -> float:
    """How closely a clause of the sources says the word, 0 to 1."""
    if word in known.words:
        return 1.0
    return NEAR if word in known.near else SENTENCE if word in known.said else TITLE if word in known.title else 0.0


def best(scored: Iterable[tuple[float, Clause]], share: float) -> list[Clause]:
    """Those within a share of the highest score, the highest first; none where nothing scores."""
    ranked = sorted(scored, key=lambda one: -one[0])
    return [one for score, one in ranked if score >= share * ranked[0][0] > 0]
