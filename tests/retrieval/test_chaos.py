"""Killed in the middle of writes, its indexes deleted, cut and overwritten: what is found stays published, in force and
in scope, and nothing is embedded twice.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from knowledge.base.db import Database
from knowledge.base.regions import contains
from knowledge.ingest import embed_kept, open_embedder
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow

MAY_READ = {"client": {"client"}, "channel": {"client", "channel"}, "staff": {"client", "channel", "staff"}}
HARMS = ("none", "deleted", "cut short", "overwritten", "one file gone")


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.retrieval.{module}", *arguments]


def killed_at_random(database: Database, folder: Path, chance: random.Random) -> int:
    """Start a process that serves and writes, kill -9 it at a random moment; how many changes it told of."""
    arguments = command("writer", database.url, str(folder), str(chance.randrange(10**6)))
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment()) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(12)):
            writer.stdout.readline()
        time.sleep(chance.random() * 0.3)
        writer.kill()
        return writer.stdout.read().count("\n")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.getcwd()}


def harmed(folder: Path, how: str, chance: random.Random) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if how == "deleted":
        shutil.rmtree(folder, ignore_errors=True)
    elif how == "one file gone" and files:
        chance.choice(files).unlink()
    elif how in ("cut short", "overwritten"):
        for file in files:
            if chance.random() < 0.5:
                data = file.read_bytes()
                file.write_bytes(data[: len(data) // 2] if how == "cut short" else os.urandom(len(data)))


def read(database: Database, folder: Path, how: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        command("reader", database.url, str(folder), how),
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def astray(database: Database, found: list[dict[str, Any]]) -> list[str]:
    """Hits that SQL, the record, doesn't allow; read by its own logic."""
    with database.read() as work:
        session = work.session(EVERYONE)
        documents = {row.id: row for row in session.exec(select(DocumentRow))}
        chunks = {row.id: row for row in session.exec(select(ChunkRow))}
    wrong = []
    for hit in found:
        row, chunk, day = documents.get(hit["document"]), chunks.get(hit["chunk"]), date.fromisoformat(hit["day"])
        fine = (
            row is not None
            and chunk is not None
            and row.published
            and chunk.text in hit["text"]
            and row.owner_org in (EVERYONE, *hit["orgs"])
            and row.audience in MAY_READ[hit["audience"]]
            and (
                row.region == "全国"
                or (hit["region"] is not None and contains(row.region.replace("/", ""), hit["region"]))
            )
            and (row.effective_from is None or row.effective_from <= day)
            and (row.effective_to is None or day <= row.effective_to)
        )
        wrong += [] if fine else [f"{hit} {row}"]
    return wrong


def in_place(area: str, place: str | None) -> bool:
    return area == "全国" or (place is not None and contains(area.replace("/", ""), place))


def kept(database: Database) -> int:
    with database.read() as work:
        return work.session(EVERYONE).exec(select(func.count()).select_from(EmbeddingRow)).one()


def survive(database: Database, folder: Path, rounds: int, seed: int) -> int:
    """Kill and break, round after round; how many hits were held against the record."""
    chance, held = random.Random(seed), 0
    for number in range(rounds):
        killed_at_random(database, folder, chance)
        how = HARMS[number % len(HARMS)]
        harmed(folder / "index", how, chance)
        vectors = kept(database)
        for reader in ("beside", "serving"):
            found = read(database, folder, reader)
            assert found, f"round {number}: nothing is found after {how}"
            assert astray(database, found) == [], f"round {number}, {how}, {reader}"
            held += len(found)
        assert kept(database) >= vectors
    embed_kept(database, open_embedder("hash"), going=lambda: True)
    whole = kept(database)
    assert embed_kept(database, open_embedder("hash"), going=lambda: True) == 0
    assert kept(database) == whole
    return held


def test_what_a_killed_writer_left_is_answered_from_the_record(library: Database, tmp_path: Path) -> None:
    assert survive(library, tmp_path / "var", rounds=2, seed=1) > 100


@pytest.mark.soak
def test_twenty_kills_and_broken_indexes_show_nothing_astray(library: Database, tmp_path: Path) -> None:
    assert survive(library, tmp_path / "var", rounds=20, seed=20261125) > 1000


def test_the_check_itself_finds_what_is_astray(library: Database) -> None:
    with library.read() as work:
        row = next(r for r in work.session(EVERYONE).exec(select(DocumentRow)) if r.title == "未发布的草稿")
        chunk = work.session(EVERYONE).exec(select(ChunkRow).where(ChunkRow.document_id == row.id)).first()
    assert chunk is not None
    hit = {"document": row.id, "chunk": chunk.id, "text": chunk.text, "day": "2026-11-23", "region": None,
           "orgs": ["org-c1"], "audience": "client"}  # fmt: skip
    assert len(astray(library, [hit])) == 1
