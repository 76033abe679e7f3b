"""A client's conversation over HTTP, from the first question to an order number, as JSON and as events."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Client

SCRIPT = (
    "你好",
    "我们公司想评高企，2019年5月20日成立，45个人，技术人员15个",
    "营收23年1800万、24年2500万、25年3200万",
    "研发费用分别是120万、160万、210万",
    "不对，去年研发费用是230万",
    "顺便问一下，小规模纳税人季度不含税销售额30万，没开专票，要交多少增值税",
    "为什么要问这个？",
    "1个发明专利，6个软著",
    "高企申报多少钱",
    "就办这个",
    "确认",
)


def send(browser: TestClient, identifier: str, text: str, **headers: str) -> dict[str, Any]:
    answer = browser.post(f"/api/v1/conversations/{identifier}/messages", json=_body(text), headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _body(text: str) -> dict[str, str]:
    return {"text": text, "as_of": "2026-11-23"}


def test_eleven_turns_end_in_one_order_and_a_second_yes_finds_the_same(client: Client) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    replies = [send(browser, identifier, text) for text in SCRIPT]
    assert "3,000" in replies[5]["answer"]
    assert replies[5]["computed"][0]["outputs"]["vat"] == 3000
    assert [reply["order_id"] for reply in replies[:-1]] == [None] * 10
    order = replies[-1]["order_id"]
    assert order
    assert replies[-1]["action"] == "order_created"
    again = send(browser, identifier, "确认")
    assert again["order_id"] == order
    assert [item["order_id"] for item in browser.get("/api/v1/orders").json()["items"]].count(order) == 1
    told = browser.get(f"/api/v1/conversations/{identifier}").json()["messages"]
    assert len(told) == 2 * (len(SCRIPT) + 1)


def test_a_correction_replaces_and_the_verdict_follows(client: Client) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    send(browser, identifier, "帮我看看能不能评高企，去年营收3200万")
    reply = send(browser, identifier, "不对，去年营收是3500万")
    assert "3,500" in reply["answer"]


def test_another_organisation_finds_no_conversation_of_ours(client: Client) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    for stranger in ("client2", "manager_sz", "hq", ""):
        assert client(stranger).get(f"/api/v1/conversations/{identifier}").status_code == 404
        sent = client(stranger).post(f"/api/v1/conversations/{identifier}/messages", json=_body("你好"))
        assert sent.status_code == 404
    assert identifier not in client("client2").get("/api/v1/conversations").text


def test_a_visitor_is_asked_to_sign_in_before_ordering(client: Client) -> None:
    browser = client("")
    granted = browser.post("/api/v1/conversations", json={}).json()
    browser.headers["Authorization"] = f"Bearer {granted['access_token']}"
    reply = send(browser, granted["id"], "我要办高企申报")
    assert (reply["outcome"], reply["reason"], reply["order_id"]) == ("declined", "no_right", None)


def events(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return found


def test_the_stream_tells_the_reply_and_goes_on_where_it_broke(client: Client) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    path = f"/api/v1/conversations/{identifier}/messages"
    headers = {"Accept": "text/event-stream", "Idempotency-Key": "k1"}
    question = _body("去年营收6000万，高企对研发费用占比有什么要求？")
    whole = events(browser.post(path, json=question, headers=headers).text)
    names = [name for _, name, _ in whole]
    assert names[0] == "status"
    assert names[-1] == "done"
    assert {"token", "citations"} <= set(names)
    done = whole[-1][2]
    assert "".join(data["text"] for _, name, data in whole if name == "token") == done["answer"]
    broken_at = next(identifier for identifier, name, _ in whole if name == "token")
    rest = events(browser.post(path, json=question, headers=headers | {"Last-Event-ID": broken_at}).text)
    told = [row for row in rest if not row[0].startswith("0:")]
    assert told == whole[[row[0] for row in whole].index(broken_at) + 1 :]


def test_an_error_in_a_stream_is_an_event(client: Client) -> None:
    browser = client("client1")
    headers = {"Accept": "text/event-stream"}
    answer = browser.post("/api/v1/conversations/none/messages", json=_body("你好"), headers=headers)
    [*_, (_, name, data)] = events(answer.text)
    assert (name, data["error"]["kind"]) == ("error", "not_found")


@pytest.mark.parametrize("question", ["明天天气怎么样", "帮我写一首诗"])
def test_what_is_none_of_our_business_is_declined(client: Client, question: str) -> None:
    reply = client("").post("/api/v1/ask", json={"question": question, "as_of": "2026-11-23"}).json()
    assert (reply["outcome"], reply["reason"]) == ("declined", "out_of_scope")
