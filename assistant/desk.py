"""Everything a turn may use, put together by `api.wiring` and passed in; a turn reaches for nothing else."""

from dataclasses import dataclass

from assistant.model.port import Phraser
from assistant.orders import Orders
from knowledge.base.clock import Clock
from knowledge.policies import RuleBook
from knowledge.services import Catalogue
from retrieval import Searcher


@dataclass(frozen=True, eq=False)
class Desk:
    book: RuleBook
    catalogue: Catalogue
    searcher: Searcher
    orders: Orders
    clock: Clock
    phraser: Phraser | None = None
