"""`qifu knowledge check`: everything the firm knows, held against itself on one day."""

from collections.abc import Iterator
from datetime import date

from knowledge.base.errors import QifuError
from knowledge.ingest.article import Front
from knowledge.policies import RuleBook, load_rules
from knowledge.services import Catalogue, load_catalogue
from knowledge.upkeep.article import check_article
from knowledge.upkeep.due import past_due
from knowledge.upkeep.pointers import lost_steps, read_articles, uncovered
from knowledge.upkeep.shelf import Checked, Counts, Problem, Shelf
from knowledge.upkeep.sources import all_rules, superseded, unsourced


def check(day: date, shelf: Shelf | None = None) -> Checked:
    """Never raises for a faulty file: what can't be loaded is a problem of kind `load`, and the rest is checked."""
    shelf = shelf or Shelf()
    problems: list[Problem] = []
    book, catalogue = RuleBook((), ()), None
    try:
        book = load_rules(shelf.rules)
    except QifuError as error:
        problems.append(Problem("load", "rules", error.message))
    try:
        catalogue = load_catalogue(shelf.services)
    except QifuError as error:
        problems.append(Problem("load", "services", error.message))
    fronts, faults = read_articles(shelf.articles)
    problems += faults
    if book.programme_versions or book.rules:
        problems += (*unsourced(book), *superseded(book, fronts, day), *uncovered(book, fronts))
        problems += past_due(book, fronts, shelf.rows, shelf.register, day)
        problems += _figures(shelf, fronts)
        if catalogue is not None:
            problems += lost_steps(catalogue, {front.id for front in fronts}, book)
    return Checked(day, _counts(book, fronts, catalogue), tuple(problems))


def _figures(shelf: Shelf, fronts: tuple[Front, ...]) -> Iterator[Problem]:
    for front in fronts:
        try:
            strays = check_article(shelf.articles / f"{front.id}.md", shelf.rows, shelf.rules)
        except (QifuError, OSError) as error:
            yield Problem("figure", front.id, getattr(error, "message", str(error)))
            continue
        for one in strays:
            message = f"“{one.section}”里的 {one.figure} 不在它的规则或数据行里：{one.sentence}"
            yield Problem("figure", one.article, message)


def _counts(book: RuleBook, fronts: tuple[Front, ...], catalogue: Catalogue | None) -> Counts:
    services = catalogue.services if catalogue else ()
    documents = {document.doc_no for rule in all_rules(book) for document in rule.documents}
    return Counts(
        rules=len(all_rules(book)),
        documents=len(documents),
        articles=len(fronts),
        faq=sum(len(front.questions) for front in fronts),
        services=len(services),
        sops=len(services),
        steps=sum(len(service.sop.steps) for service in services),
    )
