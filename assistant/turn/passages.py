"""What search finds, quoted: the passage's own sentences, points or table rows, with the documents they name."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from assistant.compose.extract import Choice, choose
from assistant.compose.pieces import pieces_of, section_of
from assistant.compose.statement import Part, Statement, say
from assistant.compose.telling import FIGURE, POLAR, YES_NO
from assistant.desk import Desk
from assistant.sources import LookUp, named_sources, passage_source, rule_sources
from assistant.turn.named import is_named, is_strange, own_first, section_first
from assistant.turn.notyet import not_yet
from assistant.turn.premise import claims, confirmation, contradiction, of_its_measure
from assistant.turn.replaced import with_ended
from assistant.turn.sheets import sheet_passages
from assistant.turn.state import TurnState
from assistant.turn.talk import out_of_scope
from assistant.understand.entities import find_entities
from assistant.understand.intent import UNSURE
from knowledge.base.clock import today
from knowledge.ingest.shipped import article_rules
from retrieval import LIKELY, Evidence, Hits, Scope, supports
from retrieval.evidence import Audience

GATE = 0.34  # part of the question's content terms the best passages must cover; measured on the labelled questions
SAID = 0.5  # or what one sentence must carry of it by itself
SURE = 0.45  # part of a yes-or-no question that one sentence must carry to answer it beside a condition
TAKE = 12
NEAR = 8  # passages among which a claim's measure is looked for
NATIONAL = "org-hq"
READERS: dict[str, Audience] = {"sales": "staff", "channel": "channel"}
WHICH_PAPER = re.compile(r"几号文|哪个文件|什么文件|文号|哪个文")
LAW_CLAUSE = re.compile(r"(?:法|条例|办法|规定)》?(第[零一二三四五六七八九十百千]+条)")
CLAUSE = re.compile(r"第[零一二三四五六七八九十百千]+条")
PAPER_YEAR = re.compile(r"20\d{2}\s?年第?\d+号|[〔\[]20\d{2}")
OWN_YEAR = re.compile(r"成立|设立|注册|认缴|缴足|缴清|年度|我们|我司|出了|新的|取消|开始")
UNTOLD = re.compile(r"(?:尚未|没有|还没|未经?)核实|没有写进|没有收录|本文不[给写]|来源可信度低")
YEAR = re.compile(r"(?<!\d)(20\d{2})\s?年")


def passage_part(desk: Desk, state: TurnState, question: str) -> Part:
    """Search, gate, quote. Nothing in force, nothing found and none of our business are told apart."""
    day = day_meant(state, question)
    hits = desk.searcher.search(question, scope(state), day, state["region"], TAKE)
    if day > _known_until(desk, state) and (over := _ended(desk, state, question, hits.hits, day)):
        return over
    if early := not_yet(desk, state, question, day, hits.hits, scope(state)):
        return early
    return with_ended(desk, state, question, day, scope(state), hits, partial(_answered, desk, state, question, day))


def _answered(desk: Desk, state: TurnState, question: str, day: date, hits: Hits) -> Part:
    """What the passages in force say, or which kind of nothing they are."""
    hits = hits.model_copy(update={"hits": own_first(question, section_first(question, hits.hits))})
    found = candidates(desk, question, day, state["region"], hits.hits)
    if not found:
        return nothing(hits.reason or "no_evidence", state)
    if (wanted := LAW_CLAUSE.search(question)) and not any(hit.clause == wanted[1] for hit in found):
        words = f"知识库里没有查到当日有效的“{wanted[0]}”，不能凭印象回答；请核对条号，或者说说想了解的内容"
        return Part((Statement(words, (), (words,)),), "declined", "no_evidence", action="declined")
    coverage = max(supports(question, hit) for hit in (*hits.hits[:3], *found[:8]))
    measured = of_its_measure(question, found[:NEAR])
    choices = choose(question, measured or _asked_clause(question, found) or found)
    likely = bool(hits.hits) and hits.hits[0].score >= LIKELY
    if coverage < GATE and not found[0].asked and choices[0].worth < SAID and not likely:
        return nothing("no_evidence", state)
    if is_strange(question, choices[0].evidence):
        return nothing("no_evidence", state)
    statements = [quoted(choice, clauses(desk, state, day)) for choice in choices]
    used = tuple(choice.evidence for choice in choices)
    if WHICH_PAPER.search(question) and used[0].doc_no:
        if not used[0].asked and not is_named(question, used[0]):
            return nothing("no_evidence", state)  # the paper of a neighbour is worse than none
        words = f"{used[0].title}现行依据的文件是 {used[0].doc_no}"
        statements.append(Statement(words, (passage_source(used[0]),), (words,)))
    if _untold(choices[0]) and not claims(question):
        return Part(tuple(statements), "declined", "no_evidence", action="declined", dialog=_evidence(state, used))
    if wrong := contradiction(question, statements):
        return Part((wrong, *statements), "declined", "false_premise", dialog=_evidence(state, used))
    if right := confirmation(question, statements):
        return Part((right, *statements), dialog=_evidence(state, used))
    return Part(tuple(statements), dialog=_evidence(state, used))


def _untold(choice: Choice) -> bool:
    """Whether all that is quoted is that the library doesn't know: a figure beside it would be an answer."""
    if section_of(choice.evidence) == "尚未核实":
        return True
    return all(UNTOLD.search(piece.text) and not FIGURE.search(piece.text) for piece in choice.pieces)


def candidates(
    desk: Desk, question: str, day: date, region: str | None, hits: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """What search found, with the rules the question is about: before it where the question names a rule of which no
    article was found, else behind its first passages; which of them is quoted is chosen later.
    """
    sheets, named = sheet_passages(desk, question, day, region)
    if not sheets and named:  # nothing of its rule was verified: only its own article may speak
        meant = {*find_entities(question).programmes}
        return tuple(hit for hit in hits if meant & {hit.document_id, *article_rules().get(hit.document_id, ())})
    if not sheets:
        return tuple(hits)
    covered = {rule for hit in hits[:3] for rule in (hit.document_id, *article_rules().get(hit.document_id, ()))}
    told = any(sheet.document_id in covered for sheet in sheets)
    mine = max(supports(question, sheet) for sheet in sheets)
    theirs = max((supports(question, hit) for hit in hits[:3]), default=0.0)
    sheets = tuple(sorted(sheets, key=lambda sheet: -supports(question, sheet)))
    if told:  # the article says it better
        return tuple(hits)
    if named:
        return (*sheets, *hits)
    behind = 2 if mine > theirs else 5  # a rule that says no more than the articles comes after their sections
    return (*hits[:behind], *sheets, *hits[behind:])


def _asked_clause(question: str, hits: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The clause itself when the question names one and search found it."""
    match = CLAUSE.search(question)
    return tuple(hit for hit in hits[:1] if match and hit.clause and hit.clause.startswith(match[0]))


def day_meant(state: TurnState, question: str) -> date:
    """The middle of the year whose rule is asked for (2024年小规模免税标准); the turn's day when none is named.

    A year that belongs to the company (2015年成立) or to a document (2026年第10号) says nothing about the rule's.
    """
    as_of = state["as_of"]
    if any(fact.year for fact in state["said"]) or PAPER_YEAR.search(question) or OWN_YEAR.search(question):
        return as_of
    years = {int(match[1]) for match in YEAR.finditer(question)}
    if len(years) != 1 or years == {as_of.year}:
        return as_of
    return date(years.pop(), 6, 30)


def _known_until(desk: Desk, state: TurnState) -> date:
    """Rules are known as they stand today: of a later day one can only say whether they reach it."""
    return min(state["as_of"], today(desk.clock))


def _ended(desk: Desk, state: TurnState, question: str, then: Sequence[Evidence], day: date) -> Part | None:
    """A year to come, and today's rule ends before it: said so, with the day it ends."""
    now = desk.searcher.search(question, scope(state), _known_until(desk, state), state["region"], TAKE).hits
    lasting = {hit.document_id for hit in then}
    begun = {hit.effective_from for hit in then[:3]}  # what begins on the day after is its successor
    ended = [
        hit
        for hit in now[:3]
        if hit.effective_to
        and hit.effective_to < day
        and hit.document_id not in lasting
        and hit.effective_to + timedelta(days=1) not in begun
    ]
    if not ended:
        return None
    words = (
        f"{ended[0].title}的规定执行到 {ended[0].effective_to}；{day.year} 年是否延续还没有查到已公布的文件，"
        "不能按现行规定推断，请以届时公布的文件为准"
    )
    return Part(
        (Statement(words, (passage_source(ended[0]),), (words,)),), "declined", "not_in_force", action="declined"
    )


def related(desk: Desk, state: TurnState, question: str, programme_id: str) -> tuple[Statement, ...]:
    """A yes-or-no question about a condition is answered by the article's own sentence, when one says it."""
    if not YES_NO.search(question):
        return ()
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], TAKE)
    own = [hit for hit in hits.hits if hit.document_id.startswith(programme_id) or programme_id in hit.document_id]
    choices = choose(question, own, most=1)
    if not choices or choices[0].worth < SURE or not POLAR.search(choices[0].pieces[0].text):
        return ()
    return (quoted(choices[0], clauses(desk, state, state["as_of"])),)


def scope(state: TurnState) -> Scope:
    """What this speaker may read: the firm's public knowledge, and their organisation's own."""
    return Scope(
        org_ids=frozenset({NATIONAL, state["speaker"].org_id}), audience=READERS.get(state["speaker"].role, "client")
    )


def clauses(desk: Desk, state: TurnState, day: date) -> LookUp:
    """Finds 公司法, 第四十七条 among the statutes in force on the day, or nothing."""

    def look_up(law: str, clause: str) -> Evidence | None:
        plain = re.sub(r"第[一二三四五六七八九十]+[款项]", "", clause)
        hits = desk.searcher.search(f"{law}{plain}", scope(state), day, state["region"], 1).hits
        named = bool(hits) and hits[0].kind == "law" and hits[0].clause is not None
        return hits[0] if named and hits[0].clause == plain and law in hits[0].title else None

    return look_up


def quoted(choice: Choice, look_up: LookUp) -> Statement:
    """The passage's own sentences, points or table rows, introduced by where they stand and since when."""
    evidence, pieces = choice.evidence, choice.pieces
    where = (
        f"《{evidence.title}》{evidence.clause or ''}"
        if evidence.kind == "law"
        else f"{evidence.title}（{evidence.clause or evidence.path.rsplit('/', 1)[-1] or '要点'}）"
    )
    since = f"（自 {evidence.effective_from} 起施行）" if evidence.kind == "law" and evidence.effective_from else ""
    if evidence.clause and evidence.effective_from is None:
        since = f"（{evidence.doc_no}，施行日没有核实）"  # found, but not known to be in force
    grounds = (evidence.text, evidence.title, str(evidence.effective_from))
    words = "；".join(piece.text.rstrip("。；;：") for piece in pieces)
    if evidence.kind == "law" and len(pieces) == len(pieces_of(evidence)):
        words = "".join(evidence.text.split("\n")).strip()  # the clause as it stands
    references = "".join(dict.fromkeys(piece.reference for piece in pieces))
    sources = (passage_source(evidence, words), *named_sources(evidence, words + references, look_up))
    if evidence.kind == "rule":
        sources = rule_sources(evidence, words)
    if pieces[0].row:
        header = pieces[0].header
        quote = f"{' | '.join(header)}；{words}"  # a column's head says whose figures stand below it
        sources = (passage_source(evidence, quote), *sources[1:]) if evidence.kind != "rule" else sources
        rows = "\n".join(piece.text for piece in pieces)
        text = f"{where}{since}：\n\n| {' | '.join(header)} |\n|{' --- |' * len(header)}\n{rows}"
        return Statement(text, sources, grounds, prose=False)
    if evidence.kind != "law" and len(pieces) > 2 and all(len(piece.text) < 120 for piece in pieces):
        points = "\n".join(f"- {piece.text.rstrip('；;')}" for piece in pieces)
        return Statement(f"{where}{since}：\n\n{points}", sources, grounds, prose=False)
    return Statement(f"{where}{since}：{words}", sources, grounds[1:])


def nothing(reason: str, state: TurnState) -> Part:
    """A decline that says which kind of nothing it is, and offers a person."""
    if reason == "not_in_force":
        words = (
            f"在 {state['as_of']} 这一天，没有查到有效的规定可以回答这个问题，"
            "我不用失效或未施行的文件作答；可以转人工核实"
        )
        return Part((Statement(words, (), (words,)),), "declined", "not_in_force", action="declined")
    read = state["understanding"]
    if read is not None and read.intent.name == "out_of_scope" and read.intent.confidence <= UNSURE:
        return out_of_scope()
    words = "这个问题我没有找到足够的依据，不能凭印象回答。可以换个说法，或者说“转人工”请顾问答复"
    return Part((say(words),), "declined", "no_evidence", action="declined")


def _evidence(state: TurnState, hits: tuple[Evidence, ...]) -> dict[str, object]:
    ids = (*state["dialog"].evidence_ids, *(hit.chunk_id for hit in hits))
    return {"evidence_ids": tuple(dict.fromkeys(ids))[-20:], "topic_title": hits[0].title}
