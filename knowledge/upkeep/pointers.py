"""Nothing leads nowhere: rules have an article, steps name one that exists, phrasings point at a section."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from knowledge.base.errors import BadInput
from knowledge.ingest.article import Front, parse_article, read_front
from knowledge.policies import RuleBook
from knowledge.policies.tax import TaxRule
from knowledge.services import Catalogue
from knowledge.upkeep.shelf import Problem
from knowledge.upkeep.sources import all_rules


def read_articles(folder: Path) -> tuple[tuple[Front, ...], tuple[Problem, ...]]:
    """The articles that can be read, and what is wrong with the others; a phrasing that points nowhere is a `faq`."""
    fronts, problems = [], []
    for path in sorted(folder.glob("*.md")):
        text = path.read_text("utf-8")
        try:
            front, _ = read_front(text, path)
        except BadInput as error:
            problems.append(Problem("load", path.stem, error.message))
            continue
        fronts.append(front)
        try:
            parse_article(text, path)
        except BadInput as error:
            problems.append(Problem("faq", front.id, error.message))
        if front.id != path.stem:
            problems.append(Problem("article", path.stem, f"文件名与编号 {front.id} 不一致；两者写成一样。"))
    return tuple(fronts), tuple(problems)


def uncovered(book: RuleBook, fronts: Iterable[Front]) -> Iterator[Problem]:
    """Rules that no article is about, and rules that an article names and nobody wrote."""
    fronts = tuple(fronts)
    named = {rule_id for front in fronts for rule_id in front.rule_ids}
    names = {rule.id: {rule.id} | ({rule.family} if isinstance(rule, TaxRule) else set()) for rule in all_rules(book)}
    for rule_id, known in names.items():
        if not known & named:
            yield Problem("article", rule_id, "没有任何文章讲这条规则；写一篇，或把编号加进相关文章的 rule_ids。")
    everything = {name for known in names.values() for name in known}
    for front in fronts:
        for rule_id in front.rule_ids:
            if rule_id not in everything:
                yield Problem("article", front.id, f"rule_ids 里的 {rule_id} 不是任何规则的编号。")


def lost_steps(catalogue: Catalogue, articles: Collection[str], book: RuleBook) -> Iterator[Problem]:
    """Steps without an article or with one that isn't there; rules and programmes a service names that don't exist."""
    programmes = {one.id for one in book.programme_versions}
    rules = {name for rule in book.rules for name in (rule.id, rule.family)} | {one.id for one in book.registration}
    for service in catalogue.services:
        for step in service.sop.steps:
            if step.article is None:
                yield Problem("sop", service.id, f"第 {step.no} 步“{step.name}”没有写讲它的文章（article）。")
            elif step.article not in articles:
                yield Problem("sop", service.id, f"第 {step.no} 步“{step.name}”指向不存在的文章 {step.article}。")
        for name in (*service.programme_ids, *service.prerequisites):
            if name not in programmes:
                yield Problem("sop", service.id, f"服务引用的资质 {name} 不存在。")
        for name in service.rule_ids:
            if name not in rules:
                yield Problem("sop", service.id, f"服务引用的规则 {name} 不存在。")
