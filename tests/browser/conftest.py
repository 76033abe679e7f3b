"""A real server on a data folder of its own, and Chromium on a phone's and on a desk's screen."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.web import build
from tests.browser import install

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENS = {"phone": (390, 844), "desk": (1440, 900)}
STARTING_S = 180.0  # the first start loads the shipped knowledge
PATIENCE_MS = 30_000  # one reply on a busy machine

expect.set_options(timeout=PATIENCE_MS)

Open = Callable[[str], Page]
Shot = Callable[[Page, str], None]


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `qifu serve --demo` answers, once it is ready."""
    build.build()
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("QIFU_")}
    settings |= {"QIFU_VAR_DIR": str(folder / "var"), "QIFU_LOG_LEVEL": "info"}
    said = folder / "server.log"
    with said.open("wb") as log:
        command = [str(Path(sys.executable).with_name("qifu")), "serve", "--demo", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=subprocess.STDOUT)
        try:
            _await_ready(f"http://127.0.0.1:{port}", server, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)
    told = said.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in told, told[-4000:]


def _await_ready(address: str, server: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + STARTING_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)  # nothing listens yet: the only thing there is to wait for
    raise AssertionError(f"the server did not get ready:\n{said.read_text(encoding='utf-8', errors='replace')[-4000:]}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Its scope ends with this package: while it runs, this thread has an event loop."""
    program = next((path for path in install.CHROMIUM if Path(path).exists()), None)
    if program is None:
        pytest.skip(f"没有 Chromium；请先运行：{install.HOW}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGS))
        yield browser
        browser.close()


@pytest.fixture
def open_screen(chromium: Browser, address: str) -> Iterator[Open]:
    """`open_screen("phone")` is a new reader's page. Whatever the page's own code throws, or the security policy
    refuses, fails the test.
    """
    wrong: list[str] = []
    pages: list[Page] = []

    def open_one(screen: str) -> Page:
        width, height = SCREENS[screen]
        phone = screen == "phone"
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            is_mobile=phone,
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=address,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert not wrong, wrong


@pytest.fixture
def shot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """`shot(page, "quote")` keeps what is on the screen, in pytest's own folder and in $QIFU_SCREENSHOTS when set."""
    test = re.sub(r"\W+", "-", request.node.name).strip("-")
    folders = [tmp_path_factory.mktemp("screens", numbered=True)]
    if wanted := os.environ.get("QIFU_SCREENSHOTS"):
        folders.append(Path(wanted))
        folders[-1].mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        content = page.screenshot(animations="disabled")
        for folder in folders:
            (folder / f"{test}-{name}.png").write_bytes(content)

    return keep
