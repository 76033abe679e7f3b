"""After the split: refunds, vesting, disputes and payouts, each in both engines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from knowledge.base.clock import SetClock
from knowledge.base.db import Database, Work
from knowledge.base.errors import BadInput, Conflict, GuardFailed, Refused
from tests.money.scenes import USUAL, done, paid
from workflows.money import ledger
from workflows.money.check import check_books
from workflows.money.clawback import clawback_repaid, clawback_written_off
from workflows.money.ledger import Posted
from workflows.money.payout import PayoutLineRow
from workflows.money.split import (
    Payout,
    bill,
    hold,
    payout_failed,
    payout_paid,
    receive,
    refund,
    refund_paid,
    release,
    submit_payout,
    vest,
)
from workflows.money.split_rows import SplitRow

SLOW = USUAL.model_copy(update={"vesting_days": 7, "holdback_ppm": 100_000})


def give_back(work: Work, clock: SetClock, amount: int, key: str = "r1", **other: Any) -> Posted:
    given = {"order_id": "o1", "client_org": "org-c1", "hq": work.session("org-hq"), **other}
    return refund(work.session("org-sh"), refund_fen=amount, key=key, actor="u-fi", clock=clock, **given)


def vested(work: Work, clock: SetClock, key: str = "v1", **other: Any) -> Posted | None:
    return vest(work.session("org-sh"), order_id="o1", key=key, actor="sys", clock=clock, **other)


def held(work: Work, clock: SetClock, dispute: str = "d1") -> Posted | None:
    return hold(
        work.session("org-sh"), order_id="o1", dispute_id=dispute, key=f"hold-{dispute}", actor="hq", clock=clock
    )


def let_go(work: Work, clock: SetClock, dispute: str = "d1") -> Posted | None:
    return release(
        work.session("org-sh"), order_id="o1", dispute_id=dispute, key=f"free-{dispute}", actor="hq", clock=clock
    )


def sent(work: Work, clock: SetClock, number: str = "out-1", payee: str = "org-pa", **other: Any) -> Payout:
    given = {"kyc_passed": True, "actor": "u-fi", "clock": clock, **other}
    return submit_payout(work.session("org-sh"), payee_org=payee, out_order_no=number, **given)


def nonzero(work: Work, org: str = "org-sh") -> dict[str, int]:
    return {account: amount for account, amount in ledger.balances(work.session(org)).items() if amount}


def whole(books: Database) -> bool:
    with books.read() as work:
        report = check_books(work, ["org-sh", "org-hq"])
    return bool(report["balanced"] and not report["drift"] and not report["broken_chain"])


def test_a_refund_before_acceptance_only_lowers_what_is_unearned(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        give_back(work, clock, 4_000_000)
        assert ledger.balance(work.session("org-sh"), "contract_liab:o1") == -6_000_000
        assert ledger.balance(work.session("org-sh"), "refund_payable:org-c1") == -4_000_000
        with pytest.raises(GuardFailed, match=r"可退 60,000\.00 元"):
            give_back(work, clock, 6_000_001, "r2")
        refund_paid(
            work.session("org-sh"),
            order_id="o1",
            client_org="org-c1",
            amount_fen=4_000_000,
            key="rp1",
            actor="sys",
            clock=clock,
        )
        assert ledger.balance(work.session("org-sh"), "psp_clearing") == 9_940_000 - 4_000_000
        with pytest.raises(GuardFailed):
            done(work, clock)


def test_a_full_refund_brings_every_share_and_the_vat_to_zero(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        give_back(work, clock, 3_333_333)
        give_back(work, clock, 6_666_667, "r2")
        assert nonzero(work) == {"psp_clearing": 9_940_000, "psp_fee": 60_000, "refund_payable:org-c1": -10_000_000}
        assert nonzero(work, "org-hq") == {}
        with pytest.raises(GuardFailed, match=r"可退 0\.00"):
            give_back(work, clock, 1, "r3")
    assert whole(books)


def test_a_refund_takes_from_milestones_not_yet_earned_first(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock, gross=6_000_000)
        before = ledger.balance(work.session("org-sh"), "pending:org-pa")
        give_back(work, clock, 4_000_000)
        assert ledger.balance(work.session("org-sh"), "pending:org-pa") == before
        give_back(work, clock, 3_000_000, "r2")
        assert ledger.balance(work.session("org-sh"), "pending:org-pa") == before // 2


def test_what_was_paid_out_already_becomes_a_debt_and_later_earnings_pay_it_off(
    books: Database, clock: SetClock
) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        vested(work, clock)
        payout = sent(work, clock)
        assert (payout.amount_fen, payout.state) == (2_830_189, "sent")
        payout_paid(work.session("org-sh"), out_order_no="out-1", provider_ref="tx9", actor="sys", clock=clock)
        give_back(work, clock, 10_000_000)
        assert nonzero(work)["clawback:org-pa"] == 2_830_189
        assert "available:org-sh" not in nonzero(work)
        with pytest.raises(GuardFailed, match="应退回"):
            sent(work, clock, "out-2")
        paid(work, clock, "o2")
        done(work, clock, "o2")
        vest(work.session("org-sh"), order_id="o2", key="v2", actor="sys", clock=clock)
        assert {"clawback:org-pa", "available:org-pa"} & nonzero(work).keys() == set()
    assert whole(books)


def test_a_refund_takes_what_has_not_vested_before_what_is_available(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock, terms=SLOW)
        clock.forward(timedelta(days=7))
        vested(work, clock)
        give_back(work, clock, 500_000)
        assert nonzero(work)["pending:org-pa"] == -(283_019 - 141_509)
        assert nonzero(work)["available:org-pa"] == -(2_830_189 - 283_019)
        give_back(work, clock, 1_000_000, "r2")
        assert "pending:org-pa" not in nonzero(work)
        assert nonzero(work)["available:org-pa"] == -(2_830_189 - 141_509 - 283_019)
    assert whole(books)


def test_a_payees_debt_is_repaid_or_written_off_by_two_persons(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        session = work.session("org-sh")
        paid(work, clock)
        done(work, clock)
        vested(work, clock)
        sent(work, clock)
        give_back(work, clock, 10_000_000)
        clawback_repaid(session, payee_org="org-pa", amount_fen=830_189, key="c1", actor="u-fi", clock=clock)
        with pytest.raises(Refused):
            clawback_written_off(
                session, payee_org="org-pa", amount_fen=1, key="c2", maker="u-fi", checker="u-fi", clock=clock
            )
        with pytest.raises(GuardFailed):
            clawback_written_off(
                session, payee_org="org-pa", amount_fen=2_000_001, key="c2", maker="u-1", checker="u-2", clock=clock
            )
        clawback_written_off(
            session, payee_org="org-pa", amount_fen=2_000_000, key="c2", maker="u-1", checker="u-2", clock=clock
        )
        assert nonzero(work)["bad_debt"] == 2_000_000
        assert "clawback:org-pa" not in nonzero(work)


def test_shares_vest_on_their_day_and_the_holdback_with_the_evaluation(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock, terms=SLOW)
        with pytest.raises(GuardFailed, match="2026-11-30"):
            vested(work, clock)
        clock.forward(timedelta(days=7))
        vested(work, clock)
        assert nonzero(work)["available:org-pa"] == -(2_830_189 - 283_019)
        assert nonzero(work)["pending:org-pa"] == -283_019
        assert vested(work, clock, "v2") is None
        vested(work, clock, "v3", evaluated=True)
        assert nonzero(work)["available:org-pa"] == -2_830_189
        assert vested(work, clock, "v4", evaluated=True) is None
    assert whole(books)


def test_a_dispute_holds_everything_unpaid_and_gives_it_back_where_it_was(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock, terms=SLOW)
        clock.forward(timedelta(days=7))
        vested(work, clock)
        before = nonzero(work)
        held(work, clock)
        assert nonzero(work)["hold:d1:org-pa"] == -2_830_189
        assert not {"pending:org-pa", "available:org-pa", "pending:org-sh"} & nonzero(work).keys()
        with pytest.raises(GuardFailed, match="争议"):
            vested(work, clock, "v2", evaluated=True)
        with pytest.raises(GuardFailed, match="冻结"):
            sent(work, clock)
        assert let_go(work, clock, "other") is None
        let_go(work, clock)
        assert nonzero(work) == before
    assert whole(books)


def test_a_dispute_holds_no_more_than_an_older_refund_has_left_available(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        session = work.session("org-sh")
        paid(work, clock)
        done(work, clock)
        vested(work, clock)
        sent(work, clock)
        paid(work, clock, "o2")
        done(work, clock, "o2")
        vest(session, order_id="o2", key="v2", actor="sys", clock=clock)
        give_back(work, clock, 4_000_000)  # of the first order, paid out already: the second one's money pays for it
        left = nonzero(work)["available:org-pa"]
        assert left == -(2_830_189 - 1_132_076)
        hold(session, order_id="o2", dispute_id="d2", key="hold-d2", actor="hq", clock=clock)
        assert nonzero(work)["hold:d2:org-pa"] == left
        release(session, order_id="o2", dispute_id="d2", key="free-d2", actor="hq", clock=clock)
        assert sent(work, clock, "out-2").amount_fen == -left
    assert whole(books)


def test_a_lost_dispute_is_refunded_from_what_it_held(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        held(work, clock)
        give_back(work, clock, 5_000_000)
        assert nonzero(work)["hold:d1:org-pa"] == -1_415_094
        let_go(work, clock)
        assert nonzero(work)["pending:org-pa"] == -1_415_094
        assert "hold:d1:org-pa" not in nonzero(work)
    assert whole(books)


def test_a_failed_payout_makes_the_money_available_again(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        session = work.session("org-sh")
        paid(work, clock)
        done(work, clock)
        vested(work, clock)
        before = nonzero(work)
        first = sent(work, clock, withholding_fen=1_000)
        assert nonzero(work)[f"transit:{first.item_id}"] == -(2_830_189 - 1_000)
        assert nonzero(work)["withholding:iit"] == -1_000
        failed = payout_failed(session, out_order_no="out-1", reason="账户状态异常", actor="sys", clock=clock)
        assert (failed.state, nonzero(work)) == ("failed", before)
        assert payout_failed(session, out_order_no="out-1", reason="again", actor="sys", clock=clock) == failed
        with pytest.raises(Conflict):
            payout_paid(session, out_order_no="out-1", provider_ref="tx", actor="sys", clock=clock)
        again = sent(work, clock, "out-2")
        assert again.amount_fen == 2_830_189
        payout_paid(session, out_order_no="out-2", provider_ref="tx", actor="sys", clock=clock)
        returned = payout_failed(session, out_order_no="out-2", reason="退票", actor="sys", clock=clock)
        assert (returned.state, nonzero(work)) == ("returned", before)
        assert sent(work, clock, "out-3").amount_fen == 2_830_189
    assert whole(books)


def test_an_instruction_is_sent_once_and_only_for_a_verified_payee(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        with pytest.raises(GuardFailed, match="没有可付"):
            sent(work, clock)
        vested(work, clock)
        with pytest.raises(GuardFailed, match="实名"):
            sent(work, clock, kyc_passed=False)
        first = sent(work, clock)
        assert sent(work, clock) == first
        with pytest.raises(Conflict):
            sent(work, clock, payee="org-sh")
        with pytest.raises(BadInput, match="withholding_fen"):
            sent(work, clock, "out-2", "org-sh", withholding_fen=5_660_377)
        session = work.session("org-sh")
        once = payout_paid(session, out_order_no="out-1", provider_ref="tx", actor="sys", clock=clock)
        assert payout_paid(session, out_order_no="out-1", provider_ref="tx", actor="sys", clock=clock) == once
        with pytest.raises(Conflict):
            payout_paid(session, out_order_no="out-1", provider_ref="ty", actor="sys", clock=clock)


def test_a_share_is_paid_by_one_live_instruction(books: Database, clock: SetClock) -> None:
    """The trace from an order to a provider's receipt: oldest shares first, none twice, freed ones again."""

    def paid_by(work: Work, payout: Payout) -> dict[str, int]:
        session = work.session("org-sh")
        rows = session.exec(select(PayoutLineRow).where(PayoutLineRow.item_id == payout.item_id)).all()
        orders = {row.id: row.order_id for row in session.exec(select(SplitRow)).all()}
        return {orders[row.split_id]: row.amount_fen for row in rows}

    with books.work() as work:
        session = work.session("org-sh")
        for number, gross in ((1, 10_000_000), (2, 1_060_000)):
            paid(work, clock, f"o{number}", gross)
            done(work, clock, f"o{number}", gross)
        vested(work, clock)
        first = sent(work, clock)
        vest(session, order_id="o2", key="v2", actor="sys", clock=clock)
        second = sent(work, clock, "out-2")
        assert (paid_by(work, first), paid_by(work, second)) == ({"o1": 2_830_189}, {"o2": 300_000})
        payout_failed(session, out_order_no="out-1", reason="x", actor="sys", clock=clock)
        assert paid_by(work, sent(work, clock, "out-3")) == {"o1": 2_830_189}


def test_repeating_a_command_after_the_balances_moved_gives_the_first_result(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        first = give_back(work, clock, 1_000_000)
        moved = vested(work, clock)
        assert moved is not None
        other = held(work, clock)
        assert other is not None
        state = nonzero(work)
        assert give_back(work, clock, 1_000_000).journal_id == first.journal_id
        again = vested(work, clock)
        assert again is not None
        assert again.journal_id == moved.journal_id
        with pytest.raises(Conflict):
            give_back(work, clock, 999_999)
        with pytest.raises(Conflict):
            vested(work, clock, evaluated=True)
        assert nonzero(work) == state


def test_a_refund_of_a_mirrored_split_needs_headquarters_book(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        done(work, clock)
        with pytest.raises(BadInput, match="总部账簿"):
            give_back(work, clock, 1_000_000, hq=None)


def test_credit_terms_let_work_begin_but_only_money_received_can_go_back(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        session = work.session("org-sh")
        bill(session, order_id="o1", client_org="org-c1", gross_fen=10_000_000, key="b1", actor="u", clock=clock)
        done(work, clock)
        with pytest.raises(GuardFailed, match=r"可退 0\.00"):
            give_back(work, clock, 1)
        receive(
            session,
            order_id="o1",
            gross_fen=4_000_000,
            fee_fen=0,
            provider_ref="w1",
            key="p1",
            actor="sys",
            clock=clock,
            billed_client="org-c1",
        )
        assert ledger.balance(session, "ar:org-c1") == 6_000_000
        give_back(work, clock, 4_000_000)
        with pytest.raises(GuardFailed):
            give_back(work, clock, 1, "r2")
    assert whole(books)


@pytest.mark.parametrize("amount", [0, -5, 1.5, True])
def test_a_refund_of_no_amount_is_refused(books: Database, clock: SetClock, amount: Any) -> None:
    with pytest.raises(BadInput, match="例如"), books.work() as work:
        give_back(work, clock, amount)
