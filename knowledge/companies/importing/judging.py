"""Verdicts that a refresh turns: the programmes that rest on what changed, judged before and after."""

from collections.abc import Iterable
from datetime import date

from knowledge.companies.company import Company
from knowledge.companies.derive import NEEDS, derive
from knowledge.policies import Programme, RuleBook, evaluate
from knowledge.policies.judgement import tested
from knowledge.policies.values import Frozen

ABOUT = {"region": "entity.region", "industry_code": "entity.sme_size"}


class Turned(Frozen):
    """`before` and `after` are verdicts: met, unmet, unknown, not_applicable."""

    uscc: str
    company: str
    programme_id: str
    name: str
    before: str
    after: str


class Judge:
    """The rule book on a day; keeps which fields each programme rests on."""

    def __init__(self, book: RuleBook, as_of: date) -> None:
        self._as_of = as_of
        self._bases = {one.id: (one, _bases(one)) for one in book.programmes(as_of) if one.kind == "programme"}

    def turned(self, before: Company, after: Company, fields: Iterable[str]) -> list[Turned]:
        """`fields`: what changed, base fields or `region`, `industry_code`."""
        changed = {ABOUT.get(field, field) for field in fields}
        programmes = [one for one, bases in self._bases.values() if not bases.isdisjoint(changed)]
        if not programmes:
            return []
        old, new = derive(before, self._as_of), derive(after, self._as_of)
        found = []
        for one in programmes:
            was, now = (evaluate(one, facts, self._as_of).verdict for facts in (old, new))
            if was != now:
                found.append(
                    Turned(
                        uscc=after.uscc or "",
                        company=after.name,
                        programme_id=one.id,
                        name=one.name,
                        before=was,
                        after=now,
                    )
                )
        return found


def _bases(programme: Programme) -> frozenset[str]:
    names = {name for fields in tested(programme).values() for name in fields}
    region = {"entity.region"} if programme.region else set[str]()
    return frozenset(names | region | {base for name in names for base in NEEDS.get(name, ())})
