"""Wrong input over HTTP: one clear sentence, 422, and nothing stored."""

from typing import Any

import pytest
from sqlmodel import select

from api.house import House
from assistant.tables import MessageRow
from tests.api.conftest import Client

GOOD = {"name": "上海甲科技有限公司", "facts": {"hr.headcount": 45}}
BAD_COMPANIES: dict[str, Any] = {
    "负的人数": GOOD | {"facts": {"hr.headcount": -1}},
    "文字当数": GOOD | {"facts": {"hr.headcount": "很多"}},
    "比率大于一": GOOD | {"facts": {"market.share_pct": 1.5}},
    "不存在的日期": GOOD | {"facts": {"entity.established_on": "2025-02-30"}},
    "没有的字段": GOOD | {"facts": {"hr.headcuont": 45}},
    "多出的键": GOOD | {"phone": "1"},
    "校验位错": GOOD | {"uscc": "91310115MA1K40000X"},
    "年份不对": GOOD | {"facts": {"finance.revenue": {"23": 1800}}},
    "事实不是对象": {"name": "甲", "facts": [1, 2]},
}


@pytest.mark.parametrize("name", BAD_COMPANIES)
def test_a_wrong_company_is_named_in_one_sentence(client: Client, name: str) -> None:
    answer = client("").post("/api/v1/diagnoses", json={"company": BAD_COMPANIES[name], "as_of": "2026-11-23"})
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["kind"] == "bad_input"
    assert "\n" not in error["message"]
    assert 5 < len(error["message"]) < 200
    assert error["request_id"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("calculations/vat.small_scale.2026_2027", {"inputs": {"sales_excl_tax": -1}}, 422),
        ("calculations/vat.small_scale.2026_2027", {"inputs": {"sales_excl_tax": "三十万"}}, 422),
        ("calculations/vat.small_scale.2026_2027", {"inputs": {}}, 422),
        ("calculations/vat.small_scale.2026_2027", {"inputs": {"sales_excl_tax": 1, "x": 2}}, 422),
        ("calculations/vat.nothing", {"inputs": {}}, 404),
        ("calculations/vat.small_scale.2023_2025", {"inputs": {"sales_excl_tax": 1}, "as_of": "2026-11-23"}, 422),
        ("diagnoses", {"company": GOOD, "programmes": ["hntee"]}, 404),
        ("diagnoses", {"company": GOOD, "as_of": "2026-13-01"}, 422),
        ("search", {"query": ""}, 422),
        ("search", {"query": "高企", "k": 0}, 422),
        ("ask", {"question": "字" * 5000}, 422),
        ("ask", {"question": "高企？", "extra": 1}, 422),
        ("conversations", {"role": "hq"}, 422),
    ],
)
def test_a_wrong_request_is_answered_in_one_sentence(client: Client, path: str, body: Any, status: int) -> None:
    answer = client("").post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    assert "\n" not in answer.json()["error"]["message"]


@pytest.mark.parametrize(("path", "field"), [("ask", "question"), ("search", "query")])
def test_an_empty_question_is_told_by_the_name_it_was_sent_under(client: Client, path: str, field: str) -> None:
    error = client("").post(f"/api/v1/{path}", json={field: " "}).json()["error"]
    assert error["field"] == field
    assert error["message"].startswith(f"{field}：")


def test_what_is_no_json_and_what_is_no_address_are_told(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    broken = client("").post("/api/v1/search", content=b"{", headers=headers)
    assert broken.status_code == 422
    assert broken.json()["error"]["message"].startswith("请求：不是合法的 JSON")
    assert broken.json()["error"]["field"] is None
    assert client("").get("/api/v1/nothing").json()["error"]["kind"] == "not_found"
    assert client("").post("/api/v1/search", content=b"0" * 27_000_000, headers=headers).status_code == 413


def test_an_empty_message_stores_nothing(client: Client, home: House) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    for text in ("", "   ", "字" * 4001):
        sent = browser.post(f"/api/v1/conversations/{identifier}/messages", json={"text": text})
        assert sent.status_code == 422
    with home.database.read() as work:
        assert work.session("org-c1").exec(select(MessageRow)).all() == []


def test_a_key_used_again_with_other_words_is_a_conflict(client: Client) -> None:
    browser = client("client1")
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    path, headers = f"/api/v1/conversations/{identifier}/messages", {"Idempotency-Key": "k1"}
    first = browser.post(path, json={"text": "你好"}, headers=headers).json()
    assert browser.post(path, json={"text": "你好"}, headers=headers).json() == first
    assert browser.post(path, json={"text": "再见"}, headers=headers).status_code == 409
