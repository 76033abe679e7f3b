"""Now and later: for each programme what is lacking, when it can be had, and what a year of it is worth."""

from collections.abc import Iterable
from datetime import date, timedelta

from assistant.diagnose import diagnose
from assistant.outlook.duties import duties
from assistant.outlook.gaps import possible_on, steps_for
from assistant.outlook.season import next_season
from assistant.outlook.values import Duty, Plan, Prospect
from assistant.outlook.worth import worth
from knowledge.companies import Company, derive
from knowledge.policies import Facts, Programme, RuleBook, Verdict
from knowledge.policies.facts import Known
from knowledge.policies.programme import Node, walk

FAR = 740  # days
ORDER = {"now": 0, "later": 1, "unsure": 2, "held": 3, "closed": 4}


def look_ahead(
    book: RuleBook,
    company: Company,
    as_of: date,
    *,
    programmes: Iterable[str] = (),
    region: str | None = None,
) -> Plan:
    """The plan for the programmes named, or for all of kind `programme`. Raises what `diagnose` raises."""
    found = diagnose(book, company, tuple(programmes), as_of, region=region)
    return plan_from(book, company, found.verdicts, as_of, region=region)


def plan_from(
    book: RuleBook, company: Company, verdicts: Iterable[Verdict], as_of: date, *, region: str | None = None
) -> Plan:
    """The same from verdicts that have been given already."""
    facts = derive(company, as_of)
    place = region or company.region
    prospects = [
        _prospect(book, verdict, company, facts, as_of, place)
        for verdict in verdicts
        if verdict.verdict != "not_applicable"
    ]
    prospects = [_after_needs(one, prospects, book, as_of, place) for one in prospects]
    prospects.sort(key=lambda one: (ORDER[one.horizon], one.possible_on or date.max, len(one.steps)))
    dated = [*duties(book, company, as_of, place), *_closings(prospects, as_of)]
    return Plan(
        as_of=as_of,
        prospects=tuple(prospects),
        duties=tuple(sorted(dated, key=lambda one: (one.due, one.name))),
        worth=worth(book, company, as_of),
        notes=tuple(_notes(book, prospects, facts, as_of)),
    )


def _prospect(
    book: RuleBook, verdict: Verdict, company: Company, facts: Facts, as_of: date, place: str | None
) -> Prospect:
    programme = book.programme(verdict.programme_id, as_of)
    needs, excluded = _linked(book, programme, as_of)
    common = {
        "programme_id": programme.id,
        "name": programme.name,
        "verdict": verdict.verdict,
        "ready": verdict.ready,
        "lead_time": programme.lead_time,
        "needs_first": tuple(name for name, field in needs if not _is(facts, field)),
        "excluded_by": tuple(name for name, field in excluded if _is(facts, field)),
    }
    if holds_now(programme, facts, as_of):
        return Prospect(**common, horizon="held")
    steps = steps_for(programme, verdict, company, as_of) if verdict.verdict == "unmet" else ()
    if common["excluded_by"]:
        return Prospect(**common, horizon="closed", steps=steps)
    day = possible_on(steps, as_of)
    questions = tuple(question.question for question in verdict.next_questions)
    settled = verdict.verdict == "met" or verdict.ready
    horizon = "now" if settled else "later" if verdict.verdict == "unmet" else "unsure"
    season = next_season(programme, place, day) if day is not None and programme.verified else None
    return Prospect(**common, horizon=horizon, steps=steps, open_questions=questions, possible_on=day, season=season)


def _after_needs(one: Prospect, others: Iterable[Prospect], book: RuleBook, as_of: date, place: str | None) -> Prospect:
    """What must be held first can't be had later than what rests on it."""
    known = {other.name: other for other in others}
    waits = [known[name].possible_on for name in one.needs_first if name in known]
    days = [day for day in waits if day is not None]
    if one.possible_on is None or not waits:
        return one
    if len(days) < len(waits):
        return one.model_copy(update={"possible_on": None, "season": None})
    day = max(one.possible_on, *days)
    programme = book.programme(one.programme_id, as_of)
    season = next_season(programme, place, day) if programme.verified else None
    return one.model_copy(update={"possible_on": day, "season": season})


def holds_now(programme: Programme, facts: Facts, as_of: date) -> bool:
    """Whether the company says that it holds the programme, and not that it has run out."""
    until = facts.get(f"qual.{programme.id}_until")
    if isinstance(until, Known) and isinstance(until.value, date):
        return until.value >= as_of
    return _is(facts, f"qual.{programme.id}_valid")


def _linked(
    book: RuleBook, programme: Programme, as_of: date
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Names and fields of what must, and what must not, be held, by the programme's own hard conditions."""
    needs: list[tuple[str, str]] = []
    excluded: list[tuple[str, str]] = []
    for node in _hard(programme.conditions):
        if node.field is None or not node.field.startswith(("qual.", "history.")) or not isinstance(node.value, bool):
            continue
        (needs if node.value else excluded).append((_called(book, node, as_of), node.field))
    return tuple(needs), tuple(excluded)


def _hard(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Conditions that hold whatever else does: no member of an either/or, no case of a switch."""
    return tuple(one for node in nodes if node.any is None and node.switch is None for one in walk((node,)))


def _called(book: RuleBook, node: Node, as_of: date) -> str:
    assert node.field is not None
    name = node.field.removeprefix("qual.").removesuffix("_valid")
    known = next((one.name for one in book.programmes(as_of) if one.id == name), None)
    return known or node.label or name


def _is(facts: Facts, field: str) -> bool:
    found = facts.get(field)
    return isinstance(found, Known) and found.value is True


def _closings(prospects: Iterable[Prospect], as_of: date) -> Iterable[Duty]:
    """The last days of application of what can be had now or by then."""
    for one in prospects:
        if one.season is None or one.season.closes is None or one.horizon not in ("now", "later"):
            continue
        if one.season.closes > as_of + timedelta(days=FAR):
            continue  # moved over years, a date is no more than a guess
        note = "按已知年度推算，以当年通知为准" if one.season.projected else ""
        yield Duty(
            due=one.season.closes,
            name=f"{one.name}申报截止",
            kind="window",
            note=note,
            provisional=one.season.projected,
        )


def _notes(book: RuleBook, prospects: Iterable[Prospect], facts: Facts, as_of: date) -> Iterable[str]:
    for one in prospects:
        if not book.programme(one.programme_id, as_of).verified:
            continue
        if one.needs_first:
            yield f"{one.name}要先有：{'、'.join(one.needs_first)}"
        if one.excluded_by:
            yield f"{one.name}不能与已有的{'、'.join(one.excluded_by)}同时申报"
        programme = book.programme(one.programme_id, as_of)
        if one.horizon == "held" and not isinstance(facts.get(f"qual.{programme.id}_until"), Known):
            kept = f"有效期 {programme.validity_years} 年" if programme.validity_years else "有效期以证书为准"
            yield f"已有{one.name}（{programme.validity_note or kept}）；补充证书到期日后可以提醒续办"
