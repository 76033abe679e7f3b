"""Screening: the rules of `knowledge.policies` over a whole table of companies, by DuckDB or Spark.

Front doors: `screen` (a file) and `screen_table` (an Ibis table). `docs/decisions/0020-screening.md` says why it is
built as it is and what it costs.
"""

from knowledge.companies.screening.programmes import Outcome, Screened, screen_table
from knowledge.companies.screening.run import Problem, Screening, screen

__all__ = ["Outcome", "Problem", "Screened", "Screening", "screen", "screen_table"]
