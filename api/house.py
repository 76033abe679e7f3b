"""The house put together once per process: settings, database, knowledge, search, the assistant's desk."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from api.live import LiveDesk
from assistant.desk import Desk
from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.settings import Settings


@dataclass(frozen=True)
class House:
    """What routes and commands use. `evidence_dir` holds uploaded files by their hash."""

    settings: Settings
    database: Database
    clock: Clock
    shipped: Desk
    signing_key: str
    evidence_dir: Path

    @cached_property
    def live(self) -> LiveDesk:
        return LiveDesk(self.shipped, self.database)

    @property
    def desk(self) -> Desk:
        """With the rules published so far: ask for it once a request, so that one answer rests on one book."""
        return self.live.now()
