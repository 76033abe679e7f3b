"""An order over HTTP: from the client's yes to the split, seen by each side, and by nobody else."""

from uuid import uuid4

import pytest

from api.house import House
from api.wiring import check_books_of
from tests.api.conftest import Client
from tests.api.journey import march, place_order, see, send

STRANGERS = ("client2", "client3", "partner_pb", "manager_hz", "delivery_hz")


def test_an_order_is_carried_to_its_split_among_four(client: Client, home: House) -> None:
    order_id = place_order(client("client1"))
    assert see(client("client1"), order_id)["state"] == "created"
    march(client, order_id)
    seller = see(client("manager_sz"), order_id)
    assert seller["state"] == "closed"
    assert seller["dispatch"]["route"] == "subcontract"
    assert {line["role"] for line in seller["split"]} == {"platform", "seller", "executor", "referrer"}
    assert len({line["payee_org"] for line in seller["split"]}) == 4
    report = check_books_of(home)
    assert (report["balanced"], report["drift"], report["broken_chain"]) == (True, [], [])
    assert report["journals"] >= 3


def test_each_side_sees_its_own_and_nothing_else(client: Client) -> None:
    order_id = place_order(client("client1"))
    march(client, order_id)
    mine, partners = see(client("client1"), order_id), see(client("partner_pa"), order_id)
    price = mine["price_fen"]
    assert mine["split"] is None
    assert mine["offer"] is None
    assert partners["price_fen"] in (None, partners["offer"]["price_fen"])
    assert partners["client"] is None
    assert str(price) not in client("partner_pa").get(f"/api/v1/orders/{order_id}").text
    assert str(partners["offer"]["price_fen"]) not in client("client1").get(f"/api/v1/orders/{order_id}").text
    assert see(client("hq"), order_id)["audience"] == "hq"


def test_other_organisations_find_nothing_anywhere(client: Client) -> None:
    order_id = place_order(client("client1"))
    march(client, order_id, until="in_progress")
    known: set[tuple[str, str, str]] = set()
    for who in ("client1", "manager_sz", "finance_sz", "partner_pa"):
        view = see(client(who), order_id)
        known |= {(one["aggregate"], one["id"], one["command"]) for one in view["commands"]}
    known |= {
        ("orders", order_id, "cancel"),
        ("dispatches", view["dispatch"]["id"] if view["dispatch"] else order_id, "confirm"),
    }
    for stranger in STRANGERS:
        assert client(stranger).get(f"/api/v1/orders/{order_id}").status_code == 404
        assert order_id not in client(stranger).get("/api/v1/orders").text
        for aggregate, identifier, command in known:
            answer = client(stranger).post(
                f"/api/v1/{aggregate}/{identifier}/{command}", json={}, headers={"Idempotency-Key": uuid4().hex}
            )
            assert answer.status_code == 404, (stranger, aggregate, command, answer.text)
    assert client("").get(f"/api/v1/orders/{order_id}").status_code == 401


def test_a_command_sent_twice_is_done_once_and_a_stale_one_is_told(client: Client) -> None:
    order_id = place_order(client("client1"))
    [capture] = [c for c in see(client("finance_sz"), order_id)["commands"] if c["command"] == "capture"]
    key = uuid4().hex
    body = {
        field["name"]: field["choices"][0]["value"] if field.get("choices") else "回单-1" for field in capture["fields"]
    }
    path = f"/api/v1/{capture['aggregate']}/{capture['id']}/capture"
    headers = {"Idempotency-Key": key, "If-Match": str(capture["version"])}
    if any(field["type"] == "money" for field in capture["fields"]):
        money = next(field["name"] for field in capture["fields"] if field["type"] == "money")
        body[money] = see(client("finance_sz"), order_id)["price_fen"]
    first = client("finance_sz").post(path, json=body, headers=headers)
    assert first.status_code == 200, first.text
    assert client("finance_sz").post(path, json=body, headers=headers).json() == first.json()
    other = client("finance_sz").post(path, json=body | {"note": "x"}, headers=headers)
    assert other.status_code in (409, 422)
    stale = client("finance_sz").post(path, json=body, headers=headers | {"Idempotency-Key": uuid4().hex})
    assert stale.status_code in (409, 422)


@pytest.mark.parametrize("who", ["client1", "sales_sz", "partner_pa", "manager_sz"])
def test_who_lacks_the_role_is_refused(client: Client, who: str) -> None:
    order_id = place_order(client("client1"))
    [capture] = [c for c in see(client("finance_sz"), order_id)["commands"] if c["command"] == "capture"]
    answer = send(client(who), capture)
    assert answer.status_code == (404 if who in ("partner_pa", "client1") else 403), answer.text


def test_a_command_without_a_key_or_with_a_wrong_one_is_told(client: Client) -> None:
    order_id = place_order(client("client1"))
    path = f"/api/v1/orders/{order_id}/cancel"
    assert client("manager_sz").post(path, json={}).status_code == 422
    long = {"Idempotency-Key": "k" * 81}
    assert client("manager_sz").post(path, json={}, headers=long).status_code == 422
    odd = {"Idempotency-Key": "k", "If-Match": "abc"}
    assert client("manager_sz").post(path, json={}, headers=odd).status_code == 422
    listed = {"Idempotency-Key": "k2"}
    assert client("manager_sz").post(path, content=b"[1]", headers=listed).status_code == 422
