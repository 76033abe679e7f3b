"""The front door: every leg gets the same filter, their findings are fused, checked against SQL and merged."""

import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Fault
from knowledge.ingest.embedders import Embedder, open_embedder
from knowledge.ingest.tables import EVERYONE, DocumentRow
from retrieval.evidence import Evidence, Filter, Hits, Scope
from retrieval.fusion import fuse
from retrieval.gate import supports
from retrieval.keeper import Keeper
from retrieval.lexical import LexicalIndex
from retrieval.named import named
from retrieval.passages import Passage, evidence, hydrate
from retrieval.vectors import ExactIndex, VectorIndex
from retrieval.wording import bigrams

log = logging.getLogger(__name__)
INDEXES = ("chroma", "numpy")
POOL = 60  # candidates of each leg
ASKED, ALIKE = 20, 0.5  # clients' phrasings looked at; how alike one must be to count
VECTOR_SHARE = 0.6  # best of 0 to 1 on 141 client phrasings with their own pointers left out: 0.76 of sections in five
ITSELF = 0.05  # the clause itself comes before an article about it
COVERED, NEAR, TOUCHED = 0.5, 0.875, 0.1  # a hit covers the question, or is near in meaning and touches its words

Found = dict[str, tuple[Passage, DocumentRow]]


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
    ) -> None:
        self.database = database
        self.lexical = lexical
        self.embedder = embedder
        self.exact = exact or ExactIndex(database, embedder.name)
        self.vector = vector or self.exact
        self.keeper = keeper

    def search(self, query: str, scope: Scope, as_of: date, region: str | None, k: int = 8) -> Hits:
        """The passages in force on `as_of` where `region` is, within `scope`, best first.

        Fails closed: no such passage gives no hits and the reason. Raises `BadInput` for an empty query.
        """
        if not query.strip():
            raise BadInput("请输入要查的内容，例如：有限公司注册资本最迟多久缴足。", field="query")
        wanted = Filter.of(scope, as_of, region)
        hits, sure = self._find(query, wanted, k)
        if hits and sure:
            return Hits(hits=hits)
        other = self._worded(query, wanted.any_day(), k)
        known = any(supports(query, hit) >= COVERED for hit in other)
        return Hits(hits=(), reason="not_in_force" if known else "no_evidence")

    def probe(self, term: str = "企业") -> None:
        """Start-up self-test. Raises `Fault` when there is text and a plain Chinese word finds none of it."""
        anywhere = Filter(frozenset({EVERYONE}), frozenset({"client"}), frozenset({"全国"}), None)
        if not self.lexical.search(term, anywhere, 1) and self.lexical.seen:
            self.lexical.discard()
            if not self.lexical.search(term, anywhere, 1):
                raise Fault(f"检索自检失败：“{term}”没有命中；请先入库，再重启。")

    def close(self) -> None:
        """Stop what runs beside the answers and keep the indexes for the next process."""
        if self.keeper is not None:
            self.keeper.close()
        for index in (self.lexical, self.vector, self.exact):
            index.close()

    def _find(self, query: str, wanted: Filter, k: int) -> tuple[tuple[Evidence, ...], bool]:
        """The best passages, and whether they are about the question at all."""
        words = dict(self.lexical.search(query, wanted, POOL))
        asked = self.lexical.phrasings(query, wanted, ASKED)
        meaning = self._meaning(query, wanted)
        with self.database.read() as work:
            session = work.session(EVERYONE)
            exact = named(session, query, wanted)
            found = hydrate(session, list(dict.fromkeys([*exact, *words, *meaning, *asked])), wanted)
            targets = [chunk.target for chunk, _ in found.values() if chunk.target and chunk.target not in found]
            found |= hydrate(session, targets, wanted)
        scores = fuse(_pointed(words, found), _pointed(meaning, found), VECTOR_SHARE)
        alike = _asked(query, asked, found)
        scores = {key: score + (ITSELF if found[key][0].clause else 0.0) for key, score in scores.items()}
        for key, (likeness, _) in alike.items():
            scores[key] = scores.get(key, 0.0) + likeness
        scores |= {key: 2.0 + 0.01 * (len(exact) - rank) for rank, key in enumerate(exact)}
        hits = _merged(scores, found, k, {key: asked for key, (_, asked) in alike.items()})
        best = max((supports(query, hit) for hit in hits), default=0.0)
        near = max(meaning.values(), default=0.0) >= NEAR and best >= TOUCHED
        return hits, bool(exact or alike) or best >= COVERED or near

    def _worded(self, query: str, wanted: Filter, k: int) -> tuple[Evidence, ...]:
        words = dict(self.lexical.search(query, wanted, k))
        with self.database.read() as work:
            found = hydrate(work.session(EVERYONE), list(words), wanted)
        return _merged(_pointed(words, found), found, k)

    def _meaning(self, query: str, wanted: Filter) -> dict[str, float]:
        vector = self.embedder.embed_query(query)
        try:
            return dict(self.vector.search(vector, wanted, POOL))
        except Exception as error:  # whatever an index dies of, the record still answers
            if self.vector is self.exact:
                raise
            log.warning("exact vectors stand in: %s", error)
            return dict(self.exact.search(vector, wanted, POOL))


def open_searcher(
    database: Database, embedder: str, index: str, var_dir: Path, *, serving: bool = False, writes: bool = True
) -> Searcher:
    """As the settings say. `serving` is for the one process that holds the data folder: only it opens Chroma, and a
    thread beside it brings the indexes up. Any other reads what that one left, and may write it (`writes`) where no
    server runs.
    """
    if index not in INDEXES:
        raise BadInput(f"不认识的索引“{index}”；可用 {'、'.join(INDEXES)}，用 QIFU_INDEX 设置。", field="index")
    model = open_embedder(embedder, var_dir, threads=1 if serving else 0)
    kept = var_dir / "index"
    lexical = LexicalIndex(database, kept / "lexical", serving=serving, keeps=writes)
    exact = ExactIndex(database, model.name, kept / "vectors.npz", keeps=writes)
    vector: VectorIndex = exact
    if index == "chroma" and serving:
        from retrieval.chroma import ChromaIndex

        vector = ChromaIndex(database, model.name, kept / "chroma")
    keeper = Keeper(database, lexical, vector, model) if serving else None
    if keeper is not None:
        keeper.start()
    return Searcher(database, lexical, vector, model, exact=exact, keeper=keeper)


def _pointed(scores: dict[str, float], found: Found) -> dict[str, float]:
    """A client's phrasing hands its score to the section it points at; what SQL doesn't confirm is dropped."""
    given: dict[str, float] = {}
    for key, score in scores.items():
        if key in found:
            target = found[key][0].target or key
            given[target] = max(score, given.get(target, 0.0))
    return {key: score for key, score in given.items() if key in found}


def _asked(query: str, asked: list[str], found: Found) -> dict[str, tuple[float, str]]:
    """Sections that a client's phrasing points at, by how alike it is (Dice over bigrams), with the phrasing."""
    grams = set(bigrams(query))
    alike: dict[str, tuple[float, str]] = {}
    for key in asked:
        chunk = found[key][0] if key in found else None
        if chunk is not None and chunk.target in found:
            other = set(bigrams(chunk.text))
            dice = 2 * len(grams & other) / max(len(grams) + len(other), 1)
            if dice >= ALIKE:
                alike[chunk.target] = max((dice, chunk.text), alike.get(chunk.target, (0.0, "")))
    return alike


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
