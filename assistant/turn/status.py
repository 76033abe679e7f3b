"""Where the client's orders stand."""

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.turn.state import Change, TurnState


def status_step(desk: Desk, state: TurnState) -> Change:
    """The newest orders with their state and what is waited for."""
    if "visitor" in state["speaker"].roles:
        words = "查看订单需要先登录企业账号"
        return {"parts": (Part((say(words),), "declined", "no_right", action="declined"),)}
    orders = desk.orders.list_orders(state["speaker"])
    if not orders:
        return {"parts": (Part((say("你名下还没有订单；想办哪项服务可以直接说"),)),)}
    lines = []
    for order in orders[:5]:
        todo = f"，下一步：{order['todo']}" if order.get("todo") else ""
        text = f"订单 {order['order_id']}（{order['service_name']}）：{order['state_label']}{todo}"
        lines.append(Statement(text, (), (text,)))
    cards = tuple(
        {
            "type": "order",
            "order_id": order["order_id"],
            "state": order["state"],
            "state_label": order["state_label"],
            "service_name": order["service_name"],
            "todo": order.get("todo"),
        }
        for order in orders[:5]
    )
    return {"parts": (Part(tuple(lines), cards=cards, order_id=str(orders[0]["order_id"])),)}
