"""From a sentence to an order, and the order to its split, through the pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Shot
from tests.browser.reader import enter, fits, replied, say, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_client_talks_their_way_to_an_order_on_a_phone(open_screen: Open, shot: Shot) -> None:
    page = open_screen("phone")
    sign_in(page, "client1")
    say(page, "想看看我们能不能评高企")
    say(page, "2019年5月20号成立，45个人，技术15个")
    say(page, "营收23年1800万、24年2500万、25年3200万")
    say(page, "不对，去年营收是3500万")
    digression = say(page, "对了，小规模季度正好30万要交增值税吗")
    expect(digression).to_contain_text("1%")
    say(page, "研发费用23年120万、24年160万、25年210万")
    back = say(page, "为什么要问研发费用")
    expect(back).to_contain_text("5%")
    shot(page, "question-back")
    diagnosis = say(page, "发明专利1项，软著6个")
    expect(diagnosis.get_by_test_id("card-diagnosis")).to_be_visible()
    diagnosis.get_by_test_id("programme").first.click()
    expect(diagnosis.get_by_test_id("card-diagnosis")).to_contain_text("满足")
    shot(page, "diagnosis")
    quote = say(page, "就办这个")
    expect(quote.get_by_test_id("card-quote")).to_contain_text("高新技术企业认定申报")
    fits(page)
    quote.get_by_test_id("quote-confirm").scroll_into_view_if_needed()
    shot(page, "quote")
    say(page, "确认")
    _open_made_order(page)
    expect(page.get_by_test_id("order-state")).to_have_attribute("data-state", "created")
    expect(page.get_by_test_id("contract-hash")).to_have_text(HASH)
    expect(page.get_by_test_id("order-timeline").locator("li")).not_to_have_count(0)
    expect(page.get_by_test_id("order-split")).to_have_count(0)
    fits(page)
    shot(page, "order")


def test_pressing_confirm_twice_makes_one_order(open_screen: Open, shot: Shot) -> None:
    page = open_screen("desk")
    sign_in(page, "client3")
    assert _count_orders(page) == 0
    enter(page)
    _quoted(page, "我要办软件著作权登记")
    replies = page.get_by_test_id("message-assistant").count()
    page.get_by_test_id("quote-confirm").last.dblclick()
    replied(page, replies)
    expect(page.get_by_test_id("card-order")).to_have_count(1)
    expect(page.get_by_test_id("message-assistant")).to_have_count(replies + 1)
    shot(page, "ordered")
    assert _count_orders(page) == 1
    page.get_by_test_id("order-list").get_by_test_id("order-link").click()
    expect(page.get_by_test_id("order-state")).to_have_attribute("data-state", "created")


HASH = re.compile(r"^[0-9a-f]{64}$")


def _open_made_order(page: Page) -> str:
    page.get_by_test_id("card-order").get_by_test_id("order-link").click()
    expect(page.get_by_test_id("order-state")).to_be_visible()
    return page.url.rsplit("/", 1)[1].split("?")[0]


def _quoted(page: Page, wish: str) -> None:
    """A quote on the screen, however many words it takes to get there."""
    reply = say(page, wish)
    if reply.get_by_test_id("card-quote").count() == 0:
        reply = say(page, "就办这个")
    expect(reply.get_by_test_id("card-quote")).to_be_visible()


def _count_orders(page: Page) -> int:
    page.get_by_test_id("nav-orders").click()
    expect(page.get_by_test_id("order-list").or_(page.get_by_text("还没有订单")).first).to_be_visible()
    return page.get_by_test_id("order-list").get_by_test_id("order-link").count()
