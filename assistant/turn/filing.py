"""The last day to file and pay in a month: 本月征期最后一天, 10月报税截止到几号."""

import re

from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources
from assistant.turn.state import TurnState
from knowledge.base.errors import NotInForce
from knowledge.policies import calculate

RULE = "admin.filing_deadline"
ASKS = re.compile(
    r"征期|申报期限|申报期.{0,6}(?:哪天|几号|截止|最后)|(?:报税|纳税申报).{0,8}(?:截止|最后|哪天|几号|什么时候|啥时候)"
)
LAST = re.compile(r"截止|最后|哪天|几号|什么时候|啥时候|到哪|多久")
THIS, NEXT = re.compile(r"本月|这个?月|当月|这月"), re.compile(r"下个?月")
MONTH = re.compile(r"(?:(?<!\d)(?:20)?(\d\d)年)?(?<!\d)(1[0-2]|0?[1-9])\s?月(?!底前成立)")


def filing_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """None when no month's deadline is asked for; a decline for a year whose notice isn't there."""
    read = state["understanding"]
    assert read is not None
    if read.entities.programmes or not ASKS.search(question) or not LAST.search(question):
        return None
    day = state["as_of"]
    if NEXT.search(question):
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    elif named := MONTH.search(question):
        year, month = (2000 + int(named[1]) if named[1] else day.year), int(named[2])
    elif THIS.search(question) or "征期" in question:
        year, month = day.year, day.month
    else:
        return None
    try:
        when = day if year == day.year else day.replace(year=year, month=1, day=1)
        rule = desk.book.rule_in_force(RULE, when)
        result = calculate(desk.book, rule.id, {"month": str(month)}, when)
    except NotInForce:
        return _unknown(f"{year} 年" if str(year) in question else "那一年")
    deadline = result.outputs["deadline"]
    if not str(deadline).startswith(str(year)):
        return _unknown(f"{year} 年" if str(year) in question else "那一年")
    covers = (rule.note or rule.name).split("。")[0]
    text = f"{year} 年 {month} 月的申报纳税期限到 {deadline} 为止，{covers}都在这一天以前"
    sources = document_sources(rule.documents, rule.id, f"{text} {deadline}", rule.valid_to)
    return Part((Statement(text, sources, (text,)),), computed=(result.model_dump(mode="json"),))


def _unknown(year: str) -> Part:
    words = f"{year}的申报纳税期限还没有查到公布的通知，不能按往年的日子推断；请以税务机关届时公布的为准"
    return Part((say(words, grounds=(words,)),), "declined", "not_in_force", action="declined")
