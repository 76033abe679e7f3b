"""A verdict on one programme: each condition with need, actual, gap and source, the score, what to ask, and when."""

from datetime import date

from knowledge.base.regions import NATIONAL, contains
from knowledge.base.regions import place as locate
from knowledge.policies import wording
from knowledge.policies.description import describe
from knowledge.policies.facts import Facts, Known
from knowledge.policies.judgement import Judged, Judgement, every
from knowledge.policies.programme import UNVERIFIED, Programme, walk
from knowledge.policies.questions import plan_questions
from knowledge.policies.timing import earliest, window_words
from knowledge.policies.values import ConditionResult, ScoreInterval, Verdict

REGION = "entity.region"
QUOTABLE = frozenset({"V1", "V2"})


def evaluate(
    programme: Programme,
    facts: Facts,
    day: date,
    *,
    asked: frozenset[str] = frozenset(),
    region: str | None = None,
    trial: bool = False,
) -> Verdict:
    """`asked`: fields already put to the client. `trial` judges an unverified programme too, for its own examples."""
    place = region or _region(facts)
    place = place if place and locate(place) else None  # an unknown place is not another place
    common = {"programme_id": programme.id, "name": programme.name, "window": window_words(programme, place, day)}
    if place is not None and not _covers(programme, place):
        reason = f"只适用于{programme.region}的企业"
        return Verdict(**common, verdict="not_applicable", ready=False, conditions=(), reason=reason)
    judgement = Judgement(programme, facts)
    if not programme.verified and not trial:
        conditions = tuple(_unverified(result) for result in describe(judgement, day))
        return Verdict(**common, verdict="unknown", ready=False, conditions=conditions, reason="not verified")
    judged = judgement.whole()
    if programme.region != NATIONAL and place is None:
        judged = every((judged, Judged("unknown", (REGION,))))
    questions = () if judged.result != "unknown" else plan_questions(judgement, facts, day, judged.missing, asked)
    return Verdict(
        **common,
        verdict="unknown" if judged.result == "manual" else judged.result,
        ready=judged.result in ("met", "manual"),
        conditions=tuple(describe(judgement, day)),
        score=_score(judgement),
        missing=judged.missing,
        next_questions=questions,
        earliest=earliest(judgement, place, day),
        benefits=tuple(benefit.text for benefit in programme.benefits if benefit.confidence in QUOTABLE),
        reason=_why(programme, judged),
    )


def find_conditions(programme: Programme, question: str) -> tuple[str, ...]:
    """Fields of the conditions a question names; the longest word named wins, in the order of the rule."""
    found: list[tuple[int, str]] = []
    for node in walk(programme.conditions):
        name = node.field or (programme.score.field if node.score and programme.score else None)
        words = programme.score.words if node.score and programme.score else node.words
        named = [word for word in (*words, node.label or "") if word and word in question]
        length = max(map(len, named), default=0)
        if name and length:
            found.append((length, name))
    longest = max((length for length, _ in found), default=0)
    return tuple(dict.fromkeys(name for length, name in found if length == longest))


def _covers(programme: Programme, place: str) -> bool:
    return contains(programme.region, place) and not any(contains(other, place) for other in programme.except_regions)


def _unverified(result: ConditionResult) -> ConditionResult:
    return result.model_copy(update={"result": "unknown", "gap": None})


def _score(judgement: Judgement) -> ScoreInterval | None:
    score = judgement.programme.score
    if score is None:
        return None
    marks = judgement.total()
    return ScoreInterval(low=marks.low, high=marks.high, passing=f"{score.op} {wording.tidy(score.value, 2)}")


def _why(programme: Programme, judged: Judged) -> str | None:
    low = any(node.confidence in UNVERIFIED for node in walk(programme.conditions))
    return "not verified" if judged.result == "manual" and low else None


def _region(facts: Facts) -> str | None:
    found = facts.get(REGION)
    return str(found.value) if isinstance(found, Known) else None
