"""Ingest end to end: nothing twice, nothing half, versions in order."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Missing
from knowledge.ingest import Progress, ingest, open_embedder, publish, withdraw
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow, empty_library, last_change
from tests.ingest.texts import ARTICLE

HASH = open_embedder("hash")


def documents(database: Database) -> dict[str, DocumentRow]:
    with database.read() as work:
        return {row.doc_no: row for row in work.session(EVERYONE).exec(select(DocumentRow))}


def contents(database: Database) -> tuple[Sequence[object], Sequence[object], Sequence[object]]:
    with database.read() as work:
        session = work.session(EVERYONE)
        rows: Sequence[object] = sorted(
            (row.id, row.title, str(row.effective_from), str(row.effective_to), row.status, row.content_hash)
            for row in session.exec(select(DocumentRow))
        )
        chunks: Sequence[object] = sorted((row.id, row.text) for row in session.exec(select(ChunkRow)))
        vectors: Sequence[object] = sorted((row.content_hash, row.vector) for row in session.exec(select(EmbeddingRow)))
    return rows, chunks, vectors


def test_a_second_run_does_nothing(library: Database, statutes: Path, clock: SetClock) -> None:
    first = ingest(library, [statutes], clock=clock, embedder=HASH)
    before = contents(library)
    again = ingest(library, [statutes], clock=clock, embedder=HASH)
    assert (first.documents, first.reused) == (6, 0)
    assert (again.documents, again.chunks, again.embedded, again.reused) == (0, 0, 0, 6)
    assert contents(library) == before


def test_a_newer_version_closes_the_older_one(library: Database, statutes: Path, clock: SetClock) -> None:
    ingest(library, [statutes], clock=clock)
    found = documents(library)
    old, new = found["示范登记法(2018-10-26)"], found["示范登记法(2023-12-29)"]
    assert old.effective_to == date(2024, 6, 30)
    assert (new.effective_from, new.effective_to, new.supersedes) == (date(2024, 7, 1), None, old.id)
    assert (old.status, new.status) == ("unknown", "in_force")


def test_versions_are_ordered_whichever_comes_first(library: Database, statutes: Path, clock: SetClock) -> None:
    for name in ("示范登记法(2023-12-29).md", "示范登记法(2018-10-26).md"):
        ingest(library, [statutes / name], clock=clock)
    assert documents(library)["示范登记法(2018-10-26)"].effective_to == date(2024, 6, 30)


TAX = """# 中华人民共和国示范税{name}

{adopted} 通过

<!-- INFO END -->

第一条 示范税的税率为百分之{rate}。

第二条 本办法自{starts}起施行。{end}
"""


def taxes(folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    old, new = folder / "示范税暂行条例(1993-12-13).md", folder / "示范税法(2024-12-25).md"
    old.write_text(
        TAX.format(name="暂行条例", adopted="1993年12月13日", rate="三", starts="1994年1月1日", end=""),
        encoding="utf-8",
    )
    end = "《中华人民共和国示范税暂行条例》同时废止。"
    new.write_text(
        TAX.format(name="法", adopted="2024年12月25日", rate="一", starts="2026年1月1日", end=end), encoding="utf-8"
    )
    return old, new


@pytest.mark.parametrize("first", [0, 1])
def test_a_law_ends_what_it_repeals_whichever_comes_first(
    library: Database, tmp_path: Path, clock: SetClock, first: int
) -> None:
    files = taxes(tmp_path / "taxes")
    for file in (files[first], files[1 - first]):
        ingest(library, [file], clock=clock)
    found = documents(library)
    old, new = found["示范税暂行条例(1993-12-13)"], found["示范税法(2024-12-25)"]
    assert (old.effective_to, old.superseded_by, old.status) == (date(2025, 12, 31), new.id, "dated")
    with library.work() as work:
        withdraw(work.session(EVERYONE), new.id)
    assert documents(library)["示范税暂行条例(1993-12-13)"].effective_to is None


def test_a_version_after_the_repealing_law_is_alive(library: Database, tmp_path: Path, clock: SetClock) -> None:
    old, new = taxes(tmp_path / "taxes")
    later = old.with_name("示范税暂行条例(2025-06-01).md")
    later.write_text(old.read_text(encoding="utf-8"), encoding="utf-8")
    ingest(library, [old, new, later], clock=clock)
    assert documents(library)["示范税暂行条例(2025-06-01)"].effective_to is None


def test_a_file_whose_title_or_date_changed_leaves_no_second_text(
    library: Database, statutes: Path, clock: SetClock
) -> None:
    file = statutes / "示范稽查条例(2011-02-03).md"
    ingest(library, [file], clock=clock)
    file.write_text(file.read_text(encoding="utf-8").replace("# 示范稽查条例", "# 示范稽核条例"), encoding="utf-8")
    ingest(library, [file], clock=clock)
    with library.read() as work:
        rows = list(work.session(EVERYONE).exec(select(DocumentRow)))
    assert {row.title: row.published for row in rows} == {"示范稽查条例": False, "示范稽核条例": True}


def test_a_changed_file_replaces_its_chunks_and_reuses_vectors(
    library: Database, statutes: Path, clock: SetClock
) -> None:
    ingest(library, [statutes], clock=clock, embedder=HASH)
    file = statutes / "示范稽查条例(2011-02-03).md"
    file.write_text(file.read_text(encoding="utf-8").replace("保存十年", "保存三十年"), encoding="utf-8")
    report = ingest(library, [statutes], clock=clock, embedder=HASH)
    assert (report.documents, report.chunks, report.embedded) == (1, 3, 1)
    assert len(contents(library)[0]) == 6


def test_files_that_cannot_be_read_are_left_out_with_a_reason(
    library: Database, statutes: Path, clock: SetClock
) -> None:
    (statutes / "空.md").write_bytes(b"")
    (statutes / "程序.exe").write_bytes(b"MZ")
    (statutes / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    with (statutes / "大.txt").open("wb") as huge:
        huge.truncate(500 * 1024 * 1024)
    (statutes / "副本").mkdir()
    (statutes / "副本" / "示范稽查条例(2011-02-03).md").write_text(
        "# 示范稽查条例\n<!-- INFO END -->\n第一条 另一份。", encoding="utf-8"
    )
    report = ingest(library, [statutes], clock=clock)
    reasons = {Path(skip.path).name: skip.reason for skip in report.skipped}
    assert set(reasons) == {"空.md", "程序.exe", "坏.pdf", "大.txt", "示范稽查条例(2011-02-03).md"}
    assert "50 MB" in reasons["大.txt"]
    assert report.documents == 6


def test_a_path_that_does_not_exist_is_refused(library: Database, clock: SetClock) -> None:
    with pytest.raises(BadInput, match="不存在"):
        ingest(library, [Path("nowhere")], clock=clock)


def test_an_upload_waits_for_a_reviewer(library: Database, tmp_path: Path, clock: SetClock) -> None:
    file = tmp_path / "demo.md"
    file.write_text(ARTICLE, encoding="utf-8")
    ingest(library, [file], clock=clock, published=False, owner_org="org-sz", by="sales_sz")
    row = documents(library)["示范发〔2016〕32号"]
    assert (row.published, row.reviewer, row.owner_org, row.loaded_by) == (False, None, "org-sz", "sales_sz")
    with library.work() as work:
        with pytest.raises(BadInput, match="复核人"):
            publish(work.session(EVERYONE), row.id, " ", clock.now())
        publish(work.session(EVERYONE), row.id, "hq", clock.now())
    after = documents(library)["示范发〔2016〕32号"]
    assert (after.published, after.reviewer) == (True, "hq")
    assert after.changed > row.changed
    with library.work() as work:
        withdraw(work.session(EVERYONE), row.id)
        with pytest.raises(Missing):
            publish(work.session(EVERYONE), "nothing", "hq", clock.now())
    assert not documents(library)["示范发〔2016〕32号"].published


def test_an_upload_does_not_take_a_published_text_away(library: Database, tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "demo.md").write_text(ARTICLE, encoding="utf-8")
    ingest(library, [tmp_path / "demo.md"], clock=clock)
    (tmp_path / "other.md").write_text(ARTICLE.replace("三年", "三十年"), encoding="utf-8")
    report = ingest(library, [tmp_path / "other.md"], clock=clock, published=False, by="sales_sz")
    assert "已发布" in report.skipped[0].reason
    assert documents(library)["示范发〔2016〕32号"].published


def test_an_unpublished_version_closes_nothing(library: Database, statutes: Path, clock: SetClock) -> None:
    ingest(library, [statutes / "示范登记法(2018-10-26).md"], clock=clock)
    ingest(library, [statutes / "示范登记法(2023-12-29).md"], clock=clock, published=False)
    assert documents(library)["示范登记法(2018-10-26)"].effective_to is None
    with library.work() as work:
        publish(work.session(EVERYONE), documents(library)["示范登记法(2023-12-29)"].id, "hq", clock.now())
    assert documents(library)["示范登记法(2018-10-26)"].effective_to == date(2024, 6, 30)


def test_progress_counts_files_then_vectors(library: Database, statutes: Path, clock: SetClock) -> None:
    seen: list[Progress] = []
    ingest(library, [statutes], clock=clock, embedder=HASH, progress=seen.append)
    assert [step.done for step in seen if step.phase == "入库"] == [1, 2, 3, 4, 5, 6]
    assert seen[-1].phase == "向量"
    assert (seen[-1].done, seen[-1].left_s) == (seen[-1].total, 0.0)


def test_every_change_raises_the_number(library: Database, statutes: Path, clock: SetClock) -> None:
    numbers = []
    for file in sorted(statutes.rglob("*.md")):
        ingest(library, [file], clock=clock)
        with library.read() as work:
            numbers.append(last_change(work.session(EVERYONE)))
    assert numbers == sorted(set(numbers))


KILLED = """
import os, signal, sys
from pathlib import Path
from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.ingest import embed, ingest, open_embedder
from knowledge.ingest.load import Progress

embed.BATCH = 4
at, phase = int(sys.argv[3]), sys.argv[4]

def stop(step: Progress) -> None:
    if step.phase == phase and step.done >= at:
        os.kill(os.getpid(), signal.SIGKILL)

class Dying:
    name = open_embedder("hash").name
    def embed_documents(self, texts):
        if phase == "mid":
            os.kill(os.getpid(), signal.SIGKILL)
        return open_embedder("hash").embed_documents(texts)
    def embed_query(self, text):
        return []

ingest(Database(sys.argv[1]), [Path(sys.argv[2])], clock=SystemClock(), embedder=Dying(), progress=stop)
"""
IN_TRANSACTION = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.orm import Session
from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.ingest import ingest
from knowledge.ingest.tables import ChunkRow

left = int(sys.argv[3])

@event.listens_for(Session, "after_flush")
def stop(session, context):
    global left
    if any(isinstance(row, ChunkRow) for row in session.new):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

ingest(Database(sys.argv[1]), [Path(sys.argv[2])], clock=SystemClock())
"""


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        (KILLED, ["1", "入库"]),
        (KILLED, ["4", "入库"]),
        (KILLED, ["0", "mid"]),
        (KILLED, ["8", "向量"]),
        (IN_TRANSACTION, ["2"]),
        (IN_TRANSACTION, ["5"]),
    ],
)
def test_a_killed_run_goes_on_to_the_same_result(
    statutes: Path, tmp_path: Path, clock: SetClock, script: str, arguments: list[str]
) -> None:
    calm, killed = (empty_library(f"sqlite:///{tmp_path / name}") for name in ("calm.db", "killed.db"))
    ingest(calm, [statutes], clock=clock, embedder=HASH)
    killed.close()
    command = [sys.executable, "-c", script, killed.url, str(statutes), *arguments]
    died = subprocess.run(command, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert contents(killed) != contents(calm)
    ingest(killed, [statutes], clock=clock, embedder=HASH)
    assert contents(killed) == contents(calm)
    calm.close()
    killed.close()


AT_ANY_STATEMENT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.ingest import embed, ingest, open_embedder

embed.BATCH = 4
database, left = Database(sys.argv[1]), int(sys.argv[3])

@event.listens_for(database.engine, "before_cursor_execute")
def stop(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

ingest(database, [Path(sys.argv[2])], clock=SystemClock(), embedder=open_embedder("hash"))
"""


@pytest.mark.parametrize("seed", range(3))
def test_killed_again_and_again_at_random_it_comes_to_the_same_end(
    statutes: Path, tmp_path: Path, clock: SetClock, seed: int
) -> None:
    taxes(statutes / "税")
    calm, killed = (empty_library(f"sqlite:///{tmp_path / name}") for name in ("calm.db", "killed.db"))
    ingest(calm, [statutes], clock=clock, embedder=HASH)
    killed.close()
    chance = random.Random(seed)
    for _ in range(4):
        command = [sys.executable, "-c", AT_ANY_STATEMENT, killed.url, str(statutes), str(chance.randint(2, 60))]
        died = subprocess.run(command, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
        assert died.returncode in (-signal.SIGKILL, 0), died.stderr.decode()
    ingest(killed, [statutes], clock=clock, embedder=HASH)
    assert contents(killed) == contents(calm)
    again = ingest(killed, [statutes], clock=clock, embedder=HASH)
    assert (again.documents, again.embedded) == (0, 0)
    calm.close()
    killed.close()


def test_the_books_of_one_code_are_parts_of_it_and_not_the_same_again(
    library: Database, tmp_path: Path, clock: SetClock
) -> None:
    """民法典 comes as a file for each of its books: one title, one number, one day, other clauses."""
    book = (
        "# 中华人民共和国示范法典\n\n# {name}编\n\n2020年5月28日 示范会议通过\n\n2021年1月1日 施行\n\n"
        "<!-- INFO END -->\n\n## 通则\n\n{clauses}\n"
    )
    for name, first in (("总则", 1), ("物权", 3)):
        numbers = "一二三四五"
        clauses = "\n\n".join(f"第{numbers[at - 1]}条 {name}的第{at}条规定。" for at in (first, first + 1))
        folder = tmp_path / "示范法典"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(book.format(name=name, clauses=clauses), encoding="utf-8")
    report = ingest(library, [tmp_path / "示范法典"], clock=clock, kind="law")
    assert report.skipped == ()
    assert report.documents == 2
