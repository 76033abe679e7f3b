"""Durable jobs on the house's own database: what is due happens once, by itself, and again not after a restart."""

import time
from datetime import timedelta

from api.house import House
from api.jobs import JobEngine
from knowledge.base.clock import SetClock
from tests.api.conftest import Client
from tests.api.journey import march, place_order, see
from workflows import outbox, timers

TRIES = 600


def test_an_order_nobody_accepts_is_accepted_when_its_time_is_up(client: Client, home: House, clock: SetClock) -> None:
    order_id = place_order(client("client1"))
    march(client, order_id, until="delivered")
    clock.forward(timedelta(days=60))
    engine = JobEngine(home.database, clock)
    engine.start()
    try:
        _settle(engine, home, clock)
    finally:
        engine.stop()
    view = see(client("hq"), order_id)  # signs in now: the others' tokens have ended
    assert view["state"] in ("accepted", "closed")
    assert view["acceptance"]["state"] == "deemed_accepted"
    paid = [line["amount_fen"] for line in view["split"]]
    again = JobEngine(home.database, clock)
    again.start()
    try:
        _settle(again, home, clock)
    finally:
        again.stop()
    assert [line["amount_fen"] for line in see(client("hq"), order_id)["split"]] == paid


def _settle(engine: JobEngine, home: House, clock: SetClock) -> None:
    """Sweep until nothing is due and nothing waits."""
    for _ in range(TRIES):
        engine.sweep()
        with home.database.read() as work:
            if not list(timers.due(work, clock.now())) and not list(outbox.waiting(work)):
                return
        time.sleep(0.05)  # workflows run in threads of the engine's own
    raise AssertionError("something stays due for ever")
