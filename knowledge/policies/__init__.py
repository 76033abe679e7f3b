"""Rules as data: dated programmes and tax rules, judged in three values and calculated with their steps.

Front doors: `load_rules` → `RuleBook`; `evaluate`, `explain`, `find_conditions` over a programme and `Facts`;
`calculate` over a tax rule. Imports `knowledge.base` alone.
"""

from knowledge.policies.book import RuleBook, calculate, load_rules
from knowledge.policies.description import explain
from knowledge.policies.evaluation import evaluate, find_conditions
from knowledge.policies.facts import Facts
from knowledge.policies.programme import Programme
from knowledge.policies.values import (
    Calculation,
    ConditionResult,
    DocumentRef,
    NextQuestion,
    ScoreInterval,
    Verdict,
)

__all__ = [
    "Calculation",
    "ConditionResult",
    "DocumentRef",
    "Facts",
    "NextQuestion",
    "Programme",
    "RuleBook",
    "ScoreInterval",
    "Verdict",
    "calculate",
    "evaluate",
    "explain",
    "find_conditions",
    "load_rules",
]
