"""What the database itself refuses, whoever writes: changes to the books, unbalanced journals, late lines.

`TRIGGERS[dialect]` are statements to execute one by one after the tables exist; repeating them is harmless. A later
migration that rebuilds one of these tables (Alembic's batch mode does on SQLite) must execute them again.
"""

APPEND_ONLY = (
    "ledger_journal",
    "ledger_line",
    "ledger_seal",
    "ledger_receipt",
    "ledger_refund",
    "split",
    "split_line",
    "split_move",
    "payout_line",
)

LATE = "分录已封存，不能再加行；更正请另记一笔。"
UNBALANCED = "分录借贷不平或不足两行，不能封存。"
FIXED = "账簿只能追加，不能修改或删除；更正请另记一笔。"
APPROVED = "已批准的协议版本不能修改或删除；请起草新版本。"


def _sqlite_append_only(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"
        for verb in ("UPDATE", "DELETE")
    )


SQLITE = (
    *(statement for table in APPEND_ONLY for statement in _sqlite_append_only(table)),
    "CREATE TRIGGER IF NOT EXISTS ledger_line_not_late BEFORE INSERT ON ledger_line "
    "WHEN EXISTS (SELECT 1 FROM ledger_seal WHERE journal_id = NEW.journal_id) "
    f"BEGIN SELECT RAISE(ABORT, '{LATE}'); END",
    "CREATE TRIGGER IF NOT EXISTS ledger_seal_balanced BEFORE INSERT ON ledger_seal "
    "WHEN (SELECT count(*) < 2 OR sum(amount_fen) <> 0 FROM ledger_line WHERE journal_id = NEW.journal_id) "
    f"BEGIN SELECT RAISE(ABORT, '{UNBALANCED}'); END",
    *(
        f"CREATE TRIGGER IF NOT EXISTS agreement_version_no_{verb.lower()} BEFORE {verb} ON agreement_version "
        f"WHEN OLD.status = 'approved' BEGIN SELECT RAISE(ABORT, '{APPROVED}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
)


def _pg_function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _pg_refuse(message: str) -> str:
    return f"RAISE EXCEPTION USING MESSAGE = '{message}', ERRCODE = 'integrity_constraint_violation';"


POSTGRESQL = (
    _pg_function("ledger_fixed", _pg_refuse(FIXED)),
    *(
        statement
        for table in APPEND_ONLY
        for statement in (
            f"CREATE OR REPLACE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_fixed()",
            f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_fixed()",
        )
    ),
    # The row lock makes a line and a seal of one journal wait for each other: neither sees the other's uncommitted row.
    _pg_function(
        "ledger_not_late",
        "PERFORM 1 FROM ledger_journal WHERE id = NEW.journal_id FOR UPDATE; "
        "IF EXISTS (SELECT 1 FROM ledger_seal WHERE journal_id = NEW.journal_id) THEN "
        f"{_pg_refuse(LATE)} END IF; RETURN NEW;",
    ),
    "CREATE OR REPLACE TRIGGER ledger_line_not_late BEFORE INSERT ON ledger_line "
    "FOR EACH ROW EXECUTE FUNCTION ledger_not_late()",
    _pg_function(
        "ledger_balanced",
        "PERFORM 1 FROM ledger_journal WHERE id = NEW.journal_id FOR UPDATE; "
        "IF (SELECT count(*) < 2 OR sum(amount_fen) <> 0 FROM ledger_line WHERE journal_id = NEW.journal_id) THEN "
        f"{_pg_refuse(UNBALANCED)} END IF; RETURN NEW;",
    ),
    "CREATE OR REPLACE TRIGGER ledger_seal_balanced BEFORE INSERT ON ledger_seal "
    "FOR EACH ROW EXECUTE FUNCTION ledger_balanced()",
    _pg_function(
        "agreement_approved_fixed",
        f"IF OLD.status = 'approved' THEN {_pg_refuse(APPROVED)} END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    ),
    "CREATE OR REPLACE TRIGGER agreement_version_fixed BEFORE UPDATE OR DELETE ON agreement_version "
    "FOR EACH ROW EXECUTE FUNCTION agreement_approved_fixed()",
)

TRIGGERS: dict[str, tuple[str, ...]] = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
