"""Rows of files: CSV (UTF-8 or GB18030), Excel, JSON lines, and vendors' JSON responses; nested objects flattened."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from knowledge.base.errors import BadInput, Missing
from knowledge.companies.importing.headings import ABOUT, plain

WRAPPERS = ("Result", "result", "data", "items", "Data")
HEAD = 10  # rows in which the heading is looked for
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
        yield from _sheet(path, _lines_of(file))


def _lines_of(file: Iterable[str]) -> Iterator[tuple[int, Sequence[Any] | str]]:
    """Rows with the line each ends on. A row that isn't CSV is told, and the next one read."""
    reader = csv.reader(file)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, "这一行不是合法的 CSV"
            continue
        yield reader.line_num, [cell.replace("\0", "") for cell in cells]


def _sheet(path: Path, rows: Iterator[tuple[int, Sequence[Any] | str]]) -> Iterator[tuple[int, Raw | str]]:
    """Rows by their headings. Exports often begin with a title or a notice: the heading is the first row that names
    the credit code, or else the first row.
    """
    ahead = list(islice(rows, HEAD))
    named = [at for at, (_, cells) in enumerate(ahead) if not isinstance(cells, str) and any(map(_is_code, cells))]
    start = named[0] if named else next((at for at, (_, cells) in enumerate(ahead) if _filled(cells)), None)
    if start is None or isinstance(ahead[start][1], str):
        raise BadInput(f"文件 {path.name} 没有列名；第一行应是列名，例如 企业名称、统一社会信用代码。", field="file")
    headings = [str(cell).strip() if cell is not None else "" for cell in ahead[start][1]]
    for number, cells in chain(ahead[start + 1 :], rows):
        if isinstance(cells, str):
            yield number, cells
        elif _filled(cells):
            yield number, {name: cell for name, cell in zip(headings, cells, strict=False) if name}


def _filled(cells: Sequence[Any] | str) -> bool:
    return isinstance(cells, str) or any(cell is not None and str(cell).strip() for cell in cells)


def _is_code(cell: object) -> bool:
    return isinstance(cell, str) and ABOUT.get(plain(cell)) == "uscc"


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
        yield from _sheet(path, ((number, cells) for number, cells in enumerate(rows, 1)))
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
