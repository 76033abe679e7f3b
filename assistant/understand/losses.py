"""Losses told beside a profit: 去年亏60万今年赚200万. Each with its year, and the text without them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from assistant.understand.cues import BREAK
from assistant.understand.numbers import Quantity, find_numbers
from assistant.understand.periods import find_periods

LOSS = re.compile(r"(?<!没)(?<!不)(?<!没有)亏损?|(?<!没)赔(?!偿)|[未没]弥补")
GAIN = re.compile(r"赚|盈利|利润|所得(?!税)|挣|收益|营收|收入")
LOSS_AFTER = re.compile(r"^(?:元|块)?的?(?:以前年度|往年)?(?:的)?(?:[未没]弥补(?:的|完的?)?)?亏损?")
NET = re.compile(
    r"(?:弥补|补|抵)(?:完|了|掉)*(?:以前年度|前几年|往年|去年|历年)?的?亏损?(?:之?后|完)|亏损?(?:弥补|补|抵)(?:完|了|掉)*(?:之?后)?"
)
MONEY = ("", "元", "块", "万元", "亿元")


class Loss(BaseModel):
    """`low` and `high` in 元, the same where the words are exact; `year` None: some year before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: Decimal
    high: Decimal
    year: int | None = None


def read_losses(text: str, as_of: date) -> tuple[str, tuple[Loss, ...]]:
    """The text with every told loss blanked (lengths are kept), and the losses; `text` is normalised."""
    losses: list[Loss] = []
    kept = text
    for figure, start, end in _lost(text):
        ends = [one for one in (figure.low, figure.high) if one is not None]
        years = [period.year for period in find_periods(text[start : figure.start], as_of)]
        if ends:
            losses.append(Loss(low=min(ends), high=max(ends), year=years[-1] if years else None))
            kept = kept[:start] + "\u0000" * (end - start) + kept[end:]
    return kept, tuple(losses)


def _lost(text: str) -> Iterator[tuple[Quantity, int, int]]:
    """Each figure of a loss with the span of the words that belong to it."""
    figures = list(find_numbers(text))
    for index, figure in enumerate(figures):
        if figure.unit not in MONEY or not (figure.scaled or (figure.low or 0) >= 1000):
            continue
        earlier = [one.end for one in figures[:index] if one.unit in MONEY and one.scaled]
        since = earlier[-1] if earlier else 0
        before = BREAK.split(text[since : figure.start])[-1]
        start = figure.start - len(before)
        if behind := LOSS_AFTER.match(text[figure.end :]):
            yield figure, start, figure.end + behind.end()
        elif not NET.search(before) and _last(LOSS, before) > _last(GAIN, before):
            yield figure, start, figure.end


def _last(words: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in words.finditer(text)), default=-1)
