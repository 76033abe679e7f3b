"""Company tables in files, read by an engine: parquet, CSV (UTF-8 or GB18030) and JSON lines."""

import codecs
from pathlib import Path
from typing import Any

import ibis

from knowledge.base.errors import BadInput, Missing

FORMATS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json", ".ndjson": "json", ".json": "json"}
PIECE = 1 << 20


def read_table(connection: Any, name: str, scratch: Path) -> ibis.Table:
    """The table of a file. Raises `Missing` or `BadInput` in a sentence; nothing but the header is read yet."""
    path = Path(name)
    if not path.is_file():
        raise Missing(f"找不到文件 {name}；请检查路径。", field="file")
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise BadInput(f"文件 {path.name} 应为 .parquet、.csv 或 .jsonl，每行一家企业；请另存后重试。", field="file")
    if path.stat().st_size == 0:
        raise BadInput(f"文件 {path.name} 是空的；每行应是一家企业。", field="file")
    spark = connection.name == "pyspark"
    try:
        if kind == "parquet":
            return connection.read_parquet(str(path))
        if kind == "csv":
            options: dict[str, Any] = {"header": True} if spark else {"header": True, "all_varchar": True}
            return connection.read_csv(str(_utf8(path, scratch)), **options)
        return connection.read_json(str(path), **({} if spark else {"sample_size": -1}))
    except Exception as error:
        raise unreadable(path.name, error) from error


def unreadable(name: str, error: Exception) -> BadInput:
    told = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return BadInput(f"文件 {name} 读不出来（{told}）；请检查格式后重试。", field="file")


def _utf8(path: Path, scratch: Path) -> Path:
    """The file itself when it is UTF-8, else a copy of it: Excel writes Chinese CSV in GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
            return path
        except UnicodeDecodeError:
            pass
    copy = scratch / "utf8.csv"
    try:
        with path.open(encoding="gb18030") as source, copy.open("w", encoding="utf-8") as target:
            while text := source.read(PIECE):
                target.write(text)
    except UnicodeDecodeError:
        raise BadInput(f"文件 {path.name} 既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV。", field="file") from None
    return copy
