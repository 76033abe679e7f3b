"""One behaviour, every index: scope, date and region hold inside each query."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import open_embedder, publish, withdraw
from knowledge.ingest.tables import EVERYONE
from retrieval import Scope
from retrieval.chroma import ChromaIndex, ChromaServer
from retrieval.evidence import Audience, Filter
from retrieval.lexical import LexicalIndex
from retrieval.pgvector import PgvectorIndex
from retrieval.record import Record
from retrieval.vectors import ExactIndex

NOW, BEFORE = date(2026, 11, 23), date(2024, 1, 1)
CLIENT = Scope(frozenset({"org-c1"}), "client")
MODEL = open_embedder("hash")
Search = Callable[[str, Filter], list[str]]


@pytest.fixture
def library(request: pytest.FixtureRequest) -> Database:
    """On PostgreSQL for the index that lives there."""
    there = request.node.callspec.params.get("search") == "pgvector"
    database: Database = request.getfixturevalue("library_on_postgres" if there else "library_on_sqlite")
    return database


@pytest.fixture(params=["words", "words on disk", "exact", "chroma", "chroma server", "pgvector"])
def search(request: pytest.FixtureRequest, library: Database, tmp_path: Path) -> Iterator[Search]:
    """The ids a leg gives, all of them, best first."""
    if request.param.startswith("words"):
        lexical = LexicalIndex(library, tmp_path / "lexical" if "disk" in request.param else None)
        yield lambda text, wanted: [key for key, _ in lexical.search(text, wanted, 100)]
    elif request.param == "exact":
        exact = ExactIndex(library, MODEL.name)
        yield lambda text, wanted: [key for key, _ in exact.search(MODEL.embed_query(text), wanted, 100)]
    else:
        index: ChromaIndex | PgvectorIndex
        if request.param == "pgvector":
            index = PgvectorIndex(library, MODEL.name)
        elif request.param == "chroma":
            index = ChromaIndex(library, MODEL.name, tmp_path / "chroma")
        else:
            index = ChromaServer(library, MODEL.name, tmp_path / "chroma", request.getfixturevalue("chroma_server"))

        def through(text: str, wanted: Filter) -> list[str]:
            index.catch_up()
            return [key for key, _ in index.search(MODEL.embed_query(text), wanted, 100)]

        yield through
        index.close()


def found(library: Database, search: Search, text: str, scope: Scope, day: date, region: str | None) -> str:
    """Every text the index gives, before SQL has its say; joined."""
    keys = search(text, Filter.of(scope, day, region))
    everything = Filter(
        frozenset({EVERYONE, "org-sz"}), frozenset({"client", "staff", "channel"}),
        frozenset({"全国", "上海市", "浙江省/杭州市"}), None,
    )  # fmt: skip
    with library.read() as work:
        rows = Record().hydrate(work.session(EVERYONE), keys, everything)
        assert len(rows) == len(keys), "the index gave what isn't published"
        return "\n".join(rows[key][0].text for key in keys)


def test_the_version_then_in_force_is_found(library: Database, search: Search) -> None:
    now = found(library, search, "示范企业的登记费", CLIENT, NOW, None)
    before = found(library, search, "示范企业的登记费", CLIENT, BEFORE, None)
    assert "一百元" in now
    assert "三百元" not in now
    assert "三百元" in before
    assert "一百元" not in before


def test_the_last_day_of_the_old_and_the_first_day_of_the_new(library: Database, search: Search) -> None:
    assert "三百元" in found(library, search, "登记费", CLIENT, date(2024, 6, 30), None)
    assert "一百元" in found(library, search, "登记费", CLIENT, date(2024, 7, 1), None)
    assert "三百元" not in found(library, search, "登记费", CLIENT, date(2024, 7, 1), None)


def test_nothing_is_found_before_anything_was_law(library: Database, search: Search) -> None:
    assert found(library, search, "登记费 稽查 票据 园区补贴", CLIENT, date(1990, 1, 1), "上海市") == ""


def test_a_place_reads_its_own_rules_and_the_nations(library: Database, search: Search) -> None:
    shanghai = found(library, search, "园区补贴每平方米", CLIENT, NOW, "上海市浦东新区")
    assert "十元" in shanghai
    assert "二十元" not in shanghai
    hangzhou = found(library, search, "园区补贴每平方米", CLIENT, NOW, "杭州")
    assert "二十元" in hangzhou
    assert "上海市" not in hangzhou


@pytest.mark.parametrize("region", [None, "", "火星", "浙江省", "浙江省宁波市", "江苏省苏州市", "32"])
def test_another_place_reads_none_of_them(library: Database, search: Search, region: str | None) -> None:
    text = found(library, search, "园区补贴每平方米", CLIENT, NOW, region)
    assert "补贴" not in text
    assert found(library, search, "登记费", CLIENT, NOW, region)


@pytest.mark.parametrize(
    ("orgs", "audience", "canary", "staff"),
    [
        (frozenset({"org-c1"}), "client", False, False),
        (frozenset({"org-sz"}), "client", False, False),
        (frozenset({"org-sz"}), "channel", True, False),
        (frozenset({"org-hz"}), "channel", False, False),
        (frozenset({"org-hq"}), "staff", False, True),
        (frozenset({"org-sz"}), "staff", True, True),
        (frozenset[str](), "client", False, False),
    ],
)
def test_a_scope_reads_its_own_and_never_anothers(
    library: Database, search: Search, orgs: frozenset[str], audience: Audience, canary: bool, staff: bool
) -> None:
    text = found(library, search, "示范登记费的返佣比例 内部口径 草稿内容", Scope(orgs, audience), NOW, None)
    assert ("金丝雀" in text) == canary
    assert ("蓝知更鸟" in text) == staff
    assert "白头翁" not in text


def test_publishing_shows_a_text_and_withdrawing_hides_it(library: Database, search: Search, clock: SetClock) -> None:
    from sqlmodel import select

    from knowledge.ingest.tables import DocumentRow

    with library.read() as work:
        rows = work.session(EVERYONE).exec(select(DocumentRow))
        draft = next(row.id for row in rows if row.title == "未发布的草稿")
    assert "白头翁" not in found(library, search, "草稿内容", CLIENT, NOW, None)
    with library.work() as work:
        publish(work.session(EVERYONE), draft, "hq", clock.now())
    assert "白头翁" in found(library, search, "草稿内容", CLIENT, NOW, None)
    with library.work() as work:
        withdraw(work.session(EVERYONE), draft)
    assert "白头翁" not in found(library, search, "草稿内容", CLIENT, NOW, None)
