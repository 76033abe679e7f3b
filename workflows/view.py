"""The order page of each audience, from its own organisation's rows: what was handed over, its trail, its commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Database, Work
from knowledge.base.errors import Missing
from knowledge.base.identity import OrgKind
from knowledge.base.money import yuan
from knowledge.base.tenancy import TenantSession
from knowledge.policies.values import Frozen
from workflows import allowed, case, events, states
from workflows.actor import Actor
from workflows.copies import (
    AcceptanceCopy,
    ClientCopy,
    ContractCopy,
    Copy,
    DispatchCopy,
    EvaluationCopy,
    JobCopy,
    OfferCopy,
    PartnerCopy,
    Party,
    SellerCopy,
    ServiceName,
    SplitLineCopy,
)
from workflows.doing import Doing
from workflows.tables.orders import ClientOrderRow, Holder, PartnerJobRow, SalesOrderRow
from workflows.tables.trail import EventRow

MOST = 200  # orders on the list
QUIET = {("step", "todo"), ("offer", "draft"), ("contract", "sent"), ("payment", "pending")}  # said by the next one


class OrderSummary(Frozen):
    order_id: str
    version: int
    audience: str
    state: str
    state_label: str
    service_name: str
    counterparty: str | None
    updated_at: datetime
    todo: str | None


class TimelineEntry(Frozen):
    at: datetime
    event: str
    label: str
    actor: str
    detail: str | None


class OrderView(Frozen):
    """The page's JSON; what an audience may not know is null."""

    order_id: str
    version: int
    audience: str
    state: str
    state_label: str
    on_hold: bool
    service: ServiceName
    client: Party | None
    seller: Party
    price_fen: int | None
    paid_fen: int | None
    contract: ContractCopy | None
    timeline: tuple[TimelineEntry, ...]
    dispatch: DispatchCopy | None
    offer: OfferCopy | None
    job: JobCopy | None
    acceptance: AcceptanceCopy | None
    evaluation: EvaluationCopy | None
    split: tuple[SplitLineCopy, ...] | None
    commands: tuple[allowed.Command, ...]


@contextmanager
def reading(database: Database, actor: Actor, clock: Clock, subject: str) -> Iterator[TenantSession]:
    """The session a person reads orders with. Headquarters' look into its branches is told in its chain."""
    if actor.org_kind != OrgKind.HQ:
        with database.read() as work:
            yield case.scope(work, actor)
        return
    with database.work() as work:
        audit(work, actor, clock, subject)
        yield case.scope(work, actor)


def audit(work: Work, actor: Actor, clock: Clock, subject: str) -> None:
    """Tell in the reader's chain that it read across organisations."""
    doing = Doing(work, actor, clock, frozenset())
    events.append(doing, actor.org_id, events.What("audit", subject[:60], "read", None, "read", None, "跨组织查看"))


def orders(session: TenantSession, actor: Actor) -> tuple[OrderSummary, ...]:
    """The newest orders the session's organisation has a row of; headquarters: of those it supervises."""
    rows: list[Holder] = []
    kinds: tuple[type[Holder], ...] = (SalesOrderRow, ClientOrderRow, PartnerJobRow)
    for kind in kinds:
        if _sees(actor, kind):
            newest = select(kind).order_by(col(kind.created_at).desc(), col(kind.id).desc()).limit(MOST)
            rows.extend(row for row in session.exec(newest) if isinstance(row, kind))
    rows.sort(key=lambda row: (row.created_at, row.id), reverse=True)
    return tuple(_summary(row, actor) for row in rows[:MOST])


def order(session: TenantSession, order_id: str, actor: Actor) -> OrderView:
    """`Missing` when the organisation has no row of that order and doesn't supervise its seller."""
    row = case.own_row(session, order_id)
    if row is None or not _sees(actor, type(row)):
        raise Missing(f"没有找到订单 {order_id[:60]}；请从订单列表进入。", field="order_id")
    copy = copy_of(row)
    whole = copy if isinstance(copy, SellerCopy) else None
    shared = copy if isinstance(copy, SellerCopy | ClientCopy) else None
    return OrderView(
        order_id=row.id,
        version=row.version,
        audience=_audience(row, actor),
        state=row.state,
        state_label=_label(row),
        on_hold=False,
        service=copy.service,
        client=whole.client if whole else None,
        seller=copy.seller,
        price_fen=copy.price_fen,
        paid_fen=shared.paid_fen if shared else None,
        contract=shared.contract if shared else None,
        timeline=_timeline(session, row),
        dispatch=whole.dispatch if whole else None,
        offer=copy.offer if isinstance(copy, SellerCopy | PartnerCopy) else None,
        job=copy.job,
        acceptance=copy.acceptance,
        evaluation=shared.evaluation if shared else None,
        split=copy.split if isinstance(copy, SellerCopy | PartnerCopy) else None,
        commands=allowed.commands(copy, actor, _titles(row, actor)),
    )


def copy_of(row: Holder) -> ClientCopy | PartnerCopy | SellerCopy:
    if isinstance(row, ClientOrderRow):
        return ClientCopy.model_validate(row.shown)
    if isinstance(row, PartnerJobRow):
        return PartnerCopy.model_validate(row.shown)
    return SellerCopy.model_validate(row.shown)


def _sees(actor: Actor, kind: type[Holder]) -> bool:
    """Headquarters supervises sellers; it has no business in a partner's own row."""
    return actor.org_kind != OrgKind.HQ or kind is SalesOrderRow


def _titles(row: Holder, actor: Actor) -> frozenset[str]:
    if isinstance(row, SalesOrderRow):
        return case.titles(actor, row, False)
    sides = ("client",) if isinstance(row, ClientOrderRow) else ("asked", "executor")
    return frozenset(f"{side}:{role}" for side in sides for role in actor.roles)


def _audience(row: Holder, actor: Actor) -> str:
    if isinstance(row, SalesOrderRow):
        return "hq" if actor.org_kind == OrgKind.HQ else "seller"
    return "client" if isinstance(row, ClientOrderRow) else "partner"


def _label(row: Holder) -> str:
    if isinstance(row, SalesOrderRow) and row.credit and row.state == "funded":
        return "按账期办理"
    return states.words("order", row.state)


def _summary(row: Holder, actor: Actor) -> OrderSummary:
    copy = copy_of(row)
    todo = allowed.commands(copy, actor, _titles(row, actor))
    return OrderSummary(
        order_id=row.id,
        version=row.version,
        audience=_audience(row, actor),
        state=row.state,
        state_label=_label(row),
        service_name=copy.service.name,
        counterparty=copy.client.name if isinstance(copy, SellerCopy) else copy.seller.name,
        updated_at=row.updated_at,
        todo=_todo(copy, row.state, todo),
    )


def _todo(copy: Copy, state: str, todo: tuple[allowed.Command, ...]) -> str | None:
    optional = ("cancel", "withdraw")
    urgent = [one for one in todo if one.command not in optional]
    if not urgent:
        now = state == "created" or (copy.job is not None and copy.job.state == "submitted")
        return f"付款 {yuan(copy.due_fen)} 元" if isinstance(copy, ClientCopy) and copy.due_fen and now else None
    first = urgent[0]
    steps = copy.job.steps if copy.job else ()
    step = next((one.name for one in steps if one.id == first.id), None)
    return f"{first.label}（{step}）" if step else first.label


def _timeline(session: TenantSession, row: Holder) -> tuple[TimelineEntry, ...]:
    found = session.exec(
        select(EventRow).where(EventRow.org_id == row.org_id, EventRow.order_id == row.id).order_by(col(EventRow.seq))
    )
    return tuple(
        TimelineEntry(
            at=event.at,
            event=f"{event.machine}.{event.target}",
            label=f"{states.title(event.machine)}：{states.happened(event.machine, event.command, event.target)}",
            actor=event.actor,
            detail=event.detail,
        )
        for event in found
        if event.machine != "audit" and (event.machine, event.target) not in QUIET
    )
