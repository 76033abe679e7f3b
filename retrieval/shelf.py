"""A folder that keeps an index for the next process: replaced whole, never changed in place.

Whoever maps its files goes on with the old ones, a killed writer leaves the old folder or none, and what is none or
damaged is built anew from SQL.
"""

import fcntl
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)
MARK = "seen.json"


def write_mark(folder: Path, number: int, shape: str) -> None:
    """Say which change of which sequence (`shape` names it) the folder is at; the last thing written into it."""
    part = folder / "seen.part"
    part.write_text(json.dumps({"shape": shape, "seen": number}))
    part.replace(folder / MARK)


def read_mark(folder: Path, shape: str) -> int | None:
    """The number the folder is at, or None when it is no whole index of that shape."""
    try:
        found = json.loads((folder / MARK).read_text())
        return int(found["seen"]) if found["shape"] == shape else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def own_folder(root: Path) -> Path:
    """A new folder of this process below `root`; those of processes that are gone are removed."""
    root.mkdir(parents=True, exist_ok=True)
    for folder in root.iterdir():
        owner = folder.name.partition("-")[0]
        if not (owner.isdigit() and _runs(int(owner))):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))


def copy_from(shelf: Path, folder: Path, shape: str) -> None:
    """Fill `folder` with what the shelf holds; with nothing when that is no whole index or is replaced meanwhile."""
    before = read_mark(shelf, shape)
    if before is None:
        return
    try:
        shutil.copytree(shelf, folder, dirs_exist_ok=True)
    except OSError as error:
        log.info("index not copied: %s", error)
    if read_mark(folder, shape) != before or read_mark(shelf, shape) != before:
        _empty(folder)


def put_back(folder: Path, shelf: Path, shape: str) -> None:
    """Put a copy of `folder` in the shelf's place, unless the shelf has as much or another process is doing so."""
    number = read_mark(folder, shape)
    with _alone(shelf) as alone:
        if number is None or not alone or (read_mark(shelf, shape) or -1) >= number:
            return
        aside, old = shelf.with_suffix(".new"), shelf.with_suffix(".old")
        for rest in (aside, old):
            shutil.rmtree(rest, ignore_errors=True)
        shutil.copytree(folder, aside)
        if shelf.exists():
            shelf.rename(old)
        aside.rename(shelf)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone(shelf: Path) -> Iterator[bool]:
    shelf.parent.mkdir(parents=True, exist_ok=True)
    with shelf.with_suffix(".lock").open("w") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
