"""Several questions in one message, answered one by one; what none of them finds is looked for with the whole."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.turn.local import with_local
from assistant.turn.route import plan
from assistant.turn.state import Change, TurnState
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
    return several(read.text) if asks and question == read.text else ()


def several_step(
    handlers: Mapping[str, Callable[[Desk, TurnState], Change]], desk: Desk, state: TurnState
) -> tuple[Part, ...]:
    """One part for each question that has an answer of its own; the whole is asked when one has none."""
    text = state["question"]
    found = [_answered(handlers, desk, state, question) for question in several(text)]
    own = [part for part in found if part is not None]
    if len(own) < len(found):
        whole = _answered(handlers, desk, state, text)
        own = [*([whole] if whole else []), *own]
    return _distinct(own)


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
