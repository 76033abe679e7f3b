"""Search and the knowledge it reads, put together for the server, for a command beside it, and for `qifu ingest`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.base.regions import recognised
from knowledge.base.settings import Settings
from knowledge.ingest import Progress, embed_shipped, ingest, load_articles, open_embedder
from retrieval import Searcher, open_searcher

Show = Callable[[Progress], None]


def build_searcher(settings: Settings, database: Database, *, serving: bool) -> Searcher:
    """A searcher over everything in SQL, the shipped articles included.

    `serving`: this process holds the data folder; vectors that are missing are computed beside the answers. A command
    computes those of the shipped articles first, once, and writes index files only while no server holds the folder.
    """
    from api.lock import is_held
    from knowledge.ingest.prepared import keep_prepared, take_prepared

    load_articles(database, SystemClock())
    embedder = open_embedder(settings.embedder, settings.var_dir)
    take_prepared(database, embedder.name)
    if not serving:
        with bars("首次使用，为随附知识计算向量") as show:
            if embed_shipped(database, embedder, show) and settings.embedder == "e5":
                keep_prepared(database, embedder.name)
    searcher = open_searcher(
        database,
        settings.embedder,
        settings.index if serving else "numpy",
        settings.var_dir,
        serving=serving,
        writes=serving or not is_held(settings.var_dir),
    )
    try:
        searcher.probe()
        if serving:
            searcher.warm()
    except BaseException:
        searcher.close()
        raise
    return searcher


def ingest_paths(paths: Sequence[str], kind: str | None, region: str | None, *, quiet: bool) -> dict[str, Any]:
    """Load files and folders, then compute their vectors; words can be searched while vectors go on.

    The report of the contract; `quiet` draws no bar. Raises `BadInput` for a path that isn't there.
    """
    from dataclasses import asdict

    from api.wiring import open_data

    settings = Settings()
    with open_data(settings, demo=False) as database, bars("", quiet=quiet) as show:
        report = ingest(
            database,
            [Path(path) for path in paths],
            clock=SystemClock(),
            kind=kind,
            region=recognised(region) if region else None,
            embedder=open_embedder(settings.embedder, settings.var_dir),
            progress=show,
        )
    return asdict(report)


@contextmanager
def bars(label: str, *, quiet: bool = False) -> Iterator[Show]:
    """A bar for each phase on stderr, with rate and time left; drawn at the first step, and only for a person."""
    if quiet or not sys.stderr.isatty():
        yield _plain(label, quiet)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    shown = Bars(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"),
        console=Console(stderr=True),
    )  # fmt: skip
    tasks: dict[str, Any] = {}

    def show(step: Progress) -> None:
        if not tasks:
            shown.start()
        if step.phase not in tasks:
            tasks[step.phase] = shown.add_task(label or step.phase, total=step.total, pace="")
        shown.update(tasks[step.phase], completed=step.done, total=step.total, pace=pace(step))

    try:
        yield show
    finally:
        if tasks:
            shown.stop()


def pace(step: Progress) -> str:
    """12.3 条/秒，剩 3 分 20 秒"""
    unit = "条" if step.phase == "向量" else "份"
    left = round(step.left_s)
    words = f"{left // 60} 分 {left % 60} 秒" if left >= 60 else f"{left} 秒"
    return f"{step.per_second:.1f} {unit}/秒，剩 {words}"


def _plain(label: str, quiet: bool) -> Show:
    """Into a file or a pipe: one line for every tenth, none when quiet."""
    told: dict[str, int] = {}

    def show(step: Progress) -> None:
        tenth = step.done * 10 // max(step.total, 1)
        if not quiet and told.get(step.phase) != tenth:
            told[step.phase] = tenth
            sys.stderr.write(f"{label or step.phase} {step.done}/{step.total}，{pace(step)}\n")

    return show
