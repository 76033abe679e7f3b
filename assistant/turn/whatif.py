"""What would change: supposed figures judged before and after, told with the figures, and never stored as facts."""

from assistant.compose.statement import Part, Statement
from assistant.desk import Desk
from assistant.outlook.whatif import Comparison, Outcome, Supposed, compare
from assistant.sources import document_sources
from assistant.turn.conditions import known_programmes
from assistant.turn.state import Change, TurnState
from assistant.understand.supposed import read_changes
from assistant.understand.values import Understanding
from knowledge.policies import ScoreInterval
from knowledge.policies.fields import label

WORDS = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "not_applicable": "不适用", "manual": "需专家判断"}
ELSEWHERE = frozenset({"human_request", "complaint", "order_create", "tax_calculation", "price_question"})
MOST_ROWS, MOST_PROGRAMMES = 6, 4


def supposing(read: Understanding, state: TurnState) -> bool:
    """Whether the message supposes changes and asks what follows; an open quote is settled first."""
    if state["dialog"].offer or ELSEWHERE & {read.intent.name, *(other.name for other in read.others)}:
        return False
    return bool(read_changes(read.text, state["as_of"]))


def suppose_turn(read: Understanding, state: TurnState) -> Change:
    """The turn of such a message: its figures are no facts."""
    dialog = state["dialog"]
    programmes = read.entities.programmes or dialog.topic_programmes
    return {
        "understanding": read.model_copy(update={"facts": ()}),
        "question": read.text,
        "queue": ("whatif",),
        "dialog": dialog.change({"topic_programmes": programmes}),
    }


def whatif_step(desk: Desk, state: TurnState) -> Change:
    """The programmes named or talked about; without any, those whose verdict or conditions change."""
    read, dialog = state["understanding"], state["dialog"]
    assert read is not None
    changes = [
        Supposed(
            field=change.said.field,
            how=change.how,
            year=change.said.year,
            value=change.said.value,
            low=change.said.low,
            high=change.said.high,
        )
        for change in read_changes(read.text, state["as_of"])
    ]
    named = tuple(p for p in dialog.topic_programmes if p in known_programmes(desk, state))
    found = compare(desk.book, state["company"], changes, state["as_of"], programmes=named, region=state["region"])
    statements = [_supposed(found)]
    if found.lacking and not found.moved:
        return {"parts": (_ask(found),)}
    told = [one for one in found.outcomes if named or one.shifts]
    told.sort(key=lambda one: (not one.changed, not one.turned, one.distance))
    for outcome in told[:MOST_PROGRAMMES]:
        statements.extend(_outcome(desk, state, outcome))
    if not told:
        words = "按掌握的数据，这些变化不影响任何一项资质的结论"
        statements.append(Statement(words, (), (words,)))
    card = {"type": "whatif", **found.model_dump(mode="json", by_alias=True)}
    return {"parts": (Part(tuple(statements), cards=(card,), missing=found.lacking),)}


def _supposed(found: Comparison) -> Statement:
    moved = [
        f"{f'{one.year} 年' if one.year else ''}{one.label} {f'{one.before} → ' if one.before else ''}{one.after}"
        for one in found.moved
    ]
    words = f"只作假设，不写入企业档案：{'；'.join(moved)}"
    if found.carried:
        words += f"。按 {found.judged_on} 起的口径判断，没有提到的年度数据按与上年持平或同比例估算"
    if found.lacking:
        words += f"。还不知道现在的{'、'.join(label(name) for name in found.lacking)}，这一项变化没有算进去"
    return Statement(words, (), (words,))


def _ask(found: Comparison) -> Part:
    names = "、".join(label(name) for name in found.lacking)
    words = f"要算出变化后的结果，先要知道现在的{names}是多少"
    return Part((Statement(words, (), (words,)),), "need_info", action="ask", missing=found.lacking)


def _outcome(desk: Desk, state: TurnState, outcome: Outcome) -> list[Statement]:
    programme = desk.book.programme(outcome.programme_id, state["as_of"])
    was, becomes = _told(outcome, after=False), _told(outcome, after=True)
    if outcome.changed:
        summary = f"**{outcome.name}：{was} → {becomes}**"
    else:
        summary = f"**{outcome.name}：结论不变，仍是{becomes}**"
    before, after = outcome.before.score, outcome.after.score
    if before is not None and after is not None and outcome.score_moves:
        summary += f"；评分 {_marks(before)} → {_marks(after)}，要求 {after.passing}"
    lines = [Statement(summary, document_sources(programme.documents[:1], programme.id, summary), (summary,))]
    rows = [
        f"- {shift.label}：{shift.before}（{WORDS[shift.was]}）→ {shift.after}（{WORDS[shift.becomes]}），"
        f"要求{shift.need}{f'；{shift.gap}' if shift.gap else ''}"
        for shift in sorted(outcome.shifts, key=lambda one: one.was == one.becomes)[:MOST_ROWS]
    ]
    still = [c for c in outcome.after.conditions if c.blocks and c.label not in {s.label for s in outcome.shifts}]
    rows += [f"- 仍差 {c.label}：{c.need}；现为 {c.shown}。{c.gap or ''}" for c in still[: MOST_ROWS - len(rows)]]
    if rows:
        text = "\n".join(rows)
        lines.append(Statement(text, (), (text,), prose=False))
    return lines


def _marks(score: ScoreInterval) -> str:
    return f"{score.low}" if score.low == score.high else f"{score.low}～{score.high}"


def _told(outcome: Outcome, *, after: bool) -> str:
    verdict = outcome.after if after else outcome.before
    ready = verdict.verdict == "unknown" and verdict.ready
    return WORDS[verdict.verdict] + ("（可计算的条件都已满足）" if ready else "")
