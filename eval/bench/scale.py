"""`python -m eval bench scale`: what each index costs as the library grows, and what a filter costs it.

Each backend runs at each size in a process of its own over a copy of a made-up library. A question is asked with every
filter in turn before the next one is, so that a noisy moment of the machine meets all filters alike; the first time a
filter is used (`first_ms`) isn't among the times. Beside the clock's times stand those of the processor (`cpu_`), which
other work on the machine leaves alone. Every hit is held against what the filter allows.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from eval.bench.asked import BEST, Asked, Witness, read_asked
from eval.bench.legs import BACKENDS, Leg, opened
from eval.bench.made_up import AT, Maker, Paper, embed, fill, readers
from knowledge.base.db import Database
from knowledge.ingest.store import store
from knowledge.ingest.tables import EVERYONE, empty_library
from retrieval.evidence import Filter

K = 60  # candidates the product asks of each index
CHANGED = 1_000  # chunks that change at once
ALIKE = 0.99  # a cosine that only the changed clause itself has; BM25 is far above it
SIZES, LEAST = "10000,60000,100000,1000000", 100
MOST = 100_000  # chunks of a backend that builds a graph: some minutes


def main(arguments: Sequence[str]) -> int:
    """One JSON object on stdout, progress on stderr; exit 1 when a backend gave nothing, 2 for what it doesn't know."""
    if arguments[:1] == ["one"]:
        backend, library, chunks = arguments[1:4]
        sys.stdout.write(json.dumps(one(backend, Path(library), int(chunks))))
        return 0
    options = _options().parse_args(arguments)
    sizes, backends = options.sizes.split(","), options.backends.split(",")
    unknown = [name for name in backends if name not in BACKENDS]
    if unknown or not all(size.isdecimal() and int(size) >= LEAST for size in sizes):
        _tell(f"--sizes 是不少于 {LEAST} 的整数，--backends 是 {'、'.join(BACKENDS)}；逗号分开。\n")
        return 2
    rows = bench([int(size) for size in sizes], backends, options.questions, Path(options.folder), options.most)
    sys.stdout.write(json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "rows": rows}) + "\n")
    return 1 if any("failed" in row for row in rows) else 0


def bench(
    sizes: Sequence[int], backends: Sequence[str], questions: int, folder: Path, most: int = MOST
) -> list[dict[str, Any]]:
    """A row for each size and backend; one that failed says so and the others go on."""
    jobs = [(size, name) for size in sizes for name in backends if size <= most or name in ("words", "numpy")]
    rows: list[dict[str, Any]] = []
    pace: dict[str, float] = {}
    for place, (size, name) in enumerate(jobs):
        library = made(size, questions, folder)
        _tell(f"[{place + 1}/{len(jobs)}] {name} {size:,}{_left(jobs[place:], pace)}\n")
        begun = time.monotonic()
        command = [sys.executable, "-m", "eval", "bench", "scale", "one", name, str(library), str(size)]
        threads = {"OMP_NUM_THREADS": "1"}  # as the server sets it
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env={**os.environ, **threads})
        pace[name] = (time.monotonic() - begun) / size
        found = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.returncode}
        rows.append({"backend": name, "chunks": size, **found})
        _tell(json.dumps(rows[-1], ensure_ascii=False) + "\n")
    return rows


def made(size: int, questions: int, folder: Path) -> Path:
    """The folder with the library of that size, its questions and their answers; made once."""
    there = folder / f"made-{size}-{questions}"
    if (there / "asked.json").exists():
        return there
    there.mkdir(parents=True, exist_ok=True)
    (there / "library.db").unlink(missing_ok=True)
    database = empty_library(f"sqlite:///{there / 'library.db'}")
    maker = Maker(size)
    witness = Witness(maker, questions)
    _fill(database, maker, witness)
    database.close()
    with closing(sqlite3.connect(there / "library.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    witness.write(there / "asked.json")
    return there


def one(backend: str, library: Path, chunks: int) -> dict[str, Any]:
    """Figures of one backend over one library."""
    asked = read_asked(library / "asked.json")
    with (
        TemporaryDirectory(dir=library) as own,
        opened(backend, library / "library.db", Path(own), lambda there: _fill(there, Maker(chunks), None)) as leg,
    ):
        begun, had = time.perf_counter(), leg.busy()
        leg.catch_up()
        spent, busy = time.perf_counter() - begun, leg.busy() - had
        times = _times(leg, asked, exact=backend != "words")
        held = {"memory_mb": round(leg.memory()), "disk_mb": round(leg.disk())}
        visible = _visible(leg, chunks, backend)
    took = {"index_seconds": round(spent, 1), "index_cpu_seconds": round(busy, 1)}
    return {**took, **held, "filters": times, "visible": visible}


def _times(leg: Leg, asked: Asked, *, exact: bool) -> dict[str, Any]:
    """Milliseconds, and recall where there is a right answer, of every filter."""
    filters = list(readers().items())
    first = {name: _once(leg, asked, 0, name, wanted)[0] for name, wanted in filters}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in filters}
    met: dict[str, list[float]] = {name: [] for name, _ in filters}
    for number in range(len(asked.questions)):
        for place in range(len(filters)):
            name, wanted = filters[(place + number) % len(filters)]
            passed, busy, found = _once(leg, asked, number, name, wanted)
            spent[name].append((passed, busy))
            if exact and (right := asked.right[name][number]):
                met[name].append(len({key for key, _ in found[:BEST]} & set(right)) / len(right))
    return {name: _figures(spent[name], spent["all"], first[name], met[name]) for name, _ in filters}


def _once(
    leg: Leg, asked: Asked, number: int, name: str, wanted: Filter
) -> tuple[float, float, list[tuple[str, float]]]:
    """Milliseconds by the clock and of a processor, and what was found."""
    vector = asked.vectors[number].tolist()
    begun, had = time.perf_counter(), leg.busy()
    found = leg.search(asked.questions[number], vector, wanted, K)
    passed, busy = (time.perf_counter() - begun) * 1000, (leg.busy() - had) * 1000
    astray = [key for key, _ in found if key.rpartition("-")[0] not in asked.allowed[name]]
    if astray:
        raise AssertionError(f"{name} lets {len(astray)} chunks through that it must not, {astray[0]} first")
    return passed, busy, found


def _figures(
    spent: list[tuple[float, float]], whole: list[tuple[float, float]], first: float, met: list[float]
) -> dict[str, float]:
    """`ratio`s are to the same questions with everything let through: p50 to p50, p95 to p95, and by the processor."""
    (p50, cpu), (p95, cpu95) = np.quantile(spent, (0.5, 0.95), axis=0)
    (base50, base_cpu), (base95, _) = np.quantile(whole, (0.5, 0.95), axis=0)
    told = {"p50": p50, "p95": p95, "ratio": p50 / base50, "ratio_p95": p95 / base95, "first_ms": first,
            "cpu_p50": cpu, "cpu_p95": cpu95, "ratio_cpu": cpu / base_cpu}  # fmt: skip
    if met:
        told["recall"] = float(np.mean(met))
    return {name: round(float(value), 3) for name, value in told.items()}


def _visible(leg: Leg, chunks: int, backend: str) -> dict[str, float]:
    """Change about a thousand chunks; seconds from their vectors being written until a search finds them."""
    papers = _changed(Maker(chunks), min(CHANGED, max(chunks // 4, 1)))
    with leg.database.work() as work:
        for paper in papers:
            store(work.session(EVERYONE), paper.draft, content_hash="", source="made", owner_org=paper.owner,
                  audience=paper.audience, by="made", at=AT, published=True, key=paper.key)  # fmt: skip
    if backend != "words":
        embed(leg.database, papers)
    begun, had = time.monotonic(), leg.busy()
    leg.catch_up()
    found = _found(leg, papers[-1])
    spent, busy = time.monotonic() - begun, leg.busy() - had
    lost = [paper.key for paper in papers[:: len(papers) // 10 + 1] if not _found(leg, paper)]
    if lost or not found:
        raise AssertionError(f"changed documents are not found as they are: {[*lost, papers[-1].key]}")
    changed = sum(len(paper.draft.chunks) for paper in papers)
    return {"chunks": changed, "seconds": round(spent, 2), "cpu_seconds": round(busy, 2)}


def _found(leg: Leg, paper: Paper) -> bool:
    """Whether the first clause is found as it is now."""
    text, vector = paper.draft.chunks[0].text, paper.vectors[0].astype(float).tolist()
    return dict(leg.search(text, vector, readers()["all"], K)).get(f"{paper.key}-0000", 0.0) > ALIKE


def _changed(maker: Maker, count: int) -> list[Paper]:
    """The first documents again, with other clauses."""
    others = Maker(maker.chunks, seed=2)
    papers = []
    for old in maker.papers():
        if count <= 0:
            break
        papers.append(others.paper(old.key, min(len(old.draft.chunks), count)))
        count -= len(papers[-1].draft.chunks)
    return papers


def _fill(database: Database, maker: Maker, witness: Witness | None) -> None:
    papers = witness.watch(maker.papers()) if witness else maker.papers()
    begun = time.monotonic()

    def tell(done: int) -> None:
        left = (time.monotonic() - begun) / done * (maker.chunks - done)
        _tell(f"\r建库 {done:,}/{maker.chunks:,}，剩 {left:.0f} 秒 ")

    fill(database, papers, tell)
    _tell("\n")


def _left(jobs: Sequence[tuple[int, str]], pace: dict[str, float]) -> str:
    """The time the jobs may take, by what the same backends took for each chunk before."""
    if any(name not in pace for _, name in jobs):
        return ""
    return f"，约剩 {sum(size * pace[name] for size, name in jobs) / 60:.0f} 分"


def _tell(words: str) -> None:
    sys.stderr.write(words)
    sys.stderr.flush()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qifu bench scale", description="索引随条数的耗时、内存与过滤的代价")
    parser.add_argument("--sizes", default=SIZES, help="条数，逗号分开")
    parser.add_argument("--backends", default=",".join(BACKENDS), help="逗号分开")
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--most", type=int, default=MOST, help="Chroma 与 pgvector 最多跑到多少条")
    parser.add_argument("--folder", default="var/bench", help="库留在这里，再跑不重做")
    return parser
