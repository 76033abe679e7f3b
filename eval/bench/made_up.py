"""A library of any size that nobody wrote: dated documents of several owners, readers and places, clauses of made-up
words, and vectors that lie as an embedder's do. It is stored as the product stores its own.

Words are about as frequent as pairs of letters in the statutes: in 13,649 clauses of 300 laws the most frequent pair is
in 55 % of the clauses, the hundredth in 8 %, the ten thousandth in 0.12 %; here 40 %, 6 %, 0.18 %. A clause has about
100 letters, as theirs do. Vectors are 384 wide, with a cosine of about 0.76 anywhere and 0.88 within a document.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import numpy as np

from knowledge.base.db import Database
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.embed import write_vectors
from knowledge.ingest.store import embedded_text, store
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import ALWAYS

MODEL, WIDTH = "made-up", 384
SUBJECTS, WORDS, LETTERS = 300, 12_500, 1_200
SHARES = {
    0: 0.55, 3: 0.35, 10: 0.237, 30: 0.15, 100: 0.08, 300: 0.033, 1_000: 0.012, 3_000: 0.004, 10_000: 0.0012,
    30_000: 0.0004,
}  # fmt: skip
PLACES = (
    ("全国", 0.6), ("上海市", 0.12), ("浙江省", 0.08), ("浙江省/杭州市", 0.08), ("江苏省", 0.06),
    ("江苏省/苏州市", 0.04), ("广东省", 0.02),
)  # fmt: skip
READERS = (
    (EVERYONE, "client", 0.85), (EVERYONE, "channel", 0.04), (EVERYONE, "staff", 0.04), ("org-a", "client", 0.03),
    ("org-b", "staff", 0.02), ("org-c", "channel", 0.02),
)  # fmt: skip
ENDED = 0.05
BEGIN, TODAY = date(1985, 1, 1), date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class Paper:
    """One made-up document: its draft, who may read it, its vectors by content."""

    key: str
    draft: Draft
    owner: str
    audience: str
    vectors: Any

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day in force, as ordinals."""
        assert self.draft.effective_from is not None
        ends = self.draft.effective_to
        return self.draft.effective_from.toordinal(), ends.toordinal() if ends else ALWAYS

    def passes(self, wanted: Filter) -> bool:
        """Read by its own logic, not that of an index."""
        first, last = self.days
        return (
            self.owner in wanted.owners
            and self.audience in wanted.audiences
            and self.draft.region in wanted.regions
            and (wanted.day is None or first <= wanted.day <= last)
        )


class Maker:
    """Everything comes of the seed: the same size makes the same library anywhere."""

    def __init__(self, chunks: int, seed: int = 20261123) -> None:
        self.chunks = chunks
        self.chance = np.random.default_rng(seed)
        self.per_paper = min(max(chunks // 1_000, 3), 200)
        self._words, self._weights = _vocabulary(self.chance)
        self._whole = _unit(self.chance.normal(size=WIDTH))
        self._subjects = _unit(self.chance.normal(size=(SUBJECTS, WIDTH)))

    def papers(self) -> Iterator[Paper]:
        """Documents until there are enough clauses."""
        left, number = self.chunks, 0
        while left > 0:
            count = min(left, int(self.chance.integers(1, 2 * self.per_paper)))
            yield self.paper(f"made-{number:06d}", count)
            left, number = left - count, number + 1

    def paper(self, key: str, count: int) -> Paper:
        subject = int(self.chance.integers(SUBJECTS))
        clauses = [self._clause(subject) for _ in range(count)]
        first, last = self._days()
        owner, audience = self._of(READERS)[:2]
        draft = Draft(
            series=f"made:{key}", title=f"{self._say(subject, 3)}条例{key}", region=self._of(PLACES)[0],
            chunks=tuple(DraftChunk(text, (), f"第{place}条") for place, text in enumerate(clauses, 1)),
            effective_from=first, effective_to=last, issued=first,
        )  # fmt: skip
        own = _unit(self.chance.normal(size=WIDTH))
        noise = _unit(self.chance.normal(size=(count, WIDTH)))
        vectors = _unit(1.9 * self._whole + 0.6 * self._subjects[subject] + 0.5 * own + 0.75 * noise)
        return Paper(key, draft, owner, audience, vectors.astype(np.float16))

    def question(self, paper: Paper) -> tuple[str, Any]:
        """Words of one of its clauses, and a vector near that clause's."""
        place = int(self.chance.integers(len(paper.draft.chunks)))
        text = paper.draft.chunks[place].text
        start = int(self.chance.integers(max(len(text) - 12, 1)))
        near = paper.vectors[place].astype(np.float32) + 0.4 * _unit(self.chance.normal(size=WIDTH))
        return text[start : start + 12], _unit(near).astype(np.float32)

    def _clause(self, subject: int) -> str:
        return self._say(subject, int(np.clip(self.chance.lognormal(3.9, 0.6), 8, 300)))

    def _say(self, subject: int, count: int) -> str:
        """Words as frequent as they are anywhere, and one in six of the subject's own."""
        drawn = np.searchsorted(self._weights, self.chance.random(count))
        own = 200 + subject * 40 + self.chance.integers(0, 40, count)
        return "".join(self._words[place] for place in np.where(self.chance.random(count) < 1 / 6, own, drawn))

    def _days(self) -> tuple[date, date | None]:
        """More and more of them as time goes on, a few only next year; some have ended."""
        span = date(2027, 6, 30).toordinal() - BEGIN.toordinal()
        first = BEGIN.toordinal() + int(span * self.chance.random() ** 0.6)
        if self.chance.random() >= ENDED:
            return date.fromordinal(first), None
        return date.fromordinal(first), date.fromordinal(first + int(self.chance.integers(365, 365 * 12)))

    def _of(self, table: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
        return table[int(np.searchsorted(np.cumsum([row[-1] for row in table]), self.chance.random()))]


class Given:
    """Gives the vectors that were made for the texts."""

    name = MODEL

    def __init__(self, vectors: Mapping[str, Any]) -> None:
        self.vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return list(self.vectors[text])


def fill(database: Database, papers: Iterator[Paper], tell: Callable[[int], None] = lambda _: None) -> None:
    """Store documents and their vectors, up to a thousand clauses in a transaction; `tell` how many are done."""
    done = 0
    while block := list(islice(papers, 25)):
        with database.work() as work:
            session = work.session(EVERYONE)
            for paper in block:
                store(session, paper.draft, content_hash="", source="made", owner_org=paper.owner,
                      audience=paper.audience, by="made", at=AT, published=True, key=paper.key)  # fmt: skip
        embed(database, block)
        done += sum(len(paper.draft.chunks) for paper in block)
        tell(done)


def embed(database: Database, papers: list[Paper]) -> None:
    """Write the vectors of stored documents, as the embedding step does."""
    vectors = {
        embedded_text(paper.draft.title, chunk.text): vector
        for paper in papers
        for chunk, vector in zip(paper.draft.chunks, paper.vectors, strict=True)
    }
    hashes = {chunk_hash(text): text for text in vectors}
    write_vectors(database, Given(vectors), list(hashes.items()))


def chunk_hash(embedded: str) -> str:
    """The key under which `store` expects the vector of a text."""
    return hashlib.sha256(embedded.encode()).hexdigest()


def readers() -> dict[str, Filter]:
    """Filters by name; the first lets everything through, the number in a name is about the share it lets through.

    `mixed`: some organisations, readers and places, and a day. `day`: every text of everyone, on a day of the past.
    """
    owners = frozenset(owner for owner, *_ in READERS)
    audiences = frozenset(audience for _, audience, _ in READERS)
    regions = frozenset(name for name, _ in PLACES)
    client = frozenset({EVERYONE}), frozenset({"client"}), frozenset({"全国", "上海市"})
    today = TODAY.toordinal()
    found = {"all": Filter(owners, audiences, regions, None)}
    found["90 % mixed"] = Filter(owners - {"org-c"}, audiences, regions - {"广东省"}, today)
    found["50 % mixed"] = Filter(*client, today)
    found["10 % mixed"] = Filter(*client, _past(0.17))
    found["1 % mixed"] = Filter(*client, _past(0.0165))
    for share in (0.9, 0.5, 0.1, 0.01):
        found[f"{share:.0%}".replace("%", " % day")] = Filter(owners, audiences, regions, _past(share))
    return found


def _past(share: float) -> int:
    """The day by which about that share of all documents had begun (those that have ended since are few)."""
    span = date(2027, 6, 30).toordinal() - BEGIN.toordinal()
    return BEGIN.toordinal() + int(span * min(share * (1 + ENDED / 2), 1.0) ** 0.6)


def _vocabulary(chance: Any) -> tuple[list[str], Any]:
    """Words of two letters, the frequent first, and the running sum of how often each comes."""
    letters = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
    letters = letters[:LETTERS]
    weights = 1 / (np.arange(len(letters)) + 30.0)
    order = chance.permutation(len(letters))
    pairs: dict[str, None] = {}
    while len(pairs) < WORDS:
        drawn = chance.choice(len(letters), (WORDS, 2), p=weights / weights.sum())
        pairs |= dict.fromkeys(letters[order[a]] + letters[order[b]] for a, b in drawn)
    ranks, shares = np.array(list(SHARES.items())).T
    share = np.exp(np.interp(np.log1p(np.arange(WORDS)), np.log1p(ranks), np.log(shares)))
    often = -np.log1p(-share)
    return list(islice(pairs, WORDS)), np.cumsum(often / often.sum())


def _unit(rows: Any) -> Any:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)
