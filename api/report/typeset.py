"""Chinese text on pages: lines broken by the width of their characters, no mark at the start of a line, and tables."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from re import findall

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "fonts"
COMMON, RARE = FONTS / "NotoSansSC-common.woff", FONTS / "NotoSansSC-rare.woff"
ABSENT = "〓"  # the mark printers set for a character the font lacks
NEVER_FIRST = "，。；：、！？）】》」』”’％%,.;:!?)]}·…"
NEVER_LAST = "（【《「『“‘([{〔"
MARGIN, GAP = 16.0, 1.6  # mm
Colour = tuple[int, int, int]
INK, MUTED, RULE = (31, 39, 51), (104, 116, 138), (224, 228, 236)


class Sheet(FPDF):
    """A4 pages with a footer; sizes in points, lengths in mm."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.add_font("sc", fname=COMMON)
        self.add_font("rare", fname=RARE)
        self.set_fallback_fonts(["rare"])
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self._open = [font for font in self.fonts.values() if isinstance(font, TTFFont)]
        self.known = frozenset(char for font in self._open for char in font.cmap)
        self.add_page()

    def finished(self) -> bytes:
        """The file; the fonts' own files are closed, so the sheet can't be written on after."""
        body = bytes(self.output())
        for font in self._open:
            font.close()
        return body

    def footer(self) -> None:
        self.set_y(-11)
        self.set_font("sc", size=7.5)
        self.set_text_color(*MUTED)
        self.cell(self.epw - 24, 5, self.safe(self.foot))
        self.cell(24, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")

    def safe(self, text: str) -> str:
        return "".join(char if ord(char) in self.known else ABSENT for char in text if char.isprintable())

    def room(self, height: float) -> None:
        """A new page unless this much is left on this one."""
        if self.get_y() + height > self.h - 15:
            self.add_page()

    def say(self, text: str, size: float = 9.5, colour: Colour = INK, indent: float = 0, after: float = GAP) -> None:
        """A paragraph; it may run over to the next page."""
        self.set_font("sc", size=size)
        step = size * 0.53
        for line in self.broken(text, self.epw - indent):
            self.room(step)
            self.set_font("sc", size=size)
            self.set_text_color(*colour)
            self.set_x(self.l_margin + indent)
            self.cell(0, step, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(self.get_y() + after)

    def broken(self, text: str, width: float) -> list[str]:
        """Lines that fit, in the font and size that are set; words and figures of Latin letters stay whole."""
        lines: list[str] = []
        line = ""
        for piece in findall(r"[A-Za-z0-9.,%:/_~+-]+|.", self.safe(text)):
            if self.get_string_width(line + piece) <= width - 2 or (piece in NEVER_FIRST and line):
                line += piece
                continue
            if len(piece) > 1 and self.get_string_width(piece) > width - 2:
                for char in piece:  # an address too long for a line of its own
                    if self.get_string_width(line + char) > width - 2:
                        lines, line = [*lines, line], ""
                    line += char
                continue
            held = line[-1] if line and line[-1] in NEVER_LAST else ""
            lines.append(line[: len(line) - len(held)])
            line = held + piece.lstrip()
        return [*lines, line] if line or not lines else lines

    def row(self, cells: Sequence[str], widths: Sequence[float], colours: Sequence[Colour], size: float = 8) -> None:
        """One row of a table; it stays on one page."""
        self.set_font("sc", size=size)
        step = size * 0.5
        columns = [self.broken(cell, width) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, columns)) * step + 1.6
        self.room(height)
        self.set_font("sc", size=size)
        top, left = self.get_y(), self.l_margin
        for lines, width, colour in zip(columns, widths, colours, strict=True):
            self.set_text_color(*colour)
            for number, line in enumerate(lines):
                self.set_xy(left, top + 0.8 + number * step)
                self.cell(width, step, line)
            left += width
        self.set_draw_color(*RULE)
        self.set_line_width(0.15)
        self.line(self.l_margin, top + height, self.l_margin + sum(widths), top + height)
        self.set_xy(self.l_margin, top + height)

    def bar(self, parts: Iterable[tuple[float, float, Colour]], height: float = 2.2) -> None:
        """Coloured spans of a bar as wide as the page; from and to in hundredths of it."""
        self.room(height + GAP)
        top = self.get_y()
        for start, end, colour in parts:
            self.set_fill_color(*colour)
            self.rect(self.l_margin + self.epw * start / 100, top, self.epw * (end - start) / 100, height, style="F")
        self.set_y(top + height + 0.8)
