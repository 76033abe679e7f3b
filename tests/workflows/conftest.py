"""A database with the demo network, and people who act at the front doors as HTTP would have them act."""

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.demo import ORGS, PEOPLE
from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.ids import new_id
from knowledge.services import Catalogue, load_catalogue
from workflows import demo, evidence, fulfil, intake, timers, view
from workflows.actor import Actor
from workflows.quoting import QuoteShown
from workflows.view import OrderView

KINDS = {identifier: kind for identifier, kind, *_ in ORGS}


@pytest.fixture(scope="session")
def seeded_file(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the demo organisations and their network, copied for each test."""
    path = tmp_path_factory.mktemp("seeded") / "qifu.db"
    shutil.copy(blank_database, path)
    database = Database(f"sqlite:///{path}")
    with database.work() as work:
        demo.seed(work, SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)))
    database.close()
    return path


@pytest.fixture
def database(seeded_file: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(seeded_file, tmp_path / "qifu.db")
    database = Database(f"sqlite:///{tmp_path / 'qifu.db'}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shelf")


class House:
    """Everyone of the demo by user name, each call one transaction."""

    def __init__(self, database: Database, clock: SetClock, catalogue: Catalogue, folder: Path, shelf: Path) -> None:
        self.database, self.clock, self.catalogue, self.folder = database, clock, catalogue, folder
        self.shelf = shelf  # whole databases kept for the session, so that a long way is walked once

        self.people = {u: Actor(f"u-{u}", name, org, KINDS[org], (role,)) for u, name, org, role in PEOPLE}

    def actor(self, username: str) -> Actor:
        return self.people[username]

    def quote(self, service_id: str = "hnte_filing", client: str = "client1", key: str | None = None) -> QuoteShown:
        actor = self.actor(client)
        with self.database.work() as work:
            return intake.quote(
                work,
                client_org=actor.org_id,
                service_id=service_id,
                catalogue=self.catalogue,
                conversation_id="conversation-1",
                diagnosis_ids=("diagnosis-1",),
                evidence_ids=("chunk-1",),
                key=key or new_id(),
                actor=actor,
                clock=self.clock,
            )

    def confirm(self, quote: QuoteShown, client: str = "client1", **changes: Any) -> OrderView:
        actor = self.actor(client)
        request = intake.OrderRequest(
            client_org=actor.org_id,
            quote_id=quote.quote_id,
            shown_sha256=changes.get("sha256", quote.sha256),
        )
        key = changes.get("key", f"confirm:{quote.quote_id}")
        with self.database.work() as work:
            return intake.open_order(work, request, key=key, actor=actor, catalogue=self.catalogue, clock=self.clock)

    def order(self, username: str, order_id: str) -> OrderView:
        actor = self.actor(username)
        with view.reading(self.database, actor, self.clock, order_id) as session:
            return view.order(session, order_id, actor)

    def orders(self, username: str) -> tuple[view.OrderSummary, ...]:
        actor = self.actor(username)
        with view.reading(self.database, actor, self.clock, "orders") as session:
            return view.orders(session, actor)

    def act(
        self,
        username: str,
        aggregate: str,
        identifier: str,
        command: str,
        *,
        key: str | None = None,
        version: int | None = None,
        **body: Any,
    ) -> OrderView:
        with self.database.work() as work:
            return fulfil.execute(
                work,
                self.actor(username),
                aggregate,
                identifier,
                command,
                body,
                key=key or new_id(),
                expected_version=version,
                clock=self.clock,
                catalogue=self.catalogue,
            )

    def do(self, username: str, order_id: str, command: str, **body: Any) -> OrderView:
        """The command of that name that the person's own page offers."""
        commands = self.order(username, order_id).commands
        offered = [one for one in commands if f"{one.aggregate}/{one.command}" == command]
        assert offered, f"{username} is not offered {command}"
        one = offered[0]
        return self.act(username, one.aggregate, one.id, one.command, version=one.version, **body)

    def upload(self, username: str, step_id: str, kind: str, content: bytes, name: str = "证据.pdf") -> OrderView:
        stored = evidence.store(self.folder, io.BytesIO(content), name, kind)
        with self.database.work() as work:
            return evidence.attach(
                work,
                self.actor(username),
                step_id,
                stored,
                key=new_id(),
                clock=self.clock,
                catalogue=self.catalogue,
            )

    def pass_time(self, step: timedelta) -> list[str]:
        """The clock goes forward and everything due fires; the keys that did something."""
        self.clock.forward(step)
        fired: list[str] = []
        while True:
            with self.database.read() as work:
                keys = timers.due(work, self.clock.now())
            if not keys:
                return fired
            for key in keys:
                with self.database.work() as work:
                    if timers.fire(work, key, self.clock):
                        fired.append(key)

    def funded(self, service_id: str = "hnte_filing", client: str = "client1", finance: str = "finance_sz") -> str:
        """A signed order that is paid and waits for its dispatch to be confirmed."""
        quote = self.quote(service_id, client)
        order_id = self.confirm(quote, client).order_id
        self.do(finance, order_id, "payments/capture", amount_fen=quote.price_fen, reference=f"slip-{order_id}")
        return order_id

    def keep(self, name: str) -> None:
        """Put the database as it is on the shelf."""
        path = Path(self.database.url.removeprefix("sqlite:///"))
        self.database.close()
        shutil.copy(path, self.shelf / name)
        self.database = Database(self.database.url)

    def take(self, name: str) -> bool:
        """Go on from a database on the shelf, if it is there."""
        if not (self.shelf / name).exists():
            return False
        path = Path(self.database.url.removeprefix("sqlite:///"))
        self.database.close()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.shelf / name, path)
        self.database = Database(self.database.url)
        return True

    def finish_steps(self, order_id: str, worker: str, checker: str, client: str = "client1") -> None:
        """Every open step done with all its evidence and checked by another person."""
        seller = {"org-c1": "delivery_sz", "org-c2": "delivery_sh", "org-c3": "delivery_hz"}[self.actor(client).org_id]
        for step in self.order(checker, order_id).job.steps:  # type: ignore[union-attr]
            if step.state == "checked":
                continue
            own = any(one.id == step.id for one in self.order(worker, order_id).commands)
            who = worker if own else seller
            if step.state == "todo":
                self.act(who, "steps", step.id, "start")
            for number, need in enumerate(step.requires):
                for copy in range(need.count):
                    text = f"{order_id} {step.no} {number} {copy} {new_id()}"
                    self.upload(who, step.id, need.type, text.encode())
            self.act(checker, "steps", step.id, "check")


@pytest.fixture
def house(database: Database, clock: SetClock, catalogue: Catalogue, tmp_path: Path, shelf: Path) -> Iterator[House]:
    house = House(database, clock, catalogue, tmp_path / "evidence", shelf)
    yield house
    house.database.close()
