"""From computed statements to readable ones, and back again wherever the model departs from them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from assistant.compose.check import check
from assistant.compose.figures import figures
from assistant.compose.statement import Part, Source, Statement
from assistant.model.port import Original, Phrased, Phraser, PhrasingFailed
from knowledge.base.logs import mask

LEAST = 2  # sentences; a single one is told as it is


def rephrase(phraser: Phraser, question: str, parts: Sequence[Part], org_id: str) -> tuple[Part, ...]:
    """The parts with their sourced prose reworded where every safeguard holds; otherwise just as they were.

    Tables, refusals, questions to the client and what has no source are never reworded. One call a turn.
    """
    places = [
        (at, index)
        for at, part in enumerate(parts)
        if part.outcome == "answered" and not part.order_id
        for index, statement in enumerate(part.statements)
        if statement.prose and statement.sources
    ]
    if len(places) < LEAST:
        return tuple(parts)
    given = {number: parts[at].statements[index] for number, (at, index) in enumerate(places, start=1)}
    originals = tuple(Original(number=number, text=mask(one.text)) for number, one in given.items())
    log: Any = structlog.get_logger()
    try:
        phrased = phraser.phrase(mask(question), originals, org_id)
    except PhrasingFailed as error:
        log.warning("phrasing_failed", why=str(error)[:200])
        return tuple(parts)
    told, used = _sound(phrased, given)
    if not told:
        log.warning("phrasing_refused", sentences=len(phrased))
        return tuple(parts)
    left = tuple(one for number, one in given.items() if number not in used)
    first, _ = places[0]
    kept = []
    for at, part in enumerate(parts):
        mine = {index for where, index in places if where == at}
        rest = tuple(one for index, one in enumerate(part.statements) if index not in mine)
        kept.append(replace(part, statements=(*told, *left, *rest) if at == first else rest))
    return tuple(part for part in kept if part.statements or part.cards or part.computed)


def _sound(phrased: Sequence[Phrased], given: dict[int, Statement]) -> tuple[tuple[Statement, ...], set[int]]:
    """The sentences that pass, and the originals they fully stand for.

    An original counts as told only when all its figures are: what the model left out is told in its own words.
    """
    told: list[Statement] = []
    said: dict[int, set[str]] = {number: set() for number in given}
    for one in phrased:
        numbers = [number for number in dict.fromkeys(one.uses) if number in given]
        if not numbers or len(numbers) < len(set(one.uses)) or not one.text.strip():
            continue  # a sentence that rests on nothing, or on what was never given
        rests = [given[number] for number in numbers]
        statement = Statement(one.text.strip(), _sources(rests), tuple(x.text for x in rests), free=True)
        kept, flaws = check((statement,))
        for flaw in flaws:
            structlog.get_logger().warning("phrase_dropped", why=flaw.why)
        if kept:
            told.append(statement)
            for number in numbers:
                said[number] |= figures(one.text)
    whole = {number for number, statement in given.items() if said[number] and figures(statement.text) <= said[number]}
    whole |= {
        number
        for number, statement in given.items()
        if not figures(statement.text) and any(statement.text in one.grounds for one in told)
    }
    return tuple(told), whole


def _sources(statements: Sequence[Statement]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for statement in statements for source in statement.sources))
