"""The row an address names, in the organisation that keeps it, for those who may know of it."""

from knowledge.base.errors import Missing
from knowledge.base.tenancy import TenantSession
from workflows.case import Case
from workflows.tables.aggregate import Aggregate
from workflows.tables.closing import AcceptanceRow, EvaluationRow
from workflows.tables.executing import DispatchRow, JobRow, OfferRow, StepRow
from workflows.tables.selling import PaymentRow

# Which sides of an order know of a thing at all; to the others it isn't there.
KNOWN_TO: dict[str, frozenset[str]] = {
    "order": frozenset({"seller", "hq"}),
    "payment": frozenset({"seller", "hq"}),
    "dispatch": frozenset({"seller", "hq"}),
    "offer": frozenset({"seller", "hq", "asked"}),
    "job": frozenset({"seller", "hq", "executor"}),
    "step": frozenset({"seller", "hq", "executor", "client"}),
    "acceptance": frozenset({"seller", "hq", "client"}),
    "evaluation": frozenset({"seller", "hq", "client"}),
}
KINDS: dict[str, type[Aggregate]] = {
    "payment": PaymentRow,
    "dispatch": DispatchRow,
    "offer": OfferRow,
    "job": JobRow,
    "step": StepRow,
    "acceptance": AcceptanceRow,
    "evaluation": EvaluationRow,
}


def row_of(case: Case, name: str, identifier: str) -> Aggregate:
    """`Missing` when there is none, or none that the person's side of the order knows of."""
    sides = {title.partition(":")[0] for title in case.doing.titles}
    row: Aggregate | None = None
    if sides & KNOWN_TO[name]:
        row = _load(case, name, identifier)
    if isinstance(row, OfferRow) and not sides & {"seller", "hq"} and row.executor_org != case.doing.actor.org_id:
        row = None
    if row is None:
        raise Missing(f"没有找到 {identifier[:60]}；请从订单页进入。")
    return row


def _load(case: Case, name: str, identifier: str) -> Aggregate | None:
    if name == "order":
        return case.order if identifier == case.id else None
    session = _keeper(case, name)
    return session.get(KINDS[name], identifier) if session is not None else None


def _keeper(case: Case, name: str) -> TenantSession | None:
    if name in ("acceptance", "evaluation"):
        return case.client
    if name in ("job", "step"):
        return case.executor if case.order.executor_org else None
    return case.seller
