"""What there is to learn from: clients' phrasings with the passage that answers each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow
from retrieval.evidence import READS, Filter

ALONE = 0.15  # of the phrasings: how often their passage has no other


@dataclass(frozen=True)
class Phrasing:
    """`siblings` are the ids of all phrasings of the same passage, this one's too. `group` names the document."""

    id: str
    question: str
    target: str
    group: str
    kind: str
    region: str
    siblings: frozenset[str]


def phrasings(database: Database) -> list[Phrasing]:
    """All of the published documents, in the order of their ids."""
    query = (
        select(ChunkRow, DocumentRow)
        .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
        .where(col(ChunkRow.kind) == "question", col(DocumentRow.published), col(DocumentRow.owner_org) == EVERYONE)
        .order_by(col(ChunkRow.id))
    )
    with database.read() as work:
        rows = [
            (row.id, row.text, str(row.target), document.id, document.kind, document.region)
            for row, document in work.session(EVERYONE).exec(query)
        ]
    together: dict[str, set[str]] = {}
    for key, _, target, *_ in rows:
        together.setdefault(target, set()).add(key)
    return [
        Phrasing(key, question, target, group, kind, region, frozenset(together[target]))
        for key, question, target, group, kind, region in rows
    ]


def readable(phrasing: Phrasing, day: date) -> Filter:
    """What someone sees who asks it where it applies."""
    regions = {"全国", phrasing.region, *(_above(phrasing.region))}
    return Filter(frozenset({EVERYONE}), READS["client"], frozenset(regions), day.toordinal())


def hidden(phrasing: Phrasing, chance: random.Random) -> frozenset[str]:
    """What to leave out while learning from a phrasing: always itself, and sometimes all its siblings, since most
    that is asked is near something known and some is not. (With half of them left out the ranking learned to
    mistrust every phrasing.)
    """
    return phrasing.siblings if chance.random() < ALONE else frozenset({phrasing.id})


def apart(found: Sequence[Phrasing], share: float, seed: int = 0) -> tuple[list[Phrasing], list[Phrasing]]:
    """Those to learn from and those kept to look at, by whole documents."""
    groups = sorted({one.group for one in found})
    random.Random(seed).shuffle(groups)
    kept = set(groups[: round(len(groups) * share)])
    return [one for one in found if one.group not in kept], [one for one in found if one.group in kept]


def _above(region: str) -> list[str]:
    parts = region.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
