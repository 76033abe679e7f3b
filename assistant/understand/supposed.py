"""What a client supposes: 再招两个研发人员, 明年研发投入到300万, 营收涨到6000万. Read as changes, never as facts."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.understand.facts import extract_facts
from assistant.understand.lexicon import find_mentions, lexicon
from assistant.understand.numbers import find_numbers
from assistant.understand.periods import RELATIVE
from assistant.understand.values import Said

IF = re.compile(r"如果|假如|要是|假设|倘若|万一|若是?|打算|计划|准备|争取|目标是?|能够|能|的话")
SUPPOSING = re.compile(
    r"如果|假如|要是|假设|倘若|再(?:多)?(?:招|聘|增|加|申请|拿|取得|来|投|融)|(?:多招|新招|新增|扩招|裁)(?!了|过)|翻(?:一)?[倍番](?!了)"
    r"|(?:涨|升|提高|增加|增长|做|达|扩大|提升|投入|降|减少|压|加)到|明年|后年|下一年"
)
OUTCOME = re.compile(
    r"会(?:怎么样|怎样|如何|有什么|变|不会|影响)|有(?:什么|没有?)(?:变化|影响|帮助)|结果(?:会|如何)|怎么样[?？]?$|如何[?？]?$"
    r"|够(?:不够|吗|了吗|得上)|能不能|能(?:评|报|满足|达标|符合|过|够|申请|申报)|达标|满足(?:吗|了吗|条件)|行不行|可以(?:吗|了吗|评|报)|差多少|还差"
)
OPENING = re.compile(r"^(?:那|那么)?(?:如果|假如|要是|假设|倘若)(?!是)")
SUM = re.compile(r"税|开票|专票|普票|多少|几个|怎么办理|流程|材料")
PARTS = re.compile(r"[、，,；;。！!？?\n]|同时|并且|而且|另外|以及")
MORE = re.compile(
    r"(?:再|多|又|另)(?:多)?(?:招|聘|请|增加|增|加|申请|拿到?|取得|获得|买|投|融|补)|新招|扩招|招聘?|新增|增加(?!到)|增聘|补"
)
LESS = re.compile(r"裁|减少(?!到)|少(?:了|掉|招)|走了|离职|辞退|减掉|下降(?!到)|降(?!到|至|为)")
RISE = re.compile(r"增长|上涨|涨|提高|增加|提升|翻")
TERMS = re.compile("的话")
LONGEST = 200


class Change(BaseModel):
    """`set`: the figure, truth or interval stands; `add`: it is added; `scale`: the figure grows by this share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["set", "add", "scale"]
    said: Said


def read_changes(text: str, as_of: date) -> tuple[Change, ...]:
    """The changes a normalised message supposes; empty when it supposes nothing, or asks for a sum or a price."""
    if len(text) > LONGEST or not SUPPOSING.search(text) or SUM.search(text):
        return ()
    if not (OUTCOME.search(text) or OPENING.match(text)):
        return ()
    found: list[Change] = []
    year: int | None = None
    parts = PARTS.split(text)
    begins = (SUPPOSING, MORE, LESS, RISE, TERMS)
    first = next((at for at, part in enumerate(parts) if any(one.search(part) for one in begins)), 0)
    for part in parts[first:]:  # what stands before is told: 公司10个人，再招两个研发会怎样
        spoken = _years_named(part, as_of)
        for change in _read(spoken, as_of):
            if lexicon().fields[change.said.field].series and change.said.year is None:
                change = change.model_copy(update={"said": change.said.model_copy(update={"year": year})})
            year = change.said.year or year
            found = [
                other for other in found if other.said.field != change.said.field or other.said.year != change.said.year
            ]
            found.append(change)
    return tuple(found)


def _years_named(part: str, as_of: date) -> str:
    """明年 as the year it is: a forecast to the reader of facts, a plain year here."""
    for word in sorted(RELATIVE, key=len, reverse=True):
        part = part.replace(word, f"{as_of.year + RELATIVE[word]}年")
    return IF.sub("", part)


def _read(part: str, as_of: date) -> Iterator[Change]:
    if share := _share(part):
        mentions = [one for one in find_mentions(part) if lexicon().fields[one.field].kind == "money"]
        if mentions:
            years = [fact.year for fact in extract_facts(f"{part[: mentions[0].end]}1万", as_of) if fact.year]
            said = Said(field=mentions[0].field, year=years[0] if years else None, value=share, text=part)
            yield Change(how="scale", said=said)
            return
    for said in extract_facts(LESS.sub("", MORE.sub("", part)), as_of):
        if said.unknown or said.declined or said.period:
            continue
        if isinstance(said.value, bool | str) or not _counted(said):
            yield Change(how="set", said=said)
        elif MORE.search(part):
            yield Change(how="add", said=said)
        elif LESS.search(part) and isinstance(said.value, Decimal | int):
            yield Change(how="add", said=said.model_copy(update={"value": -Decimal(said.value)}))
        else:
            yield Change(how="set", said=said)


def _counted(said: Said) -> bool:
    return lexicon().fields[said.field].kind in ("count", "money", "ratio", "years")


def _share(part: str) -> Decimal | None:
    """涨30%, 下降一成: how much a figure grows, where no end is named."""
    if re.search("到|至|达", part):
        return None
    tenths = re.search(r"([一二两三四五六七八九\d])成", part)
    percent = next((one.value for one in find_numbers(part) if one.unit == "%" and one.value is not None), None)
    if tenths:
        digits = "零一二三四五六七八九"
        figure = "二" if tenths[1] == "两" else tenths[1]
        percent = Decimal(int(figure) if figure.isascii() else digits.index(figure)) / 10
    if percent is None and re.search("翻(?:一)?[倍番]", part):
        percent = Decimal(1)
    if percent is None:
        return None
    return percent if RISE.search(part) else -percent if re.search("降|跌|减|少", part) else None
