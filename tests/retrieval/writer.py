"""A process that serves and writes without end, to be killed: texts come, change, are withdrawn and published again.

`python -m tests.retrieval.writer URL FOLDER SEED`; tells `ready` once it serves, then a line for each change.
"""

import random
import sys
from pathlib import Path

from sqlmodel import select

from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.ingest import ingest, open_embedder, publish, withdraw
from knowledge.ingest.tables import EVERYONE, DocumentRow
from retrieval import Scope, open_searcher

OWNERS = (("*", "client"), ("*", "staff"), ("org-sz", "channel"), ("org-hz", "channel"))
PLACES = ("全国", "上海市", "浙江省杭州市")


def main(url: str, folder: Path, seed: int) -> None:
    chance, clock = random.Random(seed), SystemClock()
    database = Database(url)
    searcher = open_searcher(database, "hash", "chroma", folder, serving=True)
    model = open_embedder("hash")
    _tell("ready")
    texts = folder / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    while True:
        what = chance.choice(("write", "write", "publish", "withdraw"))
        if what == "write":
            number = chance.randrange(12)
            owner, audience = chance.choice(OWNERS)
            file = texts / f"{owner.strip('*')}{audience}{number}.md"
            body = "".join(f"登记费第{number}号口径{chance.randrange(1000)}元。" for _ in range(3))
            file.write_text(f"# 混乱测试文件{file.stem}\n\n## 登记费\n\n{body}\n", encoding="utf-8")
            ingest(
                database, [file], clock=clock, embedder=model, owner_org=owner, audience=audience,
                region=chance.choice(PLACES), published=chance.random() < 0.7,
            )  # fmt: skip
        else:
            _flip(database, chance, publishing=what == "publish", clock=clock)
        searcher.search("登记费口径", Scope(frozenset({"org-sz"}), "channel"), clock.now().date(), None, 5)
        _tell(what)


def _flip(database: Database, chance: random.Random, *, publishing: bool, clock: SystemClock) -> None:
    with database.work() as work:
        session = work.session(EVERYONE)
        rows = [row for row in session.exec(select(DocumentRow)) if row.title.startswith("混乱测试")]
        if rows and publishing:
            publish(session, chance.choice(rows).id, "hq", clock.now())
        elif rows:
            withdraw(session, chance.choice(rows).id)


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
