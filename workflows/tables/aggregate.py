"""What every row with a state has: an id, a state that only `machine` changes, and a version to compare and set."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned


class Aggregate(Owned):
    """Not a table itself. `machine` names its transitions in `workflows.states`."""

    machine: ClassVar[str]
    id: str = Field(primary_key=True, max_length=60)
    state: str = Field(max_length=20)
    version: int = 1
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
