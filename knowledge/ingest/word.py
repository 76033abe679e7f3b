"""DOCX through MarkItDown, without hidden runs; its tables as sentences."""

import io
import re
import zipfile
from typing import Any

from knowledge.ingest.pages import page_text

RUN = re.compile(r"<w:r\b(?:(?!</w:r>).)*?</w:r>", re.S)
HIDDEN = re.compile(
    r"<w:(?:vanish|webHidden)(?:\s+w:val=\"(?:1|true|on)\")?\s*/>|<w:sz w:val=\"[012]\"\s*/>|"
    r"<w:color\b[^>]*w:val=\"(?:FFFFFF|ffffff)\"[^>]*/>(?!(?:(?!</w:rPr>).)*<w:(?:shd|highlight)\b)",
    re.S,
)
CELL = re.compile(r"<w:tc\b(?:(?!</w:tc>).)*?</w:tc>", re.S)
GROUND = re.compile(r"<w:shd\b[^>]*w:fill=\"(?!auto|FFFFFF|ffffff)[0-9A-Fa-f]{6}\"")


def word_text(raw: bytes) -> tuple[str, int]:
    """(Markdown, how many hidden pieces were left out). Raises whatever the readers below raise."""
    from markitdown import StreamInfo
    from markitdown.converters import DocxConverter

    clean, hidden = _without_hidden(raw)
    converter = DocxConverter()
    page = _Page()
    converter._html_converter = page  # its own one would flatten merged cells
    text = str(converter.convert(io.BytesIO(clean), StreamInfo(extension=".docx")).markdown)
    return text, hidden + page.hidden


class _Page:
    """Stands where MarkItDown turns the HTML of a Word file into Markdown."""

    def __init__(self) -> None:
        self.hidden = 0

    def convert_string(self, html: str, **_options: Any) -> Any:
        from markitdown import DocumentConverterResult

        text, self.hidden = page_text(html)
        return DocumentConverterResult(markdown=text)


def _without_hidden(raw: bytes) -> tuple[bytes, int]:
    out, hidden = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename == "word/document.xml":
                xml, hidden = _visible(part.decode("utf-8"))
                part = xml.encode()
            target.writestr(info.filename, part)
    return out.getvalue(), hidden


def _visible(xml: str) -> tuple[str, int]:
    """White letters on a coloured cell are the head of a table; elsewhere nobody sees them."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    count = 0

    def take_out(match: re.Match[str]) -> str:
        nonlocal count
        if not HIDDEN.search(match[0]):
            return match[0]
        count += bool(re.search(r"<w:t\b[^>]*>\s*[^<\s]", match[0]))
        return ""

    xml = CELL.sub(lambda match: keep(match) if GROUND.search(match[0]) else match[0], xml)
    xml = RUN.sub(take_out, xml)
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], xml), count
