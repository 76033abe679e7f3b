"""What several answers of one message have in common is said once."""

from assistant.compose.statement import Part, Source, Statement
from assistant.turn.once import distinct

SOURCE = Source("a", "hnte", "高企", "文号", "原文")


def part(text: str, *, prose: bool = True) -> Part:
    return Part((Statement(text, (SOURCE,), prose=prose),))


def words(*parts: Part) -> list[str]:
    return [statement.text for one in distinct(parts) for statement in one.statements]


def test_a_sentence_is_said_once() -> None:
    assert words(part("高企（条件）：甲；乙"), part("高企（条件）：乙；丙"), part("高企（周期）：甲")) == [
        "高企（条件）：甲；乙",
        "高企（条件）：丙",
    ]


def test_a_row_is_shown_once() -> None:
    head = "高企（条件）：\n\n| 指标 | 分 |\n| --- | --- |\n"
    first, second = part(f"{head}| 甲 | 1 |", prose=False), part(f"{head}| 甲 | 1 |\n| 乙 | 2 |", prose=False)
    assert words(first, second) == [f"{head}| 甲 | 1 |", f"{head}| 乙 | 2 |"]


def test_a_statement_that_is_all_new_stays_as_it_is() -> None:
    assert words(part("要求市值：不低于 20,000 万元"), part("要求市值：不低于 40,000 万元")) == [
        "要求市值：不低于 20,000 万元",
        "要求市值：不低于 40,000 万元",
    ]
