"""What led to what, walkable both ways: from the client's words to the last 分 of the split, and back."""

from collections.abc import Iterable

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.errors import Missing
from knowledge.base.tenancy import TenantSession
from knowledge.policies.values import Frozen
from workflows.case import order_of, own_row
from workflows.tables.trail import TraceLinkRow

Node = tuple[str, str]


class Link(Frozen):
    """`source` led to `target`, each a kind and an id."""

    source_kind: str
    source_id: str
    target_kind: str
    target_id: str


class Chain(Frozen):
    """Everything before and after an order that the asking organisation may know, in the order it came about."""

    order_id: str
    links: tuple[Link, ...]

    def before(self, kind: str, identifier: str) -> tuple[Node, ...]:
        return tuple(
            (link.source_kind, link.source_id)
            for link in self.links
            if (link.target_kind, link.target_id) == (kind, identifier)
        )

    def after(self, kind: str, identifier: str) -> tuple[Node, ...]:
        return tuple(
            (link.target_kind, link.target_id)
            for link in self.links
            if (link.source_kind, link.source_id) == (kind, identifier)
        )


def link(work: Work, orgs: Iterable[str], source: Node, target: Node, clock: Clock) -> None:
    """Tell each of `orgs` that `source` led to `target`; telling it again changes nothing."""
    for org_id in dict.fromkeys(orgs):
        session = work.session(org_id)
        found = session.exec(
            select(TraceLinkRow).where(
                TraceLinkRow.org_id == org_id,
                TraceLinkRow.source_kind == source[0],
                TraceLinkRow.source_id == source[1],
                TraceLinkRow.target_kind == target[0],
                TraceLinkRow.target_id == target[1],
            )
        ).first()
        if found is None:
            session.add(
                TraceLinkRow(
                    org_id=org_id,
                    source_kind=source[0],
                    source_id=source[1],
                    target_kind=target[0],
                    target_id=target[1],
                    created_at=clock.now(),
                )
            )
            session.flush()


def walk(session: TenantSession, order_id: str) -> Chain:
    """From the order back to the need and on to the split lines; `Missing` when the order isn't the session's."""
    row = own_row(session, order_of(order_id))
    if row is None:
        raise Missing(f"没有找到订单 {order_id[:60]}；请从订单列表进入。")
    links: dict[tuple[str, str, str, str], TraceLinkRow] = {}
    for forward in (True, False):
        reached: set[Node] = {("order", row.id)}
        edge = set(reached)
        while edge:
            found = _step(session, row.org_id, edge, forward)
            links.update({(one.source_kind, one.source_id, one.target_kind, one.target_id): one for one in found})
            ends = {(one.target_kind, one.target_id) if forward else (one.source_kind, one.source_id) for one in found}
            edge = ends - reached
            reached |= edge
    ordered = sorted(links.items(), key=lambda pair: (pair[1].created_at, pair[0]))
    return Chain(
        order_id=row.id,
        links=tuple(Link(source_kind=a, source_id=b, target_kind=c, target_id=d) for (a, b, c, d), _ in ordered),
    )


def _step(session: TenantSession, org_id: str, edge: set[Node], forward: bool) -> list[TraceLinkRow]:
    ids = sorted({identifier for _, identifier in edge})
    column = TraceLinkRow.source_id if forward else TraceLinkRow.target_id
    found = session.exec(select(TraceLinkRow).where(TraceLinkRow.org_id == org_id, col(column).in_(ids)))
    return [
        row
        for row in found
        if ((row.source_kind, row.source_id) if forward else (row.target_kind, row.target_id)) in edge
    ]
