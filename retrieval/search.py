"""The front door: every leg gets the same filter, their findings are ranked, checked against SQL and merged."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
from sqlmodel import Session

from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Fault
from knowledge.ingest.embedders import Embedder, open_embedder
from knowledge.ingest.tables import EVERYONE
from retrieval.candidates import Legs, alike, features, spread
from retrieval.evidence import Evidence, Filter, Hits, Scope
from retrieval.gate import supports
from retrieval.keeper import Keeper
from retrieval.lexical import LexicalIndex
from retrieval.named import named
from retrieval.passages import vectors_by_hash
from retrieval.ranker import score
from retrieval.record import Found, Record, evidence
from retrieval.vectors import ExactIndex, VectorIndex
from retrieval.wording import grams_of, simplified

log = logging.getLogger(__name__)
INDEXES = ("chroma", "numpy", "pgvector", "chroma:http://主机:端口")
POOL = 60  # candidates of each leg
ASKED = 20  # clients' phrasings looked at
COVERED = 0.5  # part of the question that a hit says in its words
SAME = 0.9  # how likely the passage is the answer to a question that is almost a known phrasing of it
# Or how likely the ranking holds the first one to be the answer, and its cosine: e5 gives hardly a text less, while an
# embedder that only hashes words is no judge of what says the same in others, nor is either of letters and digits.
LIKELY, MEANT = 0.35, 0.6
CLEARLY = 0.3  # more of the question than the best that is in force


@dataclass(frozen=True)
class Weighed:
    """`scores` by chunk id; `asked`: what phrasings almost the same point at; `named`: found by number."""

    scores: dict[str, float]
    found: Found
    legs: Legs
    asked: Mapping[str, str]
    named: bool


class Searcher:
    """Words always; vectors through `vector`, and exactly from SQL (`exact`) whenever that one can't answer."""

    def __init__(
        self,
        database: Database,
        lexical: LexicalIndex,
        vector: VectorIndex | None,
        embedder: Embedder,
        *,
        exact: ExactIndex | None = None,
        keeper: Keeper | None = None,
        pool: int = POOL,
    ) -> None:
        self.database = database
        self.pool = pool
        self.lexical = lexical
        self.embedder = embedder
        self.exact = exact or ExactIndex(database, embedder.name)
        self.vector = vector or self.exact
        self.keeper = keeper
        self.record = Record()

    def search(self, query: str, scope: Scope, as_of: date, region: str | None, k: int = 8) -> Hits:
        """The passages in force on `as_of` where `region` is, within `scope`, best first.

        Fails closed: no such passage gives no hits and the reason. Raises `BadInput` for an empty query.
        """
        if not query.strip():
            raise BadInput("请输入要查的内容，例如：有限公司注册资本最迟多久缴足。", field="query")
        query, wanted = simplified(query), Filter.of(scope, as_of, region)
        hits, sure, best = self._find(query, wanted, k)
        if hits and sure:
            return Hits(hits=hits)
        other = self._worded(query, wanted.any_day(), k)
        known = max((supports(query, hit) for hit in other), default=0.0)
        likely = bool(hits) and hits[0].score >= LIKELY and (hits[0].meaning or 0.0) >= MEANT and not query.isascii()
        if likely and known < max(COVERED, best + CLEARLY):  # unless a text of another day says much more of it
            return Hits(hits=hits)
        return Hits(hits=(), reason="not_in_force" if known >= COVERED else "no_evidence")

    def ended(self, query: str, scope: Scope, as_of: date, region: str | None, k: int = 8) -> tuple[Evidence, ...]:
        """By words alone, passages of texts that ended before `as_of`: a decline may name them, none may quote them."""
        wanted = Filter.of(scope, as_of, region).any_day()
        hits = self._worded(simplified(query), wanted, k)
        return tuple(hit for hit in hits if hit.effective_to is not None and hit.effective_to < as_of)

    def probe(self, term: str = "企业") -> None:
        """Start-up self-test. Raises `Fault` when there is text and a plain Chinese word finds none of it."""
        anywhere = Filter(frozenset({EVERYONE}), frozenset({"client"}), frozenset({"全国"}), None)
        if not self.lexical.search(term, anywhere, 1) and self.lexical.seen:
            self.lexical.discard()
            if not self.lexical.search(term, anywhere, 1):
                raise Fault(f"检索自检失败：“{term}”没有命中；请先入库，再重启。")

    def warm(self, term: str = "企业") -> None:
        """Load what the first question would wait for: the encoder and the vectors."""
        anywhere = Filter(frozenset({EVERYONE}), frozenset({"client"}), frozenset({"全国"}), None)
        self._near(self.embedder.embed_query(term), anywhere)

    def close(self) -> None:
        """Stop what runs beside the answers and keep the indexes for the next process."""
        if self.keeper is not None:
            self.keeper.close()
        for index in (self.lexical, self.vector, self.exact):
            index.close()

    def _find(self, query: str, wanted: Filter, k: int) -> tuple[tuple[Evidence, ...], bool, float]:
        """The best passages, whether they say what the question says, and the part of it they say."""
        weighed = self.weighed(query, wanted)
        hits = tuple(
            hit.model_copy(update={"meaning": weighed.legs.meaning.get(hit.chunk_id)})
            for hit in _merged(weighed.scores, weighed.found, k, weighed.asked)
        )
        best = max((supports(query, hit) for hit in hits), default=0.0)
        return hits, weighed.named or bool(weighed.asked) or best >= COVERED, best

    def weighed(self, query: str, wanted: Filter) -> Weighed:
        """Everything the legs find, scored: first what the question asks for by number, then by the ranking."""
        legs, found, exact = self.gather(query, wanted)
        scores = score(features(query, legs, found))
        scores |= {key: 2.0 + 0.01 * (len(exact) - rank) for rank, key in enumerate(exact) if key in found}
        asked = alike(query, legs, found)
        scores |= {key: max(SAME, scores.get(key, 0.0)) for key in asked}
        return Weighed(scores, found, legs, asked, bool(exact))

    def gather(
        self, query: str, wanted: Filter, without: frozenset[str] = frozenset()
    ) -> tuple[Legs, Found, list[str]]:
        """What each leg finds, the rows behind it, and the chunks the question asks for by number. `without` are ids
        of phrasings to leave out, for learning from phrasings.
        """
        texts, phrasings = self.lexical.both(query, wanted, self.pool, ASKED)
        words, asked = dict(texts), tuple(key for key in phrasings if key not in without)
        vector = self.embedder.embed_query(query)
        near = [key for key in self._near(vector, wanted) if key not in without]
        with self.database.read() as work:
            session = work.session(EVERYONE)
            exact = named(session, query, wanted)
            found = self.record.hydrate(session, list(dict.fromkeys([*exact, *words, *near, *asked])), wanted)
            meaning = self._meaning(session, vector, found)
        unread = frozenset(key for key in found if key not in meaning)
        return Legs(words, meaning, asked, self.lexical.rarity(grams_of(query)), unread), found, exact

    def _worded(self, query: str, wanted: Filter, k: int) -> tuple[Evidence, ...]:
        words = dict(self.lexical.search(query, wanted, k))
        with self.database.read() as work:
            found = self.record.hydrate(work.session(EVERYONE), list(words), wanted)
        return _merged(spread(words), found, k)

    def _near(self, vector: list[float], wanted: Filter) -> list[str]:
        """Ids of what is nearest in meaning, clauses and phrasings."""
        take = 2 * self.pool  # phrasings are as short as questions and lie nearer than the texts they point at
        try:
            return [key for key, _ in self.vector.search(vector, wanted, take)]
        except Exception as error:  # whatever an index dies of, the record still answers
            if self.vector is self.exact:
                raise
            log.warning("exact vectors stand in: %s", error)
            return [key for key, _ in self.exact.search(vector, wanted, take)]

    def _meaning(self, session: Session, vector: list[float], found: Found) -> dict[str, float]:
        """How near in meaning each of what was found is, by whichever leg: the same with every index, from the record
        or, where all vectors are in memory, from there.
        """
        hashes = {key: passage.content_hash for key, (passage, _) in found.items()}
        if isinstance(self.vector, ExactIndex):
            near = self.vector.cosines(vector, list(hashes.values()))
        else:
            held = vectors_by_hash(session, hashes.values(), self.embedder.name)
            rows = np.frombuffer(b"".join(held.values()), np.float16).reshape(-1, len(vector))  # none at first use
            near = dict(zip(held, (rows.astype(np.float32) @ np.asarray(vector, np.float32)).tolist(), strict=True))
        return {key: near[value] for key, value in hashes.items() if value in near}


def open_searcher(
    database: Database, embedder: str, index: str, var_dir: Path, *, serving: bool = False, writes: bool = True
) -> Searcher:
    """As the settings say. `serving` is for the one process that holds the data folder: only it opens Chroma, and a
    thread beside it brings the indexes up. Any other reads what that one left, and may write it (`writes`) where no
    server runs.
    """
    if index not in ("chroma", "numpy", "pgvector") and not index.startswith(("chroma:http://", "chroma:https://")):
        raise BadInput(f"不认识的索引“{index}”；可用 {'、'.join(INDEXES)}，用 QIFU_INDEX 设置。", field="index")
    model = open_embedder(embedder, var_dir, threads=1 if serving else 0)
    kept = var_dir / "index"
    lexical = LexicalIndex(database, kept / "lexical", serving=serving, keeps=writes)
    exact = ExactIndex(database, model.name, kept / "vectors.npz", keeps=writes)
    vector: VectorIndex = exact
    if index != "numpy" and serving:
        vector = _index(database, model.name, index, kept)
    keeper = Keeper(database, lexical, vector, model) if serving else None
    if keeper is not None:
        keeper.start()
    return Searcher(database, lexical, vector, model, exact=exact, keeper=keeper)


def _index(database: Database, model: str, index: str, kept: Path) -> VectorIndex:
    if index == "pgvector":
        from retrieval.pgvector import PgvectorIndex

        return PgvectorIndex(database, model)
    from retrieval.chroma import ChromaIndex, ChromaServer

    if index == "chroma":
        return ChromaIndex(database, model, kept / "chroma")
    return ChromaServer(database, model, kept / "chroma-server", index.removeprefix("chroma:"))


def _merged(
    scores: dict[str, float], found: Found, k: int, asked: Mapping[str, str] = MappingProxyType({})
) -> tuple[Evidence, ...]:
    """Pieces of one clause become one passage, versions of one clause become the one in force; k of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        if key in found and found[key][0].kind == "text":
            chunk, document = found[key]
            groups.setdefault((document.series, chunk.clause or chunk.path or chunk.id), []).append(key)
    passages = []
    for keys in list(groups.values())[:k]:
        best = max(keys, key=lambda key: (found[key][1].effective_from is not None, found[key][1].issued or date.min))
        chunk, document = found[best]
        pieces = sorted((found[key][0] for key in keys if found[key][1].id == document.id), key=lambda row: row.ordinal)
        lead = max(pieces, key=lambda row: scores[row.id])
        phrasing = next((asked[row.id] for row in pieces if row.id in asked), "")
        text = "\n".join(row.text for row in pieces)
        passages.append(evidence(lead, document, min(scores[keys[0]], 1.0), text, phrasing))
    return tuple(passages)
