"""The sum of staff costs is only asked for where what was spent is told: from the wages alone no limit is exceeded."""

from datetime import date

import pytest

from assistant.understand.normalise import normalise
from assistant.understand.sums import read_asked

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "spent"),
    [
        ("工资总额1000万，福利费花了150万，能扣多少", True),
        ("福利费八十万，工资总额五百万，能扣多少", True),
        ("福利费全年一共花了大概90万，工资500万，能扣多少", True),
        ("工资总额700万的福利费能扣多少", False),
        ("福利费税前扣除上限是工资总额的10%吧，我们工资700万", False),
        ("福利费一般能扣多少，工资总额500万", False),
    ],
)
def test_the_wages_alone_are_no_sum(text: str, spent: bool) -> None:
    asked = read_asked(normalise(text), DAY)
    assert (asked is not None and "welfare" in asked.given) == spent
