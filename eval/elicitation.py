"""How few questions find what decides: the planner against a fixed and a random questionnaire, on the same clients.

A client's deciding facts are a smallest set of their facts that gives the verdict all of them give. They count as
found when the verdict stands after eight questions; short of that, those among the answers count.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from assistant.diagnose import diagnose
from eval.clients import Client, base_fields, draw_clients
from knowledge.companies import derive
from knowledge.policies import Programme, RuleBook, load_rules
from knowledge.policies.judgement import judge_all
from knowledge.policies.questions import asking

DAY = date(2026, 11, 23)
CLIENTS, WITHIN, BAR, SEED = 480, 8, 0.95, 20261123
LONGEST = 60  # more questions than any rule has facts
Question = tuple[str, ...]
Chooser = Callable[[dict[str, Any], frozenset[str]], Question | None]


@dataclass(frozen=True)
class Talk:
    """One conversation: questions until it ended, deciding facts there were and were found, and what went wrong."""

    questions: int
    deciding: int
    found: int
    settled: bool
    twice: int
    dead_end: bool
    counts: bool  # a reluctant client's facts can't be found; only the end of the talk is judged


@dataclass
class Tally:
    """What one way of asking came to."""

    talks: list[Talk] = field(default_factory=list)

    @property
    def share(self) -> float:
        counted = [talk for talk in self.talks if talk.counts]
        deciding = sum(talk.deciding for talk in counted)
        return sum(talk.found for talk in counted) / deciding if deciding else 1.0

    @property
    def faults(self) -> int:
        return sum(talk.twice + talk.dead_end for talk in self.talks)

    def metrics(self) -> dict[str, Any]:
        counted = [talk for talk in self.talks if talk.counts]
        lengths = [talk.questions for talk in counted] or [0]
        return {
            "clients": len(self.talks),
            "deciding_facts_found": round(self.share, 4),
            "decided_within": round(sum(talk.settled for talk in counted) / max(1, len(counted)), 4),
            "median_questions": median(lengths),
            "mean_questions": round(sum(lengths) / len(lengths), 2),
            "asked_twice": sum(talk.twice for talk in self.talks),
            "dead_ends": sum(talk.dead_end for talk in self.talks),
        }


def run(clients: int = CLIENTS, seed: int = SEED) -> dict[str, Any]:
    """The suite of the contract: cases, passed, metrics. Passed: 95 % within eight, no repeat, no dead end."""
    book = load_rules()
    programmes = tuple(one for one in book.programmes(DAY) if one.verified and base_fields(one, DAY))
    draw = random.Random(seed)
    every = {name: Tally() for name in ("planner", "fixed", "random")}
    long = {name: Tally() for name in every}
    single: dict[str, Tally] = {}
    verdicts: Counter[str] = Counter()
    for client in draw_clients(programmes, clients, DAY, seed):
        fixed = questionnaire(base_fields(client.programme, DAY))
        needed = deciding(client)
        verdicts[_result(client, client.facts)] += 1
        choosers: dict[str, Chooser] = {
            "planner": planner(book, client),
            "fixed": in_order(fixed),
            "random": in_order(draw.sample(fixed, len(fixed))),
        }
        for name, choose in choosers.items():
            held = talk(client, choose, needed)
            every[name].talks.append(held)
            if len(fixed) > WITHIN:
                long[name].talks.append(held)
            if name == "planner":
                single.setdefault(client.programme.id, Tally()).talks.append(held)
    ours = every["planner"]
    return {
        "cases": clients,
        "passed": ours.share >= BAR and not ours.faults,
        "metrics": {
            "programmes": len(programmes),
            "within": WITHIN,
            "bar": BAR,
            "verdicts": dict(sorted(verdicts.items())),
            **{name: tally.metrics() for name, tally in every.items()},
            "long_rules": {name: tally.metrics() for name, tally in long.items()},
            "not_all_found": {name: tally.metrics() for name, tally in single.items() if tally.share < 1},
        },
    }


def talk(client: Client, choose: Chooser, needed: frozenset[str]) -> Talk:
    """One conversation to its end: until the verdict stands or nothing is left to ask."""
    truth = _result(client, client.facts)
    known: dict[str, Any] = {}
    asked: list[str] = []
    questions = twice = 0
    after: dict[str, Any] = {}
    while _result(client, known) == "unknown" and questions < LONGEST:
        fields = choose(known, frozenset(asked))
        if fields is None:
            break
        twice += bool(set(fields) & set(asked))
        asked.extend(fields)
        known.update({name: client.facts.get(name) for name in fields})
        questions += 1
        if questions <= WITHIN:
            after = dict(known)
    settled = _result(client, after) == truth
    found = len(needed) if settled else len(needed & set(after))
    dead_end = _result(client, known) != truth
    return Talk(questions, len(needed), found, settled, twice, dead_end, not client.reluctant)


def planner(book: RuleBook, client: Client) -> Chooser:
    def choose(known: dict[str, Any], asked: frozenset[str]) -> Question | None:
        company = client.company(known)
        [verdict] = diagnose(book, company, (client.programme.id,), DAY, asked=asked).verdicts
        return verdict.next_questions[0].fields if verdict.next_questions else None

    return choose


def in_order(questions: Iterable[Question]) -> Chooser:
    """A questionnaire put from the top, whatever the answers are; it ends when the verdict stands."""
    left = iter(tuple(questions))
    return lambda _known, _asked: next(left, None)


def questionnaire(fields: tuple[str, ...]) -> list[Question]:
    """The same written questions the planner has: the widest that fits, each field once."""
    found: list[Question] = []
    covered: set[str] = set()
    for name in fields:
        if name in covered:
            continue
        open_fields = set(fields) - covered
        fitting = [ask.fields for ask in asking().questions if name in ask.fields and set(ask.fields) <= open_fields]
        question = max(fitting, key=len, default=(name,))
        found.append(question)
        covered |= set(question)
    return found


def deciding(client: Client) -> frozenset[str]:
    """A smallest set of the client's facts that gives the verdict: none can be left out."""
    truth = _result(client, client.facts)
    relevant = set(base_fields(client.programme, DAY))
    kept = {name: value for name, value in client.facts.items() if name in relevant}
    for name in sorted(kept):
        without = {other: value for other, value in kept.items() if other != name}
        if _result(client, without) == truth:
            kept = without
    return frozenset(kept)


def _result(client: Client, known: dict[str, Any]) -> str:
    programme: Programme = client.programme
    return judge_all(programme, derive(client.company(known), DAY)).result
