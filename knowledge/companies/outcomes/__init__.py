"""Results of real applications, and where they and the rules disagree.

Front doors: `record_outcome`, `read_outcomes` (a file), `compare`.
"""

from knowledge.companies.outcomes.compare import Agreement, Disagreement, Report, compare
from knowledge.companies.outcomes.read import read_outcomes
from knowledge.companies.outcomes.record import Outcome, outcomes_of, record_outcome

__all__ = [
    "Agreement",
    "Disagreement",
    "Outcome",
    "Report",
    "compare",
    "outcomes_of",
    "read_outcomes",
    "record_outcome",
]
