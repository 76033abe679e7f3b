"""What the front doors refuse: strangers, wrong roles, stale pages, repeated and misused keys, wrong states."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.base.errors import BadInput, Conflict, GuardFailed, Missing, QifuError, Refused
from knowledge.base.identity import Org
from tests.workflows.conftest import House
from tests.workflows.test_journey import delivered
from workflows import states
from workflows.actor import Actor
from workflows.fulfil import EFFECTS
from workflows.tables.closing import AcceptanceRow
from workflows.tables.executing import JobRow
from workflows.tables.orders import ClientOrderRow, SalesOrderRow
from workflows.tables.selling import PaymentRow
from workflows.tables.trail import EventRow


def test_every_command_a_person_may_give_has_its_effect() -> None:
    given = {(one.machine, one.command) for one in states.TRANSITIONS if one.who - {states.SYSTEM}}
    elsewhere = {("quote", "accept"), ("quote", "reject"), ("contract", "sign"), ("step", "evidence")}
    assert given - elsewhere == set(EFFECTS)


def test_every_state_is_reached_from_the_first_one_and_has_words() -> None:
    for machine, first in states.INITIAL.items():
        reached, edge = {first}, {first}
        while edge:
            edge = {one.target for state in edge for one in states.leaving(machine, state)} - reached
            reached |= edge
        named = {one.source for one in states.TRANSITIONS if one.machine == machine}
        named |= {one.target for one in states.TRANSITIONS if one.machine == machine}
        assert named == reached
        assert reached <= set(states.WORDS[machine][1])


@pytest.mark.parametrize("username", ["client2", "manager_hz", "partner_pb", "delivery_sh"])
def test_another_organisation_finds_nothing(house: House, username: str) -> None:
    order_id = delivered(house)
    with pytest.raises(Missing):
        house.order(username, order_id)
    for aggregate, identifier, command in (
        ("orders", order_id, "cancel"),
        ("payments", f"{order_id}-p1", "capture"),
        ("dispatches", f"{order_id}-d01", "confirm"),
        ("jobs", f"{order_id}-j", "pass"),
        ("steps", f"{order_id}-s1", "check"),
        ("acceptances", f"{order_id}-a01", "accept"),
    ):
        with pytest.raises(Missing):
            house.act(username, aggregate, identifier, command)
    assert house.orders(username) == ()


def test_those_who_take_part_find_only_what_is_theirs_to_know(house: House) -> None:
    order_id = delivered(house)
    for username, aggregate, identifier in (
        ("client1", "dispatches", f"{order_id}-d01"),
        ("client1", "payments", f"{order_id}-p1"),
        ("client1", "jobs", f"{order_id}-j"),
        ("partner_pa", "payments", f"{order_id}-p1"),
        ("partner_pa", "acceptances", f"{order_id}-a01"),
    ):
        command = {"dispatches": "confirm", "payments": "capture", "jobs": "pass", "acceptances": "accept"}[aggregate]
        with pytest.raises(Missing):
            house.act(username, aggregate, identifier, command)


@pytest.mark.parametrize("username", ["sales_sz", "delivery_sz", "finance_sz", "hq", "auditor"])
def test_the_wrong_role_is_refused(house: House, username: str) -> None:
    order_id = house.funded()
    with pytest.raises(Refused):
        house.act(username, "dispatches", f"{order_id}-d01", "confirm")


def test_an_auditor_reads_and_does_nothing(house: House) -> None:
    order_id = delivered(house)
    assert house.order("auditor", order_id).commands == ()
    with pytest.raises(Refused):
        house.act("auditor", "acceptances", f"{order_id}-a01", "accept")


def test_a_stale_page_is_told_so(house: House) -> None:
    order_id = house.funded()
    version = next(one.version for one in house.order("manager_sz", order_id).commands if one.command == "confirm")
    with pytest.raises(Conflict):
        house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", version=version + 1)
    house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", version=version)
    with pytest.raises(Conflict):
        house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", version=version)


def test_a_repeated_command_gives_the_first_answer(house: House) -> None:
    order_id = house.funded()
    first = house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", key="k1")
    house.do("partner_pa", order_id, "offers/accept")
    assert house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", key="k1") == first
    with house.database.read() as work:
        told = work.session("org-sz").exec(select(EventRow.command).where(EventRow.machine == "dispatch")).all()
    assert told == ["create", "confirm"]


def test_a_key_used_for_something_else_is_a_conflict(house: House) -> None:
    order_id = house.funded()
    house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", key="k1")
    with pytest.raises(Conflict):
        house.act("manager_sz", "dispatches", f"{order_id}-d01", "override", key="k1", executor="org-pa", reason="x")


def test_the_same_key_of_another_organisation_is_another_key(house: House) -> None:
    order_id = house.funded()
    house.act("manager_sz", "dispatches", f"{order_id}-d01", "confirm", key="k1")
    offer = house.order("partner_pa", order_id).offer
    assert offer is not None
    assert house.act("partner_pa", "offers", offer.id, "accept", key="k1").state == "in_progress"


def test_one_confirmation_twice_is_one_order(house: House) -> None:
    quote = house.quote()
    first = house.confirm(quote)
    assert house.confirm(quote) == first
    assert house.confirm(quote, key="another tab").order_id == first.order_id
    assert [order.order_id for order in house.orders("client1")] == [first.order_id]
    with house.database.read() as work:
        assert len(work.session("org-sz").exec(select(SalesOrderRow)).all()) == 1


def test_the_same_quote_key_gives_the_same_quote(house: House) -> None:
    assert house.quote(key="q1") == house.quote(key="q1")
    with pytest.raises(Conflict):
        house.quote("software_copyright", key="q1")


def test_two_confirmations_at_once_are_one_order(house: House) -> None:
    quote = house.quote()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: house.confirm(quote, key=f"tab {n}").order_id, range(4)))
    assert len(set(found)) == 1


def test_a_quote_that_was_changed_expired_withdrawn_or_superseded_makes_no_order(house: House) -> None:
    quote = house.quote()
    with pytest.raises(Conflict):
        house.confirm(quote, sha256="0" * 64, key="a")
    newer = house.quote()
    with pytest.raises(GuardFailed):
        house.confirm(quote, key="b")
    house.clock.forward(timedelta(days=16))
    with pytest.raises(GuardFailed, match="过期"):
        house.confirm(newer, key="c")
    with pytest.raises(Missing):
        house.confirm(newer, client="client2", key="d")
    assert house.orders("client1") == ()


def test_a_client_nobody_serves_gets_no_quote(house: House) -> None:
    with house.database.work() as work:
        work.session("directory").add(Org(id="org-c9", kind="client", name="北京客户", region="北京市海淀区"))
    house.people["client9"] = Actor("u-client9", "北京客户经办", "org-c9", "client", ("client",))
    with pytest.raises(GuardFailed, match="北京市"):
        house.quote(client="client9")


@pytest.mark.parametrize("username", ["sales_sh", "partner_pa", "hq"])
def test_only_a_client_or_its_seller_gets_a_quote(house: House, username: str) -> None:
    with pytest.raises(Refused):
        house.quote(client=username)


def test_a_slip_for_another_amount_or_a_used_slip_is_refused(house: House) -> None:
    first, second = house.quote(), house.quote("software_copyright")
    one, two = house.confirm(first).order_id, house.confirm(second).order_id
    with pytest.raises(GuardFailed) as failed:
        house.act("finance_sz", "payments", f"{one}-p1", "capture", amount_fen=1, reference="slip")
    assert failed.value.reasons
    house.act("finance_sz", "payments", f"{one}-p1", "capture", amount_fen=first.price_fen, reference="slip")
    with pytest.raises(Conflict):
        house.act("finance_sz", "payments", f"{two}-p1", "capture", amount_fen=second.price_fen, reference="slip")
    with house.database.read() as work:
        assert [row.state for row in work.session("org-sz").exec(select(PaymentRow).order_by(PaymentRow.id))] == [
            "captured",
            "captured",
            "pending",
        ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"amount_fen": 1},
        {"amount_fen": "1", "reference": "x"},
        {"amount_fen": True, "reference": "x"},
        {"amount_fen": -1, "reference": "x"},
        {"amount_fen": 1, "reference": "  "},
        {"amount_fen": 1, "reference": "x" * 501},
        {"amount_fen": 1, "reference": "x", "state": "captured"},
    ],
)
def test_a_wrong_form_is_told_field_by_field(house: House, body: dict[str, Any]) -> None:
    order_id = house.confirm(house.quote()).order_id
    with pytest.raises(BadInput) as wrong:
        house.act("finance_sz", "payments", f"{order_id}-p1", "capture", **body)
    assert wrong.value.field


def test_nothing_is_dispatched_before_payment_except_on_agreed_credit(house: House) -> None:
    unpaid = house.confirm(house.quote()).order_id
    with pytest.raises(GuardFailed):
        house.act("manager_sz", "orders", unpaid, "allow_credit", reason="熟客")
    credit = house.confirm(house.quote("software_copyright", "client2"), "client2").order_id
    found = house.do("manager_sh", credit, "orders/allow_credit", reason="年度账期")
    assert (found.state, found.paid_fen) == ("dispatching", 0)
    paid = house.do("finance_sh", credit, "payments/capture", amount_fen=found.price_fen, reference="late slip")
    assert (paid.state, paid.paid_fen) == ("dispatching", found.price_fen)


def test_an_unpaid_order_can_be_cancelled_and_a_paid_one_cannot(house: House) -> None:
    order_id = house.confirm(house.quote()).order_id
    assert house.do("manager_sz", order_id, "orders/cancel", reason="客户改主意").state == "cancelled"
    assert house.order("client1", order_id).state == "cancelled"
    with pytest.raises(GuardFailed):
        house.act("finance_sz", "payments", f"{order_id}-p1", "capture", amount_fen=2_800_000, reference="s")
    with pytest.raises(GuardFailed):
        house.act("manager_sz", "orders", house.funded(), "cancel", reason="x")


def test_of_two_who_accept_an_offer_at_once_one_wins(house: House) -> None:
    order_id = house.funded()
    house.do("manager_sz", order_id, "dispatches/confirm")
    offer = house.order("partner_pa", order_id).offer
    assert offer is not None

    def accept(number: int) -> str:
        try:
            house.act("partner_pa", "offers", offer.id, "accept", key=f"key {number}", version=2)
        except QifuError as error:
            return error.kind
        return "accepted"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(accept, range(8)))
    assert sorted(found) == ["accepted", *["conflict"] * 7]
    with house.database.read() as work:
        assert len(work.session("org-pa").exec(select(JobRow)).all()) == 1


def test_acceptance_and_refusal_at_once_settle_or_reopen_never_both(house: House) -> None:
    order_id = delivered(house)

    def decide(command: str) -> str:
        try:
            body: dict[str, Any] = {"reason": "缺一份材料"} if command == "reject" else {}
            house.act("client1", "acceptances", f"{order_id}-a01", command, version=1, **body)
        except QifuError as error:
            return error.kind
        return command

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(decide, ["accept", "reject"]))
    assert "conflict" in found
    with house.database.read() as work:
        state = work.session("org-c1").exec(select(AcceptanceRow)).one().state
        order = work.session("org-c1").exec(select(ClientOrderRow)).one().state
    assert (state, order) in {("accepted", "accepted"), ("rejected", "in_progress")}


def test_what_fails_half_way_leaves_nothing(house: House) -> None:
    order_id = delivered(house)
    before = house.order("manager_sz", order_id)
    with pytest.raises(RuntimeError), house.database.work() as work:
        from workflows import fulfil

        fulfil.execute(
            work,
            house.actor("client1"),
            "acceptances",
            f"{order_id}-a01",
            "accept",
            {},
            key="k",
            expected_version=None,
            clock=house.clock,
            catalogue=house.catalogue,
        )
        raise RuntimeError
    assert house.order("manager_sz", order_id) == before
    assert house.do("client1", order_id, "acceptances/accept").state == "accepted"
