"""Several questions in one message, answered one by one; what none of them finds is looked for with the whole."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.compose.statement import Part, Source, Statement
from assistant.desk import Desk
from assistant.turn.local import with_local
from assistant.turn.route import plan
from assistant.turn.state import Change, TurnState
from assistant.understand.compared import Comparison, compared
from assistant.understand.several import several
from assistant.understand.understand import understand
from assistant.understand.values import Understanding

ONE_BY_ONE = frozenset({"answer", "calculate", "steps"})
MERGED = ("answered", "need_info")


def questions_of(read: Understanding, question: str, queue: tuple[str, ...]) -> tuple[str, ...]:
    """The questions of a message that only asks and tells facts; () when it is one, or wants something done.

    A follow-up has been made one standalone question already.
    """
    asks = bool(ONE_BY_ONE & set(queue)) and set(queue) <= ONE_BY_ONE | {"judge"}
    if not asks or question != read.text:
        return ()
    both = compared(read.text)
    return both.questions if both else several(read.text)


def several_step(
    handlers: Mapping[str, Callable[[Desk, TurnState], Change]], desk: Desk, state: TurnState
) -> tuple[Part, ...]:
    """One part for each question that has an answer of its own; the whole is asked when one has none."""
    text = state["question"]
    if (both := compared(text)) and (table := _compared(handlers, desk, state, both)):
        return (table,)
    found = [_answered(handlers, desk, state, question) for question in several(text)]
    own = [part for part in found if part is not None]
    if len(own) < len(found):
        whole = _answered(handlers, desk, state, text)
        own = [*([whole] if whole else []), *own]
    return _distinct(own)


def _compared(
    handlers: Mapping[str, Callable[[Desk, TurnState], Change]], desk: Desk, state: TurnState, both: Comparison
) -> Part | None:
    """Both answers side by side; below one another when one of them is a table itself. None when one has none."""
    one, two = (_answered(handlers, desk, state, question) for question in both.questions)
    if one is None or two is None or _words(one) == _words(two):
        return None
    statements = (*one.statements, *two.statements)
    computed = (*one.computed, *two.computed)
    cards = (*one.cards, *two.cards)
    if not all(statement.prose for statement in statements):
        return replace(one, statements=_distinct([one, two])[0].statements + two.statements, computed=computed)
    sources = _merged([source for statement in statements for source in statement.sources])
    cells = " | ".join(cell.replace("|", "／") for cell in (both.about, _words(one), _words(two)))
    table = f"| 比较 | {' | '.join(both.things)} |\n| --- | --- | --- |\n| {cells} |"
    grounds = tuple(
        ground
        for statement in statements
        for ground in (*statement.grounds, statement.text, *(source.quote for source in statement.sources))
    )
    return replace(
        one,
        statements=(Statement(table, sources, (*grounds, state["question"]), prose=False),),
        computed=computed,
        cards=cards,
    )


def _merged(sources: list[Source]) -> tuple[Source, ...]:
    """Each source once, with all that is quoted of it."""
    found: dict[str, Source] = {}
    for source in sources:
        had = found.setdefault(source.key, source)
        if source.quote not in had.quote:
            found[source.key] = replace(had, quote=f"{had.quote}；{source.quote}")
    return tuple(found.values())


def _words(part: Part) -> str:
    return "；".join(statement.text.rstrip("。") for statement in part.statements)


def _answered(
    handlers: Mapping[str, Callable[[Desk, TurnState], Change]], desk: Desk, state: TurnState, question: str
) -> Part | None:
    read = with_local(desk, understand(question, state["as_of"]), state["region"])
    inner: TurnState = {**state, "text": question, "question": question, "understanding": read, "parts": ()}
    names = [name for name in plan(read, state["dialog"]) if name in ONE_BY_ONE] or ["answer"]
    change = handlers[names[0]](desk, inner)
    if then := change.get("then"):
        change = handlers[then[0]](desk, inner)
    part: Part = change["parts"][0]
    return part if part.outcome in MERGED or part.reason == "false_premise" else None


def _distinct(parts: list[Part]) -> tuple[Part, ...]:
    """What two questions have in common is said once."""
    said: set[str] = set()
    kept = []
    for part in parts:
        fresh: list[Statement] = []
        for statement in part.statements:
            if statement.text not in said:
                said.add(statement.text)
                fresh.append(statement)
        if fresh:
            kept.append(replace(part, statements=tuple(fresh)))
    return tuple(kept)
