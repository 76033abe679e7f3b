"""Scenes the money tests share: an agreement of Shanghai's, an order paid, an order split in both books."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

from knowledge.base.clock import SetClock
from knowledge.base.db import Work
from workflows.money.split import AgreementTerms, Parties, Split, receive, recognise_and_split
from workflows.money.terms import Clauses, Share, terms_digest

DAY = date(2026, 1, 1)
PARTIES = Parties(platform="org-hq", seller="org-sh", executor="org-pa")


def terms(*shares: tuple[str, str, int], **fields: Any) -> AgreementTerms:
    """Terms of Shanghai's book; a share is (role, kind, 分 or ppm)."""
    made = tuple(
        Share.model_validate(
            {"role": role, "kind": kind, **({"fixed_fen": n} if kind == "fixed" else {"ppm": n} if n else {})}
        )
        for role, kind, n in shares
    )
    clauses = Clauses(shares=made, **{"vat_ppm": 60_000, **fields})
    return AgreementTerms(
        **dict(clauses),
        agreement_id="ag-1",
        version=1,
        sha256=terms_digest(clauses, DAY, None),
        name="上海分账协议",
        seller_org="org-sh",
        valid_from=DAY,
    )


USUAL = terms(("platform", "percent", 100_000), ("executor", "percent", 300_000), ("seller", "residual", 0))


def paid(work: Work, clock: SetClock, order: str = "o1", gross: int = 10_000_000, key: str = "") -> None:
    receive(
        work.session("org-sh"),
        order_id=order,
        gross_fen=gross,
        fee_fen=gross * 6 // 1000,
        provider_ref=f"wx-{order}",
        key=key or f"pay-{order}",
        actor="sys",
        clock=clock,
    )


def done(work: Work, clock: SetClock, order: str = "o1", gross: int = 10_000_000, **other: Any) -> Split:
    given: dict[str, Any] = {"terms": USUAL, "parties": PARTIES, "key": f"accept-{order}", "hq": work.session("org-hq")}
    return recognise_and_split(
        work.session("org-sh"), order_id=order, gross_fen=gross, actor="sys", clock=clock, **{**given, **other}
    )


def race(task: Callable[[int], object], threads: int = 2) -> list[object]:
    """Results or errors of the same task started at once in several threads."""
    barrier = threading.Barrier(threads)
    results: list[object] = [None] * threads

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = task(index)
        except Exception as error:
            results[index] = error

    workers = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results
