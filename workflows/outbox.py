"""What is to be told to an organisation: written in the transaction that caused it, delivered once afterwards."""

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.ids import new_id
from workflows.case import own_row
from workflows.network import DIRECTORY
from workflows.tables.clockwork import NoticeRow, OutboxRow

WORDS = {
    "ordered": "新订单 {order} 已签约，请在客户付款到账后登记。",
    "funded": "订单 {order} 已可派单，请确认派单方案。",
    "offered": "您收到一份接单要约（订单 {order}），请在有效期内回复。",
    "offer_lost": "订单 {order} 的要约没有被接受，已重新判定，请确认派单方案。",
    "taken": "订单 {order} 已由执行方接单，开始办理。",
    "assigned": "订单 {order} 已分派给本机构，请开工。",
    "overdue": "订单 {order} 有步骤超过了应完成日，请跟进。",
    "submitted": "订单 {order} 的成果已提交，请质检。",
    "rework": "订单 {order} 的成果被退回，请返工。",
    "delivered": "订单 {order} 已交付，请验收；到期未回复视为验收。",
    "remind": "提醒：订单 {order} 还在等您验收，到期未回复视为验收。",
    "accepted": "订单 {order} 已验收，分账已入账。",
    "evaluate": "订单 {order} 已验收，请评价这次服务。",
}


def tell(work: Work, owner: str, kind: str, order_id: str, clock: Clock) -> None:
    """Queue a notice to `owner` about an order; it leaves with the transaction or not at all."""
    session = work.session(DIRECTORY)
    session.add(OutboxRow(key=f"{kind}:{new_id()}", kind=kind, owner=owner, order_id=order_id, created_at=clock.now()))
    session.flush()


def waiting(work: Work) -> list[str]:
    """Keys not delivered yet, the oldest first."""
    found = work.session(DIRECTORY).exec(
        select(OutboxRow.key)
        .where(OutboxRow.state == "waiting")
        .order_by(col(OutboxRow.created_at), col(OutboxRow.key))
    )
    return list(found)


def deliver(work: Work, key: str, clock: Clock) -> bool:
    """Put the notice into the organisation's inbox; false when it was delivered before."""
    session = work.session(DIRECTORY)
    row = session.exec(select(OutboxRow).where(OutboxRow.key == key).with_for_update()).first()
    if row is None or row.state != "waiting":
        return False
    row.state = "delivered"
    session.flush()
    own = work.session(row.owner)
    if own_row(own, row.order_id) is not None:
        text = WORDS[row.kind].format(order=row.order_id)
        own.add(NoticeRow(id=key, org_id=row.owner, order_id=row.order_id, kind=row.kind, text=text, at=clock.now()))
        own.flush()
    return True


def notices(work: Work, org_id: str) -> list[NoticeRow]:
    """An organisation's inbox, the newest first."""
    return list(work.session(org_id).exec(select(NoticeRow).order_by(col(NoticeRow.at).desc(), col(NoticeRow.id))))
