"""Questions of fact: the rule's own condition or window when one is meant, else passages that search finds."""

import re

from assistant.compose.extract import Choice, choose
from assistant.compose.figures import figures
from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources, passage_source
from assistant.turn.hypothesis import suppose
from assistant.turn.judge import condition_lines, known_programmes
from assistant.turn.state import Change, TurnState
from assistant.turn.talk import out_of_scope
from assistant.understand.intent import UNSURE
from knowledge.base.errors import NotInForce
from knowledge.policies import Programme, find_conditions
from knowledge.policies.timing import windows
from retrieval import Evidence, Scope, supports

GATE = 0.34  # part of the question's content terms the best passages must cover; measured on the labelled questions
TAKE = 8
PREMISE = re.compile(r"(?:吧|对吧|是吧|对吗|对不对|没错吧|是不是)[?？。！!]*$|^听说|听说|据说|都说|是不是")
ABSOLUTE = re.compile(r"统一|一律|所有|只要|只对|都是|必须")
NATIONAL = "org-hq"
# What a condition can't answer: the sections of the article do.
SECTIONS = re.compile(
    r"好处|流程|步骤|材料|资料|有效期|管几年|几年有效|周期|多久能|费用多少|多少钱|失败|为什么|为啥|关系|区别|怎么(?:申请|办|报|评|打分)|分母|几号文|文号"
)
WINDOW = re.compile(
    r"截止|什么时候(?:申报|报|申请|开始|开放|截)|啥时候(?:报|申)|还能(?:不能)?(?:报|申报|申请)|还(?:来得及|赶得上)|窗口|几月(?:份)?(?:报|申|截)"
)
AWARD = re.compile(r"奖金|奖励|奖多少|补贴|补助|资助|现金")


def answer_step(desk: Desk, state: TurnState) -> Change:
    """Conditions first: they carry the case that applies to this company. Then articles and statutes."""
    question = state["question"]
    part = (
        window_part(desk, state, question)
        or condition_part(desk, state, question)
        or award_part(desk, state, question)
        or passage_part(desk, state, question)
    )
    return {"parts": (part,)}


def window_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """When a programme can be applied for: the dates known for the place, each with whether it is past."""
    programme = _programme(desk, state)
    if programme is None or not WINDOW.search(question):
        return None
    day = state["as_of"]
    known = [window for window in windows(programme, state["region"]) if window.year >= day.year]
    if not known:
        return None
    lines = []
    for window in known:
        opened = f"{window.open} 开放，" if window.open else ""
        told = [f"{deadline}（{'已过' if deadline < day else '未过'}）" for deadline in window.deadlines]
        closed = f"截止日 {'、'.join(told)}" if told else "截止日未载明"
        over = all(deadline < day for deadline in window.deadlines) and told
        verdict = "；这一年的申报已经截止，不能再报，请等下一年度的通知" if over else ""
        text = f"{programme.name}{window.year} 年（{window.region}）：{opened}{closed}{verdict}"
        documents = [d for d in programme.documents if d.date and str(window.year) in str(d.date)]
        sources = document_sources(documents[:1] or programme.documents[:1], programme.id, text)
        lines.append(Statement(text, sources, (text,)))
    lines.append(say(f"通常的安排：{programme.window}", grounds=(programme.window,)))
    return Part(tuple(lines), dialog={"topic_programmes": (programme.id,)})


def condition_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """When the question names a programme and one of its conditions: need, case, actual, document."""
    dialog = state["dialog"]
    read = state["understanding"]
    assert read is not None
    known = known_programmes(desk, state)
    programmes = [p for p in (read.entities.programmes or dialog.topic_programmes) if p in known]
    if not programmes or SECTIONS.search(question):
        return None
    for programme_id in _asked_first(programmes, question):
        try:
            programme = desk.book.programme(programme_id, state["as_of"])
        except NotInForce as error:
            return Part((say(error.message, grounds=(error.message,)),), "declined", "not_in_force")
        claim = bool(PREMISE.search(question))
        supposed = {} if claim else suppose(programme, question)
        fields = tuple(supposed) or find_conditions(programme, question)
        lines = condition_lines(desk, state, programme_id, fields, supposed) if fields else []
        if not lines:
            continue
        topic = {"topic_programmes": (programme_id, *(p for p in programmes if p != programme_id))}
        more = _related(desk, state, question, programme_id)
        if wrong := _contradiction(question, lines):
            return Part((wrong, *lines, *more), "declined", "false_premise", dialog=topic)
        return Part((*lines, *more), dialog=topic)
    return None


def award_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """Local cash awards: never a figure without the year's local document in the knowledge base."""
    programme = _programme(desk, state)
    if programme is None or not AWARD.search(question):
        return None
    words = (
        f"{programme.name}的地方奖励由各地自定、每年可能变化；我没有核实到当年有效的本地文件，不报金额。"
        "请以注册地科技、工信主管部门当年的通知为准，也可以说“转人工”请顾问核实"
    )
    return Part((say(words),), "declined", "no_evidence", action="declined")


def passage_part(desk: Desk, state: TurnState, question: str) -> Part:
    """Search, gate, quote. Nothing in force, nothing found and none of our business are told apart."""
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], TAKE)
    if not hits.hits:
        return nothing(hits.reason or "no_evidence", state)
    coverage = max(supports(question, hit) for hit in hits.hits[:3])
    if coverage < GATE and not hits.hits[0].asked:
        return nothing("no_evidence", state)
    choices = choose(question, hits.hits)
    statements = [quoted(choice) for choice in choices]
    used = tuple(choice.evidence for choice in choices)
    if wrong := _contradiction(question, statements):
        return Part((wrong, *statements), "declined", "false_premise", dialog=_evidence(state, used))
    return Part(tuple(statements), dialog=_evidence(state, used))


def _programme(desk: Desk, state: TurnState) -> Programme | None:
    """The programme the message or the conversation is about, in the version of the day."""
    read = state["understanding"]
    assert read is not None
    known = known_programmes(desk, state)
    for programme_id in read.entities.programmes or state["dialog"].topic_programmes[:1]:
        if programme_id in known:
            try:
                return desk.book.programme(programme_id, state["as_of"])
            except NotInForce:
                return None
    return None


def _asked_first(programmes: list[str], question: str) -> list[str]:
    """有高企证书报科小要不要打分 asks about what is applied for, not about what is held."""
    match = re.search(r"(?:报|申请|申报|评|办)(.{2,12})", question)
    if match is None:
        return programmes
    from assistant.understand.lexicon import find_names, lexicon

    wanted = find_names(lexicon().programmes, match[1])
    return sorted(programmes, key=lambda programme_id: programme_id not in wanted)


def _related(desk: Desk, state: TurnState, question: str, programme_id: str) -> tuple[Statement, ...]:
    """A yes-or-no question about a condition is answered by the article's own sentence, when one says it."""
    from assistant.compose.extract import POLAR, YES_NO

    if not YES_NO.search(question):
        return ()
    hits = desk.searcher.search(question, scope(state), state["as_of"], state["region"], TAKE)
    own = [hit for hit in hits.hits if hit.document_id.startswith(programme_id) or programme_id in hit.document_id]
    choices = choose(question, own, most=1)
    if not choices or choices[0].worth < 0.45 or not POLAR.search(choices[0].pieces[0].text):
        return ()
    return (quoted(choices[0]),)


def scope(state: TurnState) -> Scope:
    """What this speaker may read: the firm's public knowledge, and their organisation's own."""
    audience = {"sales": "staff", "channel": "channel"}.get(state["speaker"].role, "client")
    return Scope(org_ids=frozenset({NATIONAL, state["speaker"].org_id}), audience=audience)


def quoted(choice: Choice) -> Statement:
    """The passage's own sentences, points or table rows, introduced by where they stand and since when."""
    evidence, pieces = choice.evidence, choice.pieces
    where = (
        f"《{evidence.title}》{evidence.clause or ''}"
        if evidence.kind == "law"
        else f"{evidence.title}（{evidence.clause or evidence.path.rsplit('/', 1)[-1] or '要点'}）"
    )
    since = f"（自 {evidence.effective_from} 起施行）" if evidence.kind == "law" and evidence.effective_from else ""
    grounds = (evidence.text, evidence.title, str(evidence.effective_from))
    if pieces[0].row:
        header = pieces[0].header
        rows = "\n".join(piece.text for piece in pieces)
        text = f"{where}{since}：\n\n| {' | '.join(header)} |\n|{' --- |' * len(header)}\n{rows}"
        return Statement(text, (passage_source(evidence),), grounds, prose=False)
    if len(pieces) > 2 and all(len(piece.text) < 120 for piece in pieces):
        points = "\n".join(f"- {piece.text.rstrip('；;')}" for piece in pieces)
        return Statement(f"{where}{since}：\n\n{points}", (passage_source(evidence),), grounds, prose=False)
    words = "；".join(piece.text.rstrip("。；;") for piece in pieces)
    return Statement(
        f"{where}{since}：{words}", (passage_source(evidence, words),), (str(evidence.effective_from), evidence.title)
    )


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
