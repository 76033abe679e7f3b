"""Cross-organisation work: after each command the seller's order is copied, by whitelist, into everyone's own row.

Rows are never shared. The client's and the executor's copies are rebuilt in the transaction that changed something,
each state that changed in a copy gets an event in the copy's own chain, and a job's progress flows back the same way.
"""

from collections.abc import Iterator

from sqlmodel import select

from workflows import composing, events, machine
from workflows.case import Case, org_name
from workflows.copies import (
    ClientCopy,
    Copy,
    PartnerCopy,
    SellerCopy,
)
from workflows.progress import PROPOSED, job_copy, read
from workflows.tables.orders import ClientOrderRow, Holder, PartnerJobRow, SalesOrderRow

Told = dict[tuple[str, str], tuple[str, str | None]]  # (machine, id) → (state, detail) as an audience knows it


def publish(case: Case) -> None:
    """Bring every holder's row up to date with what its owner may know. Runs last in each command."""
    progress, offers = read(case), case.offers()
    whole = composing.seller_copy(case, progress, offers)
    _keep(case, case.order, whole)
    client = case.client.get(ClientOrderRow, case.id)
    if client is not None:
        _keep(case, client, composing.client_copy(whole, job_copy(progress, case.client, whole.seller.name)))
        _follow_state(case, client, case.order.state)
    for offer in offers:
        partner = _partner_row(case, offer.executor_org)
        if partner is not None and partner.offer_id == offer.id:
            _keep(case, partner, composing.partner_copy(whole, case, offer, progress))
            ended = "dispatching" if offer.state == "open" else "ended"
            _follow_state(case, partner, case.order.state if offer.state in composing.TAKEN else ended)


def _partner_row(case: Case, org_id: str) -> PartnerJobRow | None:
    return (
        case.doing.session(org_id)
        .exec(select(PartnerJobRow).where(PartnerJobRow.id == case.id, PartnerJobRow.org_id == org_id))
        .first()
    )


def _keep(case: Case, row: Holder, copy: Copy) -> None:
    """Store the copy; tell in the owner's chain what changed state, of what the owner doesn't keep itself."""
    kind = type(copy)
    before = _told(kind.model_validate(row.shown)) if row.shown else {}
    after = copy.model_dump(mode="json")
    if after == row.shown:
        return
    row.shown, row.updated_at = after, case.doing.clock.now()
    case.doing.session(row.org_id).flush()
    for (name, identifier), (state, detail) in _told(copy).items():
        source = before.get((name, identifier), (None, None))[0]
        if state != source and not _keeps(case, row, name):
            _tell(case, row, events.What(name, identifier, "copied", source, state, case.id, detail))


def _told(copy: Copy) -> Told:
    return dict(_states(copy))


def _states(copy: Copy) -> Iterator[tuple[tuple[str, str], tuple[str, str | None]]]:
    if isinstance(copy, ClientCopy | SellerCopy):
        yield ("contract", copy.contract.id), (copy.contract.state, None)
        if copy.evaluation:
            yield ("evaluation", copy.evaluation.id), (copy.evaluation.state, None)
    if isinstance(copy, PartnerCopy):
        yield ("offer", copy.offer.id), (copy.offer.state, None)
    if copy.acceptance:
        yield ("acceptance", copy.acceptance.id), (copy.acceptance.state, copy.acceptance.reason)
    if copy.job and copy.job.state != PROPOSED:
        yield ("job", copy.job.id), (copy.job.state, None)
        for step in copy.job.steps:
            yield ("step", step.id), (step.state, f"{step.no} {step.name}")


def _keeps(case: Case, row: Holder, name: str) -> bool:
    """Does the row's owner keep that thing itself? Then its own chain tells it already."""
    if name in ("acceptance", "evaluation"):
        return isinstance(row, ClientOrderRow)
    if name in ("contract", "offer"):
        return isinstance(row, SalesOrderRow)
    return row.org_id == case.order.executor_org


def _follow_state(case: Case, row: ClientOrderRow | PartnerJobRow, state: str) -> None:
    if row.state != state:
        source = row.state
        machine.set_state(case.doing.derived(), row, state)
        _tell(case, row, events.What("order", row.id, "copied", source, state, case.id, None))


def _tell(case: Case, row: Holder, what: events.What) -> None:
    """In another organisation's chain the actor is the organisation it deals with, not a person of someone else's."""
    actor = case.doing.actor
    if row.org_id == actor.org_id:
        name = actor.name
    elif isinstance(row, SalesOrderRow):
        name = f"{actor.name}（{org_name(case.seller, actor.org_id)}）" if actor.user_id != "system" else actor.name
    else:
        name = org_name(case.seller, case.order.org_id)
    events.append(case.doing, row.org_id, events.What(**{**what.__dict__, "actor": name}))
