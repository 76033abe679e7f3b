"""What a parser makes of a file, before it is a row."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DraftChunk:
    """`path` are the headings above, `clause` the 条 (or None where the text has none)."""

    text: str
    path: tuple[str, ...] = ()
    clause: str | None = None


@dataclass(frozen=True)
class Question:
    """A client's own phrasing; `chunk` is the index of the chunk that answers it."""

    ask: str
    chunk: int


@dataclass(frozen=True)
class Draft:
    """One version of one text; unknown dates are None. `adopted` is the day of its first version, `repeals` are the
    titles it says it puts an end to. `read` tells the words that a field was read from, `doubts` what a reviewer
    should look at; a `held` one isn't published before that.
    """

    series: str
    title: str
    chunks: tuple[DraftChunk, ...]
    doc_no: str = ""
    issuer: str = ""
    region: str = "全国"
    kind: str = "law"
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    url: str | None = None
    confidence: str = ""
    about: dict[str, object] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    adopted: date | None = None
    repeals: tuple[str, ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()
    held: bool = False
