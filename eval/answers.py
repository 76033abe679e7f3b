"""The labelled questions asked of the installation at hand: right by kind, ungrounded figures, declines, time.

Run where the statutes are ingested (`QIFU_VAR_DIR`), since a third of the questions rest on them. The dev half is for
work on the code; `QIFU_EVAL_HALF=held` reports on the half that nobody who works on it has opened.
"""

import json
import os
import statistics
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from assistant.compose.figures import figures
from assistant.values import Reply
from eval.marking import question_faults

LABELLED = Path(__file__).parent / "labelled"
BAR = 0.9  # share of questions answered as labelled
WORST = 12  # faults shown


def run() -> dict[str, Any]:
    """`{cases, passed, metrics}`; metrics hold accuracy by kind, declines, ungrounded figures, milliseconds."""
    from api.wiring import build_house, speaker_for
    from assistant.converse import ask
    from knowledge.companies import EMPTY

    half = os.environ.get("QIFU_EVAL_HALF", "dev")
    rows = [json.loads(line) for line in (LABELLED / f"questions.{half}.jsonl").read_text("utf-8").splitlines()]
    right: dict[str, list[bool]] = defaultdict(list)
    spent: list[float] = []
    loose, shown, declined = 0, list[dict[str, Any]](), list[bool]()
    with build_house() as house:
        for row in rows:
            who = speaker_for(house, "visitor", row.get("role") or "client")
            reply = ask(
                house.desk,
                who,
                row["question"],
                company=EMPTY,
                as_of=date.fromisoformat(row["as_of"]),
                region=row["region"],
            )
            faults = question_faults(row, reply)
            right[row["kind"]].append(not faults)
            spent.append(reply.timings_ms["total"])
            loose += len(ungrounded(reply))
            if row["expect_outcome"] == "declined":
                declined.append(reply.outcome == "declined")
            if faults and half == "dev":
                shown.append(
                    {"id": row["id"], "question": row["question"], "faults": faults, "answer": reply.answer[:160]}
                )
    spent.sort()
    share = sum(map(sum, right.values())) / len(rows)
    return {
        "cases": len(rows),
        "passed": share >= BAR and loose == 0,
        "metrics": {
            "half": half,
            "right": round(share, 4),
            "by_kind": {kind: f"{sum(marks)}/{len(marks)}" for kind, marks in sorted(right.items())},
            "declines_right": round(sum(declined) / max(len(declined), 1), 4),
            "ungrounded_figures": loose,
            "ms": {"median": round(statistics.median(spent), 1), "p95": round(spent[int(len(spent) * 0.95)], 1)},
            "faults": shown if os.environ.get("QIFU_EVAL_FAULTS") else shown[:WORST],
        },
    }


def ungrounded(reply: Reply) -> frozenset[str]:
    """Figures of an answer that stand in none of its citations, its sums, its cards, nor in the question."""
    grounds = [
        reply.question,
        str(reply.as_of),
        json.dumps(reply.computed, ensure_ascii=False),
        json.dumps(reply.cards, ensure_ascii=False, default=str),
        *(
            f"{c.quote} {c.title} {c.doc_no or ''} {c.clause or ''} {c.effective_from} {c.effective_to}"
            for c in reply.citations
        ),
    ]
    known = figures(" ".join(grounds))
    wholes = {figure.split("-")[0] for figure in known} | known
    return frozenset(figure for figure in figures(reply.answer) if figure not in wholes and figure not in ("0", "1"))
