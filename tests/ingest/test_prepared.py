"""Vectors computed at set-up spare a fresh database the work, and are never needed."""

from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import embed_shipped, load_articles, open_embedder
from knowledge.ingest.embed import missing
from knowledge.ingest.prepared import prepare, take_prepared
from tests.ingest.texts import ARTICLE

MODEL = open_embedder("hash")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "demo.md").write_text(ARTICLE, encoding="utf-8")
    return folder


def test_a_fresh_database_takes_every_vector_from_the_file(
    library: Database, articles: Path, tmp_path: Path, clock: SetClock
) -> None:
    file = tmp_path / "vectors.npz"
    assert prepare(MODEL, articles, file) == 3
    load_articles(library, clock, folder=articles)
    assert take_prepared(library, MODEL.name, file) == 3
    assert missing(library, MODEL.name) == []
    assert embed_shipped(library, MODEL) == 0
    assert take_prepared(library, MODEL.name, file) == 0


def test_only_what_changed_is_computed_again(articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    prepare(MODEL, articles, file)
    assert prepare(MODEL, articles, file) == 0
    (articles / "demo.md").write_text(ARTICLE.replace("三年", "五年"), encoding="utf-8")
    assert prepare(MODEL, articles, file) == 1


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half a file"])
def test_without_the_file_nothing_is_taken(
    library: Database, articles: Path, tmp_path: Path, clock: SetClock, content: bytes | None
) -> None:
    file = tmp_path / "vectors.npz"
    if content is not None:
        file.write_bytes(content)
    load_articles(library, clock, folder=articles)
    assert take_prepared(library, MODEL.name, file) == 0
    assert embed_shipped(library, MODEL) == 3


def test_vectors_of_another_model_are_not_taken(
    library: Database, articles: Path, tmp_path: Path, clock: SetClock
) -> None:
    file = tmp_path / "vectors.npz"
    prepare(MODEL, articles, file)
    load_articles(library, clock, folder=articles)
    assert take_prepared(library, "another", file) == 0
