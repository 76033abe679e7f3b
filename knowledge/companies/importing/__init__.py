"""Importing companies: sheets and vendors' responses become profiles; each bad cell is told and the rest goes on.

Front doors: `read_companies` (a file, row by row), `import_companies` (into one organisation's profiles), `waiting` and
`decide` (sources that differ).
"""

from knowledge.companies.importing.confirming import Waiting, decide, waiting
from knowledge.companies.importing.judging import Turned
from knowledge.companies.importing.merge import Change, Clash, Imported, import_companies
from knowledge.companies.importing.rows import Problem, Row, read_companies

__all__ = [
    "Change",
    "Clash",
    "Imported",
    "Problem",
    "Row",
    "Turned",
    "Waiting",
    "decide",
    "import_companies",
    "read_companies",
    "waiting",
]
