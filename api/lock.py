"""One process per data folder: only `serve` and `worker` hold it. The kernel frees it when the process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.base.errors import Refused


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Raises `Refused` when another process holds the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "server.lock", "a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "未知"
            raise Refused(
                f"数据目录 {folder} 正被另一个服务进程（pid {holder}）使用；请先停掉它，"
                "或用 QIFU_VAR_DIR 指定别的目录。"
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def is_held(folder: Path) -> bool:
    """Whether a server uses the folder now."""
    path = folder / "server.lock"
    if not path.exists():
        return False
    with open(path, encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
