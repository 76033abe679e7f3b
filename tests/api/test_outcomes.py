"""Outcomes over HTTP: as staff, as a client, as another organisation, as a stranger."""

import pytest

from api.house import House
from knowledge.base.clock import SetClock
from knowledge.companies import parse_company
from knowledge.companies.store import save_company
from tests.api.conftest import Client
from tests.companies.test_outcomes import FITS, code

RESULT = {"uscc": code(1), "programme": "科小", "applied_on": "2026-06-15", "passed": False, "reasons": ["材料不齐"]}


@pytest.fixture
def known(home: House, clock: SetClock) -> House:
    with home.database.work() as work:
        company = parse_company({"name": "甲", "uscc": code(1), "facts": FITS})
        save_company(work.session("org-sz"), "fits", company, "u", clock)
    return home


@pytest.mark.usefixtures("known")
def test_staff_record_a_result_and_read_where_the_rule_disagrees(client: Client) -> None:
    browser = client("sales_sz")
    first = browser.post("/api/v1/outcomes", json=RESULT)
    assert first.status_code == 201, first.text
    assert browser.post("/api/v1/outcomes", json=RESULT).json() == first.json()
    other = browser.post("/api/v1/outcomes", json={**RESULT, "passed": True})
    assert other.status_code == 409
    [one] = browser.get("/api/v1/outcomes/report").json()["programmes"]
    assert (one["programme_id"], one["disagree"]) == ("tech_sme", 1)
    assert one["disagreements"][0]["reasons"] == ["材料不齐"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("who", "write", "read"),
    [("", 401, 401), ("client1", 403, 403), ("manager_hz", 404, 200), ("auditor", 403, 200), ("partner_pa", 403, 403)],
)
def test_others_record_nothing_and_read_nothing_of_ours(client: Client, who: str, write: int, read: int) -> None:
    assert client("sales_sz").post("/api/v1/outcomes", json=RESULT).status_code == 201
    assert client(who).post("/api/v1/outcomes", json=RESULT).status_code == write
    answer = client(who).get("/api/v1/outcomes/report")
    assert answer.status_code == read
    assert "材料不齐" not in answer.text
    assert read != 200 or answer.json()["outcomes"] == 0
