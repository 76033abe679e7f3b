"""How likely each piece of the found passages is the one that answers: learned weights over cheap features.

The weights are in `telling.yaml`; `python -m eval learn pieces` learns them from labelled questions
(docs/decisions/0030-pieces.md).
"""

import math
import operator
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.compose.pieces import Piece, section_of
from assistant.understand.entities import find_entities
from knowledge.ingest.shipped import article_rules
from retrieval import Evidence
from retrieval.candidates import CUES, SECTIONS
from retrieval.wording import bigrams, content, expanded

WEIGHTS = Path(__file__).with_name("telling.yaml")
QUANTITY = re.compile(
    r"多少|多久|多长|几[个年项天月条号日]|几$|最迟|最晚|最短|何时|什么时候|啥时候|比例|占比|下限|上限|期限|哪[天年]|截止|大|第几|几折|几成|打折"
)
WHEN = re.compile(r"什么时候|啥时候|哪[天年]|何时|截止|到期|几月|几号")
CALENDAR_ASKED = re.compile(r"几号|几月|哪[天年]")
CALENDAR = re.compile(r"\d{4}\s?[-年]|\d+\s?月")
DATE = re.compile(r"\d{4}\s?[-年]|\d+\s?月|五个月|十五日|[一-龥]{2}前|之日|期内")
YES_NO = re.compile(r"吗|吧|是否|是不是|能不能|可不可以|([一-龥])不\1|要不要|有没有|行不|可以不")
_NUMBER = r"[\d零一二三四五六七八九十百千万两半]+\s?"
# What kind of figure a question wants, and how it stands in a text.
WANTED = (
    (
        re.compile(r"几天|几日|多少天|多少日|几个月|几周|几年|多久|多长"),
        re.compile(_NUMBER + "(?:个?工作日|日|天|周|个?月|年)"),
    ),
    (re.compile(r"罚多少|罚款多少|罚几|多少钱|最低.{0,4}多少"), re.compile(_NUMBER + "(?:万|亿)?元|倍|百分之")),
    (re.compile(r"几个点|百分之几|占比|比例|几成|几折|税率|费率|多少股"), re.compile(_NUMBER + "%|百分之|分之|成|折")),
    (re.compile(r"几倍|赔多少|补偿多少|赔几"), re.compile("倍|百分之|月工资|个月")),
    (re.compile(r"多少人|几个人|几人|人数"), re.compile(_NUMBER + "(?:人|名)")),
    (re.compile(r"小时"), re.compile(_NUMBER + "个?小时")),
    (re.compile(r"第几条|哪一?条"), re.compile(r"第[零一二三四五六七八九十百千\d]+条")),
)
FIGURE = re.compile(r"\d|[一二三四五六七八九十百]+[年日月天个条]")
POLAR = re.compile(
    r"不算|不能|不得|不可|不含|不计|不包括|不需要|不用|不再|可以|包括|包含|计入|应当|属于|不属于|直接|视同|允许"
)
FEATURES = (
    "likely", "meaning", "rank", "own", "around", "header", "kind", "kind_lacks", "figure", "date", "calendar", "polar",
    "section", "section_named", "gist", "aside", "others", "fails", "long", "short", "row", "opens", "pointed", "law",
    "law_own", "rule", "named", "other",
)  # fmt: skip
MEANT = 0.5  # what a letter pair of the texts' own term counts beside one of the question
ENOUGH = 0.5  # of what is asked, from where saying more of it counts less: a name said once more answers nothing
LONG, SHORT = 60, 14  # letters from which a piece is long, up to which it is short
FAR = 6  # ranks of the search that are told apart


@dataclass(frozen=True)
class Asked:
    """What a question wants, read once."""

    question: str
    kinds: tuple[re.Pattern[str], ...]
    programmes: frozenset[str]
    sections: frozenset[str]
    quantity: bool
    when: bool
    calendar: bool
    polar: bool

    @classmethod
    def of(cls, question: str) -> "Asked":
        return cls(
            question,
            tuple(figure for asks, figure in WANTED if asks.search(question)),
            frozenset(find_entities(question).programmes),
            frozenset(name for name, cue in CUES.items() if cue.search(question)),
            bool(QUANTITY.search(question)),
            bool(WHEN.search(question)),
            bool(CALENDAR_ASKED.search(question)),
            bool(YES_NO.search(question)),
        )


def chances(
    question: str, pieces: Sequence[Piece], rank: dict[str, int], weights: tuple[float, ...] | None = None
) -> list[float]:
    """For each piece how likely it is the one that answers, all together 1; `rank` of the passages by chunk id. By
    the learned weights, or by those given.
    """
    weights = weights or _learned()
    logits = [sum(map(operator.mul, weights, row)) for row in rows(question, pieces, rank)]
    top = max(logits, default=0.0)
    raw = [math.exp(logit - top) for logit in logits]
    return [value / sum(raw) for value in raw]


def rows(question: str, pieces: Sequence[Piece], rank: dict[str, int]) -> list[tuple[float, ...]]:
    """The numbers of `FEATURES` for each piece, each about -1 to 1."""
    asked, (weights, _) = Asked.of(question), worth_of_grams(question, pieces)
    nearest = max((piece.evidence.meaning or 0.0 for piece in pieces), default=0.0)
    return [_row(asked, piece, weights, rank[piece.evidence.chunk_id], nearest) for piece in pieces]


def worth_of_grams(question: str, pieces: Sequence[Piece]) -> tuple[dict[str, float], float]:
    """Worth of each bigram of the question (and of the texts' own terms for its words), the rarest most: those that
    some piece says sum to 1. And the part of the question they are.
    """
    said = {gram for run in content(question) for gram in bigrams(run)}
    meant = {gram for term in expanded(question) for gram in bigrams(term)} - said
    counts: Counter[str] = Counter()
    for piece in pieces:
        letters = f"{piece.text}{''.join(piece.header)}"
        counts.update(gram for gram in said | meant if gram in letters)
    raw = {
        gram: math.log(1 + len(pieces) / (1 + counts[gram])) * (1.0 if gram in said else MEANT) for gram in said | meant
    }
    whole = sum(value for gram, value in raw.items() if gram in said) or 1.0
    spoken = sum(value for gram, value in raw.items() if gram in said and counts[gram])
    total = spoken or sum(raw.values()) or 1.0  # what no piece says can't tell one from another
    return {gram: value / total for gram, value in raw.items()}, spoken / whole


def carried(piece: Piece, weights: dict[str, float]) -> tuple[float, float]:
    """The part of the question a piece says itself, and the part that only its title says."""
    own = sum(weight for gram, weight in weights.items() if gram in piece.text)
    title = piece.evidence.title
    return own, sum(weight for gram, weight in weights.items() if gram in title and gram not in piece.text)


def _row(asked: Asked, piece: Piece, weights: dict[str, float], rank: int, nearest: float) -> tuple[float, ...]:
    evidence, text = piece.evidence, piece.text
    own, around = carried(piece, weights)
    heading = "".join(piece.header)
    header = sum(weight for gram, weight in weights.items() if gram in heading and gram not in text)
    kind = sum(bool(figure.search(text)) for figure in asked.kinds) / max(len(asked.kinds), 1)
    name = section_of(evidence)
    section, law = SECTIONS.get(name, ""), float(evidence.kind == "law")
    named = _is_named(asked, evidence)
    likely = min(max(evidence.score, 0.005), 0.995)
    return (
        math.log(likely / (1 - likely)) / 5,
        0.0 if evidence.meaning is None else (evidence.meaning - nearest) * 5,
        -min(rank, FAR) / FAR,
        own / (ENOUGH + own) * (1 + ENOUGH),
        around,
        header,
        kind,
        float(bool(asked.kinds) and not kind),
        float(asked.quantity and bool(FIGURE.search(text))),
        float(asked.when and bool(DATE.search(text))),
        float(asked.calendar and bool(CALENDAR.search(text))),
        float(asked.polar and bool(POLAR.search(text))),
        float(section in asked.sections),
        sum(weight for gram, weight in weights.items() if gram in name and gram not in text),
        float(section == "gist"),
        float("核实" in name or "依据文件" in name),
        float(section == "others" and section not in asked.sections),
        float(section == "fails" and section not in asked.sections),
        min(max(len(text) - LONG, 0) / 100, 1.0),
        max(SHORT - len(text), 0) / SHORT,
        float(piece.row),
        float(text.endswith(("：", ":"))),
        float(bool(evidence.asked)),
        law,
        law * own,
        float(evidence.kind == "rule"),
        float(named),
        float(bool(asked.programmes) and not named),
    )


def _is_named(asked: Asked, evidence: Evidence) -> bool:
    """Whether the question names the programme the passage is about, or the law it stands in."""
    if evidence.kind == "law":
        return evidence.title.removeprefix("中华人民共和国") in asked.question
    return bool(asked.programmes & {evidence.document_id, *article_rules().get(evidence.document_id, ())})


@cache
def _learned() -> tuple[float, ...]:
    loaded = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(float(loaded[feature]) for feature in FEATURES)
