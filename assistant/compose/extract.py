"""The sentences and table rows of passages that answer a question: nothing is rephrased, only chosen.

A piece is as good as the question's rare words it carries: what every piece of the found passages says (高新技术企业)
counts little, what few say (商标) counts much. Pieces that bring what the question asks for, a figure for 多少 or a
yes or no for 算不算, come before others.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval import Evidence
from retrieval.wording import bigrams, content, expanded

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")
REFERENCE = re.compile(r"（[^（）]{4,60}(?:号|令|法|条例|办法|规定)[^（）]{0,20}）(?=[。；]?$)")
BULLET = re.compile(r"^\s*(?:[-*]|\d+[.、])\s+")
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
WHOLE = re.compile(
    r"流程|步骤|材料|资料|清单|好处|优惠|条件|标准|失败|原因|后果|哪些|是什么|怎么(?:办|申请|评|打分)|要什么"
)
ASIDES = {"失败": 0.6, "核实": 0.7, "依据文件": 0.5, "其他政策": 0.85}  # unless the question is about just that
LEAN = 0.8  # what a clause's own likelihood counts beside the question's words: a client's are seldom the law's
PRIOR = 0.12  # how much each rank of the search takes off a passage's pieces
SAME, OTHER = 0.62, 0.85  # part of the best piece's worth another one of the same, of another passage must have
BRIEF = {"law": 280, "rule": 420}  # letters of a clause, of a rule, that is shown whole
FULL = 8  # rows or points of a section shown when the section itself is asked for


@dataclass(frozen=True)
class Piece:
    """A sentence, a point of a list, or a table row with its header; `at` is its place in the passage."""

    evidence: Evidence
    at: int
    text: str
    header: tuple[str, ...] = ()
    reference: str = ""  # the document its line names at the end, for all of the line

    @property
    def row(self) -> bool:
        return bool(self.header)


@dataclass(frozen=True)
class Choice:
    """Pieces of one passage, in their order, and their worth: about the share of the question they carry, 0 to 1."""

    evidence: Evidence
    pieces: tuple[Piece, ...]
    worth: float


def choose(question: str, passages: Sequence[Evidence], *, most: int = 3) -> tuple[Choice, ...]:
    """The best pieces, of one passage or of two that tell different things; best passage first."""
    pieces = [piece for passage in passages for piece in pieces_of(passage)]
    if not pieces:
        return ()
    rank = {passage.chunk_id: place for place, passage in enumerate(passages)}
    weights = _weights(question, pieces)
    worths = {
        piece: _worth(question, piece, weights) * (1 - PRIOR * min(rank[piece.evidence.chunk_id], 6))
        for piece in pieces
    }
    stands = {
        piece: worth + _lean(piece.evidence) * (1 - PRIOR * min(rank[piece.evidence.chunk_id], 6))
        for piece, worth in worths.items()
    }
    best = max(pieces, key=lambda piece: (stands[piece], -rank[piece.evidence.chunk_id], -piece.at))
    pointed = bool(passages[0].asked) and _asks_for_all(question, passages[0])
    if pointed or worths[best] <= 0:
        best = next(piece for piece in pieces if piece.evidence is passages[0])
    first = _gathered(best, worths, most, whole=pointed or _asks_for_all(question, best.evidence))
    others = [piece for piece in pieces if piece.evidence.document_id != best.evidence.document_id]
    second = max(others, key=lambda piece: stands[piece], default=None)
    if second is not None and worths[second] >= 0.3 and stands[second] >= OTHER * stands[best] and not pointed:
        return first, _gathered(second, worths, 2, whole=False)
    return (first,)


def _lean(evidence: Evidence) -> float:
    return LEAN * min(evidence.score, 1.0) if evidence.kind == "law" else 0.0


def pieces_of(evidence: Evidence) -> tuple[Piece, ...]:
    """Table rows, points and sentences of a passage, in order."""
    found: list[Piece] = []
    header: tuple[str, ...] = ()
    for line in evidence.text.splitlines():
        line = line.strip()
        cells = tuple(cell.strip() for cell in line.strip("|").split("|")) if line.startswith("|") else ()
        if cells and all(set(cell) <= set(":- ") for cell in cells):
            continue
        if cells and not header:
            header = cells
        elif cells:
            found.append(Piece(evidence, len(found), line, header))
        else:
            header = ()
            if BULLET.match(line):
                found.append(Piece(evidence, len(found), BULLET.sub("", line)))
                continue
            named = REFERENCE.search(line)
            for match in SENTENCE.finditer(line):
                if match[0].strip(" 。；"):
                    reference = named[0] if named and named[0] not in match[0] else ""
                    found.append(Piece(evidence, len(found), match[0].strip(), reference=reference))
    return tuple(found)


def _weights(question: str, pieces: Sequence[Piece]) -> dict[str, float]:
    """Worth of each bigram of the question (and of the texts' own terms for its words), summing to 1 for the rarest."""
    said = {gram for run in content(question) for gram in bigrams(run)}
    meant = {gram for term in expanded(question) for gram in bigrams(term)} - said
    counts: Counter[str] = Counter()
    for piece in pieces:
        letters = f"{piece.text}{''.join(piece.header)}"
        counts.update(gram for gram in said | meant if gram in letters)
    raw = {
        gram: math.log(1 + len(pieces) / (1 + counts[gram])) * (1.0 if gram in said else 0.5) for gram in said | meant
    }
    # What no piece says can't tell one from another; whether the question is answered at all is the gate's to say.
    total = sum(value for gram, value in raw.items() if gram in said and counts[gram]) or sum(raw.values()) or 1.0
    return {gram: value / total for gram, value in raw.items()}


def _worth(question: str, piece: Piece, weights: dict[str, float]) -> float:
    letters = piece.text + piece.evidence.title + piece.evidence.path
    own = sum(weight for gram, weight in weights.items() if gram in piece.text)
    around = sum(weight for gram, weight in weights.items() if gram not in piece.text and gram in letters)
    worth = (own + 0.3 * around) * _section(question, piece.evidence)
    kinds = [figure for asks, figure in WANTED if asks.search(question)]
    if kinds:
        worth *= 0.75 + 0.75 * sum(bool(figure.search(piece.text)) for figure in kinds) / len(kinds)
    elif QUANTITY.search(question) and FIGURE.search(piece.text):
        worth *= 1.25
    if WHEN.search(question):
        day = CALENDAR if CALENDAR_ASKED.search(question) else DATE
        worth *= 1.5 if day.search(piece.text) else 0.7
    if YES_NO.search(question) and POLAR.search(piece.text):
        worth *= 1.2
    return worth / (1 + max(len(piece.text) - 60, 0) / 400)


def _section(question: str, evidence: Evidence) -> float:
    """How much a section's kind speaks for its pieces: its own subject raises them, asides lower them."""
    name = evidence.clause or evidence.path.rsplit("/", 1)[-1]
    if WHEN.search(question):
        return 1.5 if re.search("时间|周期|有效期|期限", name) else 1.0
    if any(set(bigrams(run)) & set(bigrams(name)) for run in content(question)):
        return 1.5
    return next((factor for word, factor in ASIDES.items() if word in name), 1.0)


def _asks_for_all(question: str, evidence: Evidence) -> bool:
    """The question wants the section as such: 高企要什么条件, 办理流程, 有什么好处."""
    section = evidence.clause or evidence.path.rsplit("/", 1)[-1]
    wanted = [] if QUANTITY.search(question) else [match[0] for match in WHOLE.finditer(question)]
    return any(pair in section for word in wanted for pair in bigrams(word))


def _brief(evidence: Evidence) -> bool:
    """Short enough to be read whole: a clause, a tax rule; of a programme only what is asked is wanted."""
    if evidence.kind == "rule" and not evidence.path.endswith("/规则"):
        return False
    return bool(evidence.clause or evidence.kind == "rule") and len(evidence.text) <= BRIEF.get(evidence.kind, 0)


def _gathered(best: Piece, worths: dict[Piece, float], most: int, *, whole: bool) -> Choice:
    mine = [piece for piece in worths if piece.evidence is best.evidence]
    listed = [piece for piece in mine if piece.at >= best.at][: FULL + 1]
    if _brief(best.evidence):
        kept = mine
    elif best.evidence.clause and best.text.endswith(("：", ":")) and len(listed) > 1:
        kept = listed  # 有下列情形之一的： says nothing without what follows
    elif whole:
        alike = [piece for piece in mine if piece.row == mine[0].row or piece.row]
        kept = (
            alike[:FULL]
            if not any(piece.row for piece in alike)
            else [piece for piece in alike if piece.row][: FULL * 2]
        )
    else:
        near = [piece for piece in mine if worths[piece] >= SAME * worths[best] and piece.header == best.header]
        kept = sorted(sorted(near, key=lambda piece: -worths[piece])[:most], key=lambda piece: piece.at)
    return Choice(best.evidence, tuple(kept or [best]), worths[best])
