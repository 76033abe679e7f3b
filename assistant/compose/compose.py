"""Number the sources, check each statement, join the parts into one reply."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog

from assistant.compose.check import check
from assistant.compose.shown import Shown
from assistant.compose.statement import Part, Source, Statement
from assistant.values import Action, Citation, Outcome, Reply

RANK: dict[str, int] = {"handoff": 0, "need_info": 1, "answered": 2, "declined": 3}
EMPTY = "这个问题我没有可以引用的依据，不能凭印象回答。可以换个说法再问，或者回复“转人工”由顾问答复。"


def compose(question: str, as_of: date, region: str | None, parts: Sequence[Part]) -> Reply:
    """One reply from all parts. A part whose sourced statements all fail the check becomes a decline."""
    citations: dict[str, Citation] = {}
    blocks: list[str] = []
    outcomes: list[tuple[Outcome, str | None]] = []
    for part, kept in zip(parts, _grounded(question, as_of, parts), strict=True):
        if part.statements and not kept:
            blocks.append(EMPTY)
            outcomes.append(("declined", "no_evidence"))
            continue
        blocks.append("\n\n".join(_line(statement, citations) for statement in kept))
        if not part.resumed or len(parts) == 1:
            outcomes.append((part.outcome, part.reason))
    outcome, reason = min(outcomes, key=lambda pair: RANK[pair[0]]) if outcomes else ("declined", "no_evidence")
    actions: list[Action] = [part.action for part in parts if part.action]
    return Reply(
        question=question,
        as_of=as_of,
        region=region,
        outcome=outcome,
        reason=reason,
        answer="\n\n".join(block for block in blocks if block) or EMPTY,
        citations=tuple(citations.values()),
        computed=_gather(part.computed for part in parts),
        missing=tuple(dict.fromkeys(name for part in parts for name in part.missing)),
        services=_gather(part.services for part in parts),
        cards=_gather(part.cards for part in parts),
        action=actions[-1] if actions else None,
        order_id=next((part.order_id for part in parts if part.order_id), None),
    )


def _grounded(question: str, as_of: date, parts: Sequence[Part]) -> list[tuple[Statement, ...]]:
    """What stays of each part: what its own grounds carry, and what the client is then shown as evidence carries."""
    kept: list[tuple[Statement, ...]] = []
    for part in parts:
        carried, flaws = check(part.statements)
        for flaw in flaws:
            _log(flaw.statement, flaw.why.split("：")[0])
        kept.append(carried)
    data = [one for part in parts for one in (*part.computed, *part.cards)]
    while True:  # a citation leaves with its statement, and with it what another may have rested on
        shown = Shown(question, as_of, (one for some in kept for s in some for one in s.sources), data)
        loose = {statement for some in kept for statement in some if shown.unshown(statement)}
        if not loose:
            return kept
        for statement in loose:
            _log(statement, "数字不在出示的依据里")
        kept = [tuple(one for one in some if one not in loose) for some in kept]


def _log(statement: Statement, why: str) -> None:
    """Never its words: a log is read by people who may not read the passage."""
    documents = [source.document_id for source in statement.sources]
    structlog.get_logger().warning("statement_dropped", why=why, documents=documents)


def _line(statement: Statement, citations: dict[str, Citation]) -> str:
    markers = "".join(f"[{_cite(source, citations).marker}]" for source in statement.sources)
    if not statement.prose:
        return statement.text + (f"\n\n依据：{markers}" if markers else "")
    text = statement.text.rstrip()
    end = text[-1] if text and text[-1] in "。？！：" else "。"
    return f"{text.rstrip('。？！：')}{markers}{end}"


def _cite(source: Source, citations: dict[str, Citation]) -> Citation:
    if source.key not in citations:
        citations[source.key] = Citation(
            marker=str(len(citations) + 1),
            document_id=source.document_id,
            title=source.title,
            doc_no=source.doc_no,
            issuer=source.issuer,
            region=source.region,
            clause=source.clause,
            effective_from=source.effective_from,
            effective_to=source.effective_to,
            status=source.status,
            quote=source.quote,
            url=source.url,
        )
    elif source.quote not in citations[source.key].quote:
        # One document cited for several points: the citation carries every one of them.
        both = f"{citations[source.key].quote}；{source.quote}"
        citations[source.key] = citations[source.key].model_copy(update={"quote": both})
    return citations[source.key]


def _gather(groups: Any) -> tuple[dict[str, Any], ...]:
    return tuple(item for group in groups for item in group)
