"""Which of a rule's numbered ways a message means: 科创板第四套, 北交所标准三, 第1套和第4套."""

import re

NUMBERS = "一二三四五六七八九"
WAY = re.compile(
    rf"第(?P<set>[{NUMBERS}1-9])(?:套|[种个项](?:上市|挂牌)?标准)|(?:上市|挂牌)?标准(?P<after>[{NUMBERS}1-9])(?![\d.,%万亿年月项个人])"
)


def ways_named(text: str) -> frozenset[int]:
    """The numbers of the ways named, 1 the first; none when all are meant."""
    found = (match["set"] or match["after"] for match in WAY.finditer(text))
    return frozenset(NUMBERS.find(one) + 1 or int(one) for one in found)
