"""Conversations as readers have them, on a phone and at a desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Shot
from tests.browser.reader import enter, fits, say, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BOTH = pytest.mark.parametrize("screen", ["phone", "desk"])
VAT = "小规模纳税人季度销售额28万元，要交多少增值税？"


@BOTH
def test_a_visitor_asks_and_opens_the_clause_behind_the_answer(open_screen: Open, shot: Shot, screen: str) -> None:
    page = open_screen(screen)
    enter(page)
    expect(page.get_by_text("您正在与 AI 顾问对话")).to_be_visible()
    fits(page)
    shot(page, "welcome")
    reply = say(page, VAT)
    expect(reply).to_contain_text("内容由 AI 生成")
    expect(reply).to_contain_text("免")
    shot(page, "answer")
    page.get_by_test_id("citation-1").first.click()
    panel = page.get_by_test_id("citation-panel")
    expect(panel).to_contain_text("有效期")
    expect(panel).to_contain_text("自 2026-01-01")
    expect(panel).to_contain_text("2026年第10号")
    expect(panel.locator("blockquote")).not_to_be_empty()
    fits(page)
    shot(page, "citation")


def test_the_keyboard_alone_asks_opens_a_source_and_closes_it(open_screen: Open) -> None:
    page = open_screen("phone")
    enter(page)
    box = page.get_by_test_id("chat-input")
    box.press_sequentially("小规模纳税人季度销售额28万元，")
    box.press("Shift+Enter")
    box.press_sequentially("要交多少增值税？")
    expect(box).to_have_value("小规模纳税人季度销售额28万元，\n要交多少增值税？")
    box.press("Enter")
    cite = page.get_by_test_id("citation-1").first
    cite.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("citation-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("citation-panel")).to_be_hidden()
    expect(cite).to_be_focused()


@BOTH
def test_the_pages_say_what_they_are_to_readers_of_every_kind(open_screen: Open, screen: str) -> None:
    page = open_screen(screen)
    enter(page)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.get_by_label("输入您的问题")).to_be_visible()
    page.get_by_test_id("login-open").click()
    for name in ("login-user", "login-pass"):
        size = page.get_by_test_id(name).evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
        assert size >= 16, "a phone zooms into smaller inputs"
    page.get_by_test_id("login-user").fill("client1")
    page.get_by_test_id("login-pass").fill("wrong")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("login-error")).to_contain_text("密码")


def test_an_exported_conversation_is_labelled_for_people_and_for_programs(open_screen: Open, tmp_path: Path) -> None:
    page = open_screen("desk")
    enter(page)
    say(page, VAT)
    with page.expect_download() as waiting:
        page.get_by_test_id("export-chat").last.click()
    waiting.value.save_as(tmp_path / "chat.html")
    text = (tmp_path / "chat.html").read_text(encoding="utf-8")
    assert '<meta name="AIGC"' in text
    assert "内容由 AI 生成" in text
    assert VAT in text


def test_a_lapsed_sign_in_makes_a_visitor_and_says_so(open_screen: Open, shot: Shot) -> None:
    page = open_screen("phone")
    sign_in(page, "client2")
    say(page, VAT)
    page.evaluate("""() => {
        const kept = JSON.parse(sessionStorage.getItem('qifu.session'))
        sessionStorage.setItem('qifu.session', JSON.stringify({ ...kept, token: kept.token + 'x' }))
    }""")
    page.reload()
    expect(page.get_by_test_id("notice")).to_contain_text("已过期")
    expect(page.get_by_test_id("login-open")).to_be_visible()
    shot(page, "lapsed")
    expect(page.get_by_test_id("chat-welcome")).to_be_visible()
    say(page, VAT)
    expect(page.get_by_test_id("chat-problem")).to_have_count(0)


def test_without_a_network_the_page_says_so_and_a_retry_answers(open_screen: Open, shot: Shot) -> None:
    page = open_screen("phone")
    enter(page)
    page.context.set_offline(True)
    page.get_by_test_id("chat-input").fill(VAT)
    page.get_by_test_id("chat-send").click()
    expect(page.get_by_test_id("message-error")).to_contain_text("连不上服务器")
    shot(page, "offline")
    page.context.set_offline(False)
    page.get_by_test_id("message-retry").click()
    expect(page.get_by_test_id("citation-1").first).to_be_visible()
    expect(page.get_by_test_id("message-error")).to_have_count(0)
    expect(page.get_by_test_id("message-user")).to_have_count(1)


@BOTH
def test_chinese_bold_wide_tables_and_hostile_words_are_shown_safely(
    open_screen: Open, shot: Shot, screen: str
) -> None:
    page = open_screen(screen)
    wide = "|" + "|".join(f"第{n}列标题" for n in range(12)) + "|\n|" + "---|" * 12 + "\n|" + "很长的内容|" * 12
    text = f"税率为**15%**的优惠，**“高企”**可享。\n\n{wide}\n\n<b id=x>粗</b> [点我](javascript:alert(1)) ![图](http://x/y.png)"
    _answer_with(page, text)
    enter(page)
    page.get_by_test_id("chat-input").fill("列表")
    page.get_by_test_id("chat-send").click()
    answer = page.locator(".answer")
    expect(answer.locator("strong")).to_have_text(["15%", "“高企”"])
    expect(answer.locator("a, img, #x")).to_have_count(0)
    expect(answer).to_contain_text("[点我](javascript:alert(1))")
    fits(page)
    box = answer.locator(".table")
    if screen == "phone":
        assert box.evaluate("element => element.scrollWidth > element.clientWidth")
    heights = answer.locator("td").evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().height)")
    assert max(heights) < 80, "a cell squeezed to one character a line"
    shot(page, "table")


def _answer_with(page: Page, text: str) -> None:
    """The page asks the real server, which answers; only the words of the reply are put in its place."""

    def replace(route: object) -> None:
        from playwright.sync_api import Route

        assert isinstance(route, Route)
        headers = {**route.request.headers, "accept": "application/json"}
        reply = route.fetch(headers=headers)
        route.fulfill(response=reply, json=reply.json() | {"answer": text})

    page.route("**/messages", replace)
