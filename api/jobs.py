"""Durable jobs: DBOS drives our own `timer` and `outbox` tables, which are the record.

Each due timer and each outbox row becomes one DBOS workflow whose id is the row's key, so a row is carried out once
however often the sweep sees it, and one that was interrupted goes on after a restart. The effect itself is one
transaction of ours that also marks the row, so a repeated step changes nothing.
"""

import threading
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from workflows import outbox, timers

VERSION = "1"  # of the workflows below; in-flight work of another version is not taken up
SWEEP_S = 1.0


class JobEngine:
    """One per process, launched by `serve` and `worker` alone, after they hold the data folder's lock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._stop = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="qifu-sweep", daemon=True)
        config: DBOSConfig = {
            "name": "qifu",
            "system_database_url": database.url,
            "application_version": VERSION,
            "executor_id": "qifu-1",
            "log_level": "WARNING",
            "serializer": DBOSPortableJSONSerializer(),
        }
        DBOS(config=config)

        @DBOS.workflow(name="fire_timer")
        def fire_timer(key: str) -> None:
            fire_step(key)

        @DBOS.step(name="fire_timer_step", retries_allowed=True, max_attempts=5)
        def fire_step(key: str) -> None:
            with database.work() as work:
                timers.fire(work, key, clock)

        @DBOS.workflow(name="deliver_notice")
        def deliver_notice(key: str) -> None:
            deliver_step(key)

        @DBOS.step(name="deliver_notice_step", retries_allowed=True, max_attempts=5)
        def deliver_step(key: str) -> None:
            with database.work() as work:
                outbox.deliver(work, key, clock)

        self._flows: dict[str, Any] = {"timer": fire_timer, "outbox": deliver_notice}

    def start(self) -> None:
        DBOS.launch()
        self._sweeper.start()

    def stop(self) -> None:
        self._stop.set()
        self._sweeper.join(timeout=10)
        DBOS.destroy()

    def sweep(self) -> int:
        """Start a workflow for everything that is due; the number started."""
        with self._database.read() as work:
            due = [("timer", key) for key in timers.due(work, self._clock.now())]
            due += [("outbox", key) for key in outbox.waiting(work)]
        for kind, key in due:
            with SetWorkflowID(f"{kind}:{key}"):
                DBOS.start_workflow(self._flows[kind], key)
        return len(due)

    def _sweep(self) -> None:
        while not self._stop.wait(SWEEP_S):
            try:
                self.sweep()
            except Exception as error:  # the sweep goes on whatever one round meets; the next sees the same rows
                structlog.get_logger().error("sweep_failed", error=repr(error))
