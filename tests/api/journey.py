"""An order carried from its first sentence to its split, by whoever may do the next thing."""

from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient

from tests.api.conftest import Client

PEOPLE = ("finance_sz", "manager_sz", "delivery_sz", "partner_pa", "manager_sh", "client1")
FORWARD = ("capture", "confirm", "start", "evidence", "submit", "check", "pass", "accept", "give")
MOST = 400


def place_order(browser: TestClient, service: str = "高企申报") -> str:
    """A client's order, through the conversation."""
    identifier = browser.post("/api/v1/conversations", json={}).json()["id"]
    order_id = None
    for text in (f"我要办{service}", "就办这个", "确认"):
        reply = browser.post(
            f"/api/v1/conversations/{identifier}/messages", json={"text": text, "as_of": "2026-11-23"}
        ).json()
        order_id = reply["order_id"] or order_id
        if order_id:
            break
    assert order_id, reply["answer"]
    return str(order_id)


def see(browser: TestClient, order_id: str) -> dict[str, Any]:
    answer = browser.get(f"/api/v1/orders/{order_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send(browser: TestClient, command: dict[str, Any], due: int = 0, key: str | None = None) -> Any:
    """Give one of the commands that the order's page offers, its fields filled in; `due` is what is to be paid."""
    headers = {"Idempotency-Key": key or uuid4().hex, "If-Match": str(command["version"])}
    body = {field["name"]: _value(field, due) for field in command["fields"] if field["type"] != "file"}
    path = f"/api/v1/{command['aggregate']}/{command['id']}/{command['command']}"
    if any(field["type"] == "file" for field in command["fields"]):
        files = {"file": ("凭证.pdf", f"%PDF-1.4 {uuid4()}".encode(), "application/pdf")}
        return browser.post(f"/api/v1/steps/{command['id']}/evidence", data=body, files=files, headers=headers)
    return browser.post(path, json=body, headers=headers)


def march(client: Client, order_id: str, until: str = "closed", stop_before: tuple[str, str] | None = None) -> None:
    """Let everyone do what they may until the order's state is `until`, or before a person's command."""
    for _ in range(MOST):
        step = _next(client, order_id, stop_before)
        if step is None:
            return
        who, command = step
        answer = send(client(who), command, see(client("manager_sz"), order_id)["price_fen"])
        assert answer.status_code == 200, (who, command, answer.text)
        if see(client("manager_sz"), order_id)["state"] == until:
            return
    raise AssertionError("the order never came to an end")


def _next(client: Client, order_id: str, stop_before: tuple[str, str] | None) -> tuple[str, dict[str, Any]] | None:
    for who in PEOPLE:
        answer = client(who).get(f"/api/v1/orders/{order_id}")
        if answer.status_code != 200:
            continue
        view = answer.json()
        for command in view["commands"]:
            if command["command"] == "evidence" and not _lacking(view, command):
                continue
            if (who, f"{command['aggregate']}.{command['command']}") == stop_before:
                return None
            if command["command"] in FORWARD:
                return who, command
    return None


def _lacking(view: dict[str, Any], command: dict[str, Any]) -> bool:
    """Whether the step still needs files; the command's choices are narrowed to the kind it needs next."""
    [step] = [one for one in view["job"]["steps"] if one["id"] == command["id"]]
    for need in step["requires"]:
        if sum(file["type"] == need["type"] for file in step["evidence"]) < need["count"]:
            for field in command["fields"]:
                if field.get("choices"):
                    field["choices"] = [one for one in field["choices"] if one["value"] == need["type"]]
            return True
    return False


def _value(field: dict[str, Any], due: int) -> Any:
    if field.get("choices"):
        return field["choices"][0]["value"]
    return due if field["type"] == "money" else f"测试-{uuid4().hex[:8]}"
