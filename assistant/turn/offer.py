"""From a wish to an order: the price, the quote, the client's yes or no."""

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.orders import ShownQuote
from assistant.turn.recommend import wanted_service
from assistant.turn.state import Change, TurnState
from knowledge.base.money import yuan
from knowledge.services import Service

SHOWN = 3  # services named of each kind
SIGN_IN = "下单需要先登录企业账号；你可以继续以访客身份咨询和诊断，登录后说“就办这个”即可"


def price_step(desk: Desk, state: TurnState) -> Change:
    """The range of the service meant; the client's own quote comes with 就办这个."""
    service = wanted_service(desk, state)
    read = state["understanding"]
    if service is None and read is not None and read.others:
        return {"then": ("answer",)}
    if service is None:
        return {"parts": (which_service(desk),)}
    price = service.price
    text = (
        f"{service.name}的服务费在 {yuan(price.low_fen)} 至 {yuan(price.high_fen)} 元之间（演示机构的定价），"
        f"常规报价 {yuan(price.list_fen)} 元，约 {service.days} 个工作日；要办的话说“就办这个”，我出正式报价"
    )
    card = {
        "type": "price",
        **_service(service),
        "low": yuan(price.low_fen),
        "high": yuan(price.high_fen),
        "list": yuan(price.list_fen),
        "workdays": service.days,
    }
    part = Part(
        (Statement(text, (), (str(card),)),),
        services=(_service(service),),
        cards=(card,),
        dialog={"topic_service": service.id},
    )
    return {"parts": (part,)}


def offer_step(desk: Desk, state: TurnState) -> Change:
    """A formal quote, shown whole; nothing is ordered before the client says yes to it."""
    if not state["speaker"].may_order:
        return {"parts": (Part((say(SIGN_IN),), "declined", "no_right", action="declined"),)}
    service = wanted_service(desk, state)
    if service is None:
        return {"parts": (which_service(desk),)}
    dialog = state["dialog"]
    shown = desk.orders.quote(
        state["speaker"],
        service.id,
        conversation_id=state["conversation_id"] or "",
        diagnosis_ids=dialog.diagnosis_ids,
        evidence_ids=dialog.evidence_ids,
        key=f"{state['key']}:quote",
    )
    part = Part(
        (_quote_line(shown), say("确认无误请回复“确认”；还要再想想就说“先不办”")),
        action="confirm_order",
        cards=({**shown.card, "price": yuan(shown.price_fen)},),
        services=(_service(service),),
        dialog={"offer": shown.offer, "topic_service": service.id, "asked": None},
    )
    return {"parts": (part,)}


def confirm_step(desk: Desk, state: TurnState) -> Change:
    """A yes accepts the quote that was shown. A second yes finds the order made by the first."""
    dialog = state["dialog"]
    if dialog.offer is None:
        if dialog.orders and dialog.confirmed:
            text = f"已经为你下过单了，订单号 {dialog.orders[-1]}，不会重复下单；进度可以随时问我"
            part = Part(
                (Statement(text, (), (dialog.orders[-1],)),),
                action="order_created",
                order_id=dialog.orders[-1],
                cards=({"type": "orders", "order_ids": dialog.orders[-1:]},),
            )
            return {"parts": (part,)}
        return {"parts": (Part((say("现在没有等你确认的报价；想办哪项服务可以直接说，例如“我要办高企”"),)),)}
    view = desk.orders.confirm(
        state["speaker"],
        dialog.offer,
        conversation_id=state["conversation_id"] or "",
        key=f"confirm:{dialog.offer.quote_id}",
    )
    order_id = str(view["order_id"])
    text = (
        f"已下单：{dialog.offer.service_name}，订单号 {order_id}。合同已按你确认的内容签署，"
        "付款到账后我们安排执行，每一步的进度和材料都能在订单页看到"
    )
    card = {
        "type": "order",
        "order_id": order_id,
        "state": view["state"],
        "state_label": view["state_label"],
        "service_name": dialog.offer.service_name,
    }
    part = Part(
        (Statement(text, (), (order_id,)),),
        action="order_created",
        order_id=order_id,
        cards=(card,),
        dialog={"offer": None, "orders": (*dialog.orders, order_id), "confirmed": True, "diagnosing": False},
    )
    return {"parts": (part,)}


def withdraw_step(desk: Desk, state: TurnState) -> Change:
    """The client changes their mind: the quote is rejected and a later 确认 finds nothing to confirm."""
    dialog = state["dialog"]
    if dialog.offer is not None:
        desk.orders.withdraw(state["speaker"], dialog.offer, key=f"withdraw:{dialog.offer.quote_id}")
    words = "好的，先不办，报价已取消，没有产生任何费用。想继续了解或以后再办，随时告诉我"
    return {"parts": (Part((say(words),), dialog={"offer": None, "confirmed": False}),)}


def which_service(desk: Desk) -> Part:
    """Some of each kind of service, when the words don't tell which one is meant."""
    kinds: dict[str, list[str]] = {}
    for service in desk.catalogue.services:
        kinds.setdefault(service.category, []).append(service.name)
    rows = "\n".join(
        f"- {kind}：{'、'.join(names[:SHOWN])}{' 等' if len(names) > SHOWN else ''}" for kind, names in kinds.items()
    )
    text = f"你想办哪一项？说出名称就行，确认之前我会先出报价。目前可以办：\n\n{rows}"
    card = {"type": "services", "kinds": kinds}
    return Part(
        (Statement(text, (), (str(kinds),), prose=False),),
        "need_info",
        missing=("service",),
        action="ask",
        cards=(card,),
    )


def _quote_line(shown: ShownQuote) -> Statement:
    text = (
        f"**{shown.offer.service_name}** 报价 {yuan(shown.price_fen)} 元，约 {shown.days} 个工作日，"
        f"由{shown.seller}签约。"
        f"步骤：{' → '.join(shown.steps)}。需要你准备：{'、'.join(shown.materials) or '暂无'}"
    )
    return Statement(text, (), (text,))


def _service(service: Service) -> dict[str, object]:
    return {"service_id": service.id, "name": service.name}
