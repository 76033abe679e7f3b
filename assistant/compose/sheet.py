"""A programme as a sheet of lines that can be quoted: what it demands, its score table, times, benefits, failures.

Only what the rule file says and what was verified is written; each section is a passage of its own, like a section of
an article, so that pieces of rules and of articles are chosen among each other by one measure.
"""

from collections.abc import Iterator

from knowledge.policies import DocumentRef, Programme
from knowledge.policies.bounds import When
from knowledge.policies.description import called
from knowledge.policies.fields import find_field
from knowledge.policies.programme import UNVERIFIED, Item, Node
from knowledge.policies.wording import figure, need, tidy
from retrieval import Evidence
from retrieval.evidence import NamedDocument

SIGNS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "==": "为"}


def programme_sheet(programme: Programme) -> tuple[Evidence, ...]:
    """The sections of a programme, in the order a client asks for them. [] for one that wasn't verified."""
    if not programme.verified:
        return ()
    sections = {
        "条件": [*_conditions(programme.conditions), *_least(programme)],
        "评分": [line for item in (programme.score.items if programme.score else ()) for line in item_lines(item)],
        "时间窗口": _times(programme),
        "有效期": _validity(programme),
        "材料": [f"材料：{'、'.join(programme.materials)}"] if programme.materials else [],
        "流程": [f"流程：{'→'.join(programme.process)}"] if programme.process else [],
        "优惠与好处": [one.text for one in programme.benefits if one.confidence in ("V1", "V2")],
        "常见失败原因": list(programme.common_failures),
        "说明": list(programme.notes),
    }
    return tuple(
        section(programme.id, programme.name, name, lines, programme.documents, programme.region)
        for name, lines in sections.items()
        if lines
    )


def section(
    rule_id: str, title: str, name: str, lines: list[str], documents: tuple[DocumentRef, ...], region: str = "全国"
) -> Evidence:
    """Lines of a rule as a passage; it stands on the rule's documents."""
    first = documents[0]
    return Evidence(
        chunk_id=f"rule:{rule_id}#{name}",
        document_id=rule_id,
        title=title,
        doc_no=first.doc_no,
        issuer=first.issuer or "",
        region=region,
        clause=None,
        text="\n".join(f"- {line}" for line in lines),
        score=0.0,
        effective_from=first.effective,
        effective_to=None,
        status="in_force",
        url=first.url,
        kind="rule",
        owner_org="",
        path=f"{title}/{name}",
        documents=tuple(
            NamedDocument(
                doc_no=one.doc_no,
                title=one.title or one.doc_no,
                effective=one.effective,
                url=one.url,
                status=one.status,
            )
            for one in documents
        ),
    )


def item_lines(item: Item) -> Iterator[str]:
    """科技人员指标（满分 20 分）：30% 以上 20 分；25% 以上 16 分…"""
    for part in item.items:
        yield from item_lines(part)
    note = f"；{item.note}" if item.note else ""
    least = f"，不得少于 {tidy(item.least, 2)} 分" if item.least else ""
    if item.kind == "expert":
        yield f"{item.name}：满分 {tidy(item.max, 2)} 分{least}，由专家判断{note}"
    elif item.bands:
        bands = "；".join(f"{_when(band.when, item.field)} {_points(*band.points)}" for band in item.bands)
        yield f"{item.name}（满分 {tidy(item.max, 2)} 分{least}）：{bands}{note}"
    elif least or note:
        yield f"{item.name}（满分 {tidy(item.max, 2)} 分{least}）{note}"


def _points(low: object, high: object) -> str:
    return f"{low} 分" if low == high else f"{low} 至 {high} 分"


def _when(when: When, name: str | None) -> str:
    if when.otherwise:
        return "其他得"
    field = find_field(when.field or name or "")
    unit = field.shown_unit if field else ""
    unit = "ratio" if field and field.kind == "ratio" else unit
    own = f"{field.label} " if when.field and when.field != name and field else ""
    bounds = []
    for sign, bound in when.bounds:
        if isinstance(bound, bool):
            bounds.append("是" if bound else "否")
        elif isinstance(bound, str):
            bounds.append(bound)
        else:
            bounds.append(f"{SIGNS[sign]} {figure(bound, unit)}")
    return own + "、".join(bounds) + "得"


def _conditions(nodes: tuple[Node, ...], case: str = "") -> Iterator[str]:
    for node in nodes:
        if node.all is not None:
            kept = [one for one in node.all if not one.score]
            if case or len(kept) < 2:
                yield from _conditions(node.all, case)
            else:
                yield "，且".join(line for one in kept for line in _conditions((one,)))
        elif node.any is not None:
            ways = [line for one in node.any for line in _conditions((one,))]
            if node.each is not None and len(ways) == len(node.any):
                ways = [f"{called(node, at)}，{line}" for at, line in enumerate(ways, 1)]
            name = node.group or "满足其中一项"
            yield f"{name}：{'；或者'.join(ways)}" if len(ways) > 1 else f"{name}：{''.join(ways)}"
        elif node.switch is not None:
            cases = [f"{one.label}的，{'，且'.join(_conditions((one.require,)))}" for one in node.cases]
            yield "；".join(cases) + (f"；{node.note}" if node.note else "")
        elif node.field is not None and node.op != "manual" and node.confidence not in UNVERIFIED:
            note = f"（{node.note}）" if node.note else ""
            yield f"{node.label or node.field}{_need(node)}{note}"


def _need(node: Node) -> str:
    if isinstance(node.value, bool):
        return (
            ""
            if node.value
            else "（有这一情形的不行）"
            if not (node.label or "").startswith(("不", "无", "近"))
            else ""
        )
    return need(node)


def _least(programme: Programme) -> list[str]:
    score = programme.score
    if score is None:
        return []
    return [f"{score.label}{SIGNS[score.op]} {tidy(score.value, 2)} 分"]


def _times(programme: Programme) -> list[str]:
    lines = [f"申报时间：{programme.window}"]
    for one in programme.windows:
        opened = f"{one.open} 开放" if one.open else ""
        closed = f"截止 {'、'.join(map(str, one.deadlines))}" if one.deadlines else ""
        told = "，".join(word for word in (opened, closed, one.note or "") if word)
        lines.append(f"{one.region} {one.year} 年{one.batch or ''}：{told}")
    if programme.lead_time:
        lines.append(f"办理用时：{programme.lead_time}")
    return lines


def _validity(programme: Programme) -> list[str]:
    lines = [f"有效期 {programme.validity_years} 年"] if programme.validity_years else []
    if programme.validity_note:
        lines.append(f"有效期说明：{programme.validity_note}")
    if lines:  # 有效期与年度监督常一起问
        lines += [note for note in programme.notes if "监督" in note or "复核" in note or "复审" in note]
    return lines
