"""Comparisons taken apart."""

import pytest

from assistant.understand.compared import compared


@pytest.mark.parametrize(
    ("text", "things", "questions"),
    [
        ("科小跟高企有效期各多长", ("科小", "高企"), ("科小有效期多长", "高企有效期多长")),
        (
            "小规模季度30万，2025年和2026年政策差在哪",
            ("2025年", "2026年"),
            ("小规模季度30万，2025年政策", "小规模季度30万，2026年政策"),
        ),
        ("简易注销和普通注销公告时间差多少", ("简易注销", "普通注销"), ("简易注销公告时间", "普通注销公告时间")),
        (
            "劳务派遣差额，25年和26年税率对比",
            ("2025年", "2026年"),
            ("劳务派遣差额，2025年税率", "劳务派遣差额，2026年税率"),
        ),
    ],
)
def test_each_side_gets_its_question(text: str, things: tuple[str, str], questions: tuple[str, str]) -> None:
    found = compared(text)
    assert found is not None
    assert found.things == things
    assert found.questions == questions


@pytest.mark.parametrize("text", ["高企和科小有什么区别", "高企要什么条件", "股东和董事", "12345和67890年差多少"])
def test_what_compares_nothing_in_particular_is_left_whole(text: str) -> None:
    assert compared(text) is None
