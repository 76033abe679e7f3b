"""One book: balanced, append-only, one journal a key, one reversal a journal; what the database refuses by itself."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from knowledge.base.clock import SetClock
from knowledge.base.db import Database, Work
from knowledge.base.errors import BadInput, Conflict, GuardFailed, Missing, TenantLeak
from tests.money.scenes import race
from workflows.money import ledger
from workflows.money.check import check_books
from workflows.money.journal import BalanceRow, SealRow
from workflows.money.ledger import Line, Posted
from workflows.money.triggers import TRIGGERS

ALL = ["org-hq", "org-sh", "org-sz"]


def pay(
    work: Work, clock: SetClock, key: str = "k1", amount: int = 100, order: str = "o1", org: str = "org-sh"
) -> Posted:
    return ledger.post(
        work.session(org),
        key=key,
        kind="receive",
        subject_type="order",
        subject_id=order,
        lines=[Line("psp_clearing", amount), Line(f"contract_liab:{order}", -amount)],
        actor="u-1",
        clock=clock,
    )


def test_a_posting_moves_balances_and_is_found_whole(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        first = pay(work, clock)
        second = pay(work, clock, "k2", 250, "o2")
        assert (first.seq, second.seq) == (1, 2)
    with books.read() as work:
        session = work.session("org-sh")
        assert ledger.balance(session, "psp_clearing") == 350
        assert ledger.balances(session, "contract_liab:") == {"contract_liab:o1": -100, "contract_liab:o2": -250}
        assert ledger.balance(session, "never:used") == 0
        assert ledger.lines_of(session, first.journal_id) == first.lines
        report = check_books(work, ALL)
    assert report == {"journals": 2, "accounts": 3, "balanced": True, "drift": [], "broken_chain": []}


def test_the_same_key_gives_the_first_result_and_another_input_conflicts(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        first = pay(work, clock)
    with books.work() as work:
        again = pay(work, clock)
        assert (again.journal_id, again.hash, again.replayed) == (first.journal_id, first.hash, True)
        assert ledger.balance(work.session("org-sh"), "psp_clearing") == 100
    for amount, order in ((101, "o1"), (100, "o2")):
        with pytest.raises(Conflict), books.work() as work:
            pay(work, clock, amount=amount, order=order)


def test_the_same_key_in_two_books_is_two_events(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        assert pay(work, clock, org="org-sh").journal_id != pay(work, clock, org="org-sz").journal_id


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line("bank", 1)],
        [Line("bank", 1), Line("ar:c", -2)],
        [Line("bank", 0), Line("ar:c", 0)],
        [Line("bank", 1.0), Line("ar:c", -1.0)],  # type: ignore[arg-type]
        [Line("bank", True), Line("ar:c", -1)],
        [Line("Bank 1", 1), Line("ar:c", -1)],
        [Line("bank", 10**16), Line("ar:c", -(10**16))],
    ],
)
def test_what_is_no_posting_is_refused_before_anything_is_written(
    books: Database, clock: SetClock, lines: list[Line]
) -> None:
    with pytest.raises(BadInput), books.work() as work:
        ledger.post(
            work.session("org-sh"),
            key="k",
            kind="manual",
            subject_type="order",
            subject_id="o",
            lines=lines,
            actor="u",
            clock=clock,
        )
    with books.read() as work:
        assert check_books(work, ALL)["journals"] == 0


def test_a_debt_never_turns_into_a_claim(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        pay(work, clock)
    with pytest.raises(GuardFailed, match="contract_liab:o1 还差 1 分"), books.work() as work:
        ledger.post(
            work.session("org-sh"),
            key="k2",
            kind="refund",
            subject_type="order",
            subject_id="o1",
            lines=[Line("contract_liab:o1", 101), Line("refund_payable:c", -101)],
            actor="u",
            clock=clock,
        )
    with books.read() as work:
        assert ledger.balances(work.session("org-sh")) == {"contract_liab:o1": -100, "psp_clearing": 100}


def test_a_journal_is_reversed_once(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        journal = pay(work, clock).journal_id
    with books.work() as work:
        session = work.session("org-sh")
        first = ledger.reverse(session, journal, key="r1", actor="u", clock=clock)
        assert ledger.balances(session) == {"contract_liab:o1": 0, "psp_clearing": 0}
        assert ledger.reverse(session, journal, key="r1", actor="u", clock=clock).journal_id == first.journal_id
        with pytest.raises(Conflict):
            ledger.reverse(session, journal, key="r2", actor="u", clock=clock)
        with pytest.raises(GuardFailed):
            ledger.reverse(session, first.journal_id, key="r3", actor="u", clock=clock)
        with pytest.raises(Missing):
            ledger.reverse(work.session("org-sz"), journal, key="r4", actor="u", clock=clock)


def test_a_session_that_reads_another_book_still_posts_and_sums_its_own(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        pay(work, clock, org="org-sh")
    with books.work() as work:
        wide = work.session("org-hq", reads={"org-sh"})
        assert ledger.balances(wide) == {}
        assert ledger.lines_of(wide, "nothing") == ()
        posted = ledger.post(
            wide,
            key="k1",
            kind="receive",
            subject_type="order",
            subject_id="o1",
            lines=[Line("bank", 5), Line("psp_clearing", -5)],
            actor="u",
            clock=clock,
        )
        assert (posted.seq, posted.replayed) == (1, False)
    with pytest.raises(TenantLeak), books.work() as work:
        work.session("org-sh").add(SealRow(journal_id="x", org_id="org-hq"))


def test_a_failed_transaction_leaves_nothing(books: Database, clock: SetClock) -> None:
    with pytest.raises(RuntimeError), books.work() as work:
        pay(work, clock)
        raise RuntimeError
    with books.read() as work:
        assert check_books(work, ALL) == {
            "journals": 0,
            "accounts": 0,
            "balanced": True,
            "drift": [],
            "broken_chain": [],
        }


LINE = "INSERT INTO ledger_line (org_id, journal_id, no, account, amount_fen) VALUES "
MISUSE = {
    "change a journal": "UPDATE ledger_journal SET kind = 'x'",
    "remove a journal": "DELETE FROM ledger_journal",
    "change a line": "UPDATE ledger_line SET amount_fen = amount_fen * 2",
    "remove a line": "DELETE FROM ledger_line",
    "change a seal": "UPDATE ledger_seal SET org_id = 'org-hq'",
    "remove a seal": "DELETE FROM ledger_seal",
    "a line after the seal": LINE + "('org-sh', '{id}', 9, 'bank', 1)",
    "a line of another book": LINE + "('org-hq', 'open', 1, 'bank', 1)",
    "a zero line": LINE + "('org-sh', 'open', 1, 'bank', 0)",
    "a line without a journal": LINE + "('org-sh', 'none', 1, 'bank', 1)",
    "an empty seal": "INSERT INTO ledger_seal (org_id, journal_id) VALUES ('org-sh', 'open')",
}
OPEN = (
    "INSERT INTO ledger_journal (id, org_id, seq, key, input_hash, kind, subject_type, subject_id, period, posted_at,"
    " actor, prev_hash, hash)"
    " VALUES ('open', 'org-sh', 99, 'k99', '', '', '', '', '', '2026-01-01 00:00:00', '', '', '')"
)


def raw(books: Database, *statements: str) -> None:
    """Past every guard of ours, as someone at the database's own prompt would, with SQLite's keys and triggers on."""
    engine = sa.create_engine(books.url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA recursive_triggers=ON")
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.mark.parametrize("name", MISUSE)
def test_the_database_itself_refuses(books: Database, clock: SetClock, name: str) -> None:
    with books.work() as work:
        journal = pay(work, clock).journal_id
    raw(books, OPEN)
    with pytest.raises(DBAPIError):
        raw(books, MISUSE[name].format(id=journal))


def test_an_unbalanced_journal_cannot_be_sealed_nor_an_unsealed_one_committed(books: Database) -> None:
    seal = "INSERT INTO ledger_seal (org_id, journal_id) VALUES ('org-sh', 'open')"
    two = LINE + "('org-sh', 'open', 0, 'bank', 5), ('org-sh', 'open', 1, 'ar:c', {})"
    with pytest.raises(DBAPIError, match="借贷不平"):
        raw(books, OPEN, two.format(-4), seal)
    with pytest.raises(IntegrityError):
        raw(books, OPEN, two.format(-5))
    raw(books, OPEN, two.format(-5), seal)


def test_insert_or_replace_does_not_slip_past(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        journal = pay(work, clock).journal_id
    replace = LINE.replace("INSERT", "INSERT OR REPLACE") + f"('org-sh', '{journal}', 0, 'bank', 1)"
    if books.engine.dialect.name == "postgresql":
        replace = "TRUNCATE ledger_line"
    with pytest.raises(DBAPIError):
        raw(books, replace)


def test_the_check_sees_what_someone_changed_behind_the_triggers(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        pay(work, clock, "k1")
        second = pay(work, clock, "k2", 7, "o2")
        third = pay(work, clock, "k3", 9, "o3")
    table = " ON ledger_journal" if books.engine.dialect.name == "postgresql" else ""
    name = "ledger_journal_fixed" if table else "ledger_journal_no_update"
    raw(books, f"DROP TRIGGER {name}{table}", "UPDATE ledger_journal SET hash = 'forged' WHERE key = 'k2'")
    raw(books, "UPDATE ledger_balance SET amount_fen = 1 WHERE account = 'psp_clearing'")
    with books.read() as work:
        report = check_books(work, ALL)
    assert report["broken_chain"] == [second.journal_id, third.journal_id]
    assert report["drift"] == ["org-sh/psp_clearing"]
    assert report["balanced"]


def test_two_threads_with_one_key_post_once(books: Database, clock: SetClock) -> None:
    def task(_: int) -> str:
        with books.work() as work:
            return pay(work, clock).journal_id

    first, second = race(task)
    assert first == second
    with books.read() as work:
        assert check_books(work, ALL)["journals"] == 1


def test_threads_with_their_own_keys_keep_one_chain(books: Database, clock: SetClock) -> None:
    def task(index: int) -> int:
        for number in range(5):
            with books.work() as work:
                pay(work, clock, f"k{index}-{number}", 10, f"o{number}")
        return index

    assert race(task, 3) == [0, 1, 2]
    with books.read() as work:
        report = check_books(work, ALL)
        assert ledger.balance(work.session("org-sh"), "psp_clearing") == 150
    assert report == {"journals": 15, "accounts": 6, "balanced": True, "drift": [], "broken_chain": []}


def test_two_sessions_of_one_book_in_one_transaction_see_each_others_balances(books: Database, clock: SetClock) -> None:
    with books.work() as work:
        narrow, wide = work.session("org-sh"), work.session("org-sh", reads={"org-hq"})
        pay(work, clock)
        remembered = narrow.get(BalanceRow, ("org-sh", "psp_clearing"))  # keeps the old amount in this session's memory
        assert remembered is not None
        ledger.post(
            wide,
            key="k2",
            kind="settle",
            subject_type="order",
            subject_id="o1",
            lines=[Line("bank", 60), Line("psp_clearing", -60)],
            actor="u",
            clock=clock,
        )
        pay(work, clock, "k3", 1, "o1")
        assert ledger.balance(narrow, "psp_clearing") == 41
        assert remembered.amount_fen == 41
    with books.read() as work:
        assert check_books(work, ALL)["drift"] == []


def test_a_migrated_database_has_every_trigger(database: Database) -> None:
    wanted = {statement.split(" BEFORE ")[0].split()[-1] for statement in TRIGGERS["sqlite"]}
    engine = sa.create_engine(database.url)
    with engine.connect() as connection:
        there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    engine.dispose()
    assert wanted <= there
    assert len(wanted) == len(TRIGGERS["sqlite"])
