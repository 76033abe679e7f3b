"""The real server killed with -9 while a client accepts: each order is whole, or untouched and accepted again."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from api.demo import PASSWORD
from api.house import House
from api.wiring import build_house, check_books_of
from tests.api.conftest import Client
from tests.api.journey import march, place_order, see
from tests.conftest import settings_for

ROUNDS = 3
STARTING_S = 120.0


def test_a_server_killed_in_the_middle_of_a_split_loses_and_doubles_nothing(
    client: Client, home: House, tmp_path: Path
) -> None:
    orders = [place_order(client("client1")) for _ in range(ROUNDS)]
    for order_id in orders:
        march(client, order_id, until="delivered")
    commands = {
        order_id: next(c for c in see(client("client1"), order_id)["commands"] if c["command"] == "accept")
        for order_id in orders
    }
    folder = home.settings.var_dir
    dice = random.Random(20261123)
    answers: dict[str, Any] = {}
    for order_id in orders:
        with _Server(folder, tmp_path) as server:
            browser = _signed_in(server.address)
            sent = threading.Thread(target=_accept, args=(browser, commands[order_id], order_id, answers))
            sent.start()
            time.sleep(dice.uniform(0.0, 0.06))  # somewhere between the request's arrival and its answer
            server.kill()
            sent.join()
    with _Server(folder, tmp_path) as server:
        for order_id in orders:
            _accept(_signed_in(server.address), commands[order_id], order_id, answers)
            assert answers[order_id].status_code == 200, answers[order_id].text
    with build_house(settings_for(folder)) as house:
        report = check_books_of(house)
        assert (report["balanced"], report["drift"], report["broken_chain"]) == (True, [], [])
    for order_id in orders:
        view = see(client("manager_sz"), order_id)
        assert view["acceptance"]["state"] == "accepted"
        assert len(view["split"]) == 4


def _accept(browser: httpx.Client, command: dict[str, Any], order_id: str, answers: dict[str, Any]) -> None:
    path = f"/api/v1/{command['aggregate']}/{command['id']}/accept"
    headers = {"Idempotency-Key": f"accept-{order_id}", "If-Match": str(command["version"])}
    # A server that died before it answered: nobody knows, and the same key may be sent again.
    with contextlib.suppress(httpx.TransportError), contextlib.closing(browser):
        answers[order_id] = browser.post(path, json={}, headers=headers)


def _signed_in(address: str) -> httpx.Client:
    browser = httpx.Client(base_url=address, timeout=60)
    token = browser.post("/api/v1/auth/token", data={"username": "client1", "password": PASSWORD}).json()
    browser.headers["Authorization"] = f"Bearer {token['access_token']}"
    return browser


class _Server:
    """`qifu serve` on the folder, in a process of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._settings = {name: value for name, value in os.environ.items() if not name.startswith("QIFU_")}
        self._settings |= {"QIFU_VAR_DIR": str(folder), "QIFU_INDEX": "numpy", "QIFU_LOG_LEVEL": "error"}
        self._home = home

    def __enter__(self) -> "_Server":
        command = [str(Path(sys.executable).with_name("qifu")), "serve", "--demo", "--port", str(self._port)]
        with (self._home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._home, env=self._settings, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTING_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError((self._home / "server.log").read_text("utf-8")[-3000:])

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=60)
