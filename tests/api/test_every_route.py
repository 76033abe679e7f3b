"""Every route of the OpenAPI as a stranger and as another organisation: nothing of ours, and never a fault of ours."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.house import House
from tests.api.conftest import Client
from tests.api.journey import march, place_order, see

CANARY = "金丝雀鸣于东岗"
OTHERS = ("client2", "partner_pb", "manager_hz", "delivery_hz", "")


@pytest.fixture
def ours(client: Client) -> dict[str, str]:
    """Things of org-c1 and of its order, each with a canary or an id that nobody else may see."""
    browser = client("client1")
    conversation = browser.post("/api/v1/conversations", json={}).json()["id"]
    text = f"我们公司叫{CANARY}科技有限公司，去年营收3210万"
    browser.post(f"/api/v1/conversations/{conversation}/messages", json={"text": text, "as_of": "2026-11-23"})
    order = place_order(browser)
    march(client, order, until="delivered")
    view = see(client("manager_sz"), order)
    evidence = view["job"]["steps"][0]["evidence"][0]["id"]
    step, job = view["job"]["steps"][0]["id"], view["job"]["id"]
    return {"conversation": conversation, "order": order, "evidence": evidence, "step": step, "job": job}


def test_no_route_gives_another_organisation_anything_of_ours(
    client: Client, home: House, ours: dict[str, str]
) -> None:
    paths = create_app(home).openapi()["paths"]
    secrets = [CANARY, *ours.values()]
    tried = 0
    for who in OTHERS:
        browser = client(who)
        for path, methods in paths.items():
            for method in methods:
                for address in _addresses(path, ours):
                    answer = _call(browser, method, address)
                    tried += 1
                    assert answer.status_code < 500, (who, method, address, answer.text[:200])
                    told = answer.text.replace(address, "")
                    if "{" in path:
                        assert answer.status_code in (401, 403, 404, 405, 422), (
                            who,
                            method,
                            address,
                            answer.text[:200],
                        )
                        continue
                    assert not any(secret in told for secret in secrets), (who, method, address)
    assert tried > 150


def test_what_names_our_order_is_not_found_rather_than_forbidden(client: Client, ours: dict[str, str]) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    for who in OTHERS[:-1]:
        browser = client(who)
        for address in (
            f"/api/v1/orders/{ours['order']}",
            f"/api/v1/orders/{ours['order']}/trace",
            f"/api/v1/evidence/{ours['evidence']}",
            f"/api/v1/conversations/{ours['conversation']}",
        ):
            assert browser.get(address).status_code == 404, (who, address)
        for address in (f"jobs/{ours['job']}/submit", f"steps/{ours['step']}/check", f"orders/{ours['order']}/cancel"):
            assert browser.post(f"/api/v1/{address}", json={}, headers=headers).status_code == 404, (who, address)


def _addresses(path: str, ours: dict[str, str]) -> list[str]:
    """The route with each of our ids in the place of its parameter; other parameters by a plain word."""
    if "{" not in path:
        return [path]
    found = []
    for identifier in ours.values():
        address = (
            path.replace("{identifier}", identifier).replace("{aggregate}", "orders").replace("{command}", "cancel")
        )
        found.append(address.replace("{rule_id}", "vat.nothing") if "{" in address else address)
    return [address for address in dict.fromkeys(found) if "{" not in address]


def _call(browser: TestClient, method: str, address: str) -> Any:
    headers = {"Idempotency-Key": uuid4().hex}
    if method == "get":
        return browser.get(address, headers=headers)
    return browser.request(method.upper(), address, json={}, headers=headers)
