"""PDF with a text layer: prose with its broken lines joined, tables with lines as sentences."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.ingest.grids import PAGE_NUMBER, Grid, Span, make_grid, weave

ENDS = tuple("。；：！？;:!?”）)】》")
BEGINS = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零〇\d]+[编章节条款页]|[（(][一二三四五六七八九十\d]+[）)]|"
    r"[一二三四五六七八九十]+、|\d+\s*[.、．)]|附件|表\s*\d|抄送|—)"
)
MOST_PAGES = 2000


@dataclass(frozen=True)
class Pages:
    """`blank` are pages without a letter that show a picture, `hidden` counts pages with text nobody sees."""

    text: str
    count: int
    blank: tuple[int, ...]
    hidden: int


def pdf_text(raw: bytes) -> Pages:
    """Raises whatever pdfplumber raises."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    parts: list[str | Grid] = []
    blank: list[int] = []
    hidden = 0
    with pdfplumber.open(io.BytesIO(raw)) as document:
        for number, page in enumerate(document.pages[:MOST_PAGES], 1):
            seen = page.filter(_seen_on(page))
            hidden += len(seen.chars) < len(page.chars)
            if not seen.chars and page.images:
                blank.append(number)
            found = list(_parts(seen))
            if parts and found and isinstance(before := parts[-1], str) and isinstance(after := found[0], str):
                parts[-1:], found = [_joined(before, after)], found[1:]
            parts += found
            page.close()
        count = len(document.pages)
    return Pages(weave(parts), count, tuple(blank), hidden)


def _parts(page: Any) -> Iterator[str | Grid]:
    """Texts and tables of a page from top to bottom."""
    tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
    top, parts = page.bbox[1], list[str | Grid]()
    for table in [table for table in tables if len(table.rows) > 1 or len(table.cells) > 1]:
        _, upper, _, lower = table.bbox
        if upper > top:
            parts.append(_prose(page.crop((page.bbox[0], top, page.bbox[2], upper))))
        parts.append(_grid(page, table))
        top = max(top, lower)
    if top < page.bbox[3]:
        parts.append(_prose(page.crop((page.bbox[0], top, page.bbox[2], page.bbox[3]))))
    yield from (part for part in parts if not isinstance(part, str) or part.strip())


def _grid(page: Any, table: Any) -> Grid:
    """A cell covers the places of the raster within it, so a merged one gets all of its own."""
    ups = sorted({round(cell[1], 1) for cell in table.cells})
    lefts = sorted({round(cell[0], 1) for cell in table.cells})
    lines: list[list[Span]] = [[] for _ in ups]
    for left, upper, right, lower in sorted(table.cells, key=lambda cell: (cell[1], cell[0])):
        text = page.crop((left, upper, right, lower), strict=False).extract_text() or ""
        down = sum(round(upper, 1) <= place < round(lower, 1) - 0.5 for place in ups)
        across = sum(round(left, 1) <= place < round(right, 1) - 0.5 for place in lefts)
        joined = "".join(line.strip() for line in text.split("\n"))
        lines[ups.index(round(upper, 1))].append(Span(re.sub(r"\s+", " ", joined), down, across))
    return make_grid([line for line in lines if line], breaks=True)


def _prose(page: Any) -> str:
    """Lines that the margin broke are one line again; page numbers are left out."""
    lines = [line for line in page.extract_text_lines(strip=True) if not PAGE_NUMBER.match(line["text"])]
    if not lines:
        return ""
    edge = max(line["x1"] for line in lines)
    text = ""
    for line in lines:
        said, size = line["text"], line["bottom"] - line["top"]
        text += said if text.endswith("\x00") and not BEGINS.match(said) else f"\n{said}"
        text = text.replace("\x00", "")
        if line["x1"] > edge - 2.5 * size and len(said) > 12 and not said.endswith(ENDS):
            text += "\x00"
    return text.replace("\x00", "").strip()


def _joined(before: str, after: str) -> str:
    """A sentence that runs over the page's end."""
    runs_on = not before.rstrip().endswith(ENDS) and len(before.rsplit("\n", 1)[-1]) > 12 and not BEGINS.match(after)
    return before + ("" if runs_on else "\n") + after


def _seen_on(page: Any) -> Callable[[Any], bool]:
    """All but white letters outside every coloured field, and letters too small to read."""
    grounds = [
        thing
        for thing in [*page.rects, *page.curves, *page.images]
        if thing["object_type"] == "image" or (thing.get("fill") and not _white(thing.get("non_stroking_color")))
    ]

    def seen(thing: Any) -> bool:
        if thing["object_type"] != "char":
            return True
        if thing["size"] < 1:
            return False
        middle, height = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not _white(thing.get("non_stroking_color")) or any(
            ground["x0"] <= middle <= ground["x1"] and ground["top"] <= height <= ground["bottom"] for ground in grounds
        )

    return seen


def _white(colour: Any) -> bool:
    values = colour if isinstance(colour, list | tuple) else (colour,)
    if not values or any(not isinstance(value, int | float) for value in values):
        return False
    return all(value == 0 for value in values) if len(values) == 4 else all(value >= 0.98 for value in values)
