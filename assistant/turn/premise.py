"""Claims put for confirmation: what the sources say against them is said first."""

import re
from collections.abc import Sequence

from assistant.compose.figures import figures
from assistant.compose.statement import Statement, say
from assistant.understand.cues import BELIEF

PREMISE = re.compile(r"(?:吧|对吧|是吧|对吗|对不对|没错吧)[?？。！!]*$|听说|据说|都说|是不是")
ASKED = re.compile(r"多少|几(?!乎)|哪|怎么|怎样|什么|啥|如何|[吗么没不][?？。]*$")
ABSOLUTE = re.compile(r"统一|一律|所有|只要|只对|都是|必须|一次")


def claims(question: str) -> bool:
    """Whether the words put a rule as certain, for confirmation or as their own belief."""
    return bool(PREMISE.search(question) or (BELIEF.search(question) and not ASKED.search(question)))


def contradiction(question: str, statements: Sequence[Statement]) -> Statement | None:
    """A claim put as certain whose figures the sources don't carry, or one figure for what has several cases."""
    if not claims(question):
        return None
    claimed = {
        figure for figure in figures(question) if figure not in ("0", "1") and not re.fullmatch(r"\d{4}", figure)
    }
    if not claimed:
        return None
    known = set().union(*(figures(" ".join((s.text, *(x.quote for x in s.sources)))) for s in statements))
    if claimed - known or (ABSOLUTE.search(question) and len(statements) > 1):
        return say("这个说法与依据不符，正确的规定如下：")
    return None
