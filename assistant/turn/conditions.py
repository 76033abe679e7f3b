"""One condition of a programme: what it demands in the case that applies, judged on what is known or supposed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from assistant.compose.extract import choose
from assistant.compose.sheet import programme_sheet
from assistant.compose.statement import Part, Statement, say
from assistant.desk import Desk
from assistant.sources import document_sources, rule_sources
from assistant.turn.hypothesis import suppose
from assistant.turn.passages import related
from assistant.turn.premise import claims, confirmation, contradiction
from assistant.turn.state import TurnState
from assistant.understand.intent import on_tax
from assistant.understand.lexicon import find_mentions, find_names, lexicon
from assistant.understand.ways import ways_named
from knowledge.base.errors import NotInForce
from knowledge.companies import derive
from knowledge.companies.derive import NEEDS
from knowledge.ingest.shipped import article_rules
from knowledge.policies import ConditionResult, Programme, explain, find_conditions
from knowledge.policies.description import numbered_ways
from knowledge.policies.facts import Known
from knowledge.policies.programme import walk

# What a condition can't answer: the sections of the article do.
SECTIONS = re.compile(
    r"好处|流程|步骤|材料|资料|有效期|管(?:几|[一两三四五六七八九十\d]+)年|[几一两三四五六七八九十\d]+年(?:有效|一[换审复])|周期|多久能|费用多少|多少钱|失败|为什么|为啥|关系|区别|怎么(?:申请|办|报|评|打分)|分母|几号文|文号"
)


POINTS = re.compile(r"(?:给|得|拿|有|值|能打)(?:到|上)?(?:多少|几)分|分是多少")
WHOLE_SCORE = re.compile(r"最低|及格|通过|达标|总分|凑够|满分|合格")
ROW = 0.2  # part of the question that a row of the score table must carry
VERSIONS = re.compile(r"新旧|旧标准|老标准|以前|之前|原来|对比|变化|改了")
LIMIT = re.compile(r"多少|几|红线|门槛|底线|够不够|够吗|线")
FIGURE = re.compile(r"多少(?!意义)|几个点|红线|门槛")
LISTED = re.compile(r"[、，,]|和|跟|以及")


def condition_part(desk: Desk, state: TurnState, question: str) -> Part | None:
    """When the question names a programme and one of its conditions: need, case, actual, document."""
    dialog = state["dialog"]
    read = state["understanding"]
    assert read is not None
    known = known_programmes(desk, state)
    # 小规模季度30万要交税吗 after a talk of 专精特新 is about the tax, whatever was the topic.
    carried = () if read.entities.taxes or on_tax(read.text) else dialog.topic_programmes
    programmes = [p for p in (read.entities.programmes or carried) if p in known]
    if not programmes or SECTIONS.search(question):
        return None
    for programme_id in _asked_first(programmes, question):
        try:
            programme = desk.book.programme(programme_id, state["as_of"])
        except NotInForce as error:
            return Part((say(error.message, grounds=(error.message,)),), "declined", "not_in_force")
        if not programme.verified:
            # A figure of it is never told; what it is, where to ask and which paper to look for its article says.
            if asks_figure(programme, question) or not _has_article(programme):
                return unverified_part(programme)
            continue
        claim = claims(question)
        supposed = {} if claim else suppose(programme, question)
        if not claim and not supposed and (points := points_lines(programme, question)):
            return Part(points, dialog={"topic_programmes": (programme_id,), "topic_title": None})
        told = {fact.field for fact in state["said"]}
        fields = tuple(supposed) or asked_fields(programme, question) or meant_fields(programme, question, told)
        ways = ways_named(question)
        lines = condition_lines(desk, state, programme_id, fields, supposed, ways) if fields else []
        if fields and not lines and ways and (none := _not_in_way(programme, state, fields, ways)):
            return Part((none,), dialog={"topic_programmes": (programme_id,), "topic_title": None})
        if lines and VERSIONS.search(question):
            lines += earlier_lines(desk, state, programme, fields)
        if not lines:
            continue
        judged = condition_results(programme, state, fields, supposed, ways)
        card = conditions_card(programme, judged)
        others = (p for p in programmes if p != programme_id)
        topic = {"topic_programmes": (programme_id, *others), "topic_title": None}
        more = related(desk, state, question, programme_id)
        if wrong := contradiction(question, lines):
            if before := earlier_lines(desk, state, programme, fields):
                lines += [_since(programme), *before]
            return Part((wrong, *lines, *more), "declined", "false_premise", cards=(card,), dialog=topic)
        if right := confirmation(question, lines):
            lines = [right, *lines]
        return Part((*lines, *more), cards=(card,), dialog=topic)
    return None


def asks_figure(programme: Programme, question: str) -> bool:
    """Whether a question wants a threshold of it: 研发人员要多少人, 营收门槛."""
    return bool(LIMIT.search(question) and (asked_fields(programme, question) or FIGURE.search(question)))


def _has_article(programme: Programme) -> bool:
    return any(programme.id in rules for rules in article_rules().values())


def unverified_part(programme: Programme) -> Part:
    """Figures kept from memory only are never told."""
    words = f"{programme.name}的标准还没有核实到现行文件，不能凭印象回答；可以说“转人工”请顾问向主管部门核实"
    return Part((say(words),), "declined", "no_evidence", action="declined")


def condition_lines(
    desk: Desk,
    state: TurnState,
    programme_id: str,
    fields: tuple[str, ...],
    supposed: Mapping[str, Known] = MappingProxyType({}),
    ways: frozenset[int] = frozenset(),
) -> list[Statement]:
    """What a programme demands of the fields, in the case that applies to this company, or to what is supposed; of
    numbered ways to qualify in those of `ways`, where it has any.
    """
    programme = desk.book.programme(programme_id, state["as_of"])
    lines = []
    for condition in condition_results(programme, state, fields, supposed, ways):
        text = _demand(programme, condition)
        if condition.result in ("met", "unmet"):
            basis = "按你说的" if condition.field in supposed else "按已知数据现为"
            closing = "，不算通过" if condition.field in supposed and condition.result == "unmet" else ""
            text += f"（{basis} {condition.shown}，{_result(condition.result)}{closing}）"
        documents = [d for d in programme.documents if condition.document and d.doc_no == condition.document.doc_no]
        documents = [*programme.documents[:1], *(d for d in documents if d != programme.documents[0])]
        sources = document_sources(documents, programme_id, f"{condition.label}：{condition.need}")
        lines.append(Statement(text, sources, (text,)))
    return lines


def _not_in_way(
    programme: Programme, state: TurnState, fields: tuple[str, ...], ways: frozenset[int]
) -> Statement | None:
    """That the way asked for makes no such demand, or isn't one of the rule's; None when no way makes it."""
    known = numbered_ways(programme)
    if not known or not (elsewhere := condition_results(programme, state, fields)):
        return None
    asked = [known[one - 1] for one in sorted(ways) if one <= len(known)]
    labels = "、".join(dict.fromkeys(one.label for one in elsewhere))
    text = f"{programme.name}的{'、'.join(asked)}对{labels}没有要求"
    if not asked:
        text = f"{programme.name}的标准有：{'、'.join(known)}，没有问到的那一套"
    return Statement(text, document_sources(programme.documents[:1], programme.id, text), (text,))


def conditions_card(programme: Programme, judged: tuple[ConditionResult, ...]) -> dict[str, Any]:
    """The conditions told, as data: what each demands, and what is known of the company."""
    conditions = [one.model_dump(mode="json") for one in judged]
    return {"type": "conditions", "programme_id": programme.id, "name": programme.name, "conditions": conditions}


def _since(programme: Programme) -> Statement:
    text = f"现行标准自 {programme.valid_from} 起执行，依据 {programme.documents[0].doc_no}"
    return Statement(text, document_sources(programme.documents[:1], programme.id, text), (text,))


def _demand(programme: Programme, condition: ConditionResult) -> str:
    """One condition in words. What is simply demanded, with no other way round it, is told as the premise it is."""
    if condition.need == "是" and condition.group is None:
        return f"{programme.name}的前提是{condition.label}，不具备就不能申报"
    return f"{programme.name}要求{condition.label}：{condition.need}"


def condition_results(
    programme: Programme,
    state: TurnState,
    fields: tuple[str, ...],
    supposed: Mapping[str, Known] = MappingProxyType({}),
    ways: frozenset[int] = frozenset(),
) -> tuple[ConditionResult, ...]:
    """The conditions on the fields, judged on what is known of the company or supposed."""
    known = derive(state["company"], state["as_of"])
    facts = replace(known, values={**known.values, **supposed})
    found: dict[str, ConditionResult] = {}
    for field in fields:
        for condition in explain(programme, field, facts, state["as_of"], ways):
            found[f"{condition.label}{condition.need}"] = condition
    return tuple(found.values())


def points_lines(programme: Programme, question: str) -> tuple[Statement, ...]:
    """The row of the score table whose points are asked for: 1个发明给多少分. () when the whole score is meant."""
    if programme.score is None or not POINTS.search(question) or WHOLE_SCORE.search(question):
        return ()
    table = [one for one in programme_sheet(programme) if one.path.endswith("/评分")]
    choices = choose(question, table, most=1)
    if not choices or choices[0].worth < ROW:
        return ()
    row = choices[0].pieces[0].text
    text = f"{programme.name}评分表：{row}"
    return (Statement(text, rule_sources(choices[0].evidence, row), (text,)),)


def asked_fields(programme: Programme, question: str) -> tuple[str, ...]:
    """The fields a question names: of a list (营收、负债率、研发) those of each of its members."""
    members = [one for one in LISTED.split(question) if len(one) >= 2 and not re.search(r"\d", one)]
    found = [name for one in members for name in find_conditions(programme, one)]
    whole = find_conditions(programme, question)
    return tuple(dict.fromkeys((*found, *whole))) if len(set(found)) > 1 else whole


def meant_fields(programme: Programme, question: str, told: Collection[str]) -> tuple[str, ...]:
    """Conditions that rest first on what the question calls by its everyday name: 研发费几个点 is the share of it."""
    if not LIMIT.search(question):
        return ()
    mentioned = [one.field for one in find_mentions(question) if one.field not in told]
    tested = dict.fromkeys(node.field for node in walk(programme.conditions) if node.field)
    return tuple(field for field in tested if NEEDS.get(field, (field,))[0] in mentioned)


def earlier_lines(desk: Desk, state: TurnState, programme: Programme, fields: tuple[str, ...]) -> list[Statement]:
    """What the version before demanded of the same fields, when old and new are compared."""
    before = [
        one
        for one in desk.book.programme_versions
        if one.id == programme.id and one.valid_to is not None and one.valid_to < programme.valid_from
    ]
    lines = []
    for old in sorted(before, key=lambda one: one.valid_from)[-1:]:
        assert old.valid_to is not None
        facts = derive(state["company"], old.valid_to)
        told = {f"{c.label}：{c.need}": c for name in fields for c in explain(old, name, facts, old.valid_to)}
        for words in told:
            text = f"旧标准（{old.name}，到 {old.valid_to} 为止）要求{words}"
            lines.append(
                Statement(text, document_sources(old.documents[:1], f"{old.id}@{old.valid_from}", text), (text,))
            )
    return lines


def _result(result: str) -> str:
    return {"met": "满足", "unmet": "不满足", "unknown": "待确认", "manual": "需专家判断"}[result]


def known_programmes(desk: Desk, state: TurnState) -> frozenset[str]:
    return frozenset(programme.id for programme in desk.book.programmes(state["as_of"]))


def _asked_first(programmes: list[str], question: str) -> list[str]:
    """有高企证书报科小要不要打分 asks about what is applied for, not about what is held."""
    match = re.search(r"(?:报|申请|申报|评|办)(.{2,12})", question)
    held = re.search(r"(?:^|[，,])(?:我们|已经|本来)?(?:是|有|拿了|评上)(.{2,12}?)(?:的话|了|证书|，|,)", question)
    if match is not None:
        wanted = find_names(lexicon().programmes, match[1])
        return sorted(programmes, key=lambda programme_id: programme_id not in wanted)
    had = find_names(lexicon().programmes, held[1]) if held else ()
    return sorted(programmes, key=lambda programme_id: programme_id in had)


def topic_programme(desk: Desk, state: TurnState) -> Programme | None:
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
