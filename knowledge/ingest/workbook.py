"""XLSX: each sheet one table or several, merged cells expanded, formulas by the value last saved with them."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from knowledge.ingest.grids import Grid, Span, make_grid, weave

MOST_ROWS, MOST_CELLS = 20_000, 200_000
MOST_STRINGS = 64 * 1024 * 1024
PIECE = 1 << 20
SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")


class TooMany(Exception):
    """`place` has more than a text can have."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(what)
        self.place = place


@dataclass(frozen=True)
class Sheets:
    """`unsaved` are cells whose formula has no saved value, `hidden` names what the file hides."""

    text: str
    unsaved: tuple[str, ...]
    hidden: tuple[str, ...]


def check_rows(raw: bytes) -> None:
    """Counts rows and cells as they stream out of the archive, before anything is built. Raises `TooMany`."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for info in archive.infolist():
            if info.filename == "xl/sharedStrings.xml" and info.file_size > MOST_STRINGS:
                raise TooMany("xl/sharedStrings.xml", f"文字超过 {MOST_STRINGS >> 20} MB")
            if SHEET.match(info.filename):
                _count(archive, info)


def _count(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    rows = cells = 0
    with archive.open(info) as stream:
        left = b""
        while piece := stream.read(PIECE):
            piece = left + piece
            cut = max(piece.rfind(b"<"), 0)  # a tag over the border is counted with the next piece
            piece, left = piece[:cut], piece[cut:]
            rows += len(re.findall(rb"<(?:\w+:)?row[\s>]", piece))
            cells += len(re.findall(rb"<(?:\w+:)?c[\s>]", piece))
            if rows > MOST_ROWS or cells > MOST_CELLS:
                what = f"{MOST_ROWS:,} 行" if rows > MOST_ROWS else f"{MOST_CELLS:,} 格"
                raise TooMany(info.filename, f"超过 {what}")


def workbook_text(raw: bytes) -> Sheets:
    """Raises whatever openpyxl raises."""
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    values = load_workbook(io.BytesIO(raw), data_only=True)
    formulas = load_workbook(io.BytesIO(raw), data_only=False)
    parts: list[str | Grid] = []
    unsaved: list[str] = []
    hidden: list[str] = []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(f"工作表“{sheet.title}”")
            continue
        unsaved += _unsaved(sheet, formulas[sheet.title])
        rows, columns = _hidden(sheet)
        hidden += [f"“{sheet.title}”第 {row} 行" for row in rows]
        hidden += [f"“{sheet.title}”{get_column_letter(column)} 列" for column in columns]
        parts += [f"# {sheet.title}", *_tables(sheet, set(rows), set(columns))]
    return Sheets(weave(parts), tuple(unsaved), tuple(hidden))


def _unsaved(sheet: Any, formulas: Any) -> list[str]:
    return [
        f"{sheet.title}!{cell.coordinate}"
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and sheet[cell.coordinate].value is None
    ]


def _hidden(sheet: Any) -> tuple[list[int], list[int]]:
    """Numbers of the hidden rows and columns."""
    columns = [
        index
        for first, size in sheet.column_dimensions.items()
        if size.hidden and first
        for index in range(size.min, min(size.max, sheet.max_column) + 1)
    ]
    return [index for index, size in sheet.row_dimensions.items() if size.hidden], columns


def _tables(sheet: Any, rows: set[int], columns: set[int]) -> Iterator[str | Grid]:
    """Tables of a sheet lie one below the other with an empty row between; a row of one cell alone is text."""
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    covered = {
        (row, column)
        for area in merged.values()
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    } - set(merged)
    held: list[list[Span]] = []
    for row in sheet.iter_rows():
        shown = [cell for cell in row if cell.row not in rows and cell.column not in columns]
        spans = [
            Span(cell_text(cell), *_size(merged.get((cell.row, cell.column))))
            for cell in shown
            if (cell.row, cell.column) not in covered
        ]
        if any(span.text for span in spans) or any((cell.row, cell.column) in covered for cell in shown):
            held.append(spans)
        elif held:
            yield from _table(held)
            held = []
    if held:
        yield from _table(held)


def _table(held: list[list[Span]]) -> Iterator[str | Grid]:
    filled = max(sum(1 for span in row if span.text) for row in held)
    if filled < 2:
        yield "\n".join(span.text for row in held for span in row if span.text)
    else:
        yield make_grid(held)


def _size(area: Any) -> tuple[int, int]:
    return (1, 1) if area is None else (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1)


def cell_text(cell: Any) -> str:
    """As a person reads the cell: dates by day, percentages with their sign, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        percent = "%" in str(cell.number_format)
        return f"{round(value * 100, 6):.10g}%" if percent else f"{value:.15g}"
    return re.sub(r"\s*\n\s*", "", str(value)).strip()
