"""Every index against the exact one, held to the record: for any reader, place and day they give the same rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.embed import embed_missing
from knowledge.ingest.embedders import open_embedder
from knowledge.ingest.store import store
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow
from retrieval.chroma import ChromaIndex, ChromaServer
from retrieval.evidence import Filter
from retrieval.passages import allowed
from retrieval.pgvector import PgvectorIndex
from retrieval.vectors import ExactIndex, VectorIndex

MODEL = open_embedder("hash")
BEGIN = date(2020, 1, 1)
OWNERS, AUDIENCES, REGIONS = ("*", "org-sz", "org-hz"), ("client", "channel", "staff"), ("全国", "上海市", "浙江省")
FILTERS = st.builds(
    Filter, st.frozensets(st.sampled_from(OWNERS)), st.frozensets(st.sampled_from(AUDIENCES)),
    st.frozensets(st.sampled_from(REGIONS)), st.none() | st.integers(-30, 760).map(lambda day: BEGIN.toordinal() + day),
)  # fmt: skip


def dated(database: Database, clock: SetClock) -> Database:
    """Beside the shelf's own texts, a hundred and twenty with days all over two years, most of them everyone's."""
    chance = np.random.default_rng(0)
    with database.work() as work:
        for number in range(120):
            starts = BEGIN + timedelta(days=int(chance.integers(0, 700)))
            ends = starts + timedelta(days=int(chance.integers(0, 300))) if chance.random() < 0.3 else None
            mine = chance.random() < 0.3
            draft = Draft(
                series=f"dated:{number}", title=f"日期示范{number}", effective_from=starts, effective_to=ends,
                region=REGIONS[int(chance.integers(3))] if mine else "全国",
                chunks=tuple(DraftChunk(f"第{number}号登记费口径{place}", (), f"第{place}条") for place in range(2)),
            )  # fmt: skip
            store(
                work.session(EVERYONE), draft, content_hash="", source="dated",
                owner_org=OWNERS[int(chance.integers(3))] if mine else EVERYONE,
                audience=AUDIENCES[int(chance.integers(3))] if mine else "client",
                by="tests", at=clock.now(), published=True,
            )  # fmt: skip
    embed_missing(database, MODEL)
    return database


@pytest.fixture(params=["exact", "chroma", "chroma server", "pgvector", "pgvector by its graph"])
def index(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[VectorIndex]:
    """Parts of at most some forty rows, so that days cut through many."""
    on = "library_on_postgres" if request.param.startswith("pgvector") else "library_on_sqlite"
    database = dated(request.getfixturevalue(on), clock)
    index: ExactIndex | ChromaIndex | PgvectorIndex
    if request.param == "exact":
        index = ExactIndex(database, MODEL.name)
    elif request.param.startswith("pgvector"):
        index = PgvectorIndex(database, MODEL.name, few=0 if "graph" in request.param else 10_000)
    elif request.param == "chroma":
        index = ChromaIndex(database, MODEL.name, tmp_path / "chroma", rows=40)
    else:
        index = ChromaServer(
            database, MODEL.name, tmp_path / "chroma", request.getfixturevalue("chroma_server"), rows=40
        )
    index.catch_up()
    yield index
    index.close()


@given(wanted=FILTERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_an_index_gives_what_the_record_allows_on_any_day(index: VectorIndex, wanted: Filter) -> None:
    vector = MODEL.embed_query("登记费口径")
    found = index.search(vector, wanted, 1_000)
    assert {key for key, _ in found} == on_record(index.database, wanted)  # type: ignore[attr-defined]
    best = index.search(vector, wanted, 5)
    assert [round(score, 3) for _, score in best] == [round(score, 3) for _, score in found[:5]]


def on_record(database: Database, wanted: Filter) -> set[str]:
    with database.read() as work:
        query = select(ChunkRow.id).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)  # type: ignore[arg-type]
        return set(work.session(EVERYONE).exec(allowed(query, wanted)))
