"""One file with everything that can't be made again: the database, the evidence files, the signing key.

Indexes are caches and stay out. The database is copied with SQLite's online backup, so a running server needn't stop;
evidence files are written once and never changed, so they are copied after it: each row in the copy has its file.
"""

import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from api import lock
from knowledge.base.errors import BadInput, Conflict, Missing
from knowledge.base.settings import Settings

PARTS = ("qifu.db", "secret.key", "evidence")


def backup(settings: Settings, target: Path) -> int:
    """Write `target`; its size in bytes. Raises `BadInput` for a database that has tools of its own."""
    source = _database(settings)
    if not source.is_file():
        raise Missing(f"还没有数据可备份：{source} 不存在。", field="file")
    if target.exists():
        raise Conflict(f"{target} 已经存在；请换一个文件名，备份不覆盖旧文件。", field="file")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(dir=settings.var_dir) as folder:
        copy = Path(folder) / "qifu.db"
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)
        with tarfile.open(draft, "w:gz") as bundle:
            bundle.add(copy, "qifu.db")
            for name in PARTS[1:]:
                if (settings.var_dir / name).exists():
                    bundle.add(settings.var_dir / name, name)
    draft.rename(target)
    return target.stat().st_size


def restore(settings: Settings, source: Path) -> None:
    """Unpack a backup into an empty data folder; what is there is never overwritten."""
    if not source.is_file():
        raise Missing(f"找不到备份文件 {source}；请检查路径。", field="file")
    home = _database(settings)
    with lock.hold(settings.var_dir):
        if home.exists():
            raise Conflict(
                f"{home} 已有数据；请用 QIFU_VAR_DIR 指定一个空目录再恢复，核对无误后再换过去。", field="file"
            )
        with tempfile.TemporaryDirectory(dir=settings.var_dir) as folder:
            try:
                with tarfile.open(source, "r:gz") as bundle:
                    bundle.extractall(folder, filter="data")
            except (tarfile.TarError, EOFError, OSError):
                raise BadInput(f"{source} 不是完整的备份文件；请换一份备份。", field="file") from None
            found = Path(folder) / "qifu.db"
            if not found.is_file() or not _sound(found):
                raise BadInput(f"{source} 里没有完好的数据库；请换一份备份。", field="file")
            for name in reversed(PARTS):  # the database last: until it is there, nothing is restored
                if (Path(folder) / name).exists():
                    (Path(folder) / name).rename(settings.var_dir / name)


def _database(settings: Settings) -> Path:
    parsed = make_url(settings.database)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BadInput("QIFU_DATABASE_URL 是 PostgreSQL：请用 pg_dump 和 pg_restore 备份数据库。", field="database_url")
    return Path(parsed.database)


def _sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as opened:
            return bool(opened.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
