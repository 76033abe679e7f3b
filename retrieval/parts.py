"""How the rows of a vector index that filters slowly are divided, and which of them a filter lets through.

A part holds rows of one owner, audience and place, open-ended ones apart from those with a last day. Where they are
many they are divided once more, the open-ended by their first day, the others by their last; the newest twentieth,
where today cuts through, is a part of its own. So for any filter most parts are wholly out and aren't asked, or wholly
in and asked without a condition; only where the day cuts through a part are the rows named among which it may look.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from retrieval.evidence import Filter
from retrieval.passages import ALWAYS, Terms

ROWS = 15_000  # of a part, about
LISTS = 64  # lists of named rows that are kept
Group = tuple[str, str, str, bool]  # owner, audience, region, whether its rows have a last day


class Part(NamedTuple):
    owner: str
    audience: str
    region: str
    ended: bool
    place: int  # the cuts before it


class Parts:
    """Documents with their days and rows. Not safe to change while another thread reads it."""

    def __init__(self, size: int = ROWS) -> None:
        self.size = size
        self.days: dict[str, tuple[int, int]] = {}
        self.where: dict[str, Part] = {}
        self.rows: dict[str, list[str]] = {}
        self.cuts: dict[Group, tuple[int, list[int]]] = {}  # rows the group had when it was divided, and at which days
        self._within: dict[Part, dict[str, None]] = {}
        self._spans: dict[Part, tuple[int, int, int, int, int]] = {}
        self._named: dict[tuple[Part, int], list[str]] = {}

    def divide(self, coming: Mapping[str, tuple[Terms, int]]) -> dict[str, Terms]:
        """Choose anew where to divide groups that grow to twice their size with what is `coming` (terms and number of
        rows by document). Returns the documents held that are in another part now: to be removed and put in again.
        """
        sizes: dict[Group, list[tuple[int, int]]] = {}
        for terms, count in coming.values():
            sizes.setdefault(_group(terms), []).append((_day(terms), count))
        moved: dict[str, Terms] = {}
        for group, new in sizes.items():
            held = {document: part for document, part in self.where.items() if part[:4] == group}
            old = [(_day(self._terms(document)), len(self.rows.get(document, ()))) for document in held]
            total = sum(count for _, count in [*old, *new])
            if total > max(2 * self.cuts.get(group, (0, []))[0], self.size // 4):
                self.cuts[group] = total, _cuts([*old, *new], total, self.size)
                terms_of = {document: self._terms(document) for document in held}
                moved |= {key: terms for key, terms in terms_of.items() if self._place(terms) != held[key].place}
        return moved

    def put(self, document: str, terms: Terms, part: Part | None = None) -> Part:
        """Take a document in, without rows so far; where its terms belong, or in the part it was in before."""
        part = part or Part(*_group(terms), self._place(terms))
        self.where[document], self.days[document], self.rows[document] = part, (terms.first, terms.last), []
        self._within.setdefault(part, {})[document] = None
        self._forget()
        return part

    def add(self, document: str, row: str) -> None:
        self.rows[document].append(row)
        self._forget()

    def remove(self, document: str) -> tuple[Part, list[str]] | None:
        """The part the document was in and its rows; None where it isn't held."""
        part = self.where.pop(document, None)
        if part is None:
            return None
        del self._within[part][document], self.days[document]
        if not self._within[part]:
            del self._within[part]
        self._forget()
        return part, self.rows.pop(document)

    def told(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        parts = list(self._within)
        places = {part: place for place, part in enumerate(parts)}
        return {
            "parts": parts,
            "cuts": [(*group, *divided) for group, divided in self.cuts.items()],
            "documents": {
                document: (places[part], *self.days[document], [_short(row, document) for row in self.rows[document]])
                for document, part in self.where.items()
            },
        }

    @classmethod
    def of(cls, told: Mapping[str, Any], size: int = ROWS) -> "Parts":
        """What `told` gave."""
        found = cls(size)
        parts = [Part(*part) for part in told["parts"]]
        for owner, audience, region, ended, rows, cuts in told["cuts"]:
            found.cuts[owner, audience, region, ended] = rows, cuts
        for document, (place, first, last, rows) in told["documents"].items():
            part = parts[place]
            found.put(document, Terms(part.owner, part.audience, part.region, first, last), part)
            found.rows[document] = [_long(row, document) for row in rows]
        return found

    def counts(self) -> dict[Part, int]:
        return {part: self._span(part)[4] for part in self._within}

    def asked(self, wanted: Filter) -> list[tuple[Part, int, list[str] | None]]:
        """The parts to ask, how many rows each may give, and the rows among which to look; None where all may be."""
        found: list[tuple[Part, int, list[str] | None]] = []
        for part in self._within:
            if part.owner in wanted.owners and part.audience in wanted.audiences and part.region in wanted.regions:
                begins, begun, ends, ended, count = self._span(part)
                if not count:
                    continue
                if wanted.day is None or begun <= wanted.day <= ends:
                    found.append((part, count, None))
                elif begins <= wanted.day <= ended and (named := self._through(part, wanted.day)):
                    found.append((part, len(named), named))
        return found

    def _span(self, part: Part) -> tuple[int, int, int, int, int]:
        """The earliest and latest first day, the earliest and latest last day, the number of rows."""
        if part not in self._spans:
            within = self._within[part]
            days = [self.days[document] for document in within]
            firsts, lasts = [first for first, _ in days], [last for _, last in days]
            count = sum(len(self.rows[document]) for document in within)
            self._spans[part] = min(firsts), max(firsts), min(lasts), max(lasts), count
        return self._spans[part]

    def _through(self, part: Part, day: int) -> list[str]:
        if (part, day) not in self._named:
            while len(self._named) >= LISTS:
                self._named.pop(next(iter(self._named)), None)
            self._named[part, day] = [
                row for document in self._within[part] if self.days[document][0] <= day <= self.days[document][1]
                for row in self.rows[document]
            ]  # fmt: skip
        return self._named[part, day]

    def _place(self, terms: Terms) -> int:
        return bisect_right(self.cuts.get(_group(terms), (0, []))[1], _day(terms))

    def _terms(self, document: str) -> Terms:
        part, (first, last) = self.where[document], self.days[document]
        return Terms(part.owner, part.audience, part.region, first, last)

    def _forget(self) -> None:
        if self._spans or self._named:
            self._spans, self._named = {}, {}


def _short(row: str, document: str) -> str:
    """Without the document's id before it; most rows are named so, and there may be a million."""
    return f"+{row[len(document) :]}" if row.startswith(document) else f"={row}"


def _long(row: str, document: str) -> str:
    return f"{document}{row[1:]}" if row[0] == "+" else row[1:]


def _group(terms: Terms) -> Group:
    return terms.owner, terms.audience, terms.region, terms.last != ALWAYS


def _day(terms: Terms) -> int:
    """The day by which a group is divided."""
    return terms.first if terms.last == ALWAYS else terms.last


def _cuts(sizes: Iterable[tuple[int, int]], total: int, size: int) -> list[int]:
    """Days that leave about as many rows between them, and one before the newest twentieth."""
    pieces = -(-total // size)
    wanted = sorted({*(total * number // pieces for number in range(1, pieces)), total * 19 // 20})
    cuts: list[int] = []
    passed = 0
    for day, count in sorted(sizes):
        passed += count
        while wanted and passed > wanted[0]:
            wanted.pop(0)
            if day not in cuts:
                cuts.append(day)
    return cuts
