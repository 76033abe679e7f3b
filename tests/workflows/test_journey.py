"""The whole way of an order through the front doors, with everyone who has a part in it."""

from sqlmodel import select

from tests.workflows.conftest import House
from workflows import events, trace
from workflows.money.check import check_books
from workflows.tables.orders import SalesOrderRow


def delivered(house: House) -> str:
    """High-tech filing for client 1, done by partner A, waiting for acceptance."""
    if house.take("delivered"):
        return house.orders("client1")[0].order_id
    order_id = house.funded()
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.do("partner_pa", order_id, "offers/accept")
    house.do("partner_pa", order_id, "jobs/start")
    house.finish_steps(order_id, "partner_pa", "manager_sz")
    house.do("partner_pa", order_id, "jobs/submit")
    house.do("manager_sz", order_id, "jobs/pass")
    house.keep("delivered")
    return order_id


def test_an_order_goes_from_a_quote_to_a_split(house: House) -> None:
    quote = house.quote()
    assert quote.seller == "演示苏州渠道"
    order = house.confirm(quote)
    assert (order.state, order.audience, order.price_fen) == ("created", "client", quote.price_fen)
    assert order.contract is not None
    assert (order.contract.state, order.contract.sha256) == ("signed", quote.sha256)
    order_id = order.order_id

    paid = house.do("finance_sz", order_id, "payments/capture", amount_fen=quote.price_fen, reference="slip-1")
    assert (paid.state, paid.paid_fen) == ("dispatching", quote.price_fen)
    assert paid.dispatch is not None
    assert (paid.dispatch.route, paid.dispatch.code, paid.dispatch.executor) == ("subcontract", "cant", "演示甲服务商")

    house.do("manager_sz", order_id, "dispatches/confirm")
    offered = house.order("partner_pa", order_id)
    assert offered.offer is not None
    assert (offered.state, offered.price_fen, offered.client) == ("dispatching", offered.offer.price_fen, None)

    begun = house.do("partner_pa", order_id, "offers/accept")
    assert begun.state == "in_progress"
    house.do("partner_pa", order_id, "jobs/start")
    house.finish_steps(order_id, "partner_pa", "manager_sz")
    house.do("partner_pa", order_id, "jobs/submit")
    assert house.do("manager_sz", order_id, "jobs/pass").state == "delivered"

    accepted = house.do("client1", order_id, "acceptances/accept")
    assert (accepted.state, accepted.split, accepted.offer, accepted.dispatch) == ("accepted", None, None, None)
    whole = house.order("finance_sz", order_id)
    assert whole.split is not None
    shares = {line.role: (line.payee_org, line.amount_fen) for line in whole.split}
    assert {role: org for role, (org, _) in shares.items()} == {
        "platform": "org-hq",
        "seller": "org-sz",
        "executor": "org-pa",
        "referrer": "org-sh",
    }
    net = round(quote.price_fen / 1.06)
    assert sum(amount for _, amount in shares.values()) == net
    assert shares["executor"][1] == offered.offer.price_fen

    closed = house.do("client1", order_id, "evaluations/give", score="5", text="很好")
    assert closed.state == "closed"
    assert [house.order(name, order_id).state for name in ("manager_sz", "partner_pa", "hq")] == ["closed"] * 3
    with house.database.read() as work:
        report = check_books(work, ["org-hq", "org-sz"])
        assert (report["balanced"], report["drift"], report["broken_chain"]) == (True, [], [])
        for org_id in ("org-hq", "org-sz", "org-pa", "org-c1"):
            session = work.session(org_id)
            assert events.broken(session) is None
            events.replay(session)


def test_each_audience_sees_what_it_may(house: House) -> None:
    order_id = delivered(house)
    house.do("client1", order_id, "acceptances/accept")
    client, partner = house.order("client1", order_id), house.order("partner_pa", order_id)
    seller, hq = house.order("manager_sz", order_id), house.order("hq", order_id)
    for words in ("甲服务商", "org-pa", "org-sh"):
        assert words not in client.model_dump_json()
    for words in ("客户一", "org-c1", str(seller.price_fen), "org-sh", seller.contract.sha256):  # type: ignore[union-attr]
        assert words not in partner.model_dump_json()
    assert partner.split is not None
    assert [line.payee_org for line in partner.split] == ["org-pa"]
    assert (seller.audience, hq.audience, client.audience, partner.audience) == ("seller", "hq", "client", "partner")
    assert hq.model_dump(exclude={"audience", "commands"}) == seller.model_dump(exclude={"audience", "commands"})


def test_the_chain_walks_from_the_need_to_the_split_and_back(house: House) -> None:
    order_id = delivered(house)
    house.do("client1", order_id, "acceptances/accept")
    with house.database.read() as work:
        chain = trace.walk(work.session("org-sz"), order_id)
        order = work.session("org-sz").exec(select(SalesOrderRow)).one()
    kinds = {link.target_kind for link in chain.links} | {link.source_kind for link in chain.links}
    assert kinds >= {
        "conversation", "diagnosis", "evidence", "need", "quote", "contract", "order", "payment", "dispatch", "offer",
        "job", "step", "acceptance", "evaluation", "recognition", "split_line",
    }  # fmt: skip
    backward = ("split_line", next(link.target_id for link in chain.links if link.target_kind == "split_line"))
    seen = [backward[0]]
    while causes := chain.before(*backward):
        backward = causes[0]
        seen.append(backward[0])
    assert seen[:5] == ["split_line", "recognition", "acceptance", "job", "offer"]
    assert seen[-1] in ("conversation", "diagnosis", "evidence")
    assert order.split is not None
