"""The rule book: every programme and tax rule, dated, found by id, family or alias for a day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from knowledge.base.errors import Missing, NotInForce
from knowledge.policies import tax
from knowledge.policies.programme import Programme
from knowledge.policies.reckoning import run
from knowledge.policies.registration import RegistrationRule
from knowledge.policies.strict import load, wrong
from knowledge.policies.tax import Listed, TaxRule
from knowledge.policies.values import Calculation

FOLDER = Path(__file__).parent / "rules"
KINDS = ("programmes", "certifications", "listing")
Version = TypeVar("Version", Programme, TaxRule, RegistrationRule)


@dataclass(frozen=True)
class RuleBook:
    """Programmes, tax rules and registration rules, each a tuple of dated versions."""

    programme_versions: tuple[Programme, ...]
    rules: tuple[TaxRule, ...]
    registration: tuple[RegistrationRule, ...] = ()

    def programmes(self, day: date) -> tuple[Programme, ...]:
        """Those in force on the day."""
        return tuple(one for one in self.programme_versions if one.in_force(day))

    def programme(self, name: str, day: date) -> Programme:
        """By id or alias. Raises `Missing` for an unknown one, `NotInForce` for one that isn't in force on the day."""
        versions = [one for one in self.programme_versions if one.id == name]
        if not versions:
            versions = [
                one for one in self.programme_versions if name in one.aliases or name in (one.name, *one.old_ids)
            ]
        if not versions:
            known = {one.id for one in self.programme_versions}
            raise Missing(f"没有编号为 {name[:40]} 的资质规则；{_near(name, known)}。", field="programme")
        if not any(one.in_force(day) for one in versions):
            ids = {one.id for one in versions}
            others = [one for one in self.programme_versions if one.id in ids and one.in_force(day)]
            raise not_in_force(versions, day, name, others)
        return _on(versions, day, name)

    def rule(self, name: str, day: date) -> TaxRule:
        """By id or family. Raises as `programme` does; the error names the rule that was in force then, if any."""
        exact = [one for one in self.rules if one.id == name]
        family = [one for one in self.rules if one.family == name]
        if not exact and not family:
            known = {one.id for one in self.rules} | {one.family for one in self.rules}
            raise Missing(f"没有编号为 {name[:40]} 的计算规则；{_near(name, known)}。", field="rule_id")
        if exact and not exact[0].in_force(day) and exact[0].family != name:
            others = [one for one in self.rules if one.family == exact[0].family and one.in_force(day)]
            raise not_in_force(exact, day, name, others)
        return _on(family or exact, day, name) if not (exact and exact[0].in_force(day)) else exact[0]

    def rule_in_force(self, family: str, day: date) -> TaxRule:
        return self.rule(family, day)

    def registration_rule(self, name: str, day: date) -> RegistrationRule:
        """By id. Raises as `programme` does."""
        versions = [one for one in self.registration if one.id == name]
        if not versions:
            known = {one.id for one in self.registration}
            raise Missing(f"没有编号为 {name[:40]} 的登记规则；{_near(name, known)}。", field="rule_id")
        return _on(versions, day, name)

    def calculators(self) -> tuple[Listed, ...]:
        """What `qifu calc --list` shows."""
        return tuple(tax.listed(rule) for rule in self.rules if rule.formula)


def calculate(book: RuleBook, rule_id: str, inputs: Mapping[str, object], day: date) -> Calculation:
    """Raises `Missing`, `NotInForce`, or `BadInput` naming the input, a right value and the next step."""
    return run(book.rule(rule_id, day), inputs, day)


@cache
def load_rules(folder: Path = FOLDER) -> RuleBook:
    """All rule files. Raises `BadInput` naming file, line and field of the first mistake."""
    programmes = [(path, load(path, Programme)) for kind in KINDS for path in sorted((folder / kind).glob("*.yaml"))]
    rules = [(path, load(path, TaxRule)) for path in sorted((folder / "tax").glob("**/*.yaml"))]
    _check_versions(programmes, lambda one: one.id)
    _check_versions(rules, lambda one: one.family)
    filed = [(path, load(path, RegistrationRule)) for path in sorted((folder / "registration").glob("*.yaml"))]
    _check_versions(filed, lambda one: one.id)
    seen: dict[str, Path] = {}
    for path, rule in rules:
        if rule.id in seen:
            raise wrong(path, 1, "id", f"编号 {rule.id} 已在 {seen[rule.id].name} 用过")
        seen[rule.id] = path
    return RuleBook(tuple(one for _, one in programmes), tuple(one for _, one in rules), tuple(one for _, one in filed))


def _check_versions(entries: Iterable[tuple[Path, Version]], key: Callable[[Version], str]) -> None:
    """Versions of one rule never overlap."""
    groups: dict[str, list[tuple[Path, Version]]] = {}
    for path, one in entries:
        groups.setdefault(key(one), []).append((path, one))
    for versions in groups.values():
        versions.sort(key=lambda entry: entry[1].valid_from)
        for (before, older), (path, newer) in pairwise(versions):
            if older.valid_to is None or newer.valid_from <= older.valid_to:
                raise wrong(path, 1, "valid_from", f"与 {before.name} 的有效期重叠；同一规则的版本不能同时有效")


def not_in_force(
    versions: Sequence[Programme | TaxRule | RegistrationRule],
    day: date,
    name: str,
    others: Iterable[Programme | TaxRule] = (),
) -> NotInForce:
    spans = "、".join(f"{one.valid_from} 至 {one.valid_to or '今'}" for one in versions)
    then = "、".join(f"{one.id}（{one.name}）" for one in others)
    hint = f"当时有效的是 {then}" if then else "当时没有收录有效的版本，请换一个日期或转人工核实"
    return NotInForce(f"{name} 在 {day} 不在有效期内（有效期 {spans}）；{hint}。", field="as_of")


def _on(versions: Sequence[Version], day: date, name: str) -> Version:
    for one in versions:
        if one.in_force(day):
            return one
    raise not_in_force(versions, day, name)


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(known), n=3, cutoff=0.4)
    return (
        f"相近的有 {'、'.join(close)}" if close else "用 qifu calc --list 或不带 --programme 的 diagnose 查看全部编号"
    )
