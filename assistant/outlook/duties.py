"""Days that bind every company: publicity and capital, the tax calendar, and what it holds that runs out."""

from collections.abc import Iterator
from datetime import date

from assistant.outlook.season import next_season
from assistant.outlook.values import Duty
from knowledge.base.errors import QifuError
from knowledge.companies import Company, derive
from knowledge.companies.series import standing
from knowledge.policies import Facts, Programme, RuleBook
from knowledge.policies.facts import Known
from knowledge.policies.interval import Interval
from knowledge.policies.registration import RegistrationRule, filings
from knowledge.policies.tax import TaxRule

QUARTERLY = (1, 4, 7, 10)
ANNUAL = {"cit_annual": "企业所得税年度汇算清缴"}


def duties(book: RuleBook, company: Company, as_of: date, region: str | None) -> tuple[Duty, ...]:
    """Soonest first; nothing that is past."""
    facts = derive(company, as_of)
    found = [
        *_registration(book, company, facts, as_of),
        *_taxes(book, facts, as_of),
        *renewals(book, facts, as_of, region),
    ]
    return tuple(sorted((one for one in found if one.due >= as_of), key=lambda one: (one.due, one.name)))


def _registration(book: RuleBook, company: Company, facts: Facts, as_of: date) -> Iterator[Duty]:
    founded = standing(company, as_of).founded()
    day = founded[0] if founded and founded[0] == founded[1] else None
    paid = _paid_in(facts)
    for filing in filings(book.registration, day, as_of):
        if filing.kind == "capital" and paid:
            continue
        sources = tuple(document.doc_no for document in filing.documents)
        yield Duty(due=filing.due, name=filing.name, kind=filing.kind, sources=sources, provisional=filing.provisional)
    if day is not None and not paid:
        yield from _transition(book, day, as_of)


def _transition(book: RuleBook, founded: date, as_of: date) -> Iterator[Duty]:
    """公司法 2023: companies older than the law also have a last day to have paid in."""
    found = {rule.id: rule for rule in book.registration if rule.in_force(as_of)}
    old, new = found.get("capital_transition"), found.get("capital_llc")
    if old is None or new is None or founded >= new.valid_from:
        return
    for deadline in old.deadlines:
        if deadline.fixed is not None and "有限公司" in deadline.name:
            yield Duty(due=deadline.fixed, name=deadline.name, kind="capital", note=old.rule, sources=_numbers(old))


def _paid_in(facts: Facts) -> bool:
    paid, whole = facts.get("entity.paid_in_capital"), facts.get("entity.registered_capital")
    if not (isinstance(paid, Known) and isinstance(whole, Known)):
        return False
    assert isinstance(paid.value, Interval)
    assert isinstance(whole.value, Interval)
    return paid.value.low >= whole.value.high


def _taxes(book: RuleBook, facts: Facts, as_of: date) -> Iterator[Duty]:
    """The filing days of the year's notice; the annual ones of the next year are told as not yet announced."""
    try:
        rule = book.rule("admin.filing_deadline", as_of)
    except QifuError:
        return
    kind = facts.get("entity.taxpayer_type")
    small = isinstance(kind, Known) and kind.value == "小规模纳税人"
    sources = _numbers(rule)
    [table] = [table for name, table in rule.tables.items() if name.startswith("filing_deadline")]
    for month, day in table.values.items():
        quarter = int(month) in QUARTERLY
        if small and not quarter:
            continue
        name = f"{month} 月申报纳税期限" + ("（含按季申报）" if quarter else "")
        note = (
            "增值税及附加、个人所得税代扣、企业所得税预缴（按季）等"
            if quarter
            else "按月申报的增值税及附加、个人所得税代扣等"
        )
        yield Duty(due=date.fromisoformat(str(day)), name=name, kind="tax", note=note, sources=sources)
    for key, name in ANNUAL.items():
        annual = f"{as_of.year}-{rule.tables['annual_deadline'].values[key]}"
        due = date.fromisoformat(annual)
        due = due if due >= as_of else due.replace(year=as_of.year + 1)
        moved = due.year != rule.valid_from.year
        note = "次年的期限通知尚未收录，遇节假日可能顺延" if moved else ""
        yield Duty(due=due, name=name, kind="tax", note=note, sources=sources, provisional=moved)


def renewals(book: RuleBook, facts: Facts, as_of: date, region: str | None) -> Iterator[Duty]:
    """What the company says it holds and until when (`qual.<id>_until`)."""
    for programme in book.programmes(as_of):
        until = facts.get(f"qual.{programme.id}_until")
        if not isinstance(until, Known) or not isinstance(until.value, date):
            continue
        yield Duty(
            due=until.value,
            name=f"{programme.name}到期",
            kind="renewal",
            note="；".join(_renewing(programme, until.value, region)),
            sources=(programme.documents[0].doc_no,),
        )


def _renewing(programme: Programme, until: date, region: str | None) -> Iterator[str]:
    yield programme.validity_note or (
        f"有效期 {programme.validity_years} 年" if programme.validity_years else "到期前重新申报"
    )
    if programme.lead_time:
        yield programme.lead_time
    season = next_season(programme, region, date(until.year, 1, 1))
    if season is not None and season.closes is not None:
        yield f"到期当年的申报截止约 {season.closes}{'（按已知年度推算）' if season.projected else ''}"


def _numbers(rule: RegistrationRule | TaxRule) -> tuple[str, ...]:
    return tuple(document.doc_no for document in rule.documents)
