"""kill -9 in the middle of accepting and splitting: each order is wholly accepted or not at all."""

import random
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import select

from knowledge.base.db import Database
from knowledge.base.tenancy import TenantSession
from knowledge.services import Catalogue, EvidenceNeed, Service, Sop, SopStep
from tests.workflows.conftest import House
from tests.workflows.test_walk import check_trails
from workflows import events
from workflows.money.check import check_books
from workflows.money.journal import JournalRow
from workflows.money.split import splits_of
from workflows.tables.aggregate import Aggregate
from workflows.tables.closing import AcceptanceRow, EvaluationRow
from workflows.tables.orders import ClientOrderRow, SalesOrderRow

ROOT = Path(__file__).parents[2]
ORDERS = 10
KILLS = 6


def short(service: Service) -> Service:
    """The service with two small steps, so that many orders are soon delivered."""
    steps = tuple(
        SopStep(
            no=no, name=f"步骤{no}", what="办", evidence=(EvidenceNeed(type="record", label="记录", count=1),),
            sla_workdays=5, checks=("有记录",),
        )
        for no in (1, 2)
    )  # fmt: skip
    return service.model_copy(update={"sop": Sop(version=1, steps=steps)})


def deliver_many(house: House) -> list[str]:
    found = []
    for _ in range(ORDERS):
        order_id = house.funded("software_copyright")
        house.do("manager_sz", order_id, "dispatches/confirm")
        house.do("delivery_sz", order_id, "jobs/start")
        house.finish_steps(order_id, "delivery_sz", "manager_sz")
        house.do("delivery_sz", order_id, "jobs/submit")
        house.do("manager_sz", order_id, "jobs/pass")
        found.append(order_id)
    return found


def accepted(database: Database, order_ids: list[str]) -> list[str]:
    """Those wholly accepted, after checking that the others are wholly not."""
    done = []
    with database.read() as work:
        seller, client, hq = (work.session(org_id) for org_id in ("org-sz", "org-c1", "org-hq"))
        for order_id in order_ids:
            order = seller.exec(select(SalesOrderRow).where(SalesOrderRow.id == order_id)).one()
            signs = {
                "order": order.state == "accepted",
                "client's order": _state(client, ClientOrderRow, order_id) == "accepted",
                "acceptance": _state(client, AcceptanceRow, f"{order_id}-a01") == "accepted",
                "split on the order": order.split is not None,
                "split": len(splits_of(seller, order_id)) == 1,
                "seller's journals": _journals(seller, order_id) == ["receive", "recognise", "split"],
                "headquarters' journal": _journals(hq, order_id) == ["split_due"],
                "evaluation": _state(client, EvaluationRow, f"{order_id}-e") == "open",
            }
            assert len(set(signs.values())) == 1, (order_id, signs)
            if not signs["order"]:
                assert _journals(seller, order_id) == ["receive"]
            done += [order_id] if signs["order"] else []
        report = check_books(work, ["org-sz", "org-hq"])
        assert (report["balanced"], report["drift"], report["broken_chain"]) == (True, [], [])
        assert [events.broken(session) for session in (seller, client, hq)] == [None, None, None]
    return done


def test_killed_at_any_moment_an_order_is_accepted_with_its_split_or_not_at_all(
    house: House, catalogue: Catalogue
) -> None:
    house.catalogue = Catalogue(services=(short(catalogue.service("software_copyright")),))
    order_ids = deliver_many(house)
    url, chance = house.database.url, random.Random(20261123)
    house.database.close()
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.workflows.accepting", url, *order_ids], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.3))
        child.kill()
        child.wait()
        child.stdout.close()
        database = Database(url)
        accepted(database, order_ids)
        database.close()
    subprocess.run(
        [sys.executable, "-m", "tests.workflows.accepting", url, *order_ids],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    house.database = Database(url)
    assert accepted(house.database, order_ids) == order_ids
    check_trails(house)


def _state(session: TenantSession, kind: type[Aggregate], identifier: str) -> str | None:
    return session.exec(select(kind.state).where(kind.id == identifier)).first()


def _journals(session: TenantSession, order_id: str) -> list[str]:
    found = session.exec(select(JournalRow.kind).where(JournalRow.subject_id == order_id)).all()
    return sorted(found)
