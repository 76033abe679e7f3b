"""The scale benchmark at the size of a page: figures of every kind for every index, and only hits that are allowed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.bench.asked import read_asked
from eval.bench.legs import BACKENDS, opened
from eval.bench.made_up import Maker, readers
from eval.bench.scale import _times, made
from retrieval.evidence import Filter


def bench(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "eval", "bench", "scale", "--folder", str(folder), "--questions", "2", *more]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()}
    )


def test_every_backend_has_every_figure(tmp_path: Path) -> None:
    done = bench(tmp_path, "--sizes", "120")
    assert done.returncode == 0, done.stderr[-3000:]
    rows = json.loads(done.stdout)["rows"]
    assert [(row["backend"], row["chunks"]) for row in rows] == [(name, 120) for name in BACKENDS]
    for row in rows:
        assert row["memory_mb"] > 10
        assert row["index_seconds"] >= 0
        assert row["visible"]["chunks"] == 30
        assert set(row["filters"]) == set(readers())
        for figures in row["filters"].values():
            assert 0 < figures["p50"] <= figures["p95"]
        if row["backend"] != "words":
            assert row["filters"]["all"]["recall"] == 1.0


@pytest.mark.parametrize("words", [["--sizes", "ten"], ["--sizes", "5"], ["--backends", "faiss"]])
def test_what_it_does_not_know_is_told(tmp_path: Path, words: list[str]) -> None:
    done = bench(tmp_path, *words)
    assert done.returncode == 2
    assert "--sizes" in done.stderr


def test_a_hit_that_a_filter_forbids_stops_the_run(tmp_path: Path) -> None:
    library = made(120, 2, tmp_path)
    asked = read_asked(library / "asked.json")
    with opened("numpy", library / "library.db", tmp_path / "own", lambda _: None) as leg:
        leg.catch_up()

        def open_to_all(text: str, vector: list[float], _: Filter, k: int) -> list[tuple[str, float]]:
            return leg.search(text, vector, readers()["all"], k)

        with pytest.raises(AssertionError, match="must not"):
            _times(replace(leg, search=open_to_all), asked, exact=True)


def test_the_library_is_as_it_says() -> None:
    papers = list(Maker(6_000).papers())
    assert sum(len(paper.draft.chunks) for paper in papers) == 6_000
    for name, wanted in readers().items():
        share = 1.0 if name == "all" else float(name.partition(" ")[0]) / 100
        passed = sum(len(paper.draft.chunks) for paper in papers if paper.passes(wanted)) / 6_000
        assert passed == pytest.approx(share, abs=0.1, rel=0.3)
    vectors = np.concatenate([paper.vectors for paper in papers]).astype(np.float32)
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 0.01
    assert float((vectors[:500] @ vectors[-500:].T).mean()) == pytest.approx(0.76, abs=0.02)
