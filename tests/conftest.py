"""Shared fixtures: a real, migrated SQLite database for each test, and a clock that stands still."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from sqlmodel import Session

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.identity import Org
from knowledge.base.settings import Settings

if TYPE_CHECKING:
    from api.house import House

# Machines are shared and noisy: no example is judged by the clock.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")

ORGS = (
    ("org-hq", "hq", "企服演示总部", "上海市"),
    ("org-sh", "direct", "演示上海分公司", "上海市"),
    ("org-hz", "direct", "演示杭州分公司", "浙江省杭州市"),
    ("org-sz", "equity_channel", "演示苏州渠道", "江苏省苏州市"),
    ("org-pa", "partner", "演示甲服务商", "上海市"),
    ("org-pb", "partner", "演示乙服务商", "江苏省"),
    ("org-c1", "client", "演示客户一", "上海市浦东新区"),
    ("org-c2", "client", "演示客户二", "上海市徐汇区"),
    ("org-c3", "client", "演示客户三", "浙江省杭州市"),
    ("org-visitor", "visitor", "访客", ""),
)


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated file with the demo organisations, copied for each test."""
    from api.migrations.run import upgrade

    path = tmp_path_factory.mktemp("blank") / "qifu.db"
    upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    with database.engine.connect() as connection, connection.begin():
        session = Session(connection)
        session.add_all(
            Org(id=i, kind=kind, name=name, region=region, parent_id=None if i == "org-hq" else "org-hq")
            for i, kind, name, region in ORGS
        )
        session.flush()
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def database(blank_database: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "qifu.db"
    shutil.copy(blank_database, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def settings_for(folder: Path) -> Settings:
    return Settings(var_dir=folder, database_url="", index="numpy", embedder="e5", log_level="error")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped knowledge and the demo in it, made once and copied."""
    from api.wiring import build_house

    folder = tmp_path_factory.mktemp("furnished") / "var"
    with build_house(settings_for(folder), serving=True):
        pass
    return folder


@pytest.fixture
def home(furnished: Path, tmp_path: Path, clock: SetClock) -> Iterator["House"]:
    """A whole house on a folder of its own."""
    from api.wiring import build_house

    shutil.copytree(furnished, tmp_path / "var")
    with build_house(settings_for(tmp_path / "var"), serving=True, clock=clock) as house:
        yield house


@pytest.fixture
def clock() -> SetClock:
    """2026-11-23 10:00 in China, a Monday."""
    return SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
