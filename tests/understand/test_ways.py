"""Which of a rule's numbered ways a message means."""

import pytest

from assistant.understand.ways import ways_named


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("科创板第四套市值多少", {4}),
        ("北交所标准三的市值", {3}),
        ("北交所第1套和第四套哪个高", {1, 4}),
        ("科创板市值要多少", set()),
        ("劳动合同法第四十七条的标准", set()),
        ("补贴标准3000元", set()),
        ("小微标准5%", set()),
    ],
)
def test_a_way_is_named_by_its_number(text: str, ways: set[int]) -> None:
    assert ways_named(text) == ways
