"""From a sentence to an order, and the order to its split, through the pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Shot
from tests.browser.reader import command, enter, fits, replied, say, sign_in

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


def test_a_client_at_a_desk_confirms_twice_and_has_one_order(open_screen: Open, shot: Shot) -> None:
    page = open_screen("desk")
    sign_in(page, "client2")
    assert _count_orders(page) == 0
    enter(page)
    say(page, "我们想办科小")
    say(page, "28个人，科技人员6个")
    say(page, "去年营收600万，研发费用45万")
    expect(say(page, "更正，研发费用是54万")).to_contain_text("54 万元")
    expect(say(page, "小规模季度正好30万要交增值税吗")).to_contain_text("1%")
    say(page, "科技人员为什么重要")
    quote = say(page, "那明年的先帮我准备，就办这个")
    expect(quote.get_by_test_id("card-quote")).to_contain_text("科技型中小企业评价入库")
    shot(page, "quote")
    made = say(page, "确认").get_by_test_id("card-order")
    expect(made).to_be_visible()
    say(page, "确认")
    expect(quote.get_by_test_id("quote-confirm")).to_be_disabled()
    shot(page, "confirmed")
    assert _count_orders(page) == 1


def test_an_order_goes_through_everyones_hands_to_its_split(open_screen: Open, shot: Shot, tmp_path: Path) -> None:
    client = open_screen("phone")
    sign_in(client, "client1")
    _quoted(client, "我要办高企申报")
    client.get_by_test_id("quote-confirm").last.click()
    order = _open_made_order(client)
    where = f"/orders/{order}"

    finance = open_screen("desk")
    sign_in(finance, "finance_sz", where)
    price = _fen(finance.get_by_test_id("order-price").inner_text())
    paid = {"amount_fen": f"{price // 100}.{price % 100:02}", "reference": f"流水-{order[-8:]}"}
    command(finance, "payments-capture", values=paid)
    expect(finance.get_by_test_id("order-paid")).to_have_text(finance.get_by_test_id("order-price").inner_text())

    manager = open_screen("desk")
    sign_in(manager, "manager_sz", where)
    expect(manager.get_by_test_id("order-dispatch")).to_contain_text("演示甲服务商")
    expect(manager.get_by_test_id("order-dispatch")).to_contain_text("不能做")
    shot(manager, "dispatch")
    command(manager, "dispatches-confirm")
    expect(manager.get_by_test_id("order-offer")).to_contain_text("待回复")

    partner = open_screen("phone")
    sign_in(partner, "partner_pa", where)
    expect(partner.get_by_test_id("order-offer")).to_contain_text("要约价")
    expect(partner.get_by_text("演示客户一")).to_have_count(0)
    expect(partner.get_by_test_id("order-offer")).not_to_contain_text(
        finance.get_by_test_id("order-price").inner_text()
    )
    fits(partner)
    shot(partner, "offer")
    command(partner, "offers-accept")
    command(partner, "jobs-start")

    own = open_screen("desk")
    sign_in(own, "delivery_sz", where)
    steps = partner.get_by_test_id("order-steps").locator(".steps > li").count()
    assert steps > 3
    for number in range(1, steps + 1):
        _work(partner, own, number, tmp_path)
        _look(manager)
        command(manager, "steps-check", within=manager.get_by_test_id(f"step-{number}"))
    shot(manager, "steps-checked")
    fits(partner)

    _look(partner)
    command(partner, "jobs-submit")
    _look(manager)
    command(manager, "jobs-pass")
    _look(client)
    expect(client.get_by_test_id("order-acceptance")).to_contain_text("待验收")
    shot(client, "acceptance")
    command(client, "acceptances-accept")
    command(client, "evaluations-give", values={"score": "5", "text": "材料齐，进度清楚"})
    expect(client.get_by_test_id("order-evaluation")).to_contain_text("5 分")
    expect(client.get_by_test_id("order-split")).to_have_count(0)
    expect(client.get_by_text("演示甲服务商")).to_have_count(0)
    fits(client)
    shot(client, "evaluated")

    _look(manager)
    shown = manager.get_by_test_id("order-split")
    expect(shown).to_contain_text("演示甲服务商")
    expect(shown).to_contain_text("企服演示总部")
    expect(shown).to_contain_text("演示上海分公司")
    shown.scroll_into_view_if_needed()
    shot(manager, "split")
    headquarters = open_screen("desk")
    sign_in(headquarters, "hq", where)
    expect(headquarters.get_by_test_id("split-sum")).to_have_text(manager.get_by_test_id("split-sum").inner_text())
    _look(partner)
    expect(partner.get_by_test_id("order-split")).not_to_contain_text("企服演示总部")

    stranger = open_screen("phone")
    sign_in(stranger, "client2", where)
    expect(stranger.get_by_test_id("missing")).to_contain_text("没有找到这个订单")
    expect(stranger.get_by_text(order)).to_have_count(0)
    shot(stranger, "stranger")


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


def _work(partner: Page, own: Page, number: int, folder: Path) -> None:
    """One step, by whichever of the two may do it: start it, and upload every kind of evidence it asks for."""
    for page in (partner, own):
        _look(page)
        step = page.get_by_test_id(f"step-{number}")
        if step.get_by_test_id("command-steps-start").count():
            break
    command(page, "steps-start", within=step)
    for kind, count in _wanted(step):
        files = []
        for copy in range(count):
            files.append(folder / f"第{number}步-{kind}-{copy + 1}.pdf")
            files[-1].write_bytes(f"%PDF-1.4 {number} {kind} {copy}".encode())
        command(page, "steps-evidence", within=step, values={"type": kind}, files=files)
    expect(step.locator(".need:not(.enough)")).to_have_count(0)
    expect(step.locator(".files li")).to_have_count(sum(count for _, count in _wanted(step)))


def _wanted(step: Locator) -> list[tuple[str, int]]:
    """The kinds of evidence a step asks for, and how many of each."""
    found = step.locator(".need").evaluate_all("marks => marks.map(mark => [mark.dataset.type, +mark.dataset.count])")
    return [(str(kind), int(count)) for kind, count in found]


def _look(page: Page) -> None:
    """See what others have done since."""
    with page.expect_response("**/api/v1/orders/*"):
        page.get_by_test_id("order-refresh").click()
    expect(page.get_by_test_id("order-refresh")).to_have_attribute("aria-busy", "false")


def _fen(yuan: str) -> int:
    return int(re.sub(r"\D", "", yuan))


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
