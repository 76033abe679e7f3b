"""Who sells to a client, whom headquarters supervises, who can do a service."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from knowledge.base.db import Work
from knowledge.base.errors import Fault, GuardFailed
from knowledge.base.identity import Org, OrgKind
from knowledge.base.tenancy import TenantSession
from workflows.tables.executing import JobRow
from workflows.tables.network import CapabilityRow, ClientRelationRow, PermitRow, RecordRow, TerritoryRow

DIRECTORY = "directory"  # a session that sees the global tables and no organisation's rows
INSIDE = (OrgKind.DIRECT, OrgKind.EQUITY_CHANNEL)
LIVE = ("assigned", "started", "submitted", "rework")


@dataclass(frozen=True)
class Seller:
    """Who signs with a client, and on what footing."""

    org_id: str
    referrer_org: str | None
    credit: bool


@dataclass(frozen=True)
class Provider:
    """What an organisation says of itself on one service, and its record; `None` where it says nothing."""

    org_id: str
    name: str
    kind: str
    capability: CapabilityRow | None
    permits: frozenset[str]
    record: RecordRow | None
    live_jobs: int


def headquarters(work: Work) -> str:
    found = work.session(DIRECTORY).exec(select(Org.id).where(Org.kind == OrgKind.HQ)).first()
    if found is None:
        raise Fault("还没有建立总部组织；请先运行 qifu demo 或建立组织。")
    return found


def supervised(work: Work, hq: str) -> frozenset[str]:
    """The branches and channels whose contracts, orders and finance headquarters may read."""
    found = work.session(DIRECTORY).exec(select(Org.id).where(col(Org.kind).in_(INSIDE), Org.parent_id == hq))
    return frozenset(found)


def seller_for(work: Work, client_org: str) -> Seller:
    """Whoever acquired the client, else whoever serves its region, the longest region winning.

    `GuardFailed` where nobody does.
    """
    session = work.session(headquarters(work))
    relation = session.exec(select(ClientRelationRow).where(ClientRelationRow.client_org == client_org)).first()
    if relation is not None:
        return Seller(relation.seller_org, relation.referrer_org, relation.credit)
    client = session.get(Org, client_org)
    region = client.region if client else ""
    serving = [row for row in session.exec(select(TerritoryRow)) if region.startswith(row.region)]
    if not serving:
        reason = f"您所在的地区（{region or '未登记'}）还没有签约机构"
        raise GuardFailed(f"{reason}；请联系总部运营登记服务机构后再下单。", reasons=(reason,), field="region")
    return Seller(max(serving, key=lambda row: len(row.region)).seller_org, None, False)


def providers(work: Work, reader: str, service_id: str, day: date) -> tuple[Provider, ...]:
    """Every branch, channel and partner with what it says of the service, read in `reader`'s session."""
    orgs = (
        work.session(DIRECTORY)
        .exec(select(Org).where(col(Org.kind).in_((*INSIDE, OrgKind.PARTNER))).order_by(col(Org.id)))
        .all()
    )
    session = work.session(reader, reads=[org.id for org in orgs])
    return tuple(_provider(session, org, service_id, day) for org in orgs)


def _provider(session: TenantSession, org: Org, service_id: str, day: date) -> Provider:
    capability = session.exec(
        select(CapabilityRow).where(CapabilityRow.org_id == org.id, CapabilityRow.service_id == service_id)
    ).first()
    permits = session.exec(select(PermitRow).where(PermitRow.org_id == org.id)).all()
    record = session.exec(
        select(RecordRow).where(RecordRow.org_id == org.id, RecordRow.service_id == service_id)
    ).first()
    live = session.exec(select(JobRow.id).where(JobRow.org_id == org.id, col(JobRow.state).in_(LIVE))).all()
    held = frozenset(permit.name for permit in permits if permit.valid_to is None or permit.valid_to >= day)
    return Provider(org.id, org.name, org.kind, capability, held, record, len(live))
