"""The sentence check against its labelled set: what it lets through that has no ground, what it drops that has one.

`QIFU_EVAL_HALF=held` reports on the half that nobody who works on the check has opened.
"""

import json
import os
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from assistant.compose.check import check
from assistant.compose.statement import Source, Statement

LABELLED = Path(__file__).parent / "labelled"
BAR = 0.9  # share of sentences judged as labelled


def run() -> dict[str, Any]:
    """`{cases, passed, metrics}`; metrics hold the share right, by kind, and both ways of being wrong."""
    half = os.environ.get("QIFU_EVAL_HALF", "dev")
    rows = [json.loads(line) for line in (LABELLED / f"sentences.{half}.jsonl").read_text("utf-8").splitlines()]
    right: dict[str, list[bool]] = defaultdict(list)
    counts = {"supported": 0, "unsupported": 0}
    wrong: dict[str, list[dict[str, Any]]] = {"let_through": [], "dropped": []}
    for row in rows:
        kept, flaws = check((statement_of(row),))
        said = "supported" if kept else "unsupported"
        right[row["kind"]].append(said == row["label"])
        counts[row["label"]] += 1
        if said != row["label"]:
            shown = {"id": row["id"], "sentence": row["sentence"], "why": row["why"]}
            if flaws:
                shown["flaw"] = flaws[0].why
            wrong["let_through" if said == "supported" else "dropped"].append(shown)
    share = sum(map(sum, right.values())) / len(rows)
    metrics: dict[str, Any] = {
        "half": half,
        "right": round(share, 4),
        "unsupported_let_through": f"{len(wrong['let_through'])}/{counts['unsupported']}",
        "supported_dropped": f"{len(wrong['dropped'])}/{counts['supported']}",
        "by_kind": {kind: f"{sum(marks)}/{len(marks)}" for kind, marks in sorted(right.items())},
    }
    if half == "dev" and os.environ.get("QIFU_EVAL_FAULTS"):
        metrics["faults"] = wrong
    return {"cases": len(rows), "passed": share >= BAR, "metrics": metrics}


def statement_of(row: dict[str, Any]) -> Statement:
    """A labelled sentence with its passages as sources and its sums as grounds."""
    sources = tuple(
        Source(
            key=str(at),
            document_id=str(at),
            title=one["title"],
            doc_no=one["doc_no"],
            quote=one["text"],
            clause=one["clause"],
            effective_from=date.fromisoformat(one["effective_from"]) if one["effective_from"] else None,
        )
        for at, one in enumerate(row["evidence"])
    )
    grounds = tuple(json.dumps(one, ensure_ascii=False) for one in row["computed"])
    return Statement(row["sentence"], sources, grounds, free=True)
