"""Several questions in one message, answered one by one; what none of them finds is looked for with the whole."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from assistant.compose.statement import Part, say
from assistant.desk import Desk
from assistant.turn.amounts import AMOUNT
from assistant.turn.local import with_local
from assistant.turn.once import distinct
from assistant.turn.route import plan
from assistant.turn.state import Change, TurnState
from assistant.turn.strange import is_another, is_known, says_subject
from assistant.turn.versus import comparison_part, words_of
from assistant.understand.compared import compared
from assistant.understand.several import Asked, questions_in, several
from assistant.understand.subjects import name_in
from assistant.understand.understand import understand
from assistant.understand.values import Understanding
from retrieval.wording import bigrams, content, expanded, spoken_for

ONE_BY_ONE = frozenset({"answer", "calculate", "steps"})
MERGED = ("answered", "need_info")
TELLING = frozenset({"false_premise", "not_in_force", "no_right", "unsafe"})  # declines that answer the question
CARRIED = 0.5  # share of a question that the answer to the whole must carry to be its answer too
FEW = 3  # letter pairs a question must have to be held against its answer
Handlers = Mapping[str, Callable[[Desk, TurnState], Change]]


def questions_of(read: Understanding, question: str, queue: tuple[str, ...]) -> tuple[str, ...]:
    """The questions of a message that only asks and tells facts; () when it is one, or wants something done.

    A follow-up has been made one standalone question already.
    """
    asks = bool(ONE_BY_ONE & set(queue)) and set(queue) <= ONE_BY_ONE | {"judge"}
    if not asks or question != read.text:
        return ()
    both = compared(read.text)
    return both.questions if both else several(read.text)


def several_step(handlers: Handlers, desk: Desk, state: TurnState) -> tuple[Part, ...]:
    """One part for each question; the whole is asked when one has none, and what stays open is named as such."""
    text = state["question"]
    if both := compared(text):
        table = comparison_part(desk, state, both, partial(_answered, handlers, desk, state))
        if table is not None:
            return (table,)
    asked = questions_in(text)
    found: list[Part | None] = []
    for one in asked:
        before = next((part for part in reversed(found) if part is not None), None)
        part = _tried(handlers, desk, state, one, before)
        if part is None and found:
            part = _behind(handlers, desk, state, one, asked[len(found) - 1])
        found.append(part)
    if not any(part and any(part.computed) for part in found):
        found = _with_sum(handlers, desk, state, asked, found)
    own = [part for part in found if part is not None]
    lacking = [one for one, part in zip(asked, found, strict=True) if part is None]
    whole = _answered(handlers, desk, state, text) if lacking else None
    if whole is not None and (open_ones := [one for one in lacking if _carried(one.own, whole) < CARRIED]) != lacking:
        own, lacking = [whole, *own], open_ones
    if not own:
        return ()
    return (*distinct(own), *([_unanswered(lacking)] if lacking else []))


def _tried(handlers: Handlers, desk: Desk, state: TurnState, one: Asked, before: Part | None) -> Part | None:
    """A question's answer: about the subject it carries, unless that subject's texts know nothing of what it names.

    What its sum lacks is read from the whole message.
    """
    if one.carries and is_another(desk, state, one):
        part = _answered(handlers, desk, state, one.own)  # another subject, which no name of ours tells
        return part if part is not None and _is_answer(desk, state, one, part) else None
    part = _answered(handlers, desk, state, one.text)
    if before is not None and (one.open or (one.carries and not name_in(one.carries, taxes=True))):
        part = _with_text_before(handlers, desk, state, one, part, before)
    if part is not None and not one.carries and _beside(one.own, part) and one.text != one.own:
        part = _answered(handlers, desk, state, one.own)  # what was told hides what is asked
    if part is not None and not one.carries and (_beside(one.own, part) or not _is_answer(desk, state, one, part)):
        return None
    if part is None or part.outcome != "need_info":
        return part
    whole = _answered(handlers, desk, state, f"{one.text}，{state['question']}")
    same = whole is not None and whole.dialog.get("topic_title") == part.dialog.get("topic_title")
    return whole if same and whole is not None and whole.outcome == "answered" else part


def _is_answer(desk: Desk, state: TurnState, one: Asked, part: Part) -> bool:
    return says_subject(desk, one.own, part) or is_known(desk, state, one.own, part)


def _with_text_before(
    handlers: Handlers, desk: Desk, state: TurnState, one: Asked, part: Part | None, before: Part
) -> Part | None:
    """A question that names nothing of the knowledge stays with the text the one before was answered from, where that
    has an answer: 开奶茶店呢，证管几年 goes on about the permit.
    """
    titles = dict.fromkeys(source.title for said in before.statements for source in said.sources)
    if not titles or (part is not None and (part.computed or _titles(part) & {*titles})):
        return part
    again = _answered(handlers, desk, state, f"{next(iter(titles))}，{one.text}")
    return again if again is not None and _titles(again) & {*titles} and not _beside(_plain(one), again) else part


def _behind(handlers: Handlers, desk: Desk, state: TurnState, one: Asked, last: Asked) -> Part | None:
    """A question that found nothing by itself, asked behind the one before, whose case it may go on about: 设备一次性
    扣除不超多少？买厂房行吗. Only what says what it asks is taken.
    """
    part = _answered(handlers, desk, state, f"{last.own}，{one.own}")
    answers = part is not None and part.outcome == "answered" and not part.computed
    return part if part is not None and answers and _carried(one.own, part) >= CARRIED else None


def _plain(one: Asked) -> str:
    """A question without what it carries, in the words it is asked with: 证有效期几年 for 证管几年."""
    return one.text.rsplit("，", 1)[-1].removeprefix(one.carries)


def _titles(part: Part) -> set[str]:
    return {source.title for said in part.statements for source in said.sources}


def _with_sum(
    handlers: Handlers, desk: Desk, state: TurnState, asked: Sequence[Asked], found: Sequence[Part | None]
) -> list[Part | None]:
    """A sum whose tax one question names and whose amount another asks for is read from the message as one."""
    places = [at for at, one in enumerate(asked) if AMOUNT.search(one.own)]
    whole = _answered(handlers, desk, state, state["question"]) if places else None
    if whole is None or not whole.computed or whole.outcome != "answered":
        return list(found)
    return [whole if at == places[-1] else part for at, part in enumerate(found)]


def _beside(question: str, part: Part) -> bool:
    """Whether a passage says nothing of what the question asks: it was found by the words around it."""
    asked = sum(len(bigrams(run)) for run in content(question))
    by_rule = part.computed or any(card.get("type") == "conditions" for card in part.cards)
    return not by_rule and part.outcome == "answered" and asked >= FEW and not _carried(question, part)


def _carried(question: str, part: Part) -> float:
    """Share of a question's letter pairs that an answer says, in its own or the texts' terms."""
    pairs = {pair for run in content(question) for pair in bigrams(run)}
    said = words_of(part) + "".join(source.title for statement in part.statements for source in statement.sources)
    meant = " ".join(spoken_for(question, term) for term in expanded(question) if term in said)
    return sum(pair in said or pair in meant for pair in pairs) / len(pairs) if pairs else 0.0


def _unanswered(lacking: Sequence[Asked]) -> Part:
    """Names the questions that found nothing, so that none goes unnoticed."""
    named = "、".join(f"“{one.own}”" for one in lacking)
    words = f"{named}没有找到足够的依据，这次没有回答；可以换个说法单独问，或者说“转人工”请顾问答复"
    return Part((say(words, grounds=(words,)),), "declined", "no_evidence")


def _answered(handlers: Handlers, desk: Desk, state: TurnState, question: str, day: date | None = None) -> Part | None:
    """A question's own answer, on another day where one is given; None when it has none."""
    as_of = day or state["as_of"]
    read = with_local(desk, understand(question, as_of), state["region"])
    inner: TurnState = {
        **state,
        "as_of": as_of,
        "region": read.entities.region or state["region"],
        "text": question,
        "question": question,
        "understanding": read,
        "parts": (),
    }
    names = [name for name in plan(read, state["dialog"]) if name in ONE_BY_ONE] or ["answer"]
    change = handlers[names[0]](desk, inner)
    if then := change.get("then"):
        change = handlers[then[0]](desk, inner)
    part: Part = change["parts"][0]
    return part if part.outcome in MERGED or part.reason in TELLING else None
