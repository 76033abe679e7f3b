"""Words: tantivy over character bigrams, in memory or in a folder that any process may bring up to date."""

import json
import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import Changed, changed_since, chunks_of, newest
from retrieval.wording import bigrams, content, expanded, plain

log = logging.getLogger(__name__)
SHAPE = 2  # of the index; another shape on disk is built anew
HEAD_WEIGHT, MEANT_WEIGHT = 0.4, 0.7


class LexicalIndex:
    """A cache of SQL. `folder` None keeps it in memory. Safe to use from several threads and processes."""

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.database = database
        self.folder = folder
        self.seen = 0
        self._index: Any = None
        self._lock = threading.Lock()

    def search(self, question: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, BM25 score) of clauses and sections, best first; brings the index up to date first."""
        return self._safely(lambda tantivy: self._words(tantivy, question), "text", wanted, k)

    def phrasings(self, question: str, wanted: Filter, k: int) -> list[str]:
        """Ids of the clients' phrasings that share most words with the question."""
        return [key for key, _ in self._safely(lambda tantivy: self._phrase(tantivy, question), "question", wanted, k)]

    def _safely(self, words: Callable[[Any], Any], kind: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
        for attempt in (1, 2):
            try:
                with self._lock:
                    self._refresh()
                    return self._search(words, kind, wanted, k)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # a damaged index panics in Rust, which isn't an `Exception`
                if attempt == 2:
                    raise
                log.warning("lexical index rebuilt: %s", error)
                self.discard()
        return []

    def discard(self) -> None:
        """Forget the index; the next search builds it anew from SQL."""
        with self._lock:
            self._index, self.seen = None, 0
            if self.folder is not None:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _search(self, words: Callable[[Any], Any], kind: str, wanted: Filter, k: int) -> list[tuple[str, float]]:
        import tantivy

        query = words(tantivy)
        if query is None:
            return []
        must = tantivy.Occur.Must
        parts = _filters(tantivy, self._index.schema, kind, wanted)
        searcher = self._index.searcher()
        whole = tantivy.Query.boolean_query([(must, query), *((must, part) for part in parts)])
        hits = searcher.search(whole, k, count=False).hits
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in hits]

    def _words(self, tantivy: Any, question: str) -> Any:
        grams = list(dict.fromkeys(gram for run in content(question) or [plain(question)] for gram in bigrams(run)))
        meant = dict.fromkeys(gram for term in expanded(question) for gram in bigrams(term) if gram not in grams)
        query, should = tantivy.Query, tantivy.Occur.Should
        clauses = [
            (should, query.boost_query(query.term_query(self._index.schema, field, gram), weight * share))
            for gram, weight in [*((gram, 1.0) for gram in grams), *((gram, MEANT_WEIGHT) for gram in meant)]
            for field, share in (("body", 1.0), ("head", HEAD_WEIGHT))
        ]
        return query.boolean_query(clauses) if clauses else None

    def _phrase(self, tantivy: Any, question: str) -> Any:
        query, should = tantivy.Query, tantivy.Occur.Should
        grams = dict.fromkeys(bigrams(question))
        return query.boolean_query([(should, query.term_query(self._index.schema, "body", gram)) for gram in grams])

    def _refresh(self) -> None:
        number = newest(self.database)
        if self._index is None:
            self._open()
        if self.seen < number:
            self._adopt()
        if self.seen < number:
            self._apply(number)

    def _open(self) -> None:
        import tantivy

        grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, False)).build()
        schema = _schema(tantivy)
        if self.folder is None:
            self._index, self.seen = tantivy.Index(schema), 0
        else:
            if self._manifest() is None:
                shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(schema, path=str(self.folder))
            self.seen = self._manifest() or 0
        self._index.register_tokenizer("grams", grams)

    def _adopt(self) -> None:
        """Take over what another process has written to the folder."""
        number = self._manifest()
        if number is not None and number > self.seen:
            self._index.reload()
            self.seen = number

    def _apply(self, number: int) -> None:
        with self.database.read() as work:
            session = work.session(EVERYONE)
            documents = {changed.document_id: changed for changed in changed_since(session, self.seen)}
            if documents:
                try:
                    writer = self._index.writer(64_000_000, 1)
                except ValueError:
                    if self.seen:
                        return  # another process is writing the same changes; this search uses what is there
                    raise
                if self.seen:
                    for document_id in documents:
                        writer.delete_documents("document", document_id)
                kept = [key for key, changed in documents.items() if changed.terms is not None]
                for chunk in chunks_of(session, kept):
                    writer.add_document(_document(chunk, documents[chunk.document_id]))
                writer.commit()
                writer.wait_merging_threads()
                self._index.reload()
        self.seen = number
        if self.folder is not None:
            part = self.folder / "seen.part"
            part.write_text(json.dumps({"shape": SHAPE, "seen": number, "database": self.database.url}))
            part.replace(self.folder / "seen.json")

    def _manifest(self) -> int | None:
        """The number the folder is at, or None when it isn't an index of this database in this shape."""
        try:
            found = json.loads((self.folder / "seen.json").read_text()) if self.folder else {}
        except (OSError, ValueError):
            return None
        right = found.get("shape") == SHAPE and found.get("database") == self.database.url
        return int(found["seen"]) if right else None


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
