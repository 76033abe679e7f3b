"""What a model is asked for, and what it may answer."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field


class Original(BaseModel):
    """A sentence that was computed or quoted, with the number the model refers to it by (from 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    text: str


class Phrased(BaseModel):
    """One sentence of the model and the numbers of the sentences it rests on."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="改写后的一句话")
    uses: list[int] = Field(description="所依据的原句编号")


class PhrasingFailed(Exception):
    """The model gave nothing usable; the message says why, for the log."""


class Phraser(Protocol):
    """Raises `PhrasingFailed`, never anything else. `org_id` is whose budget pays."""

    def phrase(self, question: str, originals: Sequence[Original], org_id: str) -> Sequence[Phrased]: ...
