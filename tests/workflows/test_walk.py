"""Anyone does anything, at random: nobody ever reads what isn't theirs, and every state follows from its events."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from api.demo import ORGS
from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import Fault, QifuError
from knowledge.base.ids import new_id
from knowledge.base.tenancy import TenantSession, owned_classes
from knowledge.services import Catalogue
from tests.workflows.conftest import House
from tests.workflows.test_journey import delivered
from workflows import events
from workflows.allowed import Command
from workflows.money.check import check_books
from workflows.tables.aggregate import Aggregate
from workflows.view import OrderView

WALKERS = (
    "client1", "client2", "manager_sz", "finance_sz", "delivery_sz", "sales_sz", "manager_sh", "delivery_sh",
    "finance_sh", "manager_hz", "partner_pa", "partner_pb", "hq", "auditor",
)  # fmt: skip
NAMES = {identifier: name for identifier, _, name, *_ in ORGS}
CLIENTS = ("org-c1", "org-c2", "org-c3")
PARTNERS = ("org-pa", "org-pb")
SERVICES = ("hnte_filing", "software_copyright", "tax_review", "company_registration", "bookkeeping")
RARE = ("cancel", "withdraw", "renew", "override", "decline", "return", "rework", "reject")


def forbidden(actor_org: str, audience: str) -> Iterator[str]:
    """What must not stand on a page: names, ids and canaries of those the reader may not know of."""
    if audience == "client":
        for org in (*PARTNERS, *(one for one in CLIENTS if one != actor_org)):
            yield from (org, NAMES[org])
        yield from ("canary-seller", "canary-partner")
    if audience == "partner":
        for org in (*CLIENTS, *(one for one in PARTNERS if one != actor_org)):
            yield from (org, NAMES[org])
        yield from ("canary-client", "canary-inside")
    if audience in ("seller", "hq"):
        yield from (NAMES[one] for one in ("org-c3",) if actor_org in ("org-sz", "org-sh"))


def words_of(house: House, username: str, command: str) -> str:
    """Free text with a canary. What goes back to the executor with rework may be read there, nothing else."""
    kind = house.actor(username).org_kind
    if kind in ("client", "partner"):
        return f"canary-{kind}"
    return "canary-seller" if command in ("rework", "return") else "canary-seller canary-inside"


def body_of(house: House, username: str, command: Command, view: OrderView, draw: Any) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for field in command.fields:
        if field.type == "money":
            body[field.name] = view.price_fen or 1
        elif field.type == "choice":
            body[field.name] = draw(st.sampled_from([one.value for one in field.choices]))
        elif field.name == "reference":
            body[field.name] = new_id()
        elif field.type == "text":
            body[field.name] = words_of(house, username, command.command)
    return body


def act(house: House, username: str, command: Command, view: OrderView, draw: Any) -> None:
    body = body_of(house, username, command, view, draw)
    if command.command == "evidence":
        house.upload(username, command.id, body["type"], new_id().encode(), f"{new_id()}.pdf")
    else:
        house.act(username, command.aggregate, command.id, command.command, version=command.version, **body)


def one_step(house: House, order_ids: list[str], draw: Any) -> None:
    kind = draw(st.sampled_from(["offered"] * 20 + ["others", "others", "time", "order"]))
    if kind == "order" and len(order_ids) < 2:
        client = draw(st.sampled_from(["client1", "client2"]))
        order_ids.append(house.confirm(house.quote(draw(st.sampled_from(SERVICES)), client), client).order_id)
    elif kind == "time":
        house.pass_time(timedelta(hours=draw(st.integers(1, 24 * 20))))
    else:
        order_id = draw(st.sampled_from(order_ids))
        rare = draw(st.integers(0, 19)) == 0
        offered = [one for one in all_offered(house, order_id) if rare or one[2].command not in RARE]
        if offered:
            owner, view, command = draw(st.sampled_from(offered))
            act(house, owner if kind == "offered" else draw(st.sampled_from(WALKERS)), command, view, draw)


def all_offered(house: House, order_id: str) -> Iterator[tuple[str, OrderView, Command]]:
    """Everything anyone could do to the order now."""
    for username in WALKERS:
        try:
            view = house.order(username, order_id)
        except QifuError:
            continue
        for command in view.commands:
            yield username, view, command


def check_pages(house: House, order_ids: list[str]) -> None:
    for username in WALKERS:
        actor = house.actor(username)
        for summary in house.orders(username):
            page = house.order(username, summary.order_id)
            text = page.model_dump_json() + summary.model_dump_json()
            for words in forbidden(actor.org_id, page.audience):
                assert words not in text, (username, words)
            if page.audience == "partner":
                assert (page.client, page.contract, page.dispatch, page.paid_fen) == (None, None, None, None)
            if page.audience == "client":
                assert (page.offer, page.dispatch, page.split) == (None, None, None)
        assert {one.order_id for one in house.orders(username)} <= set(order_ids)


def states_of(session: TenantSession) -> dict[tuple[str, str], str]:
    """Every row with a state that the session's organisation keeps."""
    found: dict[tuple[str, str], str] = {}
    for kind in owned_classes():
        if issubclass(kind, Aggregate):
            for row in session.exec(select(kind)):
                found[row.machine, row.id] = row.state
    return found


def check_trails(house: House) -> None:
    with house.database.read() as work:
        for org_id, *_ in ORGS:
            session = work.session(org_id)
            assert events.broken(session) is None
            replayed = events.replay(session)
            for subject, state in states_of(session).items():
                assert replayed[subject] == state, (org_id, subject)
        report = check_books(work, [org_id for org_id, *_ in ORGS])
        assert (report["balanced"], report["drift"], report["broken_chain"]) == (True, [], [])


@pytest.fixture(scope="module")
def starts(
    seeded_file: Path, shelf: Path, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Databases to set out from: one with the network alone, one with an order that waits for acceptance."""
    folder = tmp_path_factory.mktemp("starts")
    shutil.copy(seeded_file, folder / "qifu.db")
    clock = SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    house = House(Database(f"sqlite:///{folder}/qifu.db"), clock, catalogue, folder / "evidence", shelf)
    delivered(house)
    house.database.close()
    return [seeded_file, shelf / "delivered"]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(data=st.data())
def test_nobody_reads_what_is_not_theirs_whatever_anyone_does(
    starts: list[Path], catalogue: Catalogue, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(data.draw(st.sampled_from(starts)), Path(folder) / "qifu.db")
        database = Database(f"sqlite:///{folder}/qifu.db")
        clock = SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        house = House(database, clock, catalogue, Path(folder) / "evidence", Path(folder))
        try:
            order_ids = [one.order_id for one in house.orders("client1")]
            if not order_ids:
                order_ids.append(house.confirm(house.quote(data.draw(st.sampled_from(SERVICES)))).order_id)
            for _ in range(data.draw(st.integers(20, 60))):
                try:
                    one_step(house, order_ids, data.draw)
                except Fault:
                    raise  # never: being refused is fine, a fault is ours
                except QifuError:
                    continue
            check_pages(house, order_ids)
            check_trails(house)
        finally:
            database.close()


def march(house: House, order_id: str) -> str:
    """Everyone does the first thing offered that moves the order on, until nobody has anything left to do."""
    forward = ("capture", "confirm", "accept", "start", "evidence", "check", "submit", "pass", "give")
    for _ in range(200):
        for username in ("finance_sz", "manager_sz", "partner_pa", "delivery_sz", "client1"):
            view = house.order(username, order_id)
            offered = [one for one in view.commands if one.command in forward]
            if offered:
                needed = _needed(view, offered[0])
                break
        else:
            return house.order("client1", order_id).state
        one = offered[0]
        body: dict[str, Any] = {"amount_fen": view.price_fen, "reference": order_id} if one.command == "capture" else {}
        if one.command == "evidence":
            house.upload(username, one.id, needed, new_id().encode())
        else:
            body |= {"score": "5"} if one.command == "give" else {}
            house.act(username, one.aggregate, one.id, one.command, version=one.version, **body)
    raise AssertionError("the order never came to an end")


def _needed(view: OrderView, command: Command) -> str:
    steps = view.job.steps if view.job else ()
    for step in steps:
        for need in step.requires if step.id == command.id else ():
            if sum(file.type == need.type for file in step.evidence) < sum(
                one.count for one in step.requires if one.type == need.type
            ):
                return need.type
    return ""


def test_following_the_pages_alone_brings_an_order_to_its_end(house: House) -> None:
    order_id = house.confirm(house.quote()).order_id
    assert march(house, order_id) == "closed"
    check_pages(house, [order_id])
    check_trails(house)
