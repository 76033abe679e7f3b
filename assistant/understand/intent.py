"""What a sentence wants, by the patterns of `intents.yaml`: every intent that fires is kept, the strongest leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.understand.compared import compared
from assistant.understand.cues import BELIEF, CLAIM
from assistant.understand.lexicon import find_mentions, find_names, lexicon
from assistant.understand.sums import names_sum
from assistant.understand.values import Entities, Intent, Said

UNSURE = 0.5  # nothing fired: search is asked before the question is called out of scope
NOT_OUR_PRICE = re.compile(
    r"罚|[能可再]扣|扣除|赔|减免|免征|限额|额度|报销|领|工资|加班|补偿|滞纳金|税|社保|公积金|保险|奖|补贴|给多少钱|拿.{0,2}钱|注册资本|出资"
)
OF_US = re.compile(
    r"你们?|您|贵司|客服|顾问|机器人|平台|回复|进度|没办|不办|[办做弄搞](?:好|完|下来|理|了|得|个)|退款|退钱|服务|投诉|12315|坑|垃圾|忽悠|敷衍|态度|气死|说话不算|不负责|乱收费|太[慢差]|没人[理管回]|不满意|差评"
)
FREE, MONEY = re.compile(r"免|要交|要缴|不用交|不用缴"), re.compile(r"\d(?:\.\d+)?\s?[万亿元]")
AGGRIEVED = re.compile(r"投诉|举报|骗|坑|忽悠|退[款钱]|差评|不满|垃圾|气死|敷衍|态度|没人[理管回]|你们")
FIGURE = re.compile(r"\d|[一二三四五六七八九十百千]+[万亿千百]")


@dataclass(frozen=True)
class _Patterns:
    intents: tuple[tuple[str, float, re.Pattern[str]], ...]
    cues: dict[str, re.Pattern[str]]


def read_intents(text: str, facts: Sequence[Said], entities: Entities) -> tuple[Intent, ...]:
    """Every intent of the message, strongest first; never empty. `text` is normalised."""
    patterns = _patterns()
    found = {name: weight for name, weight, pattern in patterns.intents if pattern.search(text)}
    asks = bool(patterns.cues["question"].search(text))
    figures = bool(FIGURE.search(text))
    _read_tax(text, asks, figures, entities, found)
    _read_knowledge(text, asks, facts, entities, found)
    if facts and all(fact.unknown or fact.declined for fact in facts):
        found = {"provide_facts": 0.9}
    if "complaint" in found and asks and not OF_US.search(text):
        found.pop("complaint")  # 老板一直拖着不签合同 is a question about the law
    if "price_question" in found and (NOT_OUR_PRICE.search(text) or (BELIEF.search(text) and not asks)):
        found.pop("price_question")
    if "diagnose" in found and compared(text) is not None:
        found.pop("diagnose")  # 大企业跟小公司返还比例差多少 asks of two things, not of what this company lacks
        found.setdefault("policy_question", 0.76)
    if "diagnose" in found and not patterns.cues["advice"].search(text):
        found["diagnose"] = 0.75
    believes = bool(BELIEF.search(text)) and not asks
    if believes and (entities.programmes or entities.taxes or on_trade(text)) and "tax_calculation" not in found:
        found.setdefault("qualification_question" if entities.programmes else "policy_question", 0.9)
    elif facts and not asks:
        found.setdefault("provide_facts", 0.9)
    if "correction" in found and not (facts or figures or re.search("不对|错|反|混", text)):
        found.pop("correction")
    if patterns.cues["chat"].search(text) and not (on_trade(text) or entities.programmes):
        found = {"out_of_scope": 0.9} | {k: v for k, v in found.items() if k in ("complaint", "human_request")}
    abroad = patterns.cues["foreign"].search(text) and not patterns.cues["crossing"].search(text)
    if abroad and not entities.programmes and (on_trade(text) or asks) and not facts:
        found = {"out_of_scope": 0.9}
    if not found:
        found["out_of_scope"] = UNSURE
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return tuple(Intent(name=name, confidence=weight) for name, weight in ranked)


@cache
def _patterns() -> _Patterns:
    data = yaml.safe_load((Path(__file__).parent / "intents.yaml").read_text("utf-8"))
    return _Patterns(
        tuple((entry["name"], entry["weight"], _any(entry["any"])) for entry in data["intents"]),
        {name: _any(alternatives) for name, alternatives in data["cues"].items()},
    )


def _any(alternatives: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def on_tax(text: str) -> bool:
    """Whether the words name a tax matter of their own."""
    return bool(_patterns().cues["tax"].search(text))


def on_trade(text: str) -> bool:
    """Whether the words name a tax or a law of their own."""
    cues = _patterns().cues
    return bool(cues["tax"].search(text) or cues["law"].search(text))


def _read_tax(text: str, asks: bool, figures: bool, entities: Entities, found: dict[str, float]) -> None:
    cues = _patterns().cues
    if names_sum(text):
        found["tax_calculation"] = 0.93
        found.pop("price_question", None)
        found.pop("diagnose", None)
        if not AGGRIEVED.search(text):
            found.pop("complaint", None)  # 税款拖了20天，滞纳金多少
        return
    if not (cues["tax"].search(text) or entities.taxes):
        return
    believed = figures and FREE.search(text) and (BELIEF.search(text) or CLAIM.search(text)) and MONEY.search(text)
    if (figures and cues["tax_sum"].search(text)) or cues["own_tax"].search(text) or believed:
        found["tax_calculation"] = 0.92
        found.pop("price_question", None)
    elif asks or len(text) <= 12:
        found["tax_question"] = 0.8


def _read_knowledge(text: str, asks: bool, facts: Sequence[Said], entities: Entities, found: dict[str, float]) -> None:
    cues = _patterns().cues
    tail = re.split("[,，。；;]", text)[-1]
    named = tail != text and not FIGURE.search(tail) and bool(find_names(lexicon().programmes, tail))
    if named and not re.search("想|要|评|申请|申报|报|办|做", tail):
        found.setdefault("qualification_question", 0.92)  # 营收2亿，高企研发比例
    short = not facts and (len(text) <= 10 or (len(text) <= 14 and not entities.programmes))
    if (entities.programmes or cues["qualification"].search(text)) and (asks or short):
        found.setdefault("qualification_question", 0.82 if entities.programmes else 0.78)
    elif cues["law"].search(text) and (asks or short):
        found.setdefault("policy_question", 0.76)
    if asks and find_mentions(text) and not found and not facts:
        found["policy_question"] = 0.6
