"""The labelled questions that may be learned from, and which passage answers one."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.answers import LABELLED
from eval.marking import plain, wording
from retrieval.record import Document, Passage

SETS = ("dev", "second", "third")  # the ones whose questions may be looked at
KINDS = ("fact", "statute", "dated", "regional")  # answered by one passage


def labelled(sets: Sequence[str] = SETS, folder: Path = LABELLED) -> list[dict[str, Any]]:
    """The questions of these sets that one passage answers."""
    lines = [line for name in sets for line in (folder / f"questions.{name}.jsonl").read_text("utf-8").splitlines()]
    return [one for one in map(json.loads, lines) if one["kind"] in KINDS and one["expect_outcome"] == "answered"]


def answers(label: dict[str, Any], passage: Passage, document: Document) -> bool:
    """Whether a passage is what the label asks for: the very clause, or a text that names the document it rests on and
    has every word it must.
    """
    if passage.kind != "text":
        return False
    if label["kind"] == "statute" and passage.clause:
        own = plain(label["doc_no"] or "") in plain(document.title)
        return own and bool(label["clause"]) and passage.clause.startswith(label["clause"])
    if label["doc_no"] and plain(label["doc_no"]) not in _names(document):
        return False
    must = {"must": label.get("must", ()), "must_any": label.get("must_any", ())}
    return not wording(must, passage.text)


def _names(document: Document) -> str:
    grounds = document.about.get("documents")
    named = [f"{one['doc_no']}{one['title']}" for one in grounds] if isinstance(grounds, list) else []
    return plain("".join((document.title, document.doc_no, *named)))
