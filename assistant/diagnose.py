"""Verdicts on a company: what it qualifies for on a day, with gaps, the next questions and dates."""

from collections.abc import Sequence
from datetime import date

from knowledge.base.errors import NotInForce
from knowledge.companies import Company, derive
from knowledge.policies import RuleBook, Verdict, evaluate
from knowledge.policies.values import Frozen


class Diagnosis(Frozen):
    """The contract's shape of `qifu diagnose`, without its recommendations."""

    company: Company
    as_of: date
    verdicts: tuple[Verdict, ...]


def diagnose(
    book: RuleBook,
    company: Company,
    programmes: Sequence[str],
    as_of: date,
    *,
    asked: frozenset[str] = frozenset(),
    region: str | None = None,
) -> Diagnosis:
    """Judge those named by id or alias, in that order and each once; every programme in force when none is named
    (certifications and listing boards are judged by name).

    `asked`: fields already put to the client, which are not asked again. Raises `Missing` for an unknown programme,
    `NotInForce` for one without a version on the day, and for a day before any rule.
    """
    chosen = [book.programme(name, as_of) for name in programmes]
    if not programmes:
        chosen = [one for one in book.programmes(as_of) if one.kind == "programme"]
        if not chosen:
            first = min(one.valid_from for one in book.programme_versions)
            raise NotInForce(
                f"{as_of} 那天没有收录任何有效的资质规则，最早的一条从 {first} 起；请换一个日期，或转人工核实。",
                field="as_of",
            )
    facts = derive(company, as_of)
    once = {programme.id: programme for programme in chosen}
    verdicts = tuple(evaluate(one, facts, as_of, asked=asked, region=region) for one in once.values())
    return Diagnosis(company=company, as_of=as_of, verdicts=verdicts)
