"""A comparison as a table: each side looked up by itself, on its own day when years are compared.

A table of the library that has both as columns says it best. Otherwise each side's cell is its own answer; a side that
nothing was found for is named as such, and what doesn't hold on a side's day is never shown for it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from assistant.compose.extract import Choice
from assistant.compose.pieces import Piece, pieces_of
from assistant.compose.statement import Part, Source, Statement
from assistant.desk import Desk
from assistant.turn.amounts import AMOUNT
from assistant.turn.days import holds_on, spans_in
from assistant.turn.passages import clauses, quoted, scope
from assistant.turn.state import TurnState
from assistant.understand.compared import Comparison
from assistant.understand.entities import find_entities
from knowledge.base.clock import today
from knowledge.ingest.shipped import article_rules
from retrieval.wording import bigrams, content, expanded

Ask = Callable[[str, date], Part | None]
CLOSE = 6  # passages looked at for a table that has both sides
NAMED = 0.5  # part of a side's letter pairs that its column, or its answer, must carry
ALIKE = 0.25  # of the other side, once one has its column
ROWS = 6
MIDDLE = (6, 30)
FIGURE = re.compile(r"\d\s*[万亿元块千]")
WIDE = 420  # letters of a cell beyond which the answers stand below one another


def comparison_part(desk: Desk, state: TurnState, both: Comparison, ask: Ask) -> Part | None:
    """None when neither side is found, or both give the same words."""
    days = _days(desk, state, both)
    if FIGURE.search(state["question"]):
        sums = [_sum(ask, question, day) for question, day in zip(both.questions, days, strict=True)]
        if all(sums):
            return _table(state, both, sums, days)
    if (table := _columns(desk, state, both)) is not None:
        return table
    if AMOUNT.search(both.about) and (sum_ := ask(state["question"], state["as_of"])) and len(sum_.computed) > 1:
        return sum_  # worked out both ways from one message
    found = [ask(question, day) for question, day in zip(both.questions, days, strict=True)]
    sides = [
        part if _is_of(part, thing, day, both) else None
        for part, thing, day in zip(found, both.things, days, strict=True)
    ]
    if not any(sides):
        return None
    if None in sides and both.years is None:
        whole = ask(state["question"], state["as_of"])
        if whole is not None and all(_says(whole, thing) for thing in both.things):
            return whole
    told = [words_of(part) for part in sides if part is not None]
    if len(told) == 2 and told[0] == told[1] and both.years is None:
        return None
    return _table(state, both, sides, days)


def _sum(ask: Ask, question: str, day: date) -> Part | None:
    """A side's sum where it tells an amount: 利润300万，企业所得税, asked without the words of comparing."""
    part = ask(question if AMOUNT.search(question) else f"{question}，多少钱", day)
    return part if part is not None and part.computed and part.outcome == "answered" else None


def _days(desk: Desk, state: TurnState, both: Comparison) -> tuple[date, date]:
    """The day each side is looked up on: the middle of its year; the turn's own day for the running year."""
    as_of = state["as_of"]
    if both.years is None:
        return as_of, as_of
    one, two = (as_of if year in (as_of.year, today(desk.clock).year) else date(year, *MIDDLE) for year in both.years)
    return one, two


def _is_of(part: Part | None, thing: str, day: date, both: Comparison) -> bool:
    """Whether an answer may stand for a side: it rests on what is in force on its day, or speaks of the thing."""
    if part is None:
        return False
    if both.years is None:
        return _says(part, thing)
    named = find_entities(both.about).programmes
    if part.outcome == "declined":
        return part.reason == "not_in_force"  # says itself that nothing is known of that day
    if named and not _rests_on(part, named):
        return False
    sources = [source for statement in part.statements for source in statement.sources]
    in_force = all(
        (one.effective_from is None or one.effective_from <= day)
        and (one.effective_to is None or day <= one.effective_to)
        for one in sources
        if one.status != "reference"
    )
    return in_force and holds_on(words_of(part), day)


def _says(part: Part, thing: str) -> bool:
    """By its letters, by the texts' own term for it, or by the programme it is a name of."""
    said = words_of(part) + "".join(source.title for one in part.statements for source in one.sources)
    grams = {gram for run in content(thing) for gram in bigrams(run)}
    if grams and sum(gram in said for gram in grams) >= NAMED * len(grams):
        return True
    if any(term in said for term in expanded(thing)):
        return True
    return _rests_on(part, find_entities(thing).programmes)


def _rests_on(part: Part, programmes: Sequence[str]) -> bool:
    """Whether an answer is from one of the programmes' rules or articles."""
    rested = {source.document_id.split("@")[0] for one in part.statements for source in one.sources}
    found = {*part.dialog.get("topic_programmes", ())} | rested
    found |= {rule for one in rested for rule in article_rules().get(one, ())}
    return bool(found & {*programmes})


def _columns(desk: Desk, state: TurnState, both: Comparison) -> Part | None:
    """Rows about what is asked, of a table of the library whose columns are the two sides."""
    hits = desk.searcher.search(state["question"], scope(state), state["as_of"], state["region"], CLOSE).hits
    for hit in hits:
        rows: dict[tuple[str, ...], list[Piece]] = {}
        for piece in pieces_of(hit):
            if piece.row:
                rows.setdefault(piece.header, []).append(piece)
        for header, pieces in rows.items():
            if _sides(header, both, state["as_of"]) and (kept := _asked_rows(both.about, pieces)):
                statement = quoted(Choice(hit, tuple(kept), 1.0), clauses(desk, state, state["as_of"]))
                return Part((statement,), dialog={"topic_title": hit.title, "evidence_ids": (hit.chunk_id,)})
    return None


def _sides(header: tuple[str, ...], both: Comparison, as_of: date) -> bool:
    """Whether two columns of a table are the two sides."""
    if both.years is not None:
        days = [as_of if year == as_of.year else date(year, *MIDDLE) for year in both.years]
        places = [
            {at for at, cell in enumerate(header) if any(low <= day <= high for low, high in spans_in(cell))}
            for day in days
        ]
        return bool(places[0] and places[1] and not places[0] & places[1])
    one, two = ([_share(thing, cell) for cell in header] for thing in both.things)
    for first, second in ((one, two), (two, one)):
        best = max(range(len(header)), key=lambda at: first[at])
        rest = [second[at] for at in range(1, len(header)) if at != best]
        if best and first[best] >= 1.0 and rest and max(rest) >= ALIKE and second[best] < 1.0:
            return True
    return False


def _share(thing: str, cell: str) -> float:
    grams = bigrams(thing)
    return sum(gram in cell for gram in grams) / len(grams) if grams else 0.0


def _asked_rows(about: str, pieces: list[Piece]) -> list[Piece]:
    """The rows that say most of what is asked; a short table whole where no row is meant by itself."""
    grams = {gram for run in content(about) for gram in bigrams(run)}
    first = [sum(gram in piece.text.strip("| ").split("|")[0] for gram in grams) for piece in pieces]
    if any(first):
        return [piece for piece, count in zip(pieces, first, strict=True) if count == max(first)]
    within = [sum(gram in piece.text for gram in grams) for piece in pieces]
    if any(count >= max(2, NAMED * len(grams)) for count in within):
        return [piece for piece, count in zip(pieces, within, strict=True) if count == max(within)]
    return pieces if len(pieces) <= ROWS and not re.search(r"\d", about) else []


def _table(state: TurnState, both: Comparison, sides: list[Part | None], days: tuple[date, date]) -> Part:
    found = [part for part in sides if part is not None]
    statements = [statement for part in found for statement in part.statements]
    computed = tuple(one for part in found for one in part.computed)
    cards = tuple(card for part in found for card in part.cards)
    lead = replace(found[0], computed=computed, cards=cards)
    cells = [words_of(part) if part is not None else _missing(both) for part in sides]
    if not all(one.prose for one in statements) or max(map(len, cells)) > WIDE:
        return replace(lead, statements=_below(both, sides, days))
    heads = (
        f"{thing}（{_then(day)}有效的规定）" if both.years else thing
        for thing, day in zip(both.things, days, strict=True)
    )
    row = " | ".join(cell.replace("|", "／").replace("\n", " ") for cell in (both.about, *cells))
    text = f"| 比较 | {' | '.join(heads)} |\n| --- | --- | --- |\n| {row} |"
    grounds = tuple(
        ground for one in statements for ground in (*one.grounds, one.text, *(source.quote for source in one.sources))
    )
    sources = merged([source for one in statements for source in one.sources])
    return replace(
        lead,
        outcome="need_info" if any(part.outcome == "need_info" for part in found) else "answered",
        reason=None,
        action=None,
        statements=(Statement(text, sources, (*grounds, state["question"], *map(str, days)), prose=False),),
    )


def _below(both: Comparison, sides: list[Part | None], days: tuple[date, date]) -> tuple[Statement, ...]:
    """Each side's answer under its name, where one of them is a table or long."""
    told: list[Statement] = []
    for thing, part, day in zip(both.things, sides, days, strict=True):
        head = f"**{thing}**（{_then(day)}有效的规定）：" if both.years else f"**{thing}**："
        words = f"{head}{_missing(both)}" if part is None else head
        told.append(Statement(words, (), (words,), prose=False))
        told += part.statements if part is not None else ()
    return tuple(told)


def _missing(both: Comparison) -> str:
    return "没有查到当时有效的规定" if both.years else "没有找到足够的依据"


def _then(day: date) -> str:
    """A day as it is told: the middle of a year gone by or to come, else the day asked about."""
    return "年中" if (day.month, day.day) == MIDDLE else "当前"


def merged(sources: list[Source]) -> tuple[Source, ...]:
    """Each source once, with all that is quoted of it."""
    found: dict[str, Source] = {}
    for source in sources:
        had = found.setdefault(source.key, source)
        if source.quote not in had.quote:
            found[source.key] = replace(had, quote=f"{had.quote}；{source.quote}")
    return tuple(found.values())


def words_of(part: Part) -> str:
    return "；".join(statement.text.rstrip("。") for statement in part.statements)
