"""What is checked: the folders of rules, articles, rows and services, by default those shipped."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.ingest.shipped import ARTICLES
from knowledge.policies.book import FOLDER as RULES
from knowledge.services.load import FOLDER as SERVICES
from knowledge.upkeep.rows import FOLDER as ROWS

REGISTER = Path(__file__).with_name("recheck.yaml")


@dataclass(frozen=True, slots=True)
class Shelf:
    rules: Path = RULES
    articles: Path = ARTICLES
    rows: Path = ROWS
    services: Path = SERVICES
    register: Path = REGISTER


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind`: load, source, recheck, superseded, figure, row, article, faq or sop. `id`: a rule, article or service."""

    kind: str
    id: str
    message: str


@dataclass(frozen=True, slots=True)
class Counts:
    rules: int
    documents: int
    articles: int
    faq: int
    services: int
    sops: int
    steps: int


@dataclass(frozen=True, slots=True)
class Checked:
    as_of: date
    counts: Counts
    problems: tuple[Problem, ...]
