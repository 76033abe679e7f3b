"""Companies: a profile with a source and a date for each fact, and what follows from its facts.

Front doors: `Company`, `Fact`, `EMPTY`, `parse_company` (a company file, strictly), `check_company`
(figures that can't both be right), `derive` (what rules test), and
`knowledge.companies.store` (`load_profile`, `save_company`, `record_facts`). Imports `knowledge.policies` and
`knowledge.base`.
"""

from knowledge.companies.company import EMPTY, Company, Fact
from knowledge.companies.contradictions import check_company
from knowledge.companies.derive import derive
from knowledge.companies.parse import parse_company

__all__ = ["EMPTY", "Company", "Fact", "check_company", "derive", "parse_company"]
