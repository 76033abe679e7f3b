"""Office files and PDFs made in the test: nothing is kept in the repository."""

import importlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

FONT = Path("api/report/fonts/NotoSansSC-common.woff")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(*blocks: str) -> bytes:
    """A Word file of the blocks that `para`, `heading` and `table` give."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(blocks)}</w:body></w:document>")
    return raw.getvalue()


def para(text: str, run: str = "") -> str:
    """`run` are properties of the letters, such as `<w:vanish/>`."""
    return f"<w:p><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def heading(text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def table(*rows: Sequence[str], header: bool = False) -> str:
    """Cells as `文字`, `文字>2` (over two columns), `文字v` (begins a cell over several rows) and `^` (goes it on)."""
    lines = []
    for number, row in enumerate(rows):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if header and number == 0 else ""
        lines.append(f"<w:tr>{mark}{''.join(map(_cell, row))}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def _cell(text: str) -> str:
    across = text.rsplit(">", 1)[1] if ">" in text else ""
    text = text.split(">")[0]
    down = '<w:vMerge w:val="restart"/>' if text.endswith("v") else "<w:vMerge/>" if text == "^" else ""
    span = f'<w:gridSpan w:val="{across}"/>' if across else ""
    return f"<w:tc><w:tcPr>{span}{down}</w:tcPr>{para('' if text == '^' else text.removesuffix('v'))}</w:tc>"


def xlsx(fill: Callable[[Any], None]) -> bytes:
    """A workbook whose first sheet `fill` writes."""
    book, raw = importlib.import_module("openpyxl").Workbook(), io.BytesIO()
    fill(book.active)
    book.save(raw)
    return raw.getvalue()


def sheet(*rows: Sequence[Any], title: str = "补贴", merged: Sequence[str] = ()) -> bytes:
    def fill(page: Any) -> None:
        page.title = title
        for row in rows:
            page.append(list(row))
        for area in merged:
            page.merge_cells(area)

    return xlsx(fill)


def paper() -> FPDF:
    page = FPDF()
    page.add_font("sc", fname=str(FONT))
    page.set_font("sc", size=11)
    page.add_page()
    return page


def pdf(write: Callable[[FPDF], None]) -> bytes:
    page = paper()
    write(page)
    return bytes(page.output())


def lined(page: FPDF, rows: Sequence[Sequence[str | tuple[str, int, int]]], heads: int = 1) -> None:
    """A table with lines; a cell is its text or (text, rows, columns). Its `heads` rows come again on each page."""
    plain = FontFace(emphasis="")
    with page.table(
        borders_layout=TableBordersLayout.ALL, text_align="LEFT", num_heading_rows=heads, headings_style=plain,
        first_row_as_headings=heads > 0,
    ) as drawn:  # fmt: skip
        for row in rows:
            line = drawn.row()
            for cell in row:
                text, down, across = cell if isinstance(cell, tuple) else (cell, 1, 1)
                line.cell(text, rowspan=down, colspan=across)


def picture(size: int = 40) -> bytes:
    """A grey PNG."""

    def block(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + bytes([90]) * size for _ in range(size)))
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", rows) + block(b"IEND", b"")
