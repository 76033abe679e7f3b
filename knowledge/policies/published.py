"""Later versions of rules added to the book: each ends the one before on the day before its own start."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from knowledge.base.errors import BadInput, GuardFailed
from knowledge.policies.book import RuleBook
from knowledge.policies.programme import Programme
from knowledge.policies.registration import RegistrationRule
from knowledge.policies.tax import TaxRule

Rule = Programme | TaxRule | RegistrationRule
Version = TypeVar("Version", Programme, TaxRule, RegistrationRule)


def versions(book: RuleBook, rule: Rule) -> tuple[Rule, ...]:
    """Those of the same rule (a tax rule's family), oldest first."""
    kept: tuple[Rule, ...] = _shelf(book, rule)
    return tuple(sorted((one for one in kept if key(one) == key(rule)), key=lambda one: one.valid_from))


def with_version(book: RuleBook, rule: Rule) -> RuleBook:
    """Raises `GuardFailed` unless it starts after the newest version, `BadInput` for a tax rule's id used twice."""
    known = versions(book, rule)
    if known and rule.valid_from <= known[-1].valid_from:
        raise GuardFailed(
            f"valid_from：新版本的生效日 {rule.valid_from} 应晚于现有版本的 {known[-1].valid_from}；写新规的施行日。",
            field="valid_from",
        )
    if isinstance(rule, Programme):
        return replace(book, programme_versions=_added(book.programme_versions, rule))
    if isinstance(rule, RegistrationRule):
        return replace(book, registration=_added(book.registration, rule))
    if any(one.id == rule.id for one in book.rules):
        raise BadInput(f"id：编号 {rule.id} 已有；税务规则的新版本用新编号，family 保持不变。", field="id")
    return replace(book, rules=_added(book.rules, rule))


def with_versions(book: RuleBook, rules: Iterable[Rule]) -> RuleBook:
    """All of them by their start. One that the shipped files have overtaken in the meantime is left out."""
    for rule in sorted(rules, key=lambda one: one.valid_from):
        try:
            book = with_version(book, rule)
        except (GuardFailed, BadInput):
            continue
    return book


def key(rule: Rule) -> str:
    return rule.family if isinstance(rule, TaxRule) else rule.id


def _shelf(book: RuleBook, rule: Rule) -> tuple[Rule, ...]:
    if isinstance(rule, Programme):
        return book.programme_versions
    return book.rules if isinstance(rule, TaxRule) else book.registration


def _added(shelf: tuple[Version, ...], rule: Version) -> tuple[Version, ...]:
    """The older versions end on the day before, unless they ended sooner."""
    last = rule.valid_from - timedelta(days=1)
    found: list[Version] = []
    for one in shelf:
        goes_on = key(one) == key(rule) and (one.valid_to is None or one.valid_to > last)
        found.append(one.model_copy(update={"valid_to": last}) if goes_on else one)
    found.append(rule)
    return tuple(found)
