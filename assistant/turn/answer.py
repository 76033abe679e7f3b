"""Questions of fact: the rule's own condition when one is meant, else the passages that search finds, quoted."""

import re

from assistant.compose.extract import best_rows, best_sentences
from assistant.compose.figures import figures
from assistant.compose.statement import Part, Source, Statement, say
from assistant.desk import Desk
from assistant.sources import passage_source
from assistant.turn.judge import condition_lines, known_programmes
from assistant.turn.state import Change, TurnState
from knowledge.base.errors import NotInForce
from knowledge.policies import find_conditions
from retrieval import Evidence, Scope, supports

GATE = 0.34  # part of the question's content terms the best passages must cover; measured in eval/answers
TAKE = 8
PREMISE = re.compile(r"(?:吧|对吧|是吧|对吗|对不对|没错吧|是不是)[?？。！!]*$|^听说|听说|据说|都说")
ABSOLUTE = re.compile(r"统一|一律|所有|只要|只对|都是|必须")
NATIONAL = "org-hq"


def answer_step(desk: Desk, state: TurnState) -> Change:
    """Conditions first: they carry the case that applies to this company. Then articles and statutes."""
    question = state["question"]
    part = condition_part(desk, state, question) or passage_part(desk, state, question)
    return {"parts": (part,)}


def condition_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """When the question names a programme and one of its conditions: need, case, actual, document."""
    dialog = state["dialog"]
    read = state["understanding"]
    assert read is not None
    known = known_programmes(desk, state)
    programmes = [p for p in (read.entities.programmes or dialog.topic_programmes) if p in known]
    if not programmes or not re.search(
        r"要求|占比|比例|比重|门槛|标准|多少|几个点|多大|下限|够|达到|条件|[%％]|吧|吗", question
    ):
        return None
    for programme_id in programmes:
        try:
            programme = desk.book.programme(programme_id, state["as_of"])
        except NotInForce as error:
            return Part((say(error.message, grounds=(error.message,)),), "declined", "not_in_force")
        fields = find_conditions(programme, question)
        lines = condition_lines(desk, state, programme_id, fields) if fields else []
        if lines:
            topic = {"topic_programmes": (programme_id, *(p for p in programmes if p != programme_id))}
            if wrong := _contradiction(question, lines):
                return Part((wrong, *lines), "declined", "false_premise", dialog=topic)
            return Part(tuple(lines), dialog=topic)
    return None


def passage_part(desk: Desk, state: TurnState, question: str) -> Part:
    """Search, gate, quote. Nothing in force and nothing found are told apart."""
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], TAKE)
    if not hits.hits:
        return nothing(hits.reason or "no_evidence", state)
    best = hits.hits[0]
    coverage = max(supports(question, hit) for hit in hits.hits[:3])
    if coverage < GATE:
        return nothing("no_evidence", state)
    statements = [quoted(question, best)]
    for other in hits.hits[1:4]:
        if supports(question, other) >= max(GATE, coverage * 0.8) and other.document_id != best.document_id:
            statements.append(quoted(question, other))
            break
    if wrong := _contradiction(question, statements):
        return Part((wrong, *statements), "declined", "false_premise", dialog=_evidence(state, hits.hits[:3]))
    return Part(tuple(statements), dialog=_evidence(state, hits.hits[:3]))


def scope(state: TurnState) -> Scope:
    """What this speaker may read: the firm's public knowledge, and their organisation's own."""
    audience = {"sales": "staff", "channel": "channel"}.get(state["speaker"].role, "client")
    return Scope(org_ids=frozenset({NATIONAL, state["speaker"].org_id}), audience=audience)


def quoted(question: str, evidence: Evidence) -> Statement:
    """The passage's own sentences (or table rows) that answer, introduced by where they stand and since when."""
    rows = best_rows(question, evidence.text)
    where = (
        f"《{evidence.title}》{evidence.clause or ''}"
        if evidence.kind == "law"
        else f"{evidence.title}（{evidence.clause or '要点'}）"
    )
    if rows is not None and rows[1]:
        header, lines = rows
        text = f"{where}：\n\n| {' | '.join(header)} |\n|{' --- |' * len(header)}\n" + "\n".join(lines)
        return Statement(text, (passage_source(evidence),), (evidence.text, evidence.title), prose=False)
    sentence = best_sentences(question, evidence.text)
    since = f"（自 {evidence.effective_from} 起施行）" if evidence.kind == "law" and evidence.effective_from else ""
    source: Source = passage_source(evidence, sentence)
    return Statement(f"{where}{since}：{sentence}", (source,), (str(evidence.effective_from), evidence.title))


def nothing(reason: str, state: TurnState) -> Part:
    """A decline that says which kind of nothing it is, and offers a person."""
    if reason == "not_in_force":
        words = (
            f"在 {state['as_of']} 这一天，没有查到有效的规定可以回答这个问题，"
            "我不用失效或未施行的文件作答；可以转人工核实"
        )
        return Part((Statement(words, (), (words,)),), "declined", "not_in_force", action="declined")
    words = "这个问题我没有找到足够的依据，不能凭印象回答。可以换个说法，或者说“转人工”请顾问答复"
    return Part((say(words),), "declined", "no_evidence", action="declined")


def _contradiction(question: str, statements: list[Statement]) -> Statement | None:
    """A claim put as certain whose figures the sources don't carry, or one figure for what has several cases."""
    if not PREMISE.search(question):
        return None
    claimed = {
        figure for figure in figures(question) if figure not in ("0", "1") and not re.fullmatch(r"\d{4}", figure)
    }
    if not claimed:
        return None
    known = set().union(*(figures(" ".join((s.text, *(x.quote for x in s.sources)))) for s in statements))
    if claimed - known or (ABSOLUTE.search(question) and len(statements) > 1):
        return say("这个说法与依据不符，正确的规定如下：")
    return None


def _evidence(state: TurnState, hits: tuple[Evidence, ...]) -> dict[str, object]:
    ids = (*state["dialog"].evidence_ids, *(hit.chunk_id for hit in hits))
    return {"evidence_ids": tuple(dict.fromkeys(ids))[-20:]}
