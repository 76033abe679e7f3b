"""What a client is shown as a reply's evidence, and whether a statement's figures stand in it.

`check` holds a statement against its own grounds, which a builder may write from the statement itself; here it is held
against what leaves the house: citations, sums, cards, the day and the question.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assistant.compose.figures import figures, supported
from assistant.compose.statement import Source, Statement

UNIT = frozenset({"0", "1"})  # 一项, 一次 count nothing


class Shown:
    """The evidence of one reply. Cards are long: they are read only for what citations don't carry."""

    def __init__(
        self, question: str, as_of: date, sources: Iterable[Source], data: Iterable[Mapping[str, Any]]
    ) -> None:
        self._near = [f"{question} {as_of}", *(_told(source) for source in sources)]
        self._data = tuple(data)
        self._known: list[frozenset[str]] = []

    def unshown(self, statement: Statement) -> frozenset[str]:
        """Figures of a statement that stand in none of it; a free one's may be told in another unit (三天, 72 小时)."""
        claimed = figures(statement.text) - UNIT
        if not claimed:
            return frozenset()
        loose = claimed - self._figures(0)
        if loose:
            loose -= self._figures(1)
        if loose and statement.free:
            loose &= supported(statement.text, [*self._near, _plain(self._data)])[1]
        return frozenset(loose)

    def _figures(self, depth: int) -> frozenset[str]:
        """Of the citations and the question (0), of sums and cards (1); a date also shows its year."""
        while len(self._known) <= depth:
            text = " ".join(self._near) if not self._known else _plain(self._data)
            known = figures(text)
            self._known.append(known | {figure.split("-")[0] for figure in known})
        return self._known[depth]


def _told(source: Source) -> str:
    parts = (source.quote, source.title, source.doc_no, source.clause, source.effective_from, source.effective_to)
    return " ".join(str(part) for part in parts if part is not None)


def _plain(data: tuple[Mapping[str, Any], ...]) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)
