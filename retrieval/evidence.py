"""What search gives and what it must be told."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.base.regions import readable
from knowledge.ingest.tables import EVERYONE

Audience = Literal["client", "staff", "channel"]
READS: dict[str, frozenset[str]] = {
    "client": frozenset({"client"}),
    "channel": frozenset({"client", "channel"}),
    "staff": frozenset({"client", "channel", "staff"}),
}


@dataclass(frozen=True)
class Scope:
    """Whose texts may be read: those of `org_ids` and everyone's, written for `audience`. There is no default."""

    org_ids: frozenset[str]
    audience: Audience


class NamedDocument(BaseModel):
    """A document that an article names as its ground."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    doc_no: str
    title: str
    effective: date | None = None
    url: str | None = None
    status: str = "in_force"


class Evidence(BaseModel):
    """A clause or section. `status` is in_force, or unknown when its first day isn't: never cite that as in force.

    `effective_to` is the last day in force. `score` is between 0 and 1 and compares hits of one search only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    chunk_id: str
    document_id: str
    title: str
    doc_no: str
    issuer: str
    region: str
    clause: str | None
    text: str
    score: float
    effective_from: date | None
    effective_to: date | None
    status: str
    url: str | None
    kind: str
    owner_org: str
    path: str = ""
    context: str = ""
    confidence: str = ""
    documents: tuple[NamedDocument, ...] = ()  # what an article rests on
    asked: str = ""  # the client's phrasing that pointed here, when the question is like it
    meaning: float | None = None  # cosine to the question, where its vector is known


class Hits(BaseModel):
    """Best first. Without hits `reason` is `not_in_force` (such a text exists, not on that day) or `no_evidence`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hits: tuple[Evidence, ...]
    reason: Literal["not_in_force", "no_evidence"] | None = None


@dataclass(frozen=True)
class Filter:
    """A scope, a day and a place, as each index applies them. `day` None means any day (to explain an empty result)."""

    owners: frozenset[str]
    audiences: frozenset[str]
    regions: frozenset[str]
    day: int | None

    @classmethod
    def of(cls, scope: Scope, as_of: date, region: str | None) -> "Filter":
        return cls(
            owners=frozenset(scope.org_ids) | {EVERYONE},
            audiences=READS[scope.audience],
            regions=frozenset(readable(region)),
            day=as_of.toordinal(),
        )

    def any_day(self) -> "Filter":
        return Filter(self.owners, self.audiences, self.regions, None)
