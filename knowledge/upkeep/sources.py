"""Every rule says where it comes from, and nothing ended is cited as current."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from knowledge.ingest.article import Front
from knowledge.policies import Programme, RuleBook
from knowledge.policies.programme import walk
from knowledge.policies.registration import RegistrationRule
from knowledge.policies.tax import TaxRule
from knowledge.policies.values import DocumentRef
from knowledge.upkeep.shelf import Problem

Rule = Programme | TaxRule | RegistrationRule
ENDED = frozenset({"expired", "repealed", "superseded"})


def all_rules(book: RuleBook) -> tuple[Rule, ...]:
    return (*book.programme_versions, *book.rules, *book.registration)


def unsourced(book: RuleBook) -> Iterator[Problem]:
    """A document without a number and a title, and a condition that names none."""
    for rule in all_rules(book):
        for number, document in enumerate(rule.documents, 1):
            if not document.doc_no.strip():
                yield Problem("source", rule.id, f"第 {number} 份文件没有文号；写上文号，或法律名称和修正年份。")
        if isinstance(rule, Programme):
            for node in walk(rule.conditions):
                if node.field is not None and node.document is None:
                    yield Problem(
                        "source", rule.id, f"条件 {node.label or node.field} 没有写出自哪份文件（document）。"
                    )


def superseded(book: RuleBook, fronts: Iterable[Front], day: date) -> Iterator[Problem]:
    """A rule in force that rests on ended documents alone, one document in two states, an article that cites one ended
    as in force.
    """
    known: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for rule in all_rules(book):
        for document in rule.documents:
            known[document.doc_no][document.status].append(rule.id)
        if rule.in_force(day) and _ended(rule.documents):
            names = "、".join(document.doc_no for document in rule.documents)
            yield Problem(
                "superseded", rule.id, f"现行规则只依据已经失效的文件（{names}）；换成现行文件，或给规则写 valid_to。"
            )
    for doc_no, states in known.items():
        if "in_force" in states and (ended := ENDED & states.keys()):
            other = states[min(ended)][0]
            message = f"文件 {doc_no} 在 {states['in_force'][0]} 里写现行有效，在 {other} 里写已失效；核实后改成一致。"
            yield Problem("superseded", states["in_force"][0], message)
    for front in fronts:
        for source in front.documents:
            if source.status == "in_force" and (ended := ENDED & known.get(source.doc_no, {}).keys()):
                rule_id = known[source.doc_no][min(ended)][0]
                message = f"文章把 {source.doc_no} 当作现行有效，规则 {rule_id} 里它已失效；改状态或改引新文件。"
                yield Problem("superseded", front.id, message)


def _ended(documents: Sequence[DocumentRef]) -> bool:
    return all(document.status in ENDED for document in documents)
