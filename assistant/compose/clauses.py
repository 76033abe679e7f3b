"""A text as clauses, each with what it says, what it denies, its figures, and what it is said of.

What a clause is said of may stand elsewhere: in the clause before, at the head of the table row, before the colon,
in the line that opens a list, in the title. Names of one thing are one name here (`contrasts.yaml`), everyday words
are those of the law (`wording.yaml`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.compose.figures import Spot, spots
from assistant.compose.polarity import bare, denied, denies, opened
from assistant.compose.wording import Thing, idle, is_name, is_party, measures, plain, telling, thing

SENTENCES = re.compile(r"(?<=[。!?])")
SEGMENTS = re.compile(r"[;。!?|]")
CLAUSES = re.compile(r"[,:()]+")
HEAD = re.compile(r"^[-\d.、（()）一二三四五六七八九十 ]*([^,;。:|]{2,30}):")
ITEM = re.compile(r"^\s*(?:[-*·]|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、])")
EXCEPT = re.compile(r"(?:除外|免缴纳|免征|不征|不缴纳|不适用|不得|禁止|不属于|不享受|不能|不包括|不予)[^,。;]*:$")
ASSERTS = re.compile(  # where the topic ends and what is said of it begins
    r"可以|可(?!能)|不?能(?!力|源)|不?会(?!计|议)|不?要(?!求|素|件)|不?应|必须|须|不?算|不?属于|不?适用|不?享受|"
    r"也|还|同样|仍|照样|[就则](?!业)|不得|无需|禁止|不|未|没|免(?!于)|只|是(?!否)"
)
TIMED = re.compile(r"([\u4e00-\u9fff]{2})(?:之|以)?[前后]")
UNLESS = re.compile(r"[没未]有?([^的]{2,8})的(?=.{2})")
DOER = re.compile(r"(?<![向给对与和从为被将把及、自同跟])([\ue000-\uf8ff])(?!的|$|[、里])")


@dataclass(frozen=True)
class Clause:
    """Words are pairs of letters, names of things (one letter each) and figures (`#300`)."""

    text: str  # in `plain` words
    words: Mapping[str, bool]  # and whether it denies them
    topic: frozenset[str]  # those before its verb
    lead: frozenset[str]  # words at the head of its row, line or list
    near: Mapping[str, bool]  # words said before it in its segment, and `lead`
    said: frozenset[str]  # words said before it in its sentence
    title: frozenset[str]
    things: frozenset[Thing]  # named in it, or carried on from before
    own: frozenset[Thing]  # named in it
    spots: tuple[Spot, ...]
    timed: frozenset[str]  # words that only mark a point in time (发布前)
    unless: str  # what it makes its condition by denying it (没有达到的)
    asserts: bool  # has a verb of duty, of leave, or of denial
    doer: Thing | None  # the party that does it, carried on within a sentence
    own_doer: bool
    denies: bool  # anything at all
    bare: bool  # denies without saying what
    excepted: bool  # an item of a list of exceptions
    heads: bool  # the first cell of a table row
    place: tuple[int, int]  # passage and segment: what stands between two semicolons or full stops is one breath


@dataclass
class _Reader:
    """What has been read so far of a passage."""

    title: str
    passage: int
    segment: int = 0
    opening: str = ""  # the line that opens the list we are in
    excepted: bool = False

    def __post_init__(self) -> None:
        self.titled = frozenset(_words(self.title))
        self.subject = _things(self.title)

    def line(self, line: str) -> Iterator[Clause]:
        if not ITEM.match(line):
            self.opening, self.excepted = "", False
        row = line.strip().startswith("|")
        cells = [cell.strip() for cell in line.split("|") if cell.strip()] if row else [line]
        before_colon = HEAD.match(line)
        head = cells[0] if row and cells else before_colon[1] if before_colon and not row else ""
        self.lead = _words(head) | _words(self.opening)
        for number, cell in enumerate(cells):
            self.carried = _things(head) or _things(self.opening)
            self.heads = row and not number and len(cells) > 1
            yield from self.cell(cell)
        if line.rstrip().endswith(":"):
            self.opening, self.excepted = line, bool(EXCEPT.search(line.rstrip()))

    def cell(self, cell: str) -> Iterator[Clause]:
        said: set[str] = set()
        for sentence in SENTENCES.split(cell):
            self.doer: Thing | None = None
            for segment in SEGMENTS.split(sentence):
                self.segment += 1
                near = dict(self.lead)
                for clause in CLAUSES.split(segment):
                    if clause.strip():
                        read = self.clause(clause.strip(), near, frozenset(said))
                        near |= read.words
                        yield read
                said |= near.keys()

    def clause(self, clause: str, near: Mapping[str, bool], said: frozenset[str]) -> Clause:
        own, words = _things(clause), _words(clause)
        self.carried = own | _others(self.carried, own)
        doer = _doer(clause)
        self.doer = doer or self.doer
        verb = ASSERTS.search(opened(clause), 1 if clause[0] in "只仅也还就" else 0)
        unless = UNLESS.search(clause)
        return Clause(
            text=clause,
            words=words,
            topic=frozenset(_words(clause[: verb.start()]) if verb else words),
            lead=frozenset(self.lead),
            near={word: no for word, no in near.items() if word not in words},
            said=said - words.keys(),
            title=self.titled - words.keys(),
            things=frozenset(self.carried | _others(self.subject, self.carried)),
            own=frozenset(own),
            spots=spots(clause),
            timed=frozenset(word for match in TIMED.finditer(clause) for word in _words(match[1])),
            unless=unless[1] if unless else "",
            asserts=verb is not None,
            doer=self.doer,
            own_doer=doer is not None,
            denies=denies(clause),
            bare=bare(clause),
            excepted=self.excepted,
            heads=self.heads,
            place=(self.passage, self.segment),
        )


@lru_cache(maxsize=512)
def clauses(text: str, title: str = "", passage: int = 0) -> tuple[Clause, ...]:
    """The clauses of a passage or of a sentence, in order; `passage` is the number they carry in `place`."""
    reader = _Reader(plain(title), passage)
    return tuple(clause for line in plain(text).split("\n") for clause in reader.line(line))


@lru_cache(maxsize=4096)
def _words(clause: str) -> dict[str, bool]:
    """Pairs of letters that mean something, names and figures, with whether each is denied. Not to be changed."""
    odd = denied(clause)
    found: dict[str, bool] = {}
    kept = [(at, letter) for at, letter in enumerate(clause) if letter.isalpha() or is_name(letter)]
    for at, letter in kept:
        if is_name(letter):
            found[letter] = odd[at]
    for (at, first), (then, second) in pairwise(kept):
        pair = first + second
        if then - at > 1 or is_name(first) or is_name(second) or pair in measures():
            continue
        if (first in idle() or second in idle()) and pair not in telling():
            continue
        found[pair] = odd[at] and odd[then] and found.get(pair, True)
    for spot in spots(clause):
        if spot.figure not in ("0", "1"):
            found[f"#{spot.figure}"] = odd[spot.start]
    return found


def _doer(clause: str) -> Thing | None:
    """The first party that isn't done to (向, 给, 对 …) and isn't there to say whose."""
    found = [match for match in DOER.finditer(clause) if is_party(match[1])]
    verb = ASSERTS.search(opened(clause)) if found else None
    for match in found:
        if not verb or match.start() < verb.start() or clause[match.start() - 1] in "由经":
            return thing(match[1])
    return None


def _things(text: str) -> set[Thing]:
    return {thing(letter) for letter in text if is_name(letter)}


def _others(things: set[Thing], own: set[Thing]) -> set[Thing]:
    """Those of groups that `own` says nothing of."""
    groups = {group for group, _ in own}
    return {one for one in things if one[0] not in groups}
