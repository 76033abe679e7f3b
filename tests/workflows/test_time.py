"""What happens by itself: quotes and offers lapse, reminders go out, silence accepts, lateness shows."""

from datetime import timedelta

import pytest
from sqlmodel import select

from knowledge.base.errors import GuardFailed
from tests.workflows.conftest import House
from tests.workflows.test_journey import delivered
from workflows import outbox, timers
from workflows.money.check import check_books
from workflows.tables.clockwork import OutboxRow, TimerRow
from workflows.tables.selling import ClientQuoteRow


def deliver_all(house: House) -> list[str]:
    with house.database.read() as work:
        keys = outbox.waiting(work)
    for key in keys:
        with house.database.work() as work:
            assert outbox.deliver(work, key, house.clock)
        with house.database.work() as work:
            assert not outbox.deliver(work, key, house.clock)
    return keys


def notices(house: House, org_id: str) -> list[str]:
    deliver_all(house)
    with house.database.read() as work:
        return [notice.kind for notice in outbox.notices(work, org_id)]


def test_a_quote_lapses(house: House) -> None:
    house.quote()
    assert house.pass_time(timedelta(days=14, hours=23)) == []
    assert len(house.pass_time(timedelta(hours=2))) == 1
    with house.database.read() as work:
        assert [quote.state for quote in work.session("org-c1").exec(select(ClientQuoteRow))] == ["expired"]


def test_an_accepted_quote_does_not_lapse(house: House) -> None:
    house.confirm(house.quote())
    assert house.pass_time(timedelta(days=16)) == []


def test_an_offer_nobody_answers_goes_to_the_next(house: House) -> None:
    order_id = house.funded()
    house.do("manager_sz", order_id, "dispatches/confirm")
    fired = house.pass_time(timedelta(hours=72))
    assert [key.partition(":")[0] for key in fired] == ["offer_expiry"]
    order = house.order("manager_sz", order_id)
    assert order.dispatch is not None
    assert (order.state, order.dispatch.state, order.dispatch.executor) == ("dispatching", "proposed", "演示乙服务商")
    lost = house.order("partner_pa", order_id)
    assert (lost.state, lost.commands, lost.job) == ("ended", (), None)
    assert "offer_lost" in notices(house, "org-sz")


def test_an_offer_can_not_be_accepted_after_its_time_even_before_the_timer_fires(house: House) -> None:
    order_id = house.funded()
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.clock.forward(timedelta(hours=72))
    offer = house.order("partner_pa", order_id).offer
    assert offer is not None
    with pytest.raises(GuardFailed, match="过期"):
        house.act("partner_pa", "offers", offer.id, "accept")


def test_a_declined_offer_comes_back_and_nobody_is_asked_twice(house: House) -> None:
    order_id = house.funded()
    for partner in ("partner_pa", "partner_pb"):
        house.do("manager_sz", order_id, "dispatches/confirm")
        house.do(partner, order_id, "offers/decline", reason="排期满了")
    order = house.order("manager_sz", order_id)
    assert order.dispatch is not None
    assert (order.dispatch.route, order.dispatch.executor) == ("none", None)
    with pytest.raises(GuardFailed):
        house.act("manager_sz", "dispatches", order.dispatch.id, "confirm")


def test_the_client_is_reminded_twice_and_silence_accepts(house: House) -> None:
    order_id = delivered(house)
    due = house.order("client1", order_id).acceptance
    assert due is not None
    assert str(due.due_on) == "2026-12-07"  # ten workdays after Monday, 2026-11-23
    kinds = []
    for _ in range(15):
        kinds += [key.partition(":")[0] for key in house.pass_time(timedelta(days=1)) if not key.startswith("sla")]
    assert kinds == ["remind", "remind", "deem"]
    order = house.order("client1", order_id)
    assert order.acceptance is not None
    assert (order.state, order.acceptance.state) == ("accepted", "deemed_accepted")
    assert sorted(notices(house, "org-c1")) == ["delivered", "evaluate", "remind", "remind"]
    with house.database.read() as work:
        assert check_books(work, ["org-sz", "org-hq"])["journals"] == 4


def test_a_decided_acceptance_is_left_alone(house: House) -> None:
    order_id = delivered(house)
    house.do("client1", order_id, "acceptances/accept")
    house.do("client1", order_id, "evaluations/give", score="4")
    assert house.pass_time(timedelta(days=60)) == []


def test_an_order_closes_without_an_evaluation(house: House) -> None:
    order_id = delivered(house)
    house.do("client1", order_id, "acceptances/accept")
    assert [key.partition(":")[0] for key in house.pass_time(timedelta(days=14))] == ["lapse"]
    assert house.order("client1", order_id).state == "closed"


def test_a_step_that_is_late_says_so_to_everyone(house: House) -> None:
    order_id = house.funded("software_copyright")
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.do("delivery_sz", order_id, "jobs/start")
    step = house.do("delivery_sz", order_id, "steps/start").job.steps[0]  # type: ignore[union-attr]
    assert step.due_on is not None
    house.pass_time(timers.end_of(step.due_on) - house.clock.now() - timedelta(seconds=1))
    assert not house.order("client1", order_id).job.steps[0].late  # type: ignore[union-attr]
    assert house.pass_time(timedelta(seconds=1)) == [f"sla:{step.id}"]
    for username in ("client1", "manager_sz", "hq"):
        assert house.order(username, order_id).job.steps[0].late  # type: ignore[union-attr]
    assert "overdue" in notices(house, "org-sz")


def test_a_timer_fires_once(house: House) -> None:
    house.quote()
    house.clock.forward(timedelta(days=16))
    with house.database.read() as work:
        (key,) = timers.due(work, house.clock.now())
    fired = []
    for _ in range(3):
        with house.database.work() as work:
            fired.append(timers.fire(work, key, house.clock))
    assert fired == [True, False, False]
    with house.database.work() as work:
        assert not timers.fire(work, "no such key", house.clock)


def test_what_the_sweep_reads_holds_no_business_data(house: House) -> None:
    delivered(house)
    assert set(TimerRow.model_fields) == {"key", "kind", "owner", "subject_id", "due", "state"}
    assert set(OutboxRow.model_fields) == {"key", "kind", "owner", "order_id", "created_at", "state"}
    with house.database.read() as work:
        rows = work.session("directory").exec(select(OutboxRow)).all()
    assert rows
    assert not any("客户" in row.key for row in rows)
