"""Any order of pay, recognise, refund, vest, dispute and payout, keys repeated at random: the invariants always hold.

The model knows only what was asked for and what came back as accepted; everything else is worked out from the books.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from knowledge.base.clock import SetClock
from knowledge.base.db import Database, Work
from knowledge.base.errors import GuardFailed
from tests.money.conftest import install
from tests.money.scenes import PARTIES, terms
from workflows.money import ledger
from workflows.money.check import check_books
from workflows.money.shares import compute
from workflows.money.split import (
    AgreementTerms,
    Parties,
    hold,
    payout_failed,
    payout_paid,
    receive,
    recognise_and_split,
    refund,
    release,
    submit_payout,
    vest,
)
from workflows.money.split_rows import HELD, REFUNDED, Standing, standings

ORDERS = ("o1", "o2")
AGREED: tuple[tuple[AgreementTerms, Parties], ...] = (
    (terms(("platform", "percent", 100_000), ("executor", "percent", 300_000), ("seller", "residual", 0)), PARTIES),
    (
        terms(
            ("executor", "fixed", 50),
            ("referrer", "percent", 33_333),
            ("platform", "percent", 150_000),
            ("executor", "percent", 333_333),
            ("seller", "residual", 0),
            base="gross",
            vat_ppm=10_000,
            holdback_ppm=100_000,
            vesting_days=3,
        ),
        Parties(platform="org-hq", seller="org-sh", executor="org-sh", referrer="org-pa"),
    ),
)
PAYEES = ("org-sh", "org-pa")
order = st.sampled_from(ORDERS)
fen = st.one_of(st.integers(1, 30), st.integers(1, 100_000))

_blank: list[sqlite3.Connection] = []


def blank() -> sqlite3.Connection:
    """An installed database in memory, made once; each run begins with a copy."""
    if not _blank:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "blank.db"
            install(f"sqlite:///{path}")
            source = sqlite3.connect(path)
            memory = sqlite3.connect(":memory:")
            source.backup(memory)
            source.close()
        _blank.append(memory)
    return _blank[0]


class Books(RuleBasedStateMachine):
    database: Database
    clock: SetClock
    count: int
    captured: dict[str, int]
    unearned: dict[str, int]
    refunded: dict[str, int]
    earned: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.database = Database("sqlite://")
        with self.database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            blank().backup(raw)
        self.clock = SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        self.count = 0
        self.captured = dict.fromkeys(ORDERS, 0)
        self.unearned = dict.fromkeys(ORDERS, 0)
        self.refunded = dict.fromkeys(ORDERS, 0)
        self.earned = dict.fromkeys(PAYEES, 0)
        self.disputes: dict[str, str] = {}
        self.payouts: dict[str, tuple[str, int, str]] = {}  # number → payee, amount, state
        self.log: list[tuple[Callable[[Work], Any], Any]] = []

    def teardown(self) -> None:
        with self.database.read() as work:
            report = check_books(work, ["org-sh", "org-hq"])
        assert report["balanced"]
        assert not report["drift"] + report["broken_chain"]
        self.database.close()

    def do(self, command: Callable[[Work], Any]) -> Any:
        """The result of a command in its own transaction, or None when the state doesn't allow it."""
        try:
            with self.database.work() as work:
                result = command(work)
        except GuardFailed:
            return None
        if result is not None:
            self.log.append((command, result))
        return result

    def key(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    @rule(order=order, gross=fen, fee=st.integers(0, 3))
    def pay(self, order: str, gross: int, fee: int) -> None:
        key = self.key("pay")
        fee = min(fee, gross)
        common: dict[str, Any] = {
            "order_id": order,
            "gross_fen": gross,
            "fee_fen": fee,
            "provider_ref": key,
            "key": key,
        }
        assert self.do(lambda work: receive(work.session("org-sh"), **common, actor="sys", clock=self.clock))
        self.captured[order] += gross
        self.unearned[order] += gross

    @rule(order=order, gross=fen, which=st.integers(0, 1), all_of_it=st.booleans())
    def accept(self, order: str, gross: int, which: int, all_of_it: bool) -> None:
        key = self.key("accept")
        agreed, parties = AGREED[which]
        unearned = self.unearned[order]
        if all_of_it and unearned:
            gross = unearned

        def command(work: Work) -> Any:
            return recognise_and_split(
                work.session("org-sh"),
                order_id=order,
                terms=agreed,
                gross_fen=gross,
                parties=parties,
                key=key,
                actor="sys",
                clock=self.clock,
                hq=work.session("org-hq"),
            )

        split = self.do(command)
        assert (split is not None) == (gross <= unearned)
        if split is not None:
            self.unearned[order] -= gross
            assert sum(line.amount_fen for line in split.lines) + split.vat_fen == gross
            assert split.lines == compute(agreed, gross, parties).lines
            for line in split.lines:
                if line.role != "platform":
                    self.earned[line.payee_org] += line.amount_fen

    @rule(order=order, amount=fen, everything=st.booleans())
    def give_back(self, order: str, amount: int, everything: bool) -> None:
        key = self.key("refund")
        refundable = self.captured[order] - self.refunded[order]
        if everything and refundable:
            amount = refundable

        def command(work: Work) -> Any:
            return refund(
                work.session("org-sh"),
                order_id=order,
                client_org="org-c1",
                refund_fen=amount,
                key=key,
                actor="u",
                clock=self.clock,
                hq=work.session("org-hq"),
            )

        assert (self.do(command) is not None) == (amount <= refundable)
        if amount <= refundable:
            self.refunded[order] += amount
            self.unearned[order] -= min(amount, self.unearned[order])

    @rule(order=order, evaluated=st.booleans())
    def vest(self, order: str, evaluated: bool) -> None:
        key = self.key("vest")
        moved = self.do(
            lambda work: vest(
                work.session("org-sh"), order_id=order, key=key, actor="sys", clock=self.clock, evaluated=evaluated
            )
        )
        assert moved is None or not self.held(order), "争议未结就释放了"

    @rule(order=order)
    def dispute(self, order: str) -> None:
        name = self.key("d")
        self.disputes[name] = order
        self.do(
            lambda work: hold(
                work.session("org-sh"), order_id=order, dispute_id=name, key=name, actor="hq", clock=self.clock
            )
        )

    @precondition(lambda self: self.disputes)
    @rule(pick=st.integers(0, 99))
    def settle(self, pick: int) -> None:
        name, order = list(self.disputes.items())[pick % len(self.disputes)]
        key = self.key("release")
        self.do(
            lambda work: release(
                work.session("org-sh"), order_id=order, dispute_id=name, key=key, actor="hq", clock=self.clock
            )
        )
        with self.database.read() as work:
            assert all(not part.fen(held, name) for held in HELD.values() for part in self.parts(work, order))

    @rule(payee=st.sampled_from(PAYEES), withheld=st.integers(0, 2))
    def pay_out(self, payee: str, withheld: int) -> None:
        number = self.key("out")
        with self.database.read() as work:
            session = work.session("org-sh")
            available = -ledger.balance(session, f"available:{payee}")
            blocked = ledger.balance(session, f"clawback:{payee}") > 0 or any(
                amount for name, amount in ledger.balances(session, "hold:").items() if name.endswith(payee)
            )
        if available <= withheld:
            withheld = 0
        payout = self.do(
            lambda work: submit_payout(
                work.session("org-sh"),
                payee_org=payee,
                out_order_no=number,
                kyc_passed=True,
                withholding_fen=withheld,
                actor="u",
                clock=self.clock,
            )
        )
        assert payout is None or not blocked
        if payout is not None:
            assert payout.amount_fen <= available
            self.payouts[number] = (payee, payout.amount_fen, "sent")

    @precondition(lambda self: self.payouts)
    @rule(pick=st.integers(0, 99), paid=st.booleans())
    def hear_of_payout(self, pick: int, paid: bool) -> None:
        number = list(self.payouts)[pick % len(self.payouts)]
        payee, amount, state = self.payouts[number]
        if state == "undone" or (state == "paid" and paid):
            return
        with self.database.work() as work:
            session = work.session("org-sh")
            if paid:
                payout_paid(session, out_order_no=number, provider_ref=number, actor="sys", clock=self.clock)
            else:
                payout_failed(session, out_order_no=number, reason="x", actor="sys", clock=self.clock)
        self.payouts[number] = (payee, amount, "paid" if paid else "undone")

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.clock.forward(timedelta(days=days))

    @precondition(lambda self: self.log)
    @rule(pick=st.integers(0, 999))
    def repeat(self, pick: int) -> None:
        """Any earlier command again: the first result, and not a 分 moves."""
        command, first = self.log[pick % len(self.log)]
        before = self.balances()
        with self.database.work() as work:
            again = command(work)
        assert getattr(again, "journal_id", again.__dict__.get("split_id")) == getattr(
            first, "journal_id", first.__dict__.get("split_id")
        )
        assert self.balances() == before

    @invariant()
    def books_hold(self) -> None:
        with self.database.read() as work:
            session = work.session("org-sh")
            accounts = ledger.balances(session)
            hq = ledger.balances(work.session("org-hq"))
            assert all(not amount for name, amount in accounts.items() if name.startswith("clearing:"))
            assert accounts.get("due_to:org-hq", 0) == -hq.get("due_from:org-sh", 0) == hq.get("revenue:platform", 0)
            everything: list[Standing] = []
            for order in ORDERS:
                assert -accounts.get(f"contract_liab:{order}", 0) == self.unearned[order] >= 0
                parts = self.parts(work, order)
                everything += parts
                reversed_fen = sum(part.fen(REFUNDED) for part in parts)
                assert all(0 <= part.fen(REFUNDED) <= part.amount_fen for part in parts)
                assert all(amount >= 0 for part in parts for amount in part.lies.values())
                earned_back = self.captured[order] - self.refunded[order] - self.unearned[order]
                assert sum(part.amount_fen for part in parts) - reversed_fen == earned_back
                if self.captured[order] == self.refunded[order]:
                    assert all(part.fen(REFUNDED) == part.amount_fen for part in parts)
            assert -accounts.get("refund_payable:org-c1", 0) == sum(self.refunded.values())
            for payee in PAYEES:
                self.payee_holds(accounts, payee, [part for part in everything if part.payee_org == payee])

    def payee_holds(self, accounts: dict[str, int], payee: str, parts: list[Standing]) -> None:
        """Paid out + available + pending + held − owed back = earned − reversed."""
        assert sum(part.amount_fen for part in parts) == self.earned[payee]
        held = {name: amount for name, amount in accounts.items() if name.startswith("hold:") and name.endswith(payee)}
        pending = -accounts.get(f"pending:{payee}", 0)
        assert pending == sum(part.fen("pending") for part in parts)
        assert -sum(held.values()) == sum(
            amount for part in parts for (bucket, _), amount in part.lies.items() if bucket in HELD.values()
        )
        out = sum(amount for who, amount, state in self.payouts.values() if who == payee and state != "undone")
        owed = accounts.get(f"clawback:{payee}", 0)
        available = -accounts.get(f"available:{payee}", 0)
        assert owed >= 0
        assert available >= 0
        assert not (owed and available), "有可付余额却还挂着应退"
        reversed_fen = sum(part.fen(REFUNDED) for part in parts)
        assert out + available + pending - sum(held.values()) - owed == self.earned[payee] - reversed_fen

    def held(self, order: str) -> int:
        with self.database.read() as work:
            return sum(
                amount
                for part in self.parts(work, order)
                for (bucket, _), amount in part.lies.items()
                if bucket in HELD.values()
            )

    def parts(self, work: Work, order: str) -> list[Standing]:
        return standings(work.session("org-sh"), order)

    def balances(self) -> list[dict[str, int]]:
        with self.database.read() as work:
            return [ledger.balances(work.session(org)) for org in ("org-sh", "org-hq")]


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
