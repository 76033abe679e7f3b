"""A whole house on a folder of its own, and a client that speaks HTTP to it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.demo import PASSWORD
from api.house import House
from api.wiring import build_house
from knowledge.base.clock import SetClock
from knowledge.base.settings import Settings

Client = Callable[[str], TestClient]


def settings_for(folder: Path) -> Settings:
    return Settings(var_dir=folder, database_url="", index="numpy", embedder="e5", log_level="error")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped knowledge and the demo in it, made once and copied."""
    folder = tmp_path_factory.mktemp("furnished") / "var"
    with build_house(settings_for(folder), serving=True):
        pass
    return folder


@pytest.fixture
def clock() -> SetClock:
    """2026-11-23 10:00 in China, a Monday."""
    return SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def home(furnished: Path, tmp_path: Path, clock: SetClock) -> Iterator[House]:
    shutil.copytree(furnished, tmp_path / "var")
    with build_house(settings_for(tmp_path / "var"), serving=True, clock=clock) as house:
        yield house


@pytest.fixture
def client(home: House) -> Iterator[Client]:
    """`client("manager_sz")` is that person's browser; `client("")` one that isn't signed in."""
    app = create_app(home, pages=Path("nowhere"))
    made: dict[str, TestClient] = {}
    with ExitStack() as stack:

        def sign_in(username: str) -> TestClient:
            if username not in made:
                browser = stack.enter_context(TestClient(app, raise_server_exceptions=False))
                if username:
                    form = {"username": username, "password": PASSWORD}
                    token = browser.post("/api/v1/auth/token", data=form).json()["access_token"]
                    browser.headers["Authorization"] = f"Bearer {token}"
                made[username] = browser
            return made[username]

        yield sign_in
