"""A table becomes sentences: 表名·行·列=值单位. Merged cells are expanded, pieces of one table joined, units carried.

Every format hands its parts over in reading order, texts and `Grid`s; `weave` gives the text of the whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.ingest.units import own_unit, with_unit

UNIT_LINE = re.compile(r"[（(]?\s*(?:金额|计量|货币)?单位\s*[:：]\s*([^\s）)，。；、|]{1,12})\s*[）)]?")
CONTINUED = re.compile(
    r"[（(]?\s*(?:续\s*表?|接上[表页]|表\s*[\d一二三四五六七八九十\-.]*\s*[（(]?续[）)]?)[^\n]{0,30}"
)
PAGE_NUMBER = re.compile(
    r"^\s*(?:[-—–]\s*\d{1,4}\s*[-—–]|第?\s*\d{1,4}\s*页?(?:[\s，,]*[/共]\s*(?:共)?\s*\d{1,4}\s*页?)?)\s*$"
)
CAPTION = re.compile(r"^(?:附?表\s*[\d一二三四五六七八九十]+|附件\s*\d*)[^。]*$|(?:表|一览|清单|目录|标准)$")
HEAD_WORD = re.compile(
    r"项目|名称|类别|类型|种类|条件|要求|标准|内容|金额|比例|费|档|级|序号|说明|依据|年度|年份|指标|税率|对象|补贴|奖励|期限|数|值|率"
)
COUNTER = re.compile(r"^(?:序号|编号|No\.?|#)$", re.I)
FIGURE = re.compile(r"^[\d\s,，.%％+\-—~～]+$")
LONGEST = 500


@dataclass(frozen=True)
class Span:
    """One cell as the file has it."""

    text: str
    down: int = 1
    across: int = 1


@dataclass(frozen=True)
class Grid:
    """A table with a text in every cell; the first `heads` rows are its header, the first `labels` columns name a row.
    `breaks`: a page ends within it or right behind it, so the next one may be its other half.
    """

    rows: tuple[tuple[str, ...], ...]
    heads: int = 1
    labels: int = 1
    caption: str = ""
    unit: str = ""
    breaks: bool = False

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    @property
    def header(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(re.sub(r"\s", "", cell) for cell in row) for row in self.rows[: self.heads])


def make_grid(spans: Sequence[Sequence[Span]], heads: int = 0, caption: str = "", *, breaks: bool = False) -> Grid:
    """Merged cells expanded; title and unit rows on top taken off; `heads` where the file itself marks a header."""
    rows, deep, broad, tall = _expanded(spans)
    found = UNIT_LINE.search(caption)
    unit, caption = found[1] if found else "", UNIT_LINE.sub("", caption).strip()
    while rows and len(said := [cell for cell in dict.fromkeys(rows[0]) if cell]) <= 2:
        match = next((told for cell in said if (told := UNIT_LINE.fullmatch(cell))), None)
        titles = [cell for cell in said if not UNIT_LINE.fullmatch(cell)]
        if len(titles) > 1 or (len(rows[0]) <= 2 and not match) or (titles and not match and not broad[0]):
            break
        unit = match[1] if match else unit
        caption = caption or "".join(titles)
        rows, deep, broad, tall = rows[1:], deep[1:], broad[1:], tall[1:]
        heads = max(heads - 1, 0)
    if not rows:
        return Grid((), 0, 1, caption, unit, breaks)
    if not heads:
        heads = _heads(rows, deep[0], bool(broad[0]))
    return Grid(tuple(map(tuple, rows)), heads, _labels(rows, tall, heads), caption, unit, breaks)


def weave(parts: Sequence[str | Grid]) -> str:
    """The whole text, tables as sentences, each under the name that its caption or the text above gives it."""
    joined = _stitched(parts)
    texts: list[str] = []
    tables = False  # whether a table's own sentences are the last text
    for part in joined:
        if isinstance(part, str):
            texts.append(part)
            tables = tables and not part.strip()
            continue
        above = texts.pop() if texts and not tables else ""
        above, caption, unit = _named(above)
        named = replace(part, caption=part.caption or caption or _heading([*texts, above]), unit=part.unit or unit)
        texts += [above, "\n".join(sentences(named))]
        tables = True
    return "\n\n".join(text for text in texts if text.strip())


def sentences(grid: Grid) -> Iterator[str]:
    """One line a row; a row too long for one line is cut between its columns, named again in each."""
    group, used = "", True
    for row in grid.rows[grid.heads :]:
        said = [cell for cell in dict.fromkeys(row) if cell]
        if not said:
            continue
        if len(said) == 1 and grid.width > 1 and (row[0] == said[0] or all(row)):
            if len(said[0]) > 30 or said[0].startswith(("注", "备注", "说明")):
                yield _line(grid.caption, "", [said[0]])
                continue
            if not used:
                yield _line(grid.caption, "", [group])
            group, used = said[0], False
            continue
        used = True
        named, cells = _row(grid, row)
        label = "·".join(dict.fromkeys(part for part in (group, *named) if part))
        held: list[str] = []
        for cell in cells:
            if held and sum(map(len, held)) + len(cell) > LONGEST:
                yield _line(grid.caption, label, held)
                held = []
            held.append(cell)
        yield _line(grid.caption, label, held)
    if not used:
        yield _line(grid.caption, "", [group])


def _line(caption: str, label: str, cells: list[str]) -> str:
    named = "·".join(part for part in (caption or "表", label) if part)
    line = f"{named}·{'；'.join(cells)}" if cells else named
    return line if line.endswith("。") else f"{line}。"


def _row(grid: Grid, row: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What names the row, and its cells as 列=值单位. Equal neighbours under one header are one merged cell."""
    heads = [_head(grid, column) for column in range(grid.width)]
    named = [
        cell if not FIGURE.match(cell) or not heads[column][0] else f"{heads[column][0]}{cell}"
        for column, cell in enumerate(row[: grid.labels])
        if cell and not COUNTER.match(heads[column][0])
    ]
    cells: list[str] = []
    for column in range(grid.labels, grid.width):
        if not row[column]:
            continue
        head, unit = heads[column]
        value = with_unit(row[column], unit or own_unit(row[0])[1], grid.unit, f"{head} {row[0]}")
        cells.append(f"{head}={value}" if head else value)
    if not grid.heads and len(cells) == 1 and named:
        return named[:-1], [f"{named[-1]}={cells[0]}"]
    return [own_unit(name)[0] for name in named], list(dict.fromkeys(cells))


def _head(grid: Grid, column: int) -> tuple[str, str]:
    """What heads a column, from top to bottom, and its own unit."""
    told = [own_unit(row[column]) for row in grid.rows[: grid.heads] if row[column]]
    return "·".join(dict.fromkeys(name for name, _ in told)), next((unit for _, unit in reversed(told) if unit), "")


def _expanded(
    spans: Sequence[Sequence[Span]],
) -> tuple[list[list[str]], list[int], list[int], list[set[int]]]:
    """Rows of texts; for each row how deep its cells reach, how many cells are broad, which columns are tall."""
    filled: dict[tuple[int, int], str] = {}
    deep, broad, tall = [1] * len(spans), [0] * len(spans), [set[int]() for _ in spans]
    for line, cells in enumerate(spans):
        column = 0
        for cell in cells:
            while (line, column) in filled:
                column += 1
            down, across = min(max(cell.down, 1), len(spans) - line), min(max(cell.across, 1), 200)
            filled |= {(line + y, column + x): cell.text for y in range(down) for x in range(across)}
            deep[line], broad[line] = max(deep[line], down), broad[line] + (across > 1)
            if down > 1:
                tall[line].add(column)
            column += across
    width = max((column for _, column in filled), default=-1) + 1
    rows = [[filled.get((line, column), "") for column in range(width)] for line in range(len(spans))]
    return rows, deep, broad, tall


def _heads(rows: list[list[str]], deep: int, broad: bool) -> int:
    """How many rows head the columns, where the file doesn't say."""
    first = [cell for cell in rows[0] if cell]
    if len(rows) < 2 or sum(FIGURE.match(cell) is not None for cell in first[1:]) * 2 > len(first):
        return 0
    if len(rows[0]) == 2 and not HEAD_WORD.search(rows[0][1]) and not _figures(rows[1:], 1):
        return 0  # a form: what and its value, without a header
    return min(max(deep, 2 if broad else 1), len(rows) - 1)


def _labels(rows: list[list[str]], tall: list[set[int]], heads: int) -> int:
    """Leading columns that name a row: the first, the one behind a counter, and those behind a merged one."""
    width, labels = len(rows[0]), 1
    if COUNTER.match(rows[0][0]) and width > 2:
        labels = 2
    below = set().union(*tall[heads:]) if heads < len(tall) else set()
    while labels < width - 1 and labels - 1 in below and not _figures(rows[heads:], labels):
        labels += 1
    return labels


def _figures(rows: list[list[str]], column: int) -> bool:
    """Whether most of a column are figures: those are values and name nothing."""
    filled = [row[column] for row in rows if row[column]]
    return sum(FIGURE.match(cell) is not None for cell in filled) * 2 > len(filled)


def _stitched(parts: Sequence[str | Grid]) -> list[str | Grid]:
    """Pieces of one table joined: the same header again, or none behind a page's end, with no text between."""
    joined: list[str | Grid] = []
    for part in parts:
        if isinstance(part, Grid):
            if not part.rows:
                joined.append(part.caption)
                continue
            at = next((index for index in range(len(joined) - 1, -1, -1) if not _skipped(joined[index])), -1)
            before = joined[at] if at >= 0 else None
            if isinstance(before, Grid) and (more := _continued(before, part)) is not None:
                joined[at:] = [replace(before, rows=before.rows + more, breaks=part.breaks)]
                continue
        joined.append(part)
    return joined


def _skipped(part: str | Grid) -> bool:
    if isinstance(part, Grid):
        return False
    lines = [line.strip().strip("*#　 ") for line in part.splitlines()]
    return all(
        not line or CONTINUED.fullmatch(line) or PAGE_NUMBER.match(line) or UNIT_LINE.fullmatch(line) for line in lines
    )


def _continued(before: Grid, after: Grid) -> tuple[tuple[str, ...], ...] | None:
    """The rows that `after` adds to `before`; None when it is a table of its own."""
    if before.width != after.width or (after.caption and not CONTINUED.fullmatch(after.caption)
                                       and after.caption != before.caption):  # fmt: skip
        return None
    repeated = before.heads and after.rows[: before.heads] and (
        replace(after, heads=before.heads).header == before.header
    )  # fmt: skip
    if not repeated and not (before.breaks and (after.heads == 0 or not _looks_like_head(before, after))):
        return None
    rows, last = list(after.rows[before.heads :] if repeated else after.rows), list(before.rows[-1])
    filled: list[tuple[str, ...]] = []
    for row in rows:  # a merged name that runs over the page's end stands only above it
        if not row[0] and before.labels > 1 and any(row):
            row = (last[0], *row[1:])
        filled.append(row)
        last = list(row)
    return tuple(filled)


def _looks_like_head(before: Grid, after: Grid) -> bool:
    """Whether the first row behind a page's end heads columns of its own: words where the rows above have figures."""
    figures = [column for column in range(before.width) if FIGURE.match(before.rows[-1][column] or "x")]
    return any(not FIGURE.match(after.rows[0][column] or "0") for column in figures)


def _named(above: str) -> tuple[str, str, str]:
    """(the text without them, caption, unit) from the last lines above a table."""
    lines, caption, unit = above.rstrip().split("\n"), "", ""
    while lines:
        line = lines[-1].strip().strip("*").strip()
        match = UNIT_LINE.search(line)
        if match and not unit and len(line) <= 60:
            unit, rest = match[1], UNIT_LINE.sub("", line).strip()
            if rest and len(rest) > 40:
                break
            lines.pop()
            if rest and not line.startswith("#"):
                caption = rest
                break
        elif not line:
            lines.pop()
        else:
            if CAPTION.search(line) and len(line) <= 40 and not line.startswith("#"):
                caption = line
                lines.pop()
            break
    return "\n".join(lines), re.sub(r"\s+", " ", caption).strip("：: "), unit


def _heading(texts: list[str]) -> str:
    """The nearest heading above."""
    for text in reversed(texts):
        for line in reversed(text.splitlines()):
            if match := re.match(r"^#{1,6}\s+(.+)$", line.strip()):
                return match[1].strip().strip("*")[:60]
    return ""
