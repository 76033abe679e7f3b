"""From an agreement to a posted split: shares worked out to the 分, in both books, once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Conflict, GuardFailed
from knowledge.base.money import PPM
from tests.money.scenes import PARTIES, USUAL, done, paid, terms
from workflows.money import ledger
from workflows.money.check import check_books
from workflows.money.shares import net_of_vat
from workflows.money.split import AgreementTerms, Split, compute, receive, recognise_and_split, splits_of


def amounts(split: Split) -> dict[tuple[str, str], int]:
    return {(line.role, line.kind): line.amount_fen for line in split.lines}


def test_the_example_of_the_design_to_the_fen() -> None:
    split = compute(USUAL, 10_000_000, PARTIES)
    assert (split.net_fen, split.vat_fen) == (9_433_962, 566_038)
    assert [line.amount_fen for line in split.lines] == [943_396, 2_830_189, 5_660_377]
    assert [line.payee_org for line in split.lines] == ["org-hq", "org-pa", "org-sh"]
    assert split.lines[1].basis == "净额 94,339.62 元的 30 %"


def test_fixed_sums_come_first_and_are_capped_at_the_net() -> None:
    agreed = terms(("executor", "fixed", 7_000), ("platform", "fixed", 5_000), ("seller", "residual", 0), vat_ppm=0)
    assert [line.amount_fen for line in compute(agreed, 20_000, PARTIES).lines] == [7_000, 5_000, 8_000]
    short = compute(agreed, 10_000, PARTIES)
    assert [line.amount_fen for line in short.lines] == [7_000, 3_000, 0]
    assert "不足" in short.lines[1].basis


def test_percentages_of_the_gross_are_scaled_when_the_net_does_not_reach() -> None:
    agreed = terms(
        ("platform", "percent", 500_000), ("executor", "percent", 500_000), ("seller", "residual", 0), base="gross"
    )
    split = compute(agreed, 10_600, PARTIES)
    assert [line.amount_fen for line in split.lines] == [5_000, 5_000, 0]
    assert "缩减" in split.lines[0].basis


def test_a_missing_referrers_share_stays_in_the_residual() -> None:
    agreed = terms(
        ("referrer", "percent", 50_000), ("platform", "percent", 100_000), ("seller", "residual", 0), vat_ppm=0
    )
    without = compute(agreed, 10_000, PARTIES)
    assert amounts(without) == {("platform", "percent"): 1_000, ("seller", "residual"): 9_000}
    named = compute(agreed, 10_000, PARTIES.model_copy(update={"referrer": "org-pb"}))
    assert amounts(named)[("referrer", "percent")] == 500
    assert amounts(named)[("seller", "residual")] == 8_500


def test_two_roles_of_one_organisation_stay_two_lines() -> None:
    split = compute(USUAL, 10_000, PARTIES.model_copy(update={"executor": "org-sh"}))
    assert [(line.role, line.payee_org) for line in split.lines][1:] == [("executor", "org-sh"), ("seller", "org-sh")]


@pytest.mark.parametrize("price", [0, -1, 1.0, True, "100"])
def test_a_price_that_is_no_amount_is_refused(price: Any) -> None:
    with pytest.raises(BadInput, match="例如"):
        compute(USUAL, price, PARTIES)


@settings(deadline=None)
@given(st.integers(1, 10**13), st.integers(0, PPM - 1))
def test_net_is_the_nearest_fen_below_half_a_fen_of_error(gross: int, vat: int) -> None:
    net = net_of_vat(gross, vat)
    assert 0 <= net <= gross
    assert abs(net * (PPM + vat) - gross * PPM) * 2 <= PPM + vat


@st.composite
def agreed(draw: st.DrawFn) -> AgreementTerms:
    roles = ["platform", "seller", "executor", "referrer"]
    keeper = draw(st.sampled_from(roles[:3]))
    shares = [(keeper, "residual", 0)]
    shares += [(role, "fixed", draw(st.integers(1, 10**7))) for role in draw(st.sets(st.sampled_from(roles)))]
    budget = PPM
    for role in sorted(draw(st.sets(st.sampled_from(roles)))):
        rate = draw(st.integers(0, budget))
        budget -= rate
        shares += [(role, "percent", rate)] if rate else []
    return terms(
        *draw(st.permutations(shares)),
        base=draw(st.sampled_from(["net", "gross"])),
        vat_ppm=draw(st.sampled_from([0, 10_000, 30_000, 60_000, 130_000])),
    )


@settings(deadline=None)
@given(agreed(), st.integers(1, 10**10), st.sampled_from([None, "org-pb"]))
def test_lines_sum_to_the_net_and_each_is_within_its_measure(
    made: AgreementTerms, gross: int, referrer: str | None
) -> None:
    split = compute(made, gross, PARTIES.model_copy(update={"referrer": referrer}))
    assert sum(line.amount_fen for line in split.lines) == split.net_fen
    assert split.net_fen + split.vat_fen == gross
    for line in split.lines:
        assert line.amount_fen >= 0
        if line.kind == "percent":
            assert line.amount_fen * PPM < line.base_fen * line.ppm + PPM
    fixed = {share.role: share.fixed_fen for share in made.shares if share.kind == "fixed"}
    for line in split.lines:
        assert line.kind != "fixed" or line.amount_fen <= fixed[line.role]


@pytest.mark.parametrize(
    "shares",
    [
        [("platform", "percent", 100_000)],
        [("referrer", "residual", 0)],
        [("seller", "residual", 0), ("platform", "residual", 0)],
        [("seller", "residual", 0), ("platform", "percent", 600_000), ("executor", "percent", 400_001)],
        [("seller", "residual", 0), ("platform", "percent", 1), ("platform", "percent", 2)],
        [("seller", "residual", 0), ("platform", "percent", 0)],
    ],
)
def test_terms_that_cannot_divide_a_price_are_no_terms(shares: list[tuple[str, str, int]]) -> None:
    with pytest.raises(ValueError, match=r"余额|比例|份额"):
        terms(*shares)


def test_a_split_stands_in_both_books(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        split = done(work, clock)
    with books.read() as work:
        assert ledger.balances(work.session("org-sh")) == {
            "clearing:o1": 0,
            "contract_liab:o1": 0,
            "due_to:org-hq": -943_396,
            "pending:org-pa": -2_830_189,
            "pending:org-sh": -5_660_377,
            "psp_clearing": 9_940_000,
            "psp_fee": 60_000,
            "vat_output": -566_038,
        }
        assert ledger.balances(work.session("org-hq")) == {"due_from:org-sh": 943_396, "revenue:platform": -943_396}
        assert splits_of(work.session("org-sh"), "o1") == (split,)
        report = check_books(work, ["org-sh", "org-hq"])
    assert report == {"journals": 4, "accounts": 10, "balanced": True, "drift": [], "broken_chain": []}


def test_headquarters_own_book_takes_the_share_as_revenue(books: Database, clock: SetClock) -> None:
    own = USUAL.model_copy(update={"seller_org": "org-hq"})
    with books.work() as work:
        hq = work.session("org-hq")
        receive(hq, order_id="o1", gross_fen=10_600, fee_fen=0, provider_ref="w", key="p", actor="sys", clock=clock)
        recognise_and_split(
            hq,
            order_id="o1",
            terms=own,
            gross_fen=10_600,
            parties=PARTIES.model_copy(update={"seller": "org-hq"}),
            key="a",
            actor="sys",
            clock=clock,
        )
        assert ledger.balance(hq, "revenue:platform") == -1_000
        assert ledger.balances(hq, "due_") == {}


def test_the_same_key_gives_the_first_split_and_another_input_conflicts(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        first = done(work, clock)
    with books.work() as work:
        assert done(work, clock) == first
    changes: tuple[dict[str, Any], ...] = (
        {"gross": 9_000_000},
        {"parties": PARTIES.model_copy(update={"executor": "org-pb"})},
        {"hq": None},
        {"terms": terms(("seller", "residual", 0))},
    )
    for change in changes:
        with pytest.raises(Conflict), books.work() as work:
            done(work, clock, **change)
    with books.read() as work:
        assert check_books(work, ["org-sh", "org-hq"])["journals"] == 4


def test_more_than_was_received_is_not_recognised(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock, gross=10_000)
    with pytest.raises(GuardFailed, match="请先收款"), books.work() as work:
        done(work, clock, gross=10_001)
    with books.work() as work:
        done(work, clock, gross=6_000, key="m1")
        done(work, clock, gross=4_000, key="m2")
        assert [split.gross_fen for split in splits_of(work.session("org-sh"), "o1")] == [6_000, 4_000]
    with pytest.raises(GuardFailed), books.work() as work:
        done(work, clock, gross=1, key="m3")


def test_a_split_is_refused_in_another_sellers_book_or_for_another_executor(books: Database, clock: SetClock) -> None:
    named = USUAL.model_copy(update={"executor_org": "org-pb"})
    with books.work() as work:
        paid(work, clock)
        with pytest.raises(BadInput, match="executor"):
            done(work, clock, terms=named)
        with pytest.raises(BadInput, match="seller"):
            done(work, clock, parties=PARTIES.model_copy(update={"seller": "org-sz"}))
        with pytest.raises(BadInput, match="hq"):
            done(work, clock, hq=work.session("org-sz"))


def test_a_providers_payment_is_received_once(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        paid(work, clock)
        paid(work, clock)
        with pytest.raises(Conflict, match="已经入账"):
            receive(
                work.session("org-sh"),
                order_id="o2",
                gross_fen=5,
                fee_fen=0,
                provider_ref="wx-o1",
                key="other",
                actor="sys",
                clock=clock,
            )
        assert ledger.balance(work.session("org-sh"), "contract_liab:o1") == -10_000_000
