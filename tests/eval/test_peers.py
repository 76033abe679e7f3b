"""Other libraries beside ours on a corpus of a few lines: those installed find an obvious text, the others are told."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.bench.peers import PEERS, why
from eval.bench.peers_apart import MISSING
from eval.bench.peers_kept import Kept, built
from eval.bench.peers_langchain import pairs
from knowledge.ingest.embedders.hashing import HashEmbeddings
from tests.eval.test_bench import bench, shelved

pytestmark = pytest.mark.xdist_group("peers")
HYBRID = {
    "langchain": "langchain: ensemble",
    "llamaindex": "llamaindex: fusion",
    "haystack": "haystack: joined",
    "txtai": "txtai: hybrid",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    return bench(tmp_path_factory.mktemp("peers"), "--peers")


@pytest.fixture(scope="module")
def found(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_that_is_installed_finds_an_obvious_text(peer: str, found: dict[str, Any]) -> None:
    if "没有安装" in found["skipped"].get(peer, ""):
        pytest.skip(found["skipped"][peer])
    assert peer not in found["skipped"], found["skipped"]
    rows = {system["name"]: system for system in found["systems"]}
    for name in (HYBRID[peer], f"{HYBRID[peer]}, bigrams"):
        assert rows[name]["recall"]["5"] == 1.0
        assert rows[name]["mrr_10"] >= 0.5
        assert rows[name]["peak_mb"] > 50
        assert rows[name]["index_seconds"] >= 0 <= rows[name]["embed_seconds"]


def test_langchains_words_are_those_between_spaces(found: dict[str, Any]) -> None:
    rows = {system["name"]: system for system in found["systems"]}
    assert rows["langchain: splitter + Chroma"]["recall"]["5"] == 1.0
    assert rows["langchain: BM25"]["recall"]["100"] == 0.0
    assert rows["langchain: BM25, bigrams"]["recall"]["5"] == 1.0
    assert pairs("登记，费AB") == ["登记", "费a", "ab"]


def test_one_that_is_missing_says_how_to_install_it() -> None:
    hidden = "import sys; sys.modules['haystack'] = None; from eval.bench.peers_apart import main; "
    given = [word for name in ("corpus", "queries", "embedder", "folder", "library") for word in (f"--{name}", "none")]
    done = subprocess.run(
        [sys.executable, "-c", f"{hidden}sys.exit(main(sys.argv[1:]))", "haystack", *given],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert done.returncode == MISSING, done.stderr
    assert why("haystack", done).startswith("haystack：没有安装 haystack，跳过；安装：")
    assert "pip install -c constraints.txt" in why("haystack", done)


def test_one_that_fails_says_its_last_words() -> None:
    done = subprocess.CompletedProcess([], 1, "", "Traceback\n甲\nValueError: 乙\n")
    assert why("txtai", done) == "txtai：没有跑完（退出码 1），跳过：ValueError: 乙"


def test_those_that_are_missing_stop_nobody(done: subprocess.CompletedProcess[str], found: dict[str, Any]) -> None:
    assert "langchain" not in found["skipped"]  # it takes nothing that the product hasn't
    assert {system["name"].partition(":")[0] for system in found["systems"]} >= {"own lexical", "langchain"}
    assert all(told in done.stderr for told in found["skipped"].values())


def test_whole_texts_take_the_vectors_that_lie_ready(done: subprocess.CompletedProcess[str]) -> None:
    assert "新算了" not in done.stderr


def test_a_vector_is_computed_once_and_kept_for_the_next(tmp_path: Path) -> None:
    database = shelved(tmp_path)
    first, second = Kept(database, HashEmbeddings()), Kept(database, HashEmbeddings())
    vectors, seconds, letters = built(first, lambda: first.matrix(["甲乙丙", "丁戊己", "甲乙丙"]))
    assert vectors.shape == (3, 256)
    assert (vectors[0] == vectors[2]).all()
    assert (first.fresh, letters) == (2, 9)
    assert seconds < first.seconds
    assert (second.matrix(["丁戊己"])[0] == vectors[1]).all()
    assert second.fresh == 0
    database.close()
