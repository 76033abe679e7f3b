"""The frozen sets in eval/labelled: unchanged since they were frozen, well shaped, two halves that share nothing.

It judges the labels, never the code they judge.
"""

import hashlib
import json
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETS = ROOT / "eval" / "labelled"
HALVES = ("dev", "held")
SETS_OF_QUESTIONS = (*HALVES, "second", "third", "fourth", "fifth")
QUESTION_FIELDS = {
    "id", "question", "as_of", "region", "role", "expect_outcome", "also_ok", "reason",
    "must", "must_any", "must_not", "doc_no", "clause", "kind", "source",
}  # fmt: skip
SENTENCE_FIELDS = {"id", "sentence", "evidence", "computed", "label", "why", "kind", "source"}
EVIDENCE_FIELDS = {"title", "doc_no", "clause", "text", "effective_from"}
OUTCOMES = {"answered", "need_info", "declined", "handoff"}
REASONS = {"no_evidence", "out_of_scope", "not_in_force", "false_premise", "unsafe", "no_right"}
ARTICLE = "文 "


def rows(name: str) -> list[dict[str, Any]]:
    """The objects of one file."""
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines()]


def halves(stem: str) -> dict[str, list[dict[str, Any]]]:
    """Both halves of one set, by name."""
    return {half: rows(f"{stem}.{half}.jsonl") for half in HALVES}


def plain(text: str) -> str:
    """Text as the marking compares it: half width, no spaces, no thousands commas."""
    return "".join(unicodedata.normalize("NFKC", text).replace(",", "").split())


def has_digit(text: str) -> bool:
    """Whether a figure stands in the text."""
    return any(letter.isdigit() for letter in text)


def test_every_file_is_as_it_was_frozen() -> None:
    frozen: dict[str, str] = json.loads((SETS / "frozen.json").read_text(encoding="utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(SETS.glob("*.jsonl"))}
    assert found == frozen


@pytest.mark.parametrize("half", SETS_OF_QUESTIONS)
def test_a_question_has_its_fields_and_known_words(half: str) -> None:
    for row in rows(f"questions.{half}.jsonl"):
        assert set(row) == QUESTION_FIELDS, row["id"]
        assert date.fromisoformat(row["as_of"])
        assert row["role"] in {"client", "sales", "channel"}
        assert all(row[field].strip() for field in ("question", "source"))
        assert {row["expect_outcome"], *row["also_ok"]} <= OUTCOMES
        assert row["reason"] is None or row["reason"] in REASONS
        assert row["expect_outcome"] != "declined" or row["reason"] is not None
        assert all(isinstance(text, str) and text for text in [*row["must"], *row["must_not"]])
        assert all(len(group) > 1 and all(group) for group in row["must_any"])


@pytest.mark.parametrize("half", SETS_OF_QUESTIONS)
def test_a_question_that_is_answered_demands_something(half: str) -> None:
    for row in rows(f"questions.{half}.jsonl"):
        assert row["expect_outcome"] == "declined" or row["must"] or row["must_any"], row["id"]


@pytest.mark.parametrize("half", HALVES)
def test_a_sentence_has_its_fields_and_evidence(half: str) -> None:
    for row in rows(f"sentences.{half}.jsonl"):
        assert set(row) == SENTENCE_FIELDS, row["id"]
        assert row["label"] in {"supported", "unsupported"}
        assert all(row[field] for field in ("sentence", "evidence", "why"))
        for passage in row["evidence"]:
            assert set(passage) == EVIDENCE_FIELDS
            assert all(passage[field] for field in ("title", "text"))
            assert passage["effective_from"] is None or date.fromisoformat(passage["effective_from"])
        for value in row["computed"]:
            assert all(value[field] for field in ("rule_id", "inputs", "outputs"))


@pytest.mark.parametrize("stem", ["questions", "sentences"])
def test_ids_are_unique_and_no_words_stand_in_both_halves(stem: str) -> None:
    text = stem.removesuffix("s")
    every = [row for half in halves(stem).values() for row in half]
    assert len({row["id"] for row in every}) == len(every)
    seen = Counter(plain(row[text]) for row in every)
    assert [words for words, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("stem", ["questions", "sentences"])
def test_each_kind_is_shared_evenly(stem: str) -> None:
    counts = {half: Counter(row["kind"] for row in found) for half, found in halves(stem).items()}
    for kind in counts["dev"] | counts["held"]:
        assert abs(counts["dev"][kind] - counts["held"][kind]) <= 1, kind


def test_the_sets_are_large_enough_and_half_of_the_sentences_is_supported() -> None:
    assert sum(len(found) for found in halves("questions").values()) >= 260
    labels = [row["label"] for found in halves("sentences").values() for row in found]
    assert len(labels) >= 220
    assert 0.4 <= labels.count("supported") / len(labels) <= 0.6


@pytest.mark.parametrize("half", HALVES)
def test_a_demanded_figure_stands_in_the_article_it_is_taken_from(half: str) -> None:
    checked = 0
    for row in rows(f"questions.{half}.jsonl"):
        demands = [[text] for text in row["must"]] + row["must_any"]
        figures = [group for group in demands if any(map(has_digit, group))]
        for source in row["source"].split("；"):
            if source.startswith(ARTICLE):
                article = plain((ROOT / source.removeprefix(ARTICLE)).read_text(encoding="utf-8"))
                for group in figures:
                    assert any(plain(text) in article for text in group), (row["id"], group)
                    checked += 1
    assert checked > 20
