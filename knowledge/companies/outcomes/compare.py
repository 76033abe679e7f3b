"""What the rules would have said on the day of each application, beside what the authority said.

A rule that often disagrees is wrong, incomplete or read wrongly: the report shows which, and by which condition.
"""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date

from knowledge.base.errors import NotInForce
from knowledge.base.tenancy import TenantSession
from knowledge.companies.derive import derive
from knowledge.companies.outcomes.record import OutcomeRow, outcomes_of
from knowledge.companies.store import load_profile
from knowledge.policies import RuleBook, Verdict, evaluate
from knowledge.policies.values import Frozen

Z = 1.959964  # 95 %


class Disagreement(Frozen):
    """`conditions`: those that the rule says fail (it passed all the same), or the authority's reasons where the rule
    says that all is met.
    """

    company_id: str
    company: str
    applied_on: date
    passed: bool
    verdict: str
    conditions: tuple[str, ...]
    reasons: tuple[str, ...]
    document: str


class Agreement(Frozen):
    """One programme. `share` of the decided ones that agree, with its Wilson interval; None when none is decided."""

    programme_id: str
    name: str
    outcomes: int
    agree: int
    disagree: int
    undecided: int
    share: float | None
    low: float | None
    high: float | None
    disagreements: tuple[Disagreement, ...]
    reasons: dict[str, int]  # the authority's, for those that didn't pass
    conditions: dict[str, int]  # the rule's, that fail where the authority passed


class Report(Frozen):
    """`programmes`: the one that disagrees most first."""

    outcomes: int
    programmes: tuple[Agreement, ...]


def compare(session: TenantSession, book: RuleBook) -> Report:
    """Over every recorded outcome of the session's organisation."""
    rows = outcomes_of(session)
    grouped: dict[str, list[tuple[OutcomeRow, Verdict | None, str]]] = {}
    for row in rows:
        company = load_profile(session, row.company_id)
        grouped.setdefault(row.programme_id, []).append((row, _judged(session, book, row), company.name))
    found = [_agreement(book, name, judged) for name, judged in grouped.items()]
    found.sort(key=lambda one: (-one.disagree, one.share if one.share is not None else 2.0, one.programme_id))
    return Report(outcomes=len(rows), programmes=tuple(found))


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which stays inside 0 to 1 for few cases."""
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    # Rounding may put an end a hair on the wrong side of the share itself.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _judged(session: TenantSession, book: RuleBook, row: OutcomeRow) -> Verdict | None:
    """By the version in force on the day of the application, as if on that day."""
    try:
        programme = book.programme(row.programme_id, row.applied_on)
    except NotInForce:
        return None
    return evaluate(programme, derive(load_profile(session, row.company_id), row.applied_on), row.applied_on)


def _agreement(book: RuleBook, name: str, judged: Iterable[tuple[OutcomeRow, Verdict | None, str]]) -> Agreement:
    agree = disagree = undecided = 0
    wrong: list[Disagreement] = []
    reasons: Counter[str] = Counter()
    conditions: Counter[str] = Counter()
    for row, verdict, company in judged:
        reasons.update(() if row.passed else row.reasons)
        said = _said(verdict)
        if said is None:
            undecided += 1
            continue
        if said == row.passed:
            agree += 1
            continue
        disagree += 1
        assert verdict is not None
        failing = tuple(condition.label for condition in verdict.conditions if condition.blocks)
        conditions.update(failing if row.passed else ())
        wrong.append(
            Disagreement(
                company_id=row.company_id,
                company=company,
                applied_on=row.applied_on,
                passed=row.passed,
                verdict=verdict.verdict,
                conditions=failing,
                reasons=tuple(row.reasons),
                document=row.document,
            )
        )
    decided = agree + disagree
    low, high = wilson(agree, decided) if decided else (None, None)
    title = next((one.name for one in reversed(book.programme_versions) if one.id == name), name)
    return Agreement(
        programme_id=name,
        name=title,
        outcomes=decided + undecided,
        agree=agree,
        disagree=disagree,
        undecided=undecided,
        share=round(agree / decided, 4) if decided else None,
        low=None if low is None else round(low, 4),
        high=None if high is None else round(high, 4),
        disagreements=tuple(wrong),
        reasons=dict(reasons.most_common()),
        conditions=dict(conditions.most_common()),
    )


def _said(verdict: Verdict | None) -> bool | None:
    """Whether the rule says one could have applied; None when it leaves it open."""
    if verdict is None:
        return None
    if verdict.verdict == "met" or verdict.ready:
        return True
    return False if verdict.verdict == "unmet" else None
