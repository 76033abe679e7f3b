"""A later version of a rule: its author proposes, a second person publishes, then it holds from its start."""

from typing import Any

import pytest
from sqlmodel import select

from api.house import House
from api.live import LiveDesk
from knowledge.base.clock import SetClock
from knowledge.companies import parse_company
from knowledge.companies.store import save_company
from knowledge.upkeep.tables import RuleProposalRow
from tests.api.conftest import Client
from tests.upkeep.drafts import small_scale, tech_sme

RULES = "/api/v1/knowledge/rules"
FACTS = {
    "entity.is_prc_resident_enterprise": True,
    "finance.revenue": {"2025": 5000, "2026": 5000},
    "finance.total_assets": {"2025": 4000, "2026": 4000},
    "entity.prohibited_or_restricted_industry": False,
    "compliance.major_safety_quality_env_dishonesty_this_and_last_year": False,
    "compliance.in_abnormal_or_serious_violation_list": False,
    "hr.tech_staff_ratio": 0.3,
    "score.tech_sme": 80,
}


@pytest.fixture
def stored(home: House) -> None:
    """Two clients on file: one of 400 people, whom a limit of 300 shuts out, and one of 100."""
    with home.database.work() as work:
        for org_id, name, people in (("org-c1", "演示甲公司", 400), ("org-c2", "演示乙公司", 100)):
            company = parse_company({"name": name, "region": "上海市", "facts": FACTS | {"hr.headcount": people}})
            save_company(work.session(org_id), org_id, company, "u-test", home.clock)


def propose(client: Client, who: str, text: str | None = None) -> Any:
    return client(who).post(RULES, json={"text": text or tech_sme(), "reason": "示例新规"})


def limit(client: Client, day: str) -> str:
    body = {"company": {"facts": {"hr.headcount": 400}}, "programmes": ["tech_sme"], "as_of": day}
    answer = client("client1").post("/api/v1/diagnoses", json=body)
    assert answer.status_code == 200, answer.text
    [verdict] = answer.json()["verdicts"]
    return str(next(one["result"] for one in verdict["conditions"] if one["field"] == "hr.headcount"))


@pytest.mark.usefixtures("stored")
def test_the_report_names_the_company_the_change_and_the_deciding_condition(client: Client) -> None:
    answer = propose(client, "hq")
    assert answer.status_code == 201, answer.text
    value = answer.json()
    assert (value["state"], value["faults"], value["companies"]) == ("draft", [], 2)
    [changed] = value["changed"]
    assert (changed["company"], changed["before"], changed["after"]) == ("演示甲公司", "满足", "不满足")
    assert "职工总数" in changed["deciding"]
    assert "300" in changed["deciding"]
    assert "400" in changed["deciding"]


@pytest.mark.usefixtures("stored")
def test_a_manager_sees_what_it_does_to_no_other_organisations_clients(client: Client) -> None:
    value = propose(client, "manager_sz").json()
    assert (value["companies"], value["changed"]) == (0, [])


def test_only_a_second_person_publishes_and_only_then_and_from_its_start_it_holds(client: Client) -> None:
    identifier = propose(client, "hq").json()["id"]
    address = f"{RULES}/{identifier}/publish"
    assert limit(client, "2027-02-01") == "met", "a draft changes nothing"
    own = client("hq").post(address)
    assert own.status_code == 403
    assert "提案人" in own.json()["error"]["message"]
    for who, code in (("client1", 403), ("sales_sh", 403), ("partner_pa", 403), ("auditor", 403), ("", 401)):
        assert client(who).post(address).status_code == code, who
    assert limit(client, "2027-02-01") == "met"
    done = client("manager_sh").post(address)
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["reviewer"]) == ("published", "u-manager_sh")
    assert client("manager_sh").post(address).json()["decided_at"] == done.json()["decided_at"], "twice is once"
    assert limit(client, "2026-12-31") == "met"
    assert limit(client, "2027-01-01") == "unmet"


def test_a_branchs_proposal_is_published_by_headquarters_alone(client: Client) -> None:
    identifier = propose(client, "manager_sz").json()["id"]
    address = f"{RULES}/{identifier}"
    assert client("manager_sh").get(address).status_code == 404
    assert client("manager_sh").post(f"{address}/publish").status_code == 404
    assert client("manager_sz").post(f"{address}/publish").status_code == 403
    assert client("hq").post(f"{address}/publish").status_code == 200
    assert limit(client, "2027-01-01") == "unmet"


def test_another_process_sees_it_at_once_and_a_withdrawn_one_is_gone(client: Client, home: House) -> None:
    other = LiveDesk(home.shipped, home.database)
    before = other.now()
    identifier = propose(client, "hq", small_scale(start="2027-07-01")).json()["id"]
    assert other.now() is before
    client("manager_sh").post(f"{RULES}/{identifier}/publish")
    after = other.now()
    assert [rule.id for rule in after.book.rules if rule.family == "vat.small_scale"][-1] == "vat.small_scale.2028"
    assert other.now() is after, "made once for each decision"
    assert client("manager_sh").post(f"{RULES}/{identifier}/withdraw").status_code == 200
    assert other.now().book == home.shipped.book
    assert client("manager_sh").post(f"{RULES}/{identifier}/publish").status_code == 409


def test_a_draft_is_withdrawn_by_its_author_and_cannot_be_published_then(client: Client) -> None:
    identifier = propose(client, "hq").json()["id"]
    assert client("hq").post(f"{RULES}/{identifier}/withdraw").json()["state"] == "withdrawn"
    assert client("manager_sh").post(f"{RULES}/{identifier}/publish").status_code == 409
    assert limit(client, "2027-01-01") == "met"


def test_faults_are_all_told_and_nothing_is_kept(client: Client) -> None:
    wrong = propose(client, "hq", tech_sme().replace("verdict: met", "verdict: unmet"))
    assert wrong.status_code == 422
    assert propose(client, "hq", "conditions: {").status_code == 422
    assert client("hq").get(RULES).json()["items"] == []


def test_the_same_text_again_is_the_same_draft_and_an_overtaken_one_is_not_published(client: Client) -> None:
    first = propose(client, "hq").json()["id"]
    assert propose(client, "hq").json()["id"] == first
    later = propose(client, "hq", tech_sme(200, "2027-06-01")).json()["id"]
    assert client("manager_sh").post(f"{RULES}/{later}/publish").status_code == 200
    late = client("manager_sh").post(f"{RULES}/{first}/publish")
    assert late.status_code == 422
    assert "晚于" in str(late.json())


def test_clients_partners_and_strangers_neither_see_nor_propose(client: Client) -> None:
    identifier = propose(client, "hq").json()["id"]
    for who, code in (("client1", 403), ("sales_sz", 403), ("partner_pb", 403), ("auditor", 403), ("", 401)):
        assert propose(client, who).status_code == code, who
        assert client(who).get(RULES).status_code == code, who
        assert client(who).get(f"{RULES}/{identifier}").status_code == code, who


def test_the_assistant_answers_from_the_published_version_on_its_days(client: Client, clock: SetClock) -> None:
    identifier = propose(client, "hq").json()["id"]
    client("manager_sh").post(f"{RULES}/{identifier}/publish")
    browser = client("client1")

    def told(day: str) -> str:
        talk = browser.post("/api/v1/conversations", json={}).json()["id"]
        body = {"text": "科小职工人数要求多少", "as_of": day}
        return str(browser.post(f"/api/v1/conversations/{talk}/messages", json=body).json()["answer"])

    assert "300" in told("2027-01-02")
    assert "500" in told("2026-11-23")
    assert clock.now().year == 2026


def test_many_decisions_count_up_one_by_one(client: Client, home: House) -> None:
    live = LiveDesk(home.shipped, home.database)
    seen = set()
    for year in range(2027, 2034):
        identifier = propose(client, "hq", tech_sme(start=f"{year}-01-01")).json()["id"]
        assert client("manager_sh").post(f"{RULES}/{identifier}/publish").status_code == 200, year
        seen.add(len(live.now().book.programme_versions))
    assert len(seen) == 7
    with home.database.read() as work:
        rows = work.session("directory").exec(select(RuleProposalRow.number)).all()
    assert sorted(rows) == list(range(1, 8))
