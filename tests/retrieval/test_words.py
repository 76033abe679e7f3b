"""The word index between processes: kept on a shelf, never trusted, never in the way."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import ingest
from knowledge.ingest.tables import empty_library
from retrieval import Scope
from retrieval.evidence import Filter
from retrieval.lexical import LexicalIndex
from tests.ingest.texts import FIRST
from tests.retrieval.harm import damage

WANTED = Filter.of(Scope(frozenset(), "client"), date(2026, 11, 23), None)
ASKED = "示范企业的登记费"


def words(library: Database, shelf: Path, *, serving: bool = False, keeps: bool = True) -> LexicalIndex:
    return LexicalIndex(library, shelf, serving=serving, keeps=keeps)


def ids(index: LexicalIndex, question: str = ASKED) -> list[str]:
    return [key for key, _ in index.search(question, WANTED, 5)]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "index" / "lexical"


@pytest.fixture
def expected(library: Database) -> list[str]:
    return ids(LexicalIndex(library))


@pytest.mark.parametrize("serving", [True, False])
def test_what_one_process_learned_the_next_one_reads(
    library: Database, shelf: Path, expected: list[str], serving: bool
) -> None:
    first = words(library, shelf, serving=serving)
    assert ids(first) == expected
    first.close()
    assert (shelf / "seen.json").exists()
    again = words(library, shelf, serving=serving)
    assert ids(again) == expected
    again.close()
    assert not list((shelf.parent.parent / "live").iterdir())


@pytest.mark.parametrize("serving", [True, False])
@pytest.mark.parametrize("harm", ["deleted", "overwritten", "emptied"])
def test_a_lost_shelf_is_built_anew(
    library: Database, shelf: Path, expected: list[str], serving: bool, harm: str
) -> None:
    first = words(library, shelf, serving=serving)
    ids(first)
    first.close()
    harmed(shelf, harm)
    again = words(library, shelf, serving=serving)
    assert ids(again) == expected
    again.close()
    after = words(library, shelf)
    assert ids(after) == expected
    after.close()


@pytest.mark.parametrize("harm", ["deleted", "overwritten", "emptied"])
def test_what_serves_goes_on_whatever_happens_to_the_shelf(
    library: Database, shelf: Path, expected: list[str], harm: str, tmp_path: Path, clock: SetClock
) -> None:
    first = words(library, shelf, serving=True)
    ids(first)
    first.save()
    harmed(shelf, harm)
    assert ids(first) == expected
    (tmp_path / "示范复核条例(2012-02-03).md").write_text(FIRST.replace("稽查", "复核"), encoding="utf-8")
    ingest(library, [tmp_path / "示范复核条例(2012-02-03).md"], clock=clock)
    assert len(ids(first, "复核人员应当出示证件")) == len(expected)
    first.close()


def harmed(shelf: Path, harm: str) -> None:
    if harm == "deleted":
        shutil.rmtree(shelf.parent)
    else:
        damage(shelf, b"\x00broken" * 20 if harm == "overwritten" else b"")


def test_a_change_reaches_a_command_that_may_not_write_the_shelf(
    library: Database, shelf: Path, tmp_path: Path, clock: SetClock
) -> None:
    server = words(library, shelf, serving=True)
    ids(server)
    server.save()
    kept = (shelf / "seen.json").read_bytes()
    (tmp_path / "示范复核条例(2012-02-03).md").write_text(FIRST.replace("稽查", "复核"), encoding="utf-8")
    ingest(library, [tmp_path / "示范复核条例(2012-02-03).md"], clock=clock)
    beside = words(library, shelf, keeps=False)
    assert ids(beside, "复核人员应当出示证件")
    beside.close()
    assert (shelf / "seen.json").read_bytes() == kept
    server.close()


def test_an_index_of_another_database_is_not_believed(library: Database, shelf: Path, tmp_path: Path) -> None:
    first = words(library, shelf)
    ids(first)
    first.close()
    other = empty_library(f"sqlite:///{tmp_path / 'other.db'}")
    assert ids(words(other, shelf)) == []
    other.close()


def test_a_full_disk_stops_no_search(library: Database, shelf: Path, expected: list[str]) -> None:
    (shelf.parent.parent / "live").write_text("no folder can be made here")
    for serving in (True, False):
        index = words(library, shelf, serving=serving)
        assert ids(index) == expected
        index.close()


def test_a_copy_left_by_a_killed_process_is_swept(library: Database, shelf: Path) -> None:
    script = (
        "import os, signal, sys; from datetime import date; from pathlib import Path\n"
        "from knowledge.base.db import Database; from retrieval import Scope\n"
        "from retrieval.evidence import Filter; from retrieval.lexical import LexicalIndex\n"
        "index = LexicalIndex(Database(sys.argv[1]), Path(sys.argv[2]), serving=True)\n"
        "index.search('登记费', Filter.of(Scope(frozenset(), 'client'), date(2026, 11, 23), None), 3)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run(
        [sys.executable, "-c", script, library.url, str(shelf)],
        check=False,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    live = shelf.parent.parent / "live"
    assert len(list(live.iterdir())) == 1
    index = words(library, shelf, serving=True)
    ids(index)
    assert len(list(live.iterdir())) == 1
    index.close()
    assert not list(live.iterdir())
