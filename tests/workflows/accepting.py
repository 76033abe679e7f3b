"""A process that accepts one delivered order after another until it is done or killed; arguments: database, ids."""

import sys
from datetime import UTC, datetime

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.services import load_catalogue
from workflows import fulfil
from workflows.actor import Actor

CLIENT = Actor("u-client1", "客户一经办", "org-c1", "client", ("client",))


def main(url: str, order_ids: list[str]) -> None:
    database, catalogue = Database(url), load_catalogue()
    clock = SetClock(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for order_id in order_ids:
        with database.work() as work:
            fulfil.execute(
                work,
                CLIENT,
                "acceptances",
                f"{order_id}-a01",
                "accept",
                {},
                key=f"accept {order_id}",
                expected_version=None,
                clock=clock,
                catalogue=catalogue,
            )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
