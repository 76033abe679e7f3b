"""A client that speaks HTTP to the house of the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.demo import PASSWORD
from api.house import House

Client = Callable[[str], TestClient]


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
