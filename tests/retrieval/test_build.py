"""The searcher as the server and as a command gets it: shipped articles in, nothing twice, nothing in the way."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import func, select

from api import lock
from api.searching import build_searcher
from knowledge.base.db import Database
from knowledge.base.settings import Settings
from knowledge.ingest.tables import EVERYONE, DocumentRow, EmbeddingRow, empty_library, last_change
from retrieval import Scope, Searcher
from retrieval.behind import Behind
from retrieval.evidence import Filter

NOW = date(2026, 11, 23)
CLIENT = Scope(frozenset({"org-c1"}), "client")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, var_dir=tmp_path / "var", embedder="hash", index="chroma")


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Database]:
    database = empty_library(f"sqlite:///{tmp_path / 'shipped.db'}")
    yield database
    database.close()


@contextmanager
def built(settings: Settings, database: Database, serving: bool) -> Iterator[Searcher]:
    searcher = build_searcher(settings, database, serving=serving)
    try:
        yield searcher
    finally:
        searcher.close()


def counts(database: Database) -> tuple[int, int, int]:
    with database.read() as work:
        session = work.session(EVERYONE)
        documents = session.exec(select(func.count()).select_from(DocumentRow)).one()
        vectors = session.exec(select(func.count()).select_from(EmbeddingRow)).one()
        return documents, vectors, last_change(session)


@pytest.mark.parametrize("serving", [True, False])
def test_the_shipped_articles_answer_at_first_use(settings: Settings, shipped: Database, serving: bool) -> None:
    with built(settings, shipped, serving) as searcher:
        hits = searcher.search("小规模纳税人起征点", CLIENT, NOW, None).hits
    assert "vat.small_scale" in {hit.document_id for hit in hits}


def test_a_second_start_changes_nothing(settings: Settings, shipped: Database) -> None:
    with built(settings, shipped, serving=False):
        before = counts(shipped)
    with built(settings, shipped, serving=False):
        assert counts(shipped) == before
    assert before[0] > 0
    assert before[1] > 0


def test_a_server_computes_the_vectors_beside_its_answers(settings: Settings, shipped: Database) -> None:
    with built(settings, shipped, serving=True) as searcher:
        for _ in range(600):
            try:
                if searcher.vector.search([0.1] * 256, Filter.of(CLIENT, NOW, None), 1):
                    break
            except Behind:
                time.sleep(0.05)
        else:
            pytest.fail("no vector came")
    assert (settings.var_dir / "index" / "lexical" / "seen.json").exists()


def test_a_command_beside_a_server_writes_no_index(settings: Settings, shipped: Database) -> None:
    with lock.hold(settings.var_dir), built(settings, shipped, serving=False) as searcher:
        assert searcher.search("小规模纳税人起征点", CLIENT, NOW, None).hits
    assert not (settings.var_dir / "index").exists()
    with built(settings, shipped, serving=False) as searcher:
        assert searcher.search("小规模纳税人起征点", CLIENT, NOW, None).hits
    assert (settings.var_dir / "index" / "lexical" / "seen.json").exists()
