"""The report as plain values: what it says, before it becomes a page or a PDF. Every figure comes from the rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.outlook.gaps import shown_step
from assistant.outlook.plan import plan_from
from assistant.outlook.values import Duty, Plan, Prospect, Season, Worth
from assistant.recommend import Providers, Recommendation, recommend
from knowledge.base.ids import digest
from knowledge.base.money import yuan
from knowledge.companies import Company
from knowledge.policies import ConditionResult, RuleBook, Verdict
from knowledge.policies.values import ScoreInterval
from knowledge.services import Catalogue

LABEL = "内容由 AI 生成"
PRODUCER = "企服 qifu"
RESULTS = {
    "met": "满足", "unmet": "不满足", "unknown": "待确认", "manual": "需专家判断", "not_applicable": "不适用",
}  # fmt: skip
HORIZONS = {
    "held": "已取得",
    "now": "现在可以申报",
    "later": "以后可以申报",
    "unsure": "待补充信息",
    "closed": "不能申报",
}


@dataclass(frozen=True)
class Line:
    """One condition as a person reads it."""

    label: str
    need: str
    actual: str
    result: str
    gap: str
    source: str


@dataclass(frozen=True)
class Card:
    """One programme in full. `counts` are conditions met, unmet, unknown and for experts."""

    name: str
    result: str
    told: str
    horizon: str
    counts: dict[str, int]
    score: ScoreInterval | None
    lines: tuple[Line, ...]
    steps: tuple[str, ...]
    when: str
    benefits: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """A programme about which too little is known: its next question alone."""

    name: str
    told: str
    question: str


@dataclass(frozen=True)
class Origin:
    """A document the report rests on."""

    doc_no: str
    title: str
    dated: str
    url: str | None


@dataclass(frozen=True)
class Report:
    company: str
    about: str
    summary: str
    as_of: date
    valid_until: date
    cards: tuple[Card, ...]
    briefs: tuple[Brief, ...]
    duties: tuple[Duty, ...]
    worth: tuple[Worth, ...]
    notes: tuple[str, ...]
    recommendations: tuple[Recommendation, ...]
    origins: tuple[Origin, ...]
    number: str


def make_report(
    book: RuleBook,
    catalogue: Catalogue,
    company: Company,
    verdicts: Iterable[Verdict],
    as_of: date,
    *,
    region: str | None = None,
    providers: Providers = lambda _service_id: (),
) -> Report:
    """Cards for what is decided or partly known, a line for the rest; valid until the fiscal year or a rule ends."""
    judged = {verdict.programme_id: verdict for verdict in verdicts if verdict.verdict != "not_applicable"}
    plan = plan_from(book, company, judged.values(), as_of, region=region)
    full = [one for one in plan.prospects if _worth_a_card(judged[one.programme_id], one)]
    rest = [one for one in plan.prospects if one not in full]
    items = recommend(book, catalogue, company, judged.values(), as_of, providers=providers)
    place = region or company.region
    known = f"{len([fact for fact in company.facts if fact.known])} 项已知数据"
    return Report(
        company=company.name or "（未具名企业）",
        about=" · ".join(part for part in (company.uscc, place, known) if part),
        summary=_summary(plan),
        as_of=as_of,
        valid_until=_valid_until(book, judged, as_of),
        cards=tuple(_card(judged[one.programme_id], one) for one in full),
        briefs=tuple(_brief(judged[one.programme_id]) for one in rest),
        duties=plan.duties,
        worth=plan.worth,
        notes=plan.notes,
        recommendations=items,
        origins=tuple(_origins(book, full, plan, as_of)),
        number=digest([company.model_dump(mode="json"), plan.model_dump(mode="json")])[:16],
    )


def _summary(plan: Plan) -> str:
    """How many programmes stand where, and the next day that binds."""
    counts = {name: sum(one.horizon == name for one in plan.prospects) for name in HORIZONS}
    told = "，".join(f"{HORIZONS[name]} {count} 项" for name, count in counts.items() if count)
    first = plan.duties[0] if plan.duties else None
    return f"{told or '没有适用的项目'}{f'。最近的期限：{first.due} {first.name}' if first else ''}"


def money(fen: int) -> str:
    return f"{yuan(fen)} 元"


def _worth_a_card(verdict: Verdict, prospect: Prospect) -> bool:
    """Decided, or at least half of what can be computed is."""
    decided = sum(condition.result in ("met", "unmet") for condition in verdict.conditions)
    open_ones = sum(condition.result == "unknown" for condition in verdict.conditions)
    partly = verdict.reason != "not verified" and decided > 0 and decided >= open_ones
    return prospect.horizon in ("held", "now", "later", "closed") or partly


def _card(verdict: Verdict, prospect: Prospect) -> Card:
    counts = {name: sum(c.result == name for c in verdict.conditions) for name in ("met", "unmet", "unknown", "manual")}
    ready = verdict.verdict == "unknown" and verdict.ready
    return Card(
        name=verdict.name,
        result=verdict.verdict,
        told=RESULTS[verdict.verdict] + ("（可计算的条件都已满足，待评审）" if ready else ""),
        horizon=HORIZONS[prospect.horizon],
        counts=counts,
        score=verdict.score,
        lines=tuple(_line(condition) for condition in verdict.conditions),
        steps=tuple(shown_step(step) for step in prospect.steps),
        when=_when(prospect, verdict),
        benefits=verdict.benefits,
        questions=tuple(question.question for question in verdict.next_questions),
    )


def _line(condition: ConditionResult) -> Line:
    made_up = condition.result == "unmet" and not condition.blocks
    return Line(
        label=condition.label + (f"（{condition.group}）" if condition.group else ""),
        need=condition.need,
        actual=condition.shown,
        result=RESULTS[condition.result] + ("（由同组其他项满足或待定）" if made_up else ""),
        gap=condition.gap or "",
        source=condition.document.doc_no + (f" {condition.document.clause}" if condition.document.clause else "")
        if condition.document
        else "",
    )


def _when(prospect: Prospect, verdict: Verdict) -> str:
    told = []
    if prospect.possible_on is not None and prospect.steps:
        told.append(f"按现有数据最早 {prospect.possible_on} 补齐")
    if prospect.season is not None:
        told.append(_season(prospect.season))
    if verdict.window:
        told.append(verdict.window)
    if prospect.lead_time:
        told.append(prospect.lead_time)
    return "；".join(told)


def _season(season: Season) -> str:
    opens = f"{season.opens} 起" if season.opens else ""
    closes = f"截止 {season.closes}" if season.closes else ""
    guess = "（按已知年度推算，以当年通知为准）" if season.projected else ""
    return f"下一个申报期：{'，'.join(part for part in (opens, closes) if part)}{guess}"


def _brief(verdict: Verdict) -> Brief:
    unverified = verdict.reason == "not verified"
    told = "标准没有核实，不作结论" if unverified else "信息不足"
    question = verdict.next_questions[0].question if verdict.next_questions else ""
    return Brief(verdict.name, told, question)


def _valid_until(book: RuleBook, judged: Iterable[str], as_of: date) -> date:
    """The year's end, when “last year” becomes another year, or sooner where a rule ends."""
    ends = [book.programme(name, as_of).valid_to for name in judged]
    return min([date(as_of.year, 12, 31), *(end for end in ends if end is not None)])


def _origins(book: RuleBook, prospects: Iterable[Prospect], plan: Plan, as_of: date) -> Iterable[Origin]:
    """Each document once, with its date: of the programmes told in full, of the duties and of the sums."""
    found: dict[str, Origin] = {}
    used = {source for duty in plan.duties for source in duty.sources} | {
        source for worth in plan.worth for source in worth.sources
    }
    documents = [d for one in prospects for d in book.programme(one.programme_id, as_of).documents]
    others = [
        *(d for rule in book.rules if rule.in_force(as_of) for d in rule.documents if d.doc_no in used),
        *(d for rule in book.registration if rule.in_force(as_of) for d in rule.documents if d.doc_no in used),
    ]
    for document in [*documents, *others]:
        if document.status in ("repealed", "expired", "superseded"):
            continue
        dated = document.date or "日期未取得"
        found.setdefault(document.doc_no, Origin(document.doc_no, document.title or "", dated, document.url))
    return found.values()
