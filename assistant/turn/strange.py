"""A question that names a thing of its own beside others: 拖拉机驾照几年换一次 after 高企证书有效期几年.

What it names must be known to the texts of the subject that it would carry, and said by what answers it: the words of
asking (几年, 换) are in every text. Letter pairs count by how rare the library has them.
"""

from assistant.compose.statement import Part
from assistant.desk import Desk
from assistant.turn.passages import scope
from assistant.turn.state import TurnState
from assistant.understand.lexicon import find_mentions
from assistant.understand.several import ASK, Asked
from assistant.understand.subjects import phrase_before
from retrieval.wording import bigrams, content, expanded, spoken_for

LEAST = 3  # letters of a thing that can be another: 审批, 合同 belong to many
SAID = 0.25  # share of it, by rarity, that an answer must say
TAKE = 12
SURE, NEAR = 0.55, 0.7  # 拖拉机驾照几年换一次 has 0.61 and 0.66, 忘签合同超一个月赔几倍 0.61 and 0.74


def is_another(desk: Desk, state: TurnState, one: Asked, most: float = 0.0) -> bool:
    """Whether a question names a thing of which the texts found for the subject it carries say no more than `most`."""
    thing = _thing(one.own)
    if not thing:
        return False
    hits = desk.searcher.search(one.text, scope(state), state["as_of"], state["region"], TAKE).hits
    subject = {*bigrams(one.carries), *(gram for term in expanded(one.carries) for gram in bigrams(term))}
    own = [hit for hit in hits if any(gram in hit.title for gram in subject)]
    return _share(desk, thing, "".join(f"{hit.title}{hit.context}{hit.text}{hit.asked}" for hit in own)) <= most


def says_subject(desk: Desk, question: str, part: Part) -> bool:
    """Whether an answer says enough of the thing a question names; True where it names none, or a rule decided."""
    thing = _thing(question)
    if not thing or part.computed or part.outcome != "answered" or part.cards:
        return True
    sources = [source for statement in part.statements for source in statement.sources]
    said = "".join(
        (
            *(statement.text for statement in part.statements),
            *(source.title + source.quote for source in sources),
        )
    )
    return _share(desk, thing, said) >= SAID


def is_known(desk: Desk, state: TurnState, question: str, part: Part) -> bool:
    """Whether the ranking is rather sure of what answers a question, it lies near in meaning, and the answer rests on
    it, though in other words: 忘签合同超一个月赔几倍.
    """
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], 1).hits
    sure = bool(hits) and hits[0].score >= SURE and (hits[0].meaning or 0.0) >= NEAR
    return sure and any(source.title == hits[0].title for said in part.statements for source in said.sources)


def _thing(question: str) -> str:
    """What stands before the asking, when it is no fact of a company that the rules go by (人数上限)."""
    thing = phrase_before(question, ASK)
    return thing if len(thing) >= LEAST and not find_mentions(thing) else ""


def _share(desk: Desk, thing: str, said: str) -> float:
    """Part of a thing's letter pairs, by rarity, that words say in its own or the texts' terms."""
    grams = list(dict.fromkeys(gram for run in content(thing) for gram in bigrams(run)))
    rarity = desk.searcher.lexical.rarity(grams)
    meant = " ".join(spoken_for(thing, term) for term in expanded(thing) if term in said)
    whole = sum(rarity.values())
    return sum(rarity[gram] for gram in grams if gram in said or gram in meant) / whole if whole else 1.0
