"""Company profiles over HTTP: as staff, as a client, as another organisation, as a stranger."""

import json

import pytest

from tests.api.conftest import Client
from tests.companies.test_outcomes import code

SHEET = f"企业名称,统一社会信用代码,hr.headcount,成立日期\n甲公司,{code(1)},80,2019年5月20日\n乙公司,123,5,2020-01-01\n"


def bring(client: Client, who: str, name: str = "名单.csv", text: str = SHEET) -> tuple[int, dict[str, object]]:
    answer = client(who).post("/api/v1/companies/import", files={"file": (name, text.encode("gb18030"))})
    return answer.status_code, answer.json()


def test_staff_bring_a_sheet_in_and_read_each_fact_with_its_source(client: Client) -> None:
    status, told = bring(client, "sales_sz")
    assert (status, told["created"]) == (200, 1)
    problems = told["problems"]
    assert isinstance(problems, list)
    assert problems[0]["row"] == 3
    [item] = [one for one in client("sales_sz").get("/api/v1/companies").json()["items"] if one["uscc"] == code(1)]
    profile = client("sales_sz").get(f"/api/v1/companies/{item['id']}").json()
    assert {(fact["field"], fact["source"]) for fact in profile["history"]} == {
        ("hr.headcount", "staff"),
        ("entity.established_on", "staff"),
    }
    assert profile["conflicts"] == []


def test_a_file_of_another_kind_is_refused_in_words(client: Client) -> None:
    status, told = bring(client, "sales_sz", "名单.xls")
    assert status == 422
    assert ".xlsx" in str(told)
    status, _ = bring(client, "sales_sz", "名单.xlsx", "not a workbook")
    assert status == 422


@pytest.mark.parametrize(("who", "write", "read"), [("", 401, 401), ("client1", 403, 403), ("manager_hz", 200, 404)])
def test_others_see_nothing_of_our_companies(client: Client, who: str, write: int, read: int) -> None:
    bring(client, "sales_sz")
    ours = client("sales_sz").get("/api/v1/companies").json()["items"]
    listed = client(who).get("/api/v1/companies")
    assert "甲公司" not in listed.text
    for one in ours:
        assert client(who).get(f"/api/v1/companies/{one['id']}").status_code == read
        settled = client(who).post(f"/api/v1/companies/{one['id']}/conflicts/1", json={"take": True})
        assert settled.status_code == read
    assert bring(client, who)[0] == write
    assert json.dumps(ours)
