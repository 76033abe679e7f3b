"""While vectors are still being computed, what was embedded before doesn't crowd out what wasn't."""

from datetime import date
from pathlib import Path

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import ingest, open_embedder
from retrieval import Scope, Searcher
from retrieval.evidence import Filter
from retrieval.lexical import LexicalIndex

QUESTION, SCOPE, DAY = "示范押金开业后几日内退还", Scope(frozenset(), "client"), date(2026, 11, 23)
WANTED = Filter.of(SCOPE, DAY, None)
MODEL = open_embedder("hash")
NEW = "# 示范押金办法\n\n## 押金\n\n示范押金在开业后三十日内退还。\n"


def test_a_text_without_a_vector_is_found_by_its_words_and_comes_first(
    library: Database, tmp_path: Path, clock: SetClock
) -> None:
    (tmp_path / "new.md").write_text(NEW, encoding="utf-8")
    ingest(library, [tmp_path / "new.md"], clock=clock)  # no embedder: the vector comes later
    searcher = Searcher(library, LexicalIndex(library), None, MODEL)
    hits = searcher.search(QUESTION, SCOPE, DAY, None).hits
    assert "三十日" in hits[0].text
    assert searcher.gather(QUESTION, WANTED)[0].unread == {hits[0].chunk_id}
    ingest(library, [tmp_path / "new.md"], clock=clock, embedder=MODEL)
    assert searcher.gather(QUESTION, WANTED)[0].unread == frozenset()
