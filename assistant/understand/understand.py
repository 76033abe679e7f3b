"""Read one client sentence: intents, facts, entities. Pure, no model, milliseconds."""

from collections.abc import Sequence
from datetime import date

from assistant.understand.cues import BELIEF, CLAIM, OURS
from assistant.understand.entities import find_entities
from assistant.understand.facts import extract_facts
from assistant.understand.homophones import mended
from assistant.understand.intent import on_trade, read_intents
from assistant.understand.normalise import normalise
from assistant.understand.values import Understanding

ASKS = frozenset(
    {
        "policy_question",
        "tax_question",
        "tax_calculation",
        "qualification_question",
        "price_question",
        "sop_question",
        "order_create",
        "order_status",
    }
)


def understand(text: str, as_of: date, *, asked: Sequence[str] = ()) -> Understanding:
    """`asked` names the fields of the open question, so that a bare 15个 or 没有 finds its place."""
    plain = mended(normalise(text))
    facts = extract_facts(plain, as_of, asked=asked)
    entities = find_entities(plain)
    believed = bool(BELIEF.search(plain)) and bool(entities.programmes or entities.taxes or on_trade(plain))
    if (CLAIM.search(plain) or believed) and not OURS.search(plain):
        facts = ()
    first, *others = read_intents(plain, facts, entities)
    if asked and ASKS & {first.name, *(other.name for other in others)}:
        # A digression is no answer: its figures belong to what it asks, not to the question that is open.
        facts = extract_facts(plain, as_of)
        first, *others = read_intents(plain, facts, entities)
    if "tax_calculation" in (first.name, *(other.name for other in others)):
        # 应纳税所得额200万，所得税交多少: the figures are the sum's, not the company's, unless a year is named.
        facts = tuple(fact for fact in facts if fact.year is not None or fact.field == "entity.taxpayer_type")
    return Understanding(text=plain, intent=first, others=tuple(others), facts=facts, entities=entities)
