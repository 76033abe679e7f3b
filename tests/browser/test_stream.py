"""Replies that break off on their way: taken up where they stopped, or asked for whole."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.reader import enter, replied

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
QUESTION = "小规模纳税人季度销售额28万元，要交多少增值税？"


class Cut:
    """A line that breaks the first `times` streams after `events` events that carry a place in the reply."""

    def __init__(self, page: Page, times: int, events: int) -> None:
        self.times, self.events = times, events
        self.asked: list[dict[str, str]] = []
        page.route("**/messages", self._carry)

    def _carry(self, route: Route) -> None:
        self.asked.append(route.request.headers)
        reply = route.fetch()
        if len(self.asked) > self.times:
            route.fulfill(response=reply)
            return
        told = reply.text().split("\n\n")
        first = next(at for at, block in enumerate(told) if not block.startswith(("id: 0:", ":")))
        route.fulfill(response=reply, body="\n\n".join(told[: first + self.events]) + "\n\nid: brok")


def _ask(page: Page) -> str:
    enter(page)
    page.get_by_test_id("chat-input").fill(QUESTION)
    page.get_by_test_id("chat-send").click()
    reply = replied(page, 0)
    expect(page.get_by_test_id("citation-1").first).to_be_visible()
    expect(page.get_by_test_id("message-user")).to_have_count(1)
    return reply.locator(".answer").inner_text()


def test_a_broken_stream_is_resumed_after_the_last_event_seen(open_screen: Open) -> None:
    whole = _ask(open_screen("desk"))
    page = open_screen("phone")
    line = Cut(page, times=1, events=1)
    assert _ask(page) == whole
    first, second = line.asked
    assert "last-event-id" not in first
    assert second["last-event-id"].endswith(":1")
    assert second["idempotency-key"] == first["idempotency-key"]
    assert _stored(page) == 2


def test_where_no_stream_comes_through_the_whole_reply_is_asked_for(open_screen: Open) -> None:
    page = open_screen("phone")
    line = Cut(page, times=3, events=0)
    _ask(page)
    assert ["event-stream" in asked["accept"] for asked in line.asked] == [True, True, True, False]
    assert len({asked["idempotency-key"] for asked in line.asked}) == 1
    assert _stored(page) == 2


def _stored(page: Page) -> int:
    """How many messages the server keeps of the open conversation: every attempt was one and the same."""
    found = page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('c')
        const { token } = JSON.parse(sessionStorage.getItem('qifu.session'))
        const reply = await fetch(`/api/v1/conversations/${id}`, { headers: { Authorization: `Bearer ${token}` } })
        return (await reply.json()).messages.length
    }""")
    return int(found)
