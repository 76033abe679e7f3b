"""Both executors on the same companies and rules, and where they differ."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from knowledge.companies import derive
from knowledge.companies.screening import screen_table
from knowledge.companies.screening.run import names_of, staged
from knowledge.policies import Programme, Verdict, evaluate
from tests.screening.drawn import DAY, Drawn, table


def screened(rows: pa.Table, programmes: tuple[Programme, ...], connection: Any) -> list[dict[str, Any]]:
    """For each row and programme the verdict, ready, missing and failed."""
    numbered = rows.append_column("uscc", pa.array([str(number) for number in range(len(rows))]))
    with staged(), TemporaryDirectory() as folder:
        # As `qifu screen` reads it: a table in memory would reach Spark through pandas, its gaps no longer gaps.
        file = str(Path(folder) / "rows.parquet")
        pq.write_table(numbered, file)
        found = screen_table(connection.read_parquet(file), programmes, DAY, connection.to_pyarrow)
        columns: dict[str, Any] = {"row": found.table["uscc_text"]}
        for number, outcome in enumerate(found.outcomes.values()):
            columns |= {
                f"verdict{number}": outcome.verdict(),
                f"ready{number}": outcome.ready,
                f"missing{number}": names_of(outcome.missing),
                f"failed{number}": names_of(outcome.failed),
            }
        read: pa.Table = connection.to_pyarrow(found.table.select(**columns))
    return sorted(read.to_pylist(), key=lambda row: int(row["row"]))


def differences(drawn: list[Drawn], programmes: tuple[Programme, ...], connection: Any) -> list[str]:
    """Every pair of company and rule on which the executors don't say the same: verdict, ready, missing, failed."""
    rows = screened(table(drawn), programmes, connection)
    assert len(rows) == len(drawn)
    found: list[str] = []
    for one, row in zip(drawn, rows, strict=True):
        facts = derive(one.company, DAY)
        for number, programme in enumerate(programmes):
            verdict = evaluate(programme, facts, DAY)
            told = (verdict.verdict, verdict.ready, sorted(verdict.missing), failing(verdict))
            seen = (
                row[f"verdict{number}"],
                row[f"ready{number}"],
                sorted(row[f"missing{number}"]),
                sorted(set(row[f"failed{number}"])),
            )
            if told != seen:
                found.append(f"{programme.id}: 逐条 {told}，整表 {seen}")
    return found


def failing(verdict: Verdict) -> list[str]:
    """Fields of the conditions that stand in the way."""
    return sorted({condition.field for condition in verdict.conditions if condition.blocks})
