"""Rows of files: CSV (UTF-8 or GB18030), Excel, JSON lines, and vendors' JSON responses; nested objects flattened."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.base.errors import BadInput, Missing

WRAPPERS = ("Result", "result", "data", "items", "Data")
Raw = dict[str, Any]


def read_rows(name: str) -> Iterator[tuple[int, Raw | str]]:
    """Row numbers as a person sees them (the heading is row 1) and cells by heading, or a reason instead of them."""
    path = Path(name)
    if not path.is_file():
        raise Missing(f"找不到文件 {name}；请检查路径。", field="file")
    kind = path.suffix.lower()
    if kind == ".csv":
        return _csv(path)
    if kind == ".xlsx":
        return _excel(path)
    if kind in (".jsonl", ".ndjson"):
        return _lines(path)
    if kind == ".json":
        return _response(path)
    raise BadInput(f"文件 {path.name} 应为 .csv、.xlsx、.jsonl 或 .json；旧的 .xls 请另存为 .xlsx。", field="file")


def _csv(path: Path) -> Iterator[tuple[int, Raw | str]]:
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file)
        headings = next(reader, None)
        if not headings:
            raise BadInput(f"文件 {path.name} 是空的；第一行应是列名。", field="file")
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, dict(zip(headings, cells, strict=False))
        except csv.Error:
            yield reader.line_num, "这一行不是合法的 CSV"


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise BadInput(f"文件 {path.name} 既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV。", field="file")


def _excel(path: Path) -> Iterator[tuple[int, Raw | str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError):
        raise BadInput(f"文件 {path.name} 不是 Excel 工作簿；请另存为 .xlsx 后重试。", field="file") from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        headings = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
        if not any(headings):
            raise BadInput(f"文件 {path.name} 的第一行应是列名。", field="file")
        for number, cells in enumerate(rows, 2):
            if any(cell is not None for cell in cells):
                yield number, {name: cell for name, cell in zip(headings, cells, strict=False) if name}
    finally:
        book.close()


def _lines(path: Path) -> Iterator[tuple[int, Raw | str]]:
    with path.open(encoding=_encoding(path)) as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                value = json.loads(text)
            except (json.JSONDecodeError, RecursionError):
                yield number, "这一行不是合法的 JSON"
                continue
            yield number, _flat(_inner(value)) if isinstance(value, dict) else "这一行不是一个 JSON 对象"


def _response(path: Path) -> Iterator[tuple[int, Raw | str]]:
    try:
        value = json.loads(path.read_text(_encoding(path)))
    except (json.JSONDecodeError, RecursionError):
        raise BadInput(f"文件 {path.name} 不是合法的 JSON；请原样保存接口的返回。", field="file") from None
    inner = _inner(value)
    for number, one in enumerate(inner if isinstance(inner, list) else [inner], 1):
        yield number, _flat(one) if isinstance(one, dict) else "这一项不是一个 JSON 对象"


def _inner(value: Any) -> Any:
    """What a vendor's response wraps."""
    while isinstance(value, dict):
        wrapped = next((value[name] for name in WRAPPERS if isinstance(value.get(name), dict | list)), None)
        if wrapped is None:
            return value
        value = wrapped
    return value


def _flat(value: Raw, before: str = "") -> Raw:
    """Nested objects as dotted names; the `facts` of a company file without that name."""
    found: Raw = {}
    for name, inner in value.items():
        whole = f"{before}{name}"
        if isinstance(inner, dict):
            found |= _flat(inner, "" if whole == "facts" else f"{whole}.")
        elif not isinstance(inner, list):
            found[whole] = inner
    return found
