"""Claims put for confirmation: what the sources say of the same measure is held against them, and said first.

A figure is compared only with figures of its measure (a length of time, an amount of money, a share, a count): a
sentence that happens to stand near says nothing against it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from assistant.compose.figures import Spot, spots
from assistant.compose.pieces import Piece, only
from assistant.compose.statement import Statement, say
from assistant.understand.cues import BELIEF
from retrieval import Evidence
from retrieval.wording import bigrams, content, expanded

PREMISE = re.compile(r"(?:吧|对吧|是吧|对吗|对不对|没错吧)[?？。！!]*$|听说|据说|都说|是不是")
ASKED = re.compile(r"多少|几(?!乎)|哪|怎么|怎样|什么|啥|如何|[吗么没不][?？。]*$")
ABSOLUTE = re.compile(r"统一|一律|所有|只要|只对|都是|必须|一次")
ENOUGH = re.compile(r"只要|[就便](?:行|够|能|可以|算|免|不用)|够了|不用|没事")  # claims more than its figure
CONFIRMED = re.compile(r"(?:是|对|没错)吧[?？。！!]*$|对吗|对不对")
SHORTEST = 6  # letters of a clause that names what it speaks of
STOP = re.compile(r"[，,。；;！!？?]")
FEW = re.compile(r"([一两])个?(年|月|日|天|周|人|名|项|件)")  # 一次 counts nothing
FEWER = {"一": Decimal(1), "两": Decimal(2)}
# What a unit measures, and how many of the measure's own unit it is.
MEASURES = {
    "年": ("months", Decimal(12)),
    "月": ("months", Decimal(1)),
    "周": ("days", Decimal(7)),
    "日": ("days", Decimal(1)),
    "小时": ("hours", Decimal(1)),
    "元": ("money", Decimal(1)),
    "%": ("share", Decimal(1)),
    "人": ("people", Decimal(1)),
    "项": ("count", Decimal(1)),
    "件": ("count", Decimal(1)),
    "家": ("firms", Decimal(1)),
    "户": ("firms", Decimal(1)),
    "次": ("times", Decimal(1)),
    "倍": ("fold", Decimal(1)),
    "分": ("points", Decimal(1)),
    "岁": ("age", Decimal(1)),
}
SAME = {"天": "日", "名": "人"}
SCALED = re.compile(r"[万亿]$")
LIMITED = re.compile(r"(\d[\d.,]*\s?[万亿]?\s?元?)(?:以内|以下|之内|及以下)")
CLAUSES = re.compile(r"[，、；;。]|(?<!\d),|,(?!\d)")
LATIN = re.compile(r"[A-Za-z]{2,}\d*")
SCALE = 3  # figures of a measure in one clause that make it a scale
ASIDE = re.compile(r"（[^（）]*）")
CLEARLY = 2  # letter pairs by which a clause is nearer to a claim than another
WRONG = "这个说法与依据不符，正确的规定如下："
Measured = tuple[str, Decimal]


def claims(question: str) -> bool:
    """Whether the words put a rule as certain, for confirmation or as their own belief."""
    return bool(PREMISE.search(question) or (BELIEF.search(question) and not ASKED.search(question)))


def claim_of(question: str) -> str:
    """The clause that puts the claim: the first that believes something or measures it; the whole when none does."""
    clauses = [clause for clause in STOP.split(question) if len(clause) >= SHORTEST]
    return next((clause for clause in clauses if BELIEF.search(clause) or measured(clause)), question)


def measured(text: str) -> frozenset[Measured]:
    """The figures of a text that measure something, in the measure's own unit."""
    found = {one for spot in spots(text) if (one := _measured(text, spot))}
    for match in FEW.finditer(text):
        unit = SAME.get(match[2], match[2])
        found.add((MEASURES[unit][0], FEWER[match[1]] * MEASURES[unit][1]))
    return frozenset(found)


def _measured(text: str, spot: Spot) -> Measured | None:
    unit = spot.unit
    if unit == "" and SCALED.search(text[spot.start : spot.end].strip()):
        unit = "元"
    elif unit == "" and text[spot.end : spot.end + 1] == "个":
        unit = "项"
    if unit not in MEASURES or not re.fullmatch(r"\d+(?:\.\d+)?", spot.figure):
        return None
    measure, times = MEASURES[unit]
    return measure, Decimal(spot.figure) * times


def of_its_measure(question: str, passages: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The passages with only the pieces that carry a figure of the claim's measure; () when nothing is claimed."""
    wanted = {measure for measure, _ in measured(claim_of(question))} if claims(question) else set()
    if not wanted:
        return ()

    def carries(piece: Piece) -> bool:
        return bool(wanted & {measure for measure, _ in measured(piece.text)})

    return tuple(found for passage in passages if (found := only(passage, carries)))


def contradiction(question: str, statements: Sequence[Statement]) -> Statement | None:
    """A claim put as certain whose figures the sources' figures of that measure aren't, or one for several cases."""
    if not claims(question):
        return None
    claim = claim_of(question)
    claimed = measured(claim)
    if not claimed or not _speaks_of(claim, statements):
        return None
    known = frozenset().union(*(measured(_told(statement)) for statement in statements))
    same = {measure for measure, _ in claimed}
    cases = [one for one in statements if same & {measure for measure, _ in measured(_told(one))}]
    settled = _settled(statements)
    wrong = {one for one in claimed - known if one[0] in settled}
    if wrong or (ABSOLUTE.search(question) and len(cases) > 1) or _said_of_another(claim, claimed, statements):
        return say(WRONG)
    return None


def confirmation(question: str, statements: Sequence[Statement]) -> Statement | None:
    """A claim put for confirmation that the statements carry, figure and measure; never one that claims more, nor one
    that another of their clauses is nearer to.
    """
    if not statements or not CONFIRMED.search(question) or ENOUGH.search(question) or ABSOLUTE.search(question):
        return None
    claim = claim_of(question)
    claimed = measured(claim)
    mine, theirs = _alike(claim, claimed, statements, alone=True)
    agrees = bool(claimed) and mine >= max(theirs, 2) and _speaks_of(claim, statements)
    return say("这个说法与依据一致：") if agrees else None


def beyond_limit(question: str, limit: Decimal) -> bool:
    """Whether the words put another amount than `limit`, in yuan, as the one up to which something holds."""
    found = LIMITED.search(question)
    told = {value for measure, value in measured(found[1]) if measure == "money"} if found else set()
    return claims(question) and bool(told) and limit not in told


def _said_of_another(claim: str, claimed: frozenset[Measured], statements: Sequence[Statement]) -> bool:
    """发明二十年、实用新型十年 carries twenty years, but not of what the claim says them of."""
    mine, theirs = _alike(claim, claimed, statements)
    return theirs >= mine + CLEARLY


def _alike(
    claim: str, claimed: frozenset[Measured], statements: Sequence[Statement], *, alone: bool = False
) -> tuple[int, int]:
    """Letter pairs that the claim shares with the clause nearest it of those that carry all it claims (with `alone`
    nothing else of its measures), and of those that carry other figures of its measures.
    """
    pairs = {pair for run in content(claim) for pair in bigrams(run)}
    same = {measure for measure, _ in claimed}
    mine = theirs = 0
    for clause in (clause for one in statements for line in one.text.split("\n") for clause in _clauses(line)):
        figures = {one for one in measured(clause) if one[0] in same}
        if not figures:
            continue
        shared = sum(pair in clause for pair in pairs)
        if claimed == figures if alone else claimed <= figures:
            mine = max(mine, shared)
        elif len(figures) < SCALE:
            theirs = max(theirs, shared)
    return mine, theirs


def _settled(statements: Sequence[Statement]) -> set[str]:
    """Measures of which a clause tells one figure or a span; a scale of many (15 分、10 分、5 分) settles none."""
    found: set[str] = set()
    for clause in (clause for one in statements for line in one.text.split("\n") for clause in _clauses(line)):
        counts = Counter(measure for measure, _ in measured(clause))
        found |= {measure for measure, count in counts.items() if count < SCALE}
    return found


def _clauses(line: str) -> list[str]:
    """A table row is one clause: what its figures are said of stands in its first cell. Brackets are left out."""
    return [line] if line.startswith("|") else CLAUSES.split(ASIDE.sub("", line))


def _speaks_of(claim: str, statements: Sequence[Statement]) -> bool:
    """Whether the statements name what the claim begins with, in its words or in the texts' own for them."""
    letters = "".join(_told(one) + "".join(source.title for source in one.sources) for one in statements)
    runs = content(claim)
    opens = [runs[0][at : at + 2] for at in range(2)] if runs else []
    names = (*opens, *LATIN.findall(claim), *expanded(claim))
    return any(len(name) > 1 and name.upper() in letters.upper() for name in names)


def _told(statement: Statement) -> str:
    return " ".join((statement.text, *(source.quote for source in statement.sources)))
