"""Importing companies: sheets and vendors' responses become profiles; each bad cell is told and the rest goes on.

Front doors: `read_companies` (a file, row by row) and `import_companies` (into one organisation's profiles).
"""

from knowledge.companies.importing.merge import Change, Imported, import_companies
from knowledge.companies.importing.rows import Problem, Row, read_companies

__all__ = ["Change", "Imported", "Problem", "Row", "import_companies", "read_companies"]
