"""Two at once, and a process killed in the middle: the books end as if one had come after the other, or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import Conflict, GuardFailed
from tests.money.scenes import done, paid, race
from workflows.money import ledger
from workflows.money.check import check_books
from workflows.money.split import Split, refund, splits_of, submit_payout, vest

WHOLE = {"balanced": True, "drift": [], "broken_chain": []}


def report(books: Database) -> dict[str, object]:
    with books.read() as work:
        found = check_books(work, ["org-sh", "org-hq"])
    return {name: found[name] for name in WHOLE}


def test_two_acceptances_with_one_key_split_once(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)

    def task(_: int) -> Split:
        with books.work() as work:
            return done(work, clock)

    first, second = race(task)
    assert isinstance(first, Split)
    assert first == second
    with books.read() as work:
        assert len(splits_of(work.session("org-sh"), "o1")) == 1
    assert report(books) == WHOLE


def test_two_acceptances_with_two_keys_cannot_both_have_the_money(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)

    def task(index: int) -> Split:
        with books.work() as work:
            return done(work, clock, key=f"accept-{index}")

    assert sorted(type(result).__name__ for result in race(task)) == ["GuardFailed", "Split"]
    assert report(books) == WHOLE


def test_two_full_refunds_give_the_money_back_once(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)

    def task(index: int) -> str:
        with books.work() as work:
            return refund(
                work.session("org-sh"),
                order_id="o1",
                client_org="org-c1",
                refund_fen=10_000_000,
                key=f"r{index}",
                actor="u",
                clock=clock,
                hq=work.session("org-hq"),
            ).journal_id

    results = race(task, 3)
    assert sorted(type(result).__name__ for result in results) == ["GuardFailed", "GuardFailed", "str"]
    with books.read() as work:
        assert ledger.balance(work.session("org-sh"), "refund_payable:org-c1") == -10_000_000
    assert report(books) == WHOLE


def test_two_payouts_never_send_the_same_money(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        vest(work.session("org-sh"), order_id="o1", key="v", actor="sys", clock=clock)

    def task(index: int) -> int:
        with books.work() as work:
            return submit_payout(
                work.session("org-sh"),
                payee_org="org-pa",
                out_order_no=f"out-{index}",
                kyc_passed=True,
                actor="u",
                clock=clock,
            ).amount_fen

    results = race(task)
    assert [result for result in results if not isinstance(result, Exception)] == [2_830_189]
    assert [type(result) for result in results if isinstance(result, Exception)] == [GuardFailed]
    assert report(books) == WHOLE


def test_orders_of_one_seller_settle_side_by_side_in_both_books(books: Database, clock: SetClock) -> None:
    def task(index: int) -> str:
        for number in range(3):
            order = f"o{index}-{number}"
            with books.work() as work:
                paid(work, clock, order)
            with books.work() as work:
                done(work, clock, order)
            with books.work() as work:
                refund(
                    work.session("org-sh"),
                    order_id=order,
                    client_org="org-c1",
                    refund_fen=1_000_001,
                    key=f"r-{order}",
                    actor="u",
                    clock=clock,
                    hq=work.session("org-hq"),
                )
        return "done"

    assert race(task, 3) == ["done"] * 3
    assert report(books) == WHOLE
    with books.read() as work:
        due = ledger.balance(work.session("org-sh"), "due_to:org-hq")
        assert due == -ledger.balance(work.session("org-hq"), "due_from:org-sh") < 0


def test_one_providers_reference_under_two_keys_is_received_once(books: Database, clock: SetClock) -> None:
    def task(index: int) -> str:
        with books.work() as work:
            paid(work, clock, key=f"pay-{index}")
        return "received"

    results = race(task)
    assert results.count("received") == 1
    assert [type(result) for result in results if result != "received"] == [Conflict]


KILLED = """
import sys, time
from datetime import UTC, datetime
from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from tests.money.scenes import done
with Database(sys.argv[1]).work() as work:
    done(work, SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)))
    work.flush()
    sys.stdout.write("posted\\n"); sys.stdout.flush()
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_process_killed_before_its_commit_leaves_nothing_and_can_begin_again(
    books: Database, clock: SetClock
) -> None:
    with books.work() as work:
        paid(work, clock)
        before = ledger.balances(work.session("org-sh"))
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, books.engine.url.render_as_string(hide_password=False)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "posted\n"
        child.send_signal(signal.SIGKILL)
    with books.read() as work:
        assert ledger.balances(work.session("org-sh")) == before
    with books.work() as work:
        done(work, clock)
    assert report(books) == WHOLE
