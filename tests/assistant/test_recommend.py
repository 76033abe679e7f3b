"""What is recommended: prerequisites count, a programme that doesn't apply doesn't hide one that does."""

from datetime import date
from typing import Any

from api.house import House
from assistant.diagnose import diagnose
from assistant.recommend import Recommendation, _licensed, recommend
from knowledge.companies import parse_company
from knowledge.policies import Verdict, load_rules
from knowledge.services import Catalogue, load_catalogue
from tests.companies.test_diagnosis import HNTE
from workflows import network
from workflows.providers import rank

BOOK, CATALOGUE, DAY = load_rules(), load_catalogue(), date(2026, 11, 23)


def only(service_id: str) -> Catalogue:
    return Catalogue(services=(CATALOGUE.service(service_id),))


def advised(service_id: str, facts: dict[str, Any], *programmes: str) -> Recommendation | None:
    company = parse_company({"region": "上海市", "facts": facts})
    verdicts = diagnose(BOOK, company, programmes, DAY).verdicts
    return next(iter(recommend(BOOK, only(service_id), company, verdicts, DAY)), None)


def test_a_service_whose_prerequisite_is_open_is_for_later_and_says_so() -> None:
    found = advised("little_giant_filing", {"hr.headcount": 45})
    assert found is not None
    assert found.horizon == "future"
    assert any("要先具备" in reason and "专精特新" in reason for reason in found.reasons)


def test_a_prerequisite_that_is_held_is_a_reason_not_an_obstacle() -> None:
    found = advised("little_giant_filing", {"qual.srdi_sme_valid": True})
    assert found is not None
    assert any("具备办理的前提" in reason for reason in found.reasons)
    assert not any("要先具备" in reason for reason in found.reasons)


def test_a_service_without_a_programme_is_advised_once_its_prerequisite_is_ready() -> None:
    assert advised("special_audit", {}) is None
    found = advised("special_audit", HNTE)
    assert found is not None
    assert found.horizon == "now"
    assert any("前提高新技术企业" in reason for reason in found.reasons)


def test_one_prerequisite_of_several_is_enough() -> None:
    found = advised("srdi_sme_filing", {"qual.tech_sme_valid": False, "qual.innovative_sme_valid": True})
    assert found is not None
    assert any("已有创新型中小企业" in reason for reason in found.reasons)


def test_a_prerequisite_counts_even_when_other_programmes_were_asked_for() -> None:
    found = advised("little_giant_filing", {"hr.headcount": 45}, "little_giant")
    assert found is not None
    assert found.horizon == "future"


def test_a_service_is_dropped_only_when_none_of_its_programmes_applies() -> None:
    service = CATALOGUE.service("hnte_filing").model_copy(update={"programme_ids": ("hnte", "tech_sme")})
    company = parse_company({"region": "上海市", "facts": HNTE})
    hnte, other = diagnose(BOOK, company, ("hnte", "tech_sme"), DAY).verdicts
    elsewhere = other.model_copy(update={"verdict": "not_applicable"})
    catalogue = Catalogue(services=(service,))

    def told(*verdicts: Verdict) -> tuple[Recommendation, ...]:
        return recommend(BOOK, catalogue, company, verdicts, DAY)

    assert told(hnte, elsewhere)
    assert not any(other.name in reason for reason in told(hnte, elsewhere)[0].reasons)
    assert not told(hnte.model_copy(update={"verdict": "not_applicable"}), elsewhere)


def test_the_permits_of_a_service_and_of_a_step_are_told() -> None:
    found = advised("bookkeeping", {"entity.taxpayer_type": "小规模纳税人"})
    assert found is not None
    assert "须由持有代理记账许可的机构办理" in found.reasons
    audit = advised("special_audit", HNTE)
    assert audit is not None
    assert "须由持有会计师事务所执业证书的机构办理" in audit.reasons
    [reason] = _licensed(CATALOGUE.service("cmmi_certification"))
    assert reason.endswith("须由持有CMMI 授权评估资质的机构完成")


def test_only_holders_of_a_valid_permit_are_offered(home: House) -> None:
    service = CATALOGUE.service("bookkeeping")
    with home.database.read() as work:
        everyone = network.providers(work, network.headquarters(work), service.id, DAY)
        offered = {one.org_id for one in rank(work, service, "", DAY)}
    holders = {one.org_id for one in everyone if "代理记账许可" in one.permits}
    assert offered
    assert offered <= holders
    assert {one.org_id for one in everyone} - holders, "somebody lacks it, or this shows nothing"
