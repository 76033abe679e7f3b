"""A text that has ended while the library lacks what follows it: said plainly, never quoted as current."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.compose.statement import Part, Source, Statement
from assistant.desk import Desk
from assistant.turn.state import TurnState
from knowledge.ingest.effective import Registered, read_name, register
from retrieval import Evidence, Hits, Scope, supports

CLAUSE = re.compile(r"(?:法|条例|办法|规定|细则)》?第[零一二三四五六七八九十百千\d]+条")
CLOSE = 5  # hits among which a version in force would stand
ABOUT = 0.5  # part of the question that an ended clause must cover to be what is asked for
GOES_ON = ("实施条例", "实施细则", "实施办法", "司法解释", "规", "律")  # another text, or laws at large


def with_ended(
    desk: Desk,
    state: TurnState,
    question: str,
    day: date,
    scope: Scope,
    hits: Hits,
    answer: Callable[[Hits], Part],
) -> Part:
    """The answer from `hits`. Where the question names a text that has ended, that comes first, and only what we wrote
    ourselves and is about the question may follow: a neighbour's clause would pass for the named law's.
    """
    named = replaced_named(question, hits.hits, day)
    if named is not None:
        own = tuple(hit for hit in hits.hits if not hit.clause and (hit.asked or supports(question, hit) >= ABOUT))
        part = answer(hits.model_copy(update={"hits": own})) if own else declined(named)
        return declined(named) if part.outcome == "declined" else replace(part, statements=(named, *part.statements))
    part = answer(hits)
    if part.outcome != "declined" or part.reason not in ("no_evidence", "not_in_force"):
        return part
    found = replaced_found(desk, state, question, day, scope)
    return part if found is None else declined(found)


def replaced_named(question: str, hits: Sequence[Evidence], day: date) -> Statement | None:
    """About the text the question names, when each version known had ended by `day` and no hit is one in force."""
    titles = [title for (title, _), entry in register().items() if entry.effective_to and names(question, title)]
    title = max(titles, key=len, default=None)
    if title is None or any(hit.clause and hit.title.endswith(title) for hit in hits[:CLOSE]):
        return None
    versions = {version: entry for (name, version), entry in register().items() if name == title}
    ended = {version: last for version, entry in versions.items() if (last := entry.effective_to) and last < day}
    if len(ended) < len(versions):
        return None
    version = max(ended, key=lambda one: ended[one])
    return said(title, version, ended[version], versions[version])


def replaced_found(desk: Desk, state: TurnState, question: str, day: date, scope: Scope) -> Statement | None:
    """About the ended text whose clause the question is about, when nothing in force answers it."""
    for hit in desk.searcher.ended(question, scope, day, state["region"], CLOSE):
        title, made = read_name(hit.doc_no)
        version = made.isoformat() if made else ""
        entry = register().get((title, version))
        if CLAUSE.search(question) and not names(question, title):
            continue  # a clause of a law it names: no other law's clause of that number
        if entry and entry.effective_to and supports(question, hit) >= ABOUT:
            return said(title, version, entry.effective_to, entry)
    return None


def names(question: str, title: str) -> bool:
    """Whether the question names this text itself: 商标法实施条例 is another than 商标法."""
    _, found, rest = question.partition(title)
    return bool(found) and not rest.lstrip("》").startswith(GOES_ON)


def said(title: str, version: str, last: date, entry: Registered) -> Statement:
    """What a client reads: since when another text holds, and that the library hasn't it. `last` is its last day."""
    since = last + timedelta(days=1)
    by, _, made = (entry.superseded_by or "").removesuffix(")").partition("(")  # a day, or 国务院令第842号
    old = f"库里的旧文本（{version}）只适用到 {last}，不能当现行规定引用"
    if entry.words:
        words = entry.words
    elif by == title:
        words = f"《{title}》的新文本（{made}）自 {since} 起施行，知识库里还没有它；{old}"
    elif by:
        dated = f"（{made}）" if made else ""
        words = f"《{title}》自 {since} 起由《{by}》{dated}取代，知识库里还没有它；{old}"
    else:
        words = f"《{title}》自 {since} 起已不再施行；{old}"
    words += "。现行规定请转人工核实"
    return Statement(words, (_registered(title, version, last, entry),), (words,))


def _registered(title: str, version: str, last: date, entry: Registered) -> Source:
    """The register's entry as what the sentence rests on."""
    ends = f"《{title}》（{version}）适用到 {last}"
    follows = f"，自 {last + timedelta(days=1)} 起由 {entry.superseded_by} 接替" if entry.superseded_by else ""
    told = f"；{entry.words}" if entry.words else ""
    return Source(
        key=f"register:{title}({version})",
        document_id=f"{title}({version})",
        title=f"{title}（{version}）",
        doc_no=None,
        quote=f"{ends}{follows}{told}；登记的依据：{entry.source}",
        effective_from=entry.effective_from,
        effective_to=last,
        status="superseded",
    )


def declined(statement: Statement) -> Part:
    return Part((statement,), "declined", "not_in_force", action="declined")
