"""The questions of the first issue, with the figures and documents they must be answered with."""

from typing import Any

import pytest

from tests.api.conftest import Client


def ask(client: Client, question: str, as_of: str = "2026-11-23", **more: Any) -> dict[str, Any]:
    answer = client("").post("/api/v1/ask", json={"question": question, "as_of": as_of, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_ratio_of_rd_expense_follows_the_revenue_named(client: Client) -> None:
    reply = ask(client, "去年营收6000万，高企对研发费用占比有什么要求？")
    assert reply["outcome"] == "answered"
    assert "4%" in reply["answer"].replace(" ", "")
    assert "国科发火〔2016〕32号" in [citation["doc_no"] for citation in reply["citations"]]


@pytest.mark.parametrize(
    ("words", "as_of", "vat"),
    [("不含税", "2026-11-23", 3000), ("含税", "2026-11-23", 0), ("不含税", "2025-11-01", 0)],
)
def test_vat_of_a_small_taxpayer(client: Client, words: str, as_of: str, vat: int) -> None:
    reply = ask(client, f"小规模纳税人季度{words}销售额30万，没开专票，要交多少增值税", as_of)
    assert [found["outputs"]["vat"] for found in reply["computed"]] == [vat]
    if words == "含税":
        assert "297,029.70" in reply["answer"]


def test_both_cases_and_the_question_when_the_words_do_not_tell(client: Client) -> None:
    reply = ask(client, "小规模纳税人季度销售额30万，没开专票，要交多少增值税")
    assert reply["outcome"] == "need_info"
    assert "tax_included" in reply["missing"]
    assert sorted(found["outputs"]["vat"] for found in reply["computed"]) == [0, 3000]


def test_every_marker_of_an_answer_has_its_citation(client: Client) -> None:
    reply = ask(client, "高企要什么条件？")
    markers = {citation["marker"] for citation in reply["citations"]}
    assert markers
    assert all(f"[{marker}]" in reply["answer"] for marker in markers)


def test_a_company_given_with_the_question_is_used(client: Client) -> None:
    company = {"name": "甲", "facts": {"finance.revenue": {"2025": 25000}}}
    reply = ask(client, "高企对研发费用占比有什么要求？", company=company)
    assert "3%" in reply["answer"].replace(" ", "")
