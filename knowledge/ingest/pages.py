"""HTML as a person sees it: no scripts, styles or hidden text, tables as sentences. Word files come this way too."""

import re
from collections.abc import Iterator
from typing import Any

from knowledge.ingest.grids import Grid, Span, make_grid, weave

DROPPED = ("script", "style", "noscript", "template", "svg", "iframe", "object", "head", "nav")
UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)|"
    r"font-size\s*:\s*0(?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|$|!)|(?:left|top|text-indent)\s*:\s*-\d{3,}|mso-hide\s*:\s*all|"
    r"clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)",
    re.I,
)
COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.I)
GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.I)
WHITE = re.compile(
    r"^\s*(?:#f{3}|#f{6}|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\b.*\)|transparent|rgba\(.*,\s*0\s*\))\s*$", re.I
)
RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
MARK = "QIFUGRID{}Z"


def page_text(html: str) -> tuple[str, int]:
    """(Markdown with tables as sentences, how many hidden pieces were left out)."""
    from bs4 import BeautifulSoup
    from markitdown.converters import HtmlConverter

    soup = BeautifulSoup(html, "html.parser")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    hidden = _take_out(soup)
    grids: list[Grid] = []
    for table in soup.find_all("table"):
        if table.find("table") is None and table.parent is not None:
            _exchange(soup, table, grids)
    for table in soup.find_all("table"):  # what is left only lays the page out
        for cell in table.find_all(["td", "th"]):
            cell.name = "div"
        for part in [table, *table.find_all(["tr", "tbody", "thead", "tfoot"])]:
            part.unwrap()
    marked = str(HtmlConverter().convert_string(str(soup)).markdown)
    if title and not re.search(r"^#\s", marked, re.M):
        marked = f"# {title}\n\n{marked}"
    return weave(list(_parts(marked, grids))), hidden


def _parts(marked: str, grids: list[Grid]) -> Iterator[str | Grid]:
    for index, piece in enumerate(re.split(MARK.format(r"(\d+)"), marked)):
        yield grids[int(piece)] if index % 2 else piece


def _exchange(soup: Any, table: Any, grids: list[Grid]) -> None:
    """A table of data gives its place to a mark; one of a single row or column stays and is read as text."""
    lines = table.find_all("tr")
    spans = [
        [Span(_cell(cell), _count(cell, "rowspan"), _count(cell, "colspan")) for cell in line.find_all(["td", "th"])]
        for line in lines
    ]
    if len(lines) < 2 or max((sum(span.across for span in row) for row in spans), default=0) < 2:
        return
    caption = table.find("caption")
    heads = next((index for index, line in enumerate(lines) if not _is_head(line)), len(lines) - 1)
    grid = make_grid([row for row in spans if row], heads, _cell(caption) if caption else "")
    mark = soup.new_tag("p")
    mark.string = MARK.format(len(grids))
    grids.append(grid)
    table.replace_with(mark)


def _is_head(line: Any) -> bool:
    return line.find_parent("thead") is not None or (line.find("th") is not None and line.find("td") is None)


def _count(cell: Any, name: str) -> int:
    found = re.match(r"\d{1,3}", str(cell.get(name, "1")))
    return max(int(found[0]), 1) if found else 1


def _cell(cell: Any) -> str:
    """The text of a cell; its paragraphs one after another."""
    parts = [re.sub(r"\s+", " ", part).strip() for part in cell.get_text("\n").split("\n")]
    text = ""
    for part in filter(None, parts):
        block = text and text[-1] not in "。；，、：:;,（(" and len(cell.find_all(["p", "br", "li"])) > 1
        text += ("；" if block else "") + part
    return text


def _take_out(soup: Any) -> int:
    """Scripts and the like without a word; hidden texts are counted."""
    from bs4 import Comment

    gone = [found for style in soup.find_all("style") for found in _by_rule(soup, style.get_text())]
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(DROPPED):
        tag.extract()
    gone += [tag for tag in soup.find_all(True) if _unseen(tag)]
    hidden = 0
    for tag in gone:
        if tag.get_text(strip=True) and not any(parent in gone for parent in tag.parents):
            hidden += 1
    for tag in gone:
        tag.extract()
    return hidden


def _by_rule(soup: Any, css: str) -> Iterator[Any]:
    """What a style sheet of the page itself hides; a selector that can't be read hides nothing."""
    for selector, body in RULE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        if UNSEEN.search(body) and ":" not in selector:
            try:
                yield from soup.select(selector.strip())
            except (ValueError, NotImplementedError, SyntaxError):
                continue


def _unseen(tag: Any) -> bool:
    style = str(tag.get("style") or "")
    if UNSEEN.search(style) or tag.has_attr("hidden") or str(tag.get("aria-hidden", "")).lower() == "true":
        return True
    colour = COLOUR.search(style)
    white = colour[1] if colour else str(tag.get("color") or "") if tag.name == "font" else ""
    return bool(white and WHITE.match(white) and not _on_colour(tag))


def _on_colour(tag: Any) -> bool:
    """White on a ground of its own, such as a head of a table, is read by everyone."""
    for depth, place in enumerate((tag, *tag.parents)):
        ground = GROUND.search(str(place.get("style") or ""))
        told = ground[1] if ground else str(place.get("bgcolor") or "")
        if told:
            return not WHITE.match(told)
        if depth < 3 and (place.get("class") or place.get("id")):
            return True  # a style sheet may colour the ground; kept rather than lost
    return False
