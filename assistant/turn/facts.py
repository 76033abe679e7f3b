"""From what was said to facts of the company: corrections find what they correct, years are settled."""

import re
from datetime import date
from decimal import Decimal

from assistant.desk import Desk
from assistant.dialog import Dialog
from assistant.turn.state import TurnState
from assistant.understand.facts import extract_facts
from assistant.understand.lexicon import lexicon
from assistant.understand.values import Said, Understanding
from knowledge.companies import Company, Fact
from knowledge.policies.fields import index

RIGHT = re.compile(r"(?:应该|应当|其实|实际)?(?:是|为|改成|改为|更正为|变成)(?!不)")


def take_facts(_desk: Desk, read: Understanding, state: TurnState) -> tuple[Understanding, tuple[Said, ...], Company]:
    """The reading with its facts settled, those facts, and the company with them."""
    said = read.facts
    names = {read.intent.name, *(other.name for other in read.others)}
    if "correction" in names and not any(fact.value is not None or fact.low is not None for fact in said):
        said = _corrected(read.text, state["dialog"], state["as_of"]) or said
    elif "correction" in names:
        said = tuple(_same_year(fact, state["dialog"]) for fact in said)
    said = tuple(_with_year(fact, state["as_of"]) for fact in said)
    read = read.model_copy(update={"facts": said})
    return read, said, state["company"].with_facts(company_facts(said, state["as_of"]))


def company_facts(said: tuple[Said, ...], as_of: date) -> tuple[Fact, ...]:
    """`Said` in the company's own terms; source `self`, as of the day it was said."""
    return tuple(
        Fact(
            field=fact.field,
            year=fact.year,
            period=fact.period,
            value=fact.value,
            low=fact.low,
            high=fact.high,
            high_open=fact.high_open,
            unknown=fact.unknown,
            declined=fact.declined,
            source="self",
            as_of=as_of,
            text=fact.text,
        )
        for fact in said
    )


def shown_fact(fact: Said) -> str:
    """`2025年营业收入 3,500 万元`, for a person to check."""
    entry = index().get(fact.field)
    label = entry.label if entry else fact.field
    year = f"{fact.year} 年" if fact.year else f"{fact.period} " if fact.period else ""
    return f"{year}{label} {_value(fact)}"


def _value(fact: Said) -> str:
    if fact.declined:
        return "不便提供"
    if fact.unknown:
        return "待核实"
    if isinstance(fact.value, bool):
        return "有／是" if fact.value else "没有／否"
    if fact.value is not None:
        return _number(fact.value, fact.unit)
    low = _number(fact.low, fact.unit if fact.unit == "ratio" else "") if fact.low is not None else ""
    high = _number(fact.high, fact.unit) if fact.high is not None else ""
    if low and high:
        return f"{low}～{high}"
    return f"至少 {_number(fact.low, fact.unit)}" if low else f"至多 {high}"


def _number(value: object, unit: str) -> str:
    if isinstance(value, Decimal | int) and unit == "ratio":
        return f"{(Decimal(value) * 100).quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".") + "%"
    text = f"{Decimal(value):,f}" if isinstance(value, Decimal | int) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}".strip()


def _corrected(text: str, dialog: Dialog, as_of: date) -> tuple[Said, ...]:
    """不对，是3500万: the figure belongs to what was said last."""
    if not dialog.spoken:
        return ()
    target = dialog.spoken[-1]
    pieces = RIGHT.split(text)
    words = pieces[-1] if len(pieces) > 1 else re.sub(r"^[^\d一二三四五六七八九十]*", "", text)
    found = extract_facts(words, as_of, asked=(target.field,))
    mine = [fact for fact in found if fact.field == target.field]
    return tuple(fact.model_copy(update={"year": target.year, "text": text}) for fact in mine[:1])


def _same_year(fact: Said, dialog: Dialog) -> Said:
    """A correction without a year keeps the year of the figure it corrects."""
    if fact.year is None and fact.period is None:
        for spoken in reversed(dialog.spoken):
            if spoken.field == fact.field and spoken.year is not None:
                return fact.model_copy(update={"year": spoken.year})
    return fact


def _with_year(fact: Said, as_of: date) -> Said:
    """A yearly figure without a year is last year's; the reply shows it so, and the client may correct it."""
    entry = lexicon().fields.get(fact.field)
    if entry and entry.series and fact.year is None and fact.period is None:
        return fact.model_copy(update={"year": as_of.year - 1})
    return fact
