"""An order as one command works on it: the seller's row locked, every side's session, and who stands on which side.

Ids of what belongs to an order begin with the order's id (`<order>-s3` is its third step), so an address leads to the
order, and whether the caller may know it is decided by the caller's own organisation having a row of that order.
"""

from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.errors import Fault, Missing
from knowledge.base.identity import Org
from knowledge.base.tenancy import TenantSession
from knowledge.services import Service
from workflows import events, machine, network
from workflows.actor import Actor, system
from workflows.doing import Doing
from workflows.states import SYSTEM
from workflows.tables.aggregate import Aggregate
from workflows.tables.executing import DispatchRow, JobRow, OfferRow, StepRow
from workflows.tables.orders import ClientOrderRow, Holder, PartnerJobRow, SalesOrderRow
from workflows.tables.selling import PaymentRow

T = TypeVar("T", bound=Aggregate)
ULID = 26


@dataclass(frozen=True)
class Case:
    """`order` is the seller's row, locked for this transaction."""

    doing: Doing
    order: SalesOrderRow

    @property
    def id(self) -> str:
        return self.order.id

    @property
    def seller(self) -> TenantSession:
        return self.doing.session(self.order.org_id)

    @property
    def client(self) -> TenantSession:
        return self.doing.session(self.order.client_org)

    @property
    def executor(self) -> TenantSession:
        """Of whoever carries it out; `Fault` before that is settled."""
        if self.order.executor_org is None:
            raise Fault(f"订单 {self.id} 还没有执行方。")
        return self.doing.session(self.order.executor_org)

    @property
    def service(self) -> Service:
        return Service.model_validate(self.order.service)

    def derived(self) -> "Case":
        return Case(self.doing.derived(), self.order)

    def titled(self, *titles: str) -> "Case":
        return Case(self.doing.titled(*titles), self.order)

    def create(self, row: T, *, detail: str | None = None) -> T:
        return machine.create(self.doing, row, order_id=self.id, detail=detail)

    def move(self, row: Aggregate, command: str, *, detail: str | None = None) -> None:
        machine.move(self.doing, row, command, order_id=self.id, detail=detail)

    def follow(self, row: Aggregate, command: str, *, detail: str | None = None) -> None:
        """A move that follows from the command: the person needs no title for it."""
        machine.move(self.doing.derived(), row, command, order_id=self.id, detail=detail)

    def dispatch(self) -> DispatchRow | None:
        """The latest decision."""
        return self.seller.exec(
            select(DispatchRow).where(DispatchRow.order_id == self.id).order_by(col(DispatchRow.id).desc())
        ).first()

    def offers(self) -> list[OfferRow]:
        """Every offer of the order, oldest first."""
        found = self.seller.exec(
            select(OfferRow).where(OfferRow.order_id == self.id).order_by(col(OfferRow.dispatch_id))
        )
        return list(found)

    def payments(self) -> list[PaymentRow]:
        """The instalments, in the order they are due."""
        statement = select(PaymentRow).where(PaymentRow.order_id == self.id).order_by(col(PaymentRow.id))
        return list(self.seller.exec(statement))

    def job(self) -> JobRow | None:
        if self.order.job_id is None:
            return None
        return self.executor.get(JobRow, self.order.job_id)

    def steps(self) -> list[StepRow]:
        if self.order.job_id is None:
            return []
        found = self.executor.exec(select(StepRow).where(StepRow.job_id == self.order.job_id).order_by(col(StepRow.no)))
        return list(found)


def order_of(identifier: str) -> str:
    """The order an id belongs to."""
    return identifier[:ULID]


def own_row(session: TenantSession, order_id: str) -> Holder | None:
    """The row by which the session's organisation knows an order, if it does."""
    kinds: tuple[type[Holder], ...] = (SalesOrderRow, ClientOrderRow, PartnerJobRow)
    for kind in kinds:
        # Another session of this transaction may have changed it: read again, not from this one's memory.
        statement = select(kind).where(col(kind.id) == order_id).execution_options(populate_existing=True)
        for found in session.exec(statement):
            assert isinstance(found, SalesOrderRow | ClientOrderRow | PartnerJobRow)
            return found
    return None


def seller_of(row: Holder) -> str:
    return row.org_id if isinstance(row, SalesOrderRow) else row.seller_org


def scope(work: Work, actor: Actor) -> TenantSession:
    """What the actor's organisation may read: its own rows, and headquarters those of its branches and channels."""
    reads = network.supervised(work, actor.org_id) if actor.org_kind == "hq" else ()
    return work.session(actor.org_id, reads=reads)


def load(work: Work, actor: Actor, identifier: str, clock: Clock) -> Case:
    """`Missing` unless the actor's organisation has a row of the order or supervises its seller."""
    row = own_row(scope(work, actor), order_of(identifier))
    if row is None:
        raise Missing(f"没有找到 {identifier[:60]}；请从订单列表进入。")
    return _open(work, actor, seller_of(row), row.id, clock)


def load_as_system(work: Work, org_id: str, order_id: str, clock: Clock) -> Case:
    """For timers: `org_id` is any organisation that holds a row of the order."""
    row = own_row(work.session(org_id), order_id)
    if row is None:
        raise Missing(f"没有订单 {order_id}。")
    return _open(work, system(org_id), seller_of(row), order_id, clock)


def _open(work: Work, actor: Actor, seller_org: str, order_id: str, clock: Clock) -> Case:
    """Everyone on the order is locked before anything of it is read to be changed."""
    seen = work.session(seller_org).exec(select(SalesOrderRow).where(SalesOrderRow.id == order_id)).one()
    asked = select(DispatchRow.executor_org).where(DispatchRow.order_id == order_id)
    executors = {one for one in work.session(seller_org).exec(asked) if one is not None}
    events.lock(work, {seller_org, seen.client_org, *executors})
    order = (
        work.session(seller_org).exec(select(SalesOrderRow).where(SalesOrderRow.id == order_id).with_for_update()).one()
    )
    return Case(Doing(work, actor, clock, titles(actor, order, _offered(work, order, actor))), order)


def _offered(work: Work, order: SalesOrderRow, actor: Actor) -> bool:
    """Does the actor's organisation hold an executor's row of this order?"""
    found = work.session(actor.org_id).exec(
        select(PartnerJobRow.id).where(PartnerJobRow.id == order.id, PartnerJobRow.org_id == actor.org_id)
    )
    return found.first() is not None


def titles(actor: Actor, order: SalesOrderRow, offered: bool) -> frozenset[str]:
    """Every `side:role` the actor holds in this order."""
    if actor.org_kind == SYSTEM:
        return frozenset({SYSTEM})
    sides = []
    if actor.org_id == order.client_org:
        sides.append("client")
    if actor.org_id == order.org_id:
        sides.append("seller")
    if offered:
        sides.append("asked")
    if actor.org_id == order.executor_org:
        sides.append("executor")
    if actor.org_kind == "hq":
        sides.append("hq")
    return frozenset(f"{side}:{role}" for side in sides for role in actor.roles)


def org_name(session: TenantSession, org_id: str | None) -> str:
    """An organisation's name, read once in a session; empty for none."""
    if org_id is None:
        return ""
    names: dict[str, str] = session.info.setdefault("org_names", {})
    if org_id not in names:
        found = session.get(Org, org_id)
        names[org_id] = found.name if found else ""
    return names[org_id]
