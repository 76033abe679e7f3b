"""The labelled sets and the shipped articles keep the shape their README and front matter promise."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
ARTICLES = sorted((HERE.parents[1] / "knowledge" / "articles").glob("*.md"))
SECTIONS = [
    "一句话结论",
    "适用对象",
    "条件",
    "优惠与好处",
    "时间窗口",
    "办理流程",
    "材料清单",
    "周期与有效期",
    "常见失败原因",
    "与其他政策的关系",
    "依据文件",
    "尚未核实",
]
INTENTS = set(
    [
        "policy_question",
        "tax_question",
        "tax_calculation",
        "qualification_question",
        "diagnose",
        "recommend",
        "price_question",
        "order_create",
        "order_status",
        "sop_question",
        "complaint",
        "human_request",
        "greeting",
        "correction",
        "provide_facts",
        "out_of_scope",
    ]
)
OUTCOMES = {"answered", "need_info", "declined", "handoff"}
REASONS = {"no_evidence", "out_of_scope", "not_in_force", "false_premise", "unsafe", "no_right"}


def lines(name: str) -> list[dict[str, Any]]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def assert_fact_states_one_thing(fact: dict[str, Any]) -> None:
    """A fact is a value, an interval, declined or unknown, and never two of them."""
    ways = [
        fact["value"] is not None,
        fact["low"] is not None or fact["high"] is not None,
        bool(fact.get("declined")),
        bool(fact.get("unknown")),
    ]
    assert ways.count(True) == 1, fact


def test_every_fact_of_an_utterance_quotes_its_sentence() -> None:
    rows = lines("utterances.jsonl")
    assert len(rows) >= 220
    assert len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert row["intent"] in INTENTS, row
        assert set(row.get("also", [])) <= INTENTS, row
        for fact in row["facts"]:
            assert fact["text"] in row["text"], row
            assert_fact_states_one_thing(fact)


def test_both_halves_hold_the_same_mix_of_intents() -> None:
    halves: dict[str, Counter[str]] = {"dev": Counter(), "held": Counter()}
    for row in lines("utterances.jsonl"):
        halves[row["split"]][row["intent"]] += 1
    for intent in INTENTS:
        assert abs(halves["dev"][intent] - halves["held"][intent]) <= 2, intent


def test_every_conversation_has_eight_to_fourteen_turns_and_known_labels() -> None:
    rows = lines("conversations.jsonl")
    assert len(rows) >= 12
    for row in rows:
        assert 8 <= len(row["turns"]) <= 14, row["id"]
        for turn in row["turns"]:
            assert turn["intent"] in INTENTS, turn
            assert turn["order"] in {"none", "one", "same", "may"}, turn
            assert turn.get("outcome", "answered") in OUTCOMES, turn
            for fact in turn["facts"]:
                assert_fact_states_one_thing(fact)


def test_an_order_is_only_the_same_after_there_has_been_one() -> None:
    for row in lines("conversations.jsonl"):
        made = False
        for turn in row["turns"]:
            assert made or turn["order"] != "same", (row["id"], turn["user"])
            assert not made or turn["order"] not in {"none", "one"}, (row["id"], turn["user"])
            made = made or turn["order"] == "one"


def test_every_question_expects_a_known_outcome_and_reason() -> None:
    rows = lines("questions.jsonl")
    assert len(rows) >= 60
    assert len({(row["question"], row["as_of"]) for row in rows}) == len(rows)
    for row in rows:
        assert {row["expect_outcome"], *row.get("also_ok", [])} <= OUTCOMES, row
        assert row["expect_outcome"] != "declined" or row["reason"] in REASONS, row


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_article_has_its_sections_sources_and_phrasings(path: Path) -> None:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = yaml.safe_load(front)
    assert meta["id"] == path.stem
    assert re.findall(r"^## (.+)$", body, re.MULTILINE) == SECTIONS
    asks = [question["ask"] for question in meta["questions"]]
    assert len(asks) == len(set(asks)) >= 20
    assert {question["section"] for question in meta["questions"]} <= set(SECTIONS)
    assert meta["doc_no"] in {document["doc_no"] for document in meta["documents"]}
    for document in meta["documents"]:
        assert set(document) == {"doc_no", "title", "date", "effective", "url", "status"}
        assert all(value is None or isinstance(value, str) for value in document.values()), document
