"""The price is due as the confirmed terms say: a first part at signing, the rest before delivery."""

import pytest

from knowledge.base.errors import GuardFailed
from knowledge.base.money import PPM
from knowledge.services import Catalogue
from tests.workflows.conftest import House
from workflows.instalments import dues, first_ppm
from workflows.money.split import received


@pytest.mark.parametrize(
    ("service_id", "first"),
    [("hnte_filing", 500_000), ("software_copyright", PPM), ("bookkeeping", 500_000), ("company_registration", PPM)],
)
def test_the_first_part_is_what_the_terms_say(catalogue: Catalogue, service_id: str, first: int) -> None:
    assert first_ppm(catalogue.service(service_id)) == first


def test_the_instalments_of_every_service_sum_to_its_price(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        for price in (service.price.list_fen, 1, 99, 100_001):
            parts = dues(service, price)
            assert sum(parts) == price
            assert all(part > 0 for part in parts)
        named = any("签约付" in term and "%" in term for term in service.terms)
        assert (first_ppm(service) < PPM) >= named


def test_an_order_begins_with_the_first_part_and_is_delivered_after_the_last(house: House) -> None:
    quote = house.quote("tech_sme_filing")
    order_id = house.confirm(quote).order_id
    half = quote.price_fen // 2
    assert house.orders("client1")[0].todo == "付款 2,500.00 元"
    paid = house.do("finance_sz", order_id, "payments/capture", amount_fen=half, reference="first")
    assert (paid.state, paid.paid_fen) == ("dispatching", half)
    house.do("manager_sz", order_id, "dispatches/confirm")
    house.do("delivery_sz", order_id, "jobs/start")
    house.finish_steps(order_id, "delivery_sz", "manager_sz")
    house.do("delivery_sz", order_id, "jobs/submit")
    with pytest.raises(GuardFailed, match=r"余款 2,500\.00 元"):
        house.do("manager_sz", order_id, "jobs/pass")
    house.do("finance_sz", order_id, "payments/capture", amount_fen=quote.price_fen - half, reference="second")
    house.do("manager_sz", order_id, "jobs/pass")
    assert house.do("client1", order_id, "acceptances/accept").state == "accepted"
    with house.database.read() as work:
        assert received(work.session("org-sz"), order_id) == quote.price_fen


def test_instalments_are_paid_in_their_order(house: House) -> None:
    quote = house.quote()
    order_id = house.confirm(quote).order_id
    with pytest.raises(GuardFailed, match="前一期"):
        house.act("finance_sz", "payments", f"{order_id}-p2", "capture", amount_fen=1_400_000, reference="a")
    with pytest.raises(GuardFailed, match="一次付清"):
        house.act("finance_sz", "payments", f"{order_id}-p1", "capture", amount_fen=1_400_001, reference="a")
    whole = house.do("finance_sz", order_id, "payments/capture", amount_fen=2_800_000, reference="a")
    assert whole.paid_fen == 2_800_000
    assert "payments" not in {one.aggregate for one in house.order("finance_sz", order_id).commands}


def test_on_credit_the_work_is_delivered_unpaid_and_paid_later(house: House) -> None:
    order_id = house.confirm(house.quote("software_copyright", "client2"), "client2").order_id
    house.do("manager_sh", order_id, "orders/allow_credit", reason="年度账期")
    house.do("manager_sh", order_id, "dispatches/confirm")
    house.do("delivery_sh", order_id, "jobs/start")
    house.finish_steps(order_id, "delivery_sh", "manager_sh", "client2")
    house.do("delivery_sh", order_id, "jobs/submit")
    house.do("manager_sh", order_id, "jobs/pass")
    accepted = house.do("client2", order_id, "acceptances/accept")
    assert (accepted.state, accepted.paid_fen) == ("accepted", 0)
    paid = house.do("finance_sh", order_id, "payments/capture", amount_fen=60_000, reference="later")
    assert (paid.state, paid.paid_fen) == ("accepted", 60_000)
