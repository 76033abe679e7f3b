"""Signing in, visiting, and what a token is worth."""

from datetime import timedelta

from sqlmodel import select

from api.house import House
from api.principal import DIRECTORY
from knowledge.base.clock import SetClock
from knowledge.base.identity import Membership
from tests.api.conftest import Client


def test_a_person_of_the_demo_signs_in_and_is_told_who_they_are(client: Client) -> None:
    me = client("manager_sz").get("/api/v1/me").json()
    assert (me["org_id"], me["org_kind"], me["roles"]) == ("org-sz", "equity_channel", ["manager"])


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client: Client) -> None:
    wrong = client("").post("/api/v1/auth/token", data={"username": "client1", "password": "x"})
    unknown = client("").post("/api/v1/auth/token", data={"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["error"]["message"] == unknown.json()["error"]["message"]


def test_guessing_passwords_is_slowed(client: Client) -> None:
    codes = [
        client("").post("/api/v1/auth/token", data={"username": "auditor", "password": str(n)}).status_code
        for n in range(22)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_a_forged_or_cut_token_is_refused_with_one_sentence(client: Client) -> None:
    for value in ("Bearer x.y.z", "Bearer ", "Basic abc"):
        answer = client("").get("/api/v1/me", headers={"Authorization": value})
        assert answer.status_code == 401
        assert answer.json()["error"]["kind"] == "unauthenticated"


def test_a_membership_taken_away_counts_at_once(client: Client, home: House) -> None:
    browser = client("partner_pb")
    assert browser.get("/api/v1/orders").status_code == 200
    with home.database.work() as work:
        session = work.session(DIRECTORY)
        session.delete(session.exec(select(Membership).where(Membership.user_id == "u-partner_pb")).one())
    assert browser.get("/api/v1/orders").status_code == 401


def test_a_token_ends(client: Client, clock: SetClock) -> None:
    browser = client("client3")
    clock.forward(timedelta(hours=11))
    assert browser.get("/api/v1/orders").status_code == 200
    clock.forward(timedelta(hours=2))
    assert browser.get("/api/v1/orders").status_code == 401


def test_a_visitor_may_ask_and_diagnose_but_sees_no_orders(client: Client) -> None:
    browser = client("")
    assert browser.get("/api/v1/orders").status_code == 401
    granted = browser.post("/api/v1/conversations", json={}).json()
    browser.headers["Authorization"] = f"Bearer {granted['access_token']}"
    opened = browser.get(f"/api/v1/conversations/{granted['id']}")
    assert opened.status_code == 200
    other = browser.post("/api/v1/auth/visitor").json()
    stranger = browser.get(
        f"/api/v1/conversations/{granted['id']}", headers={"Authorization": f"Bearer {other['access_token']}"}
    )
    assert stranger.status_code == 404
