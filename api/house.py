"""The house put together once per process: settings, database, knowledge, search, the assistant's desk."""

from dataclasses import dataclass
from pathlib import Path

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
    desk: Desk
    signing_key: str
    evidence_dir: Path
