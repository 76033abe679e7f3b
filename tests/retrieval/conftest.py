"""A library of made-up texts: two versions of a law, two cities, an article, an upload of one organisation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import ingest, open_embedder
from tests.ingest.conftest import empty_library
from tests.ingest.texts import ARTICLE, STATUTES

CANARY = "# 渠道内部返佣说明\n\n## 返佣\n\n示范登记费的返佣比例为金丝雀七个点。\n"
STAFF = "# 员工内部口径\n\n## 口径\n\n示范登记费的内部口径为蓝知更鸟。\n"
DRAFT = "# 未发布的草稿\n\n## 草稿\n\n示范登记费的草稿内容为白头翁。\n"


@pytest.fixture
def library(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    folder = tmp_path / "texts"
    for name, text in {**STATUTES, "demo.md": ARTICLE}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    database = empty_library(tmp_path / "library.db")
    model = open_embedder("hash")
    ingest(database, [folder], clock=clock, embedder=model)
    for name, text, owner, audience, published in (
        ("canary.md", CANARY, "org-sz", "channel", True),
        ("staff.md", STAFF, "*", "staff", True),
        ("draft.md", DRAFT, "*", "client", False),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        ingest(database, [tmp_path / name], clock=clock, embedder=model, owner_org=owner, audience=audience,
               published=published)  # fmt: skip
    yield database
    database.close()
