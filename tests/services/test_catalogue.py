"""Every shipped service is whole, sums up, and refers only to what exists."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.services import Service, load_catalogue

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
SERVICES = load_catalogue().services
EVIDENCE = {
    "application", "certificate", "checklist", "confirmation", "contract", "draft", "ledger", "list", "photo",
    "receipt", "record", "report", "screenshot",
}  # fmt: skip
PROMISES = re.compile(r"包过|包通过|保证通过|保证拿证|确保通过|百分百|内部关系|免审")


def front(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").split("---\n", 2)[1])
    return data


ARTICLES = {str(front(path)["id"]): front(path) for path in (KNOWLEDGE / "articles").glob("*.md")}
RULES = {path: yaml.safe_load(path.read_text("utf-8")) for path in (KNOWLEDGE / "policies/rules").rglob("*.yaml")}
PROGRAMMES = {
    str(rule["id"]) for path, rule in RULES.items() if path.parent.name in {"programmes", "certifications", "listing"}
}
RULE_IDS = {str(rule[key]) for rule in RULES.values() for key in ("id", "family") if key in rule}
each = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)


def test_the_first_services_are_there() -> None:
    ids = {service.id for service in SERVICES}
    assert ids >= {
        "hnte_filing",
        "tech_sme_filing",
        "bookkeeping",
        "software_copyright",
        "company_registration",
        "tax_review",
    }


@each
def test_a_service_says_what_for_whom_and_on_which_terms(service: Service) -> None:
    assert len(service.solves) >= 15
    assert len(service.for_whom) >= 8
    assert len(service.terms) >= 4
    said = "；".join(service.terms)
    assert "演示机构" in said
    assert "有效" in said
    assert "付" in said
    assert re.search(r"不(?:承诺|保证|做|买|代|虚|伪造|提供|把|帮|为)|如实", said), "没有说清不承诺什么、不做什么"
    assert not PROMISES.search(yaml.safe_dump(service.model_dump(mode="json"), allow_unicode=True))


@each
def test_a_procedure_has_four_to_eight_whole_steps(service: Service) -> None:
    assert 4 <= len(service.sop.steps) <= 8
    for step in service.sop.steps:
        assert len(step.what) >= 8
        assert len(step.checks) >= 2
        assert step.failures
        types = [need.type for need in step.evidence]
        assert len(types) == len(set(types)), "同一步里一种凭证只列一次，用 count 说份数"
        assert set(types) <= EVIDENCE
    assert service.materials
    assert any(step.example for step in service.sop.steps)


@each
def test_the_days_are_the_sum_of_the_steps(service: Service) -> None:
    assert service.days == sum(step.sla_workdays for step in service.sop.steps)


@each
def test_what_only_the_client_or_the_signing_firm_may_do_is_not_subcontracted(service: Service) -> None:
    steps = service.sop.steps
    assert any(not step.subcontract for step in steps)
    assert any(step.subcontract for step in steps), "全程都不能分包的服务没有合作方可派"


@each
def test_words_end_plainly_so_that_answers_can_join_them(service: Service) -> None:
    texts = [service.solves, service.for_whom, *service.terms]
    for step in service.sop.steps:
        texts += [step.name, step.what, *step.materials, *step.checks, *step.failures]
        texts += [need.label for need in step.evidence]
    for text in texts:
        assert text == text.strip()
        assert not text.endswith(("。", "；", "，", "."))


@each
def test_a_step_of_another_profession_may_be_subcontracted_and_its_permit_is_named(service: Service) -> None:
    permits = {*service.permits, *(permit for step in service.sop.steps for permit in step.permits)}
    assert all(re.search(r"许可|执业|资质|资格|备案", permit) for permit in permits)
    assert all(step.subcontract for step in service.sop.steps if step.permits)


def test_the_catalogue_covers_every_branch_of_the_trade() -> None:
    by_category = Counter(service.category for service in SERVICES)
    assert set(by_category) == {
        "财税", "资质申报", "知识产权", "工商", "体系认证", "许可证", "融资", "人力社保", "上市辅导",
    }  # fmt: skip
    assert sum(by_category.values()) >= 40
    assert min(by_category.values()) >= 2


@each
def test_references_lead_somewhere(service: Service) -> None:
    assert {*service.programme_ids, *service.prerequisites} <= PROGRAMMES
    assert not set(service.programme_ids) & set(service.prerequisites)
    assert set(service.rule_ids) <= RULE_IDS
    assert {step.article for step in service.sop.steps if step.article} <= ARTICLES.keys()


def test_the_filings_of_a_programme_are_found_by_it() -> None:
    catalogue = load_catalogue()
    assert [service.id for service in catalogue.for_programme("hnte")] == ["hnte_filing"]
    assert [service.id for service in catalogue.for_programme("srdi_sme")] == ["srdi_sme_filing"]
    assert "hnte_filing" not in [service.id for service in catalogue.for_programme("tech_sme")]
    assert catalogue.for_programme("nothing") == ()


@each
def test_money_and_rates_of_the_law_stand_in_the_article_the_step_rests_on(service: Service) -> None:
    """A step that rests on an article takes its 万元, % and 日 figures from it; examples are made up and left out."""
    for step in service.sop.steps:
        if step.article is None:
            continue
        body = (KNOWLEDGE / "articles" / f"{step.article}.md").read_text("utf-8").replace(" ", "")
        for text in (step.what, *step.checks, *step.failures):
            for figure in re.findall(r"\d+(?:\.\d+)?(?=%|万元|分)", text.replace(" ", "")):
                assert figure in body, f"{service.id} 第 {step.no} 步的 {figure} 不在文章 {step.article} 里"
