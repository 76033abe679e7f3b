"""One command under way: the transaction, who gave it, what titles they hold, when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.tenancy import TenantSession
from workflows.actor import Actor
from workflows.states import SYSTEM


@dataclass(frozen=True)
class Doing:
    """`titles` are `side:role`. `derived()` is the same person's act going on as its consequences."""

    work: Work
    actor: Actor
    clock: Clock
    titles: frozenset[str]

    def session(self, org_id: str, *, reads: Iterable[str] = ()) -> TenantSession:
        return self.work.session(org_id, reads=reads)

    def derived(self) -> "Doing":
        return replace(self, titles=frozenset({SYSTEM}))

    def titled(self, *titles: str) -> "Doing":
        return replace(self, titles=self.titles | set(titles))
