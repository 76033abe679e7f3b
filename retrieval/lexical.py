"""Words: tantivy over character bigrams, a cache of SQL that keeps itself up to date."""

import logging
import math
import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import Changed, changed_since, chunks_of, library, newest
from retrieval.shelf import copy_from, own_folder, put_back, read_mark, write_mark
from retrieval.wording import bigrams, expanded, grams_of, plain

log = logging.getLogger(__name__)
SHAPE = 3  # of the index; another shape on disk is built anew
HEAD_WEIGHT, MEANT_WEIGHT = 0.4, 0.7
T = TypeVar("T")


class LexicalIndex:
    """Safe to use from several threads; several processes may share a shelf.

    Without `shelf` it lives in memory. With one, a process that must stay up (`serving`) works in a copy of its own: a
    file cut short under tantivy's memory map kills the process that maps it. A command reads the shelf itself while
    that is up to date, and works in a copy otherwise. `keeps`: what it has learned goes back to the shelf at the end.
    """

    def __init__(
        self, database: Database, shelf: Path | None = None, *, serving: bool = False, keeps: bool = True
    ) -> None:
        self.database = database
        self.shelf = shelf
        self.serving = serving
        self.keeps = keeps
        self.seen = 0
        self._index: Any = None
        self._own: Path | None = None
        self._lock = threading.Lock()
        self._trusted = True  # whether the shelf may be used; not after what came of it failed

    def search(self, question: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, BM25 score) of clauses and sections, best first; brings the index up to date first."""
        return self._safely(lambda index: _texts(index, question, wanted, k))

    def phrasings(self, question: str, wanted: Filter, k: int) -> list[str]:
        """Ids of the clients' phrasings that share most words with the question."""
        return self._safely(lambda index: _asked(index, question, wanted, k))

    def both(self, question: str, wanted: Filter, k: int, asked: int) -> tuple[list[tuple[str, float]], list[str]]:
        """What `search` and `phrasings` give, of one state of the index."""
        return self._safely(lambda index: (_texts(index, question, wanted, k), _asked(index, question, wanted, asked)))

    def rarity(self, grams: Iterable[str]) -> dict[str, float]:
        """How much each bigram tells, 0 (in every text) to 1 (in one or none)."""
        index = self._index
        if index is None:
            return dict.fromkeys(grams, 1.0)
        searcher = index.searcher()
        most = math.log(searcher.num_docs + 2)
        return {
            gram: math.log((searcher.num_docs + 2) / (searcher.doc_freq("body", gram) + 1)) / most for gram in grams
        }

    def _safely(self, asked: Callable[[Any], T]) -> T:
        """Once as it is, once built anew, once without any file (a full disk)."""
        attempt = 0
        while True:
            attempt += 1
            try:
                with self._lock:
                    self._refresh()
                    index = self._index
                return asked(index)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # a damaged index panics in Rust, which isn't an `Exception`
                if attempt == 3:
                    raise
                log.warning("lexical index rebuilt: %s", error)
                self.discard()
                self.shelf = self.shelf if attempt == 1 else None

    def discard(self) -> None:
        """Forget the index; the next search builds it anew from SQL."""
        with self._lock:
            self._trusted = False
            self._leave()
            if self.shelf is not None and self.keeps:
                shutil.rmtree(self.shelf, ignore_errors=True)

    def catch_up(self) -> None:
        """Learn what SQL has that the index hasn't, off the path of a search."""
        self._safely(lambda _: None)

    def save(self) -> None:
        """Put what this process has learned on the shelf for the next one."""
        with self._lock:
            if self._own is not None and self.shelf is not None and self.keeps and self.seen:
                try:
                    put_back(self._own, self.shelf, self._shape())
                except OSError as error:  # a full disk: the next process builds what is missing
                    log.warning("lexical index not saved: %s", error)

    def close(self) -> None:
        self.save()
        with self._lock:
            self._leave()

    def _leave(self) -> None:
        self._index, self.seen = None, 0
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = None

    def _refresh(self) -> None:
        if self._index is None:
            self._open()
        number = newest(self.database)
        if self.seen > number:
            raise LookupError("the index is ahead of the database")  # one put back from a backup
        if self.seen < number:
            if self.shelf is not None and self._own is None:
                self._leave()
                self._open(self._copied(self.shelf))
            self._apply(number)

    def _open(self, folder: Path | None = None) -> None:
        """In `folder`; by default where this process may read: the shelf when that is up to date, or its own copy."""
        import tantivy

        if folder is None and self.shelf is not None:
            current = self._trusted and read_mark(self.shelf, self._shape()) == newest(self.database)
            folder = self.shelf if current and not self.serving else self._copied(self.shelf)
        grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, False)).build()
        schema = _schema(tantivy)
        self._index = tantivy.Index(schema, path=str(folder)) if folder else tantivy.Index(schema)
        self._index.register_tokenizer("grams", grams)
        self.seen = (read_mark(folder, self._shape()) or 0) if folder else 0

    def _copied(self, shelf: Path) -> Path:
        self._own = own_folder(shelf.parent.parent / "live")
        if self._trusted:
            copy_from(shelf, self._own, self._shape())
        return self._own

    def _apply(self, number: int) -> None:
        with self.database.read() as work:
            session = work.session(EVERYONE)
            documents = {changed.document_id: changed for changed in changed_since(session, self.seen)}
            if documents:
                writer = self._index.writer(64_000_000, 1)
                if self.seen:
                    for document_id in documents:
                        writer.delete_documents_by_term("document", document_id)
                kept = [key for key, changed in documents.items() if changed.terms is not None]
                for chunk in chunks_of(session, kept):
                    writer.add_document(_document(chunk, documents[chunk.document_id]))
                writer.commit()
                writer.wait_merging_threads()
                self._index.reload()
        self.seen = number
        if self._own is not None:
            write_mark(self._own, number, self._shape())

    def _shape(self) -> str:
        return f"words {SHAPE} {library(self.database)}"


def _texts(index: Any, question: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
    return _search(index, _words(index.schema, question), "text", wanted, k)


def _asked(index: Any, question: str, wanted: Filter, k: int) -> list[str]:
    return [key for key, _ in _search(index, _phrase(index.schema, question), "question", wanted, k)]


def _search(index: Any, query: Any, kind: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
    import tantivy

    if query is None:
        return []
    must = tantivy.Occur.Must
    parts = _filters(tantivy, index.schema, kind, wanted)
    searcher = index.searcher()
    whole = tantivy.Query.boolean_query([(must, query), *((must, part) for part in parts)])
    hits = searcher.search(whole, k, count=False).hits
    return [(searcher.doc(address)["id"][0], float(score)) for score, address in hits]


def _words(schema: Any, question: str) -> Any:
    import tantivy

    grams = grams_of(question)
    meant = dict.fromkeys(gram for term in expanded(question) for gram in bigrams(term) if gram not in grams)
    query, should = tantivy.Query, tantivy.Occur.Should
    clauses = [
        (should, query.boost_query(query.term_query(schema, field, gram), weight * share))
        for gram, weight in [*((gram, 1.0) for gram in grams), *((gram, MEANT_WEIGHT) for gram in meant)]
        for field, share in (("body", 1.0), ("head", HEAD_WEIGHT))
    ]
    return query.boolean_query(clauses) if clauses else None


def _phrase(schema: Any, question: str) -> Any:
    import tantivy

    query, should = tantivy.Query, tantivy.Occur.Should
    grams = dict.fromkeys(bigrams(question))
    return query.boolean_query([(should, query.term_query(schema, "body", gram)) for gram in grams])


def _schema(tantivy: Any) -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "document", "kind", "owner", "audience", "region"):
        builder.add_text_field(name, stored=name == "id", tokenizer_name="raw", index_option="basic")
    for name in ("body", "head"):
        builder.add_text_field(name, tokenizer_name="grams", index_option="freq")
    for name in ("first", "last"):
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def _document(chunk: Any, changed: Changed) -> Any:
    import tantivy

    terms = changed.terms
    assert terms is not None
    head = plain(f"{chunk.context} {changed.aliases}") if chunk.kind == "text" else ""
    return tantivy.Document(
        id=chunk.id,
        document=chunk.document_id,
        kind=chunk.kind,
        body=plain(chunk.text),
        head=head,
        owner=terms.owner,
        audience=terms.audience,
        region=terms.region,
        first=terms.first,
        last=terms.last,
    )


def _filters(tantivy: Any, schema: Any, kind: str, wanted: Filter) -> list[Any]:
    query = tantivy.Query
    parts = [
        query.term_query(schema, "kind", kind, "basic"),
        query.term_set_query(schema, "owner", sorted(wanted.owners)),
        query.term_set_query(schema, "audience", sorted(wanted.audiences)),
        query.term_set_query(schema, "region", sorted(wanted.regions)),
    ]
    if wanted.day is not None:
        number = tantivy.FieldType.Integer
        parts.append(query.range_query(schema, "first", number, None, wanted.day, True, True))
        parts.append(query.range_query(schema, "last", number, wanted.day, None, True, True))
    return [query.const_score_query(part, 0.0) for part in parts]
