"""Screening a file: verdicts of programmes over every company of it, counted and written out, by DuckDB or Spark."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import ibis

from knowledge.base.errors import BadInput, QifuError
from knowledge.companies.screening.columns import Heading, read_heading
from knowledge.companies.screening.files import read_table, unreadable
from knowledge.companies.screening.programmes import Outcome, Screened, screen_table
from knowledge.companies.screening.sheet import Column
from knowledge.policies import Programme
from knowledge.policies.values import Frozen

Engine = Literal["duckdb", "spark"]
VERDICTS = ("met", "unmet", "unknown", "not_applicable")
MEMORY = "3GB"


class Problem(Frozen):
    """A column that wasn't used, or cells of one that couldn't be read and count as unknown."""

    column: str
    rows: int | None = None
    example: str | None = None
    message: str


class Screening(Frozen):
    """The contract's shape of `qifu screen`, and what was wrong with the table."""

    companies: int
    programmes: tuple[str, ...]
    engine: Engine
    seconds: float
    counts: dict[str, dict[str, int]]
    problems: tuple[Problem, ...] = ()


def screen(
    file: str, programmes: tuple[Programme, ...], as_of: date, *, engine: Engine = "duckdb", out: str | None = None
) -> Screening:
    """Judge every company of `file`. `out` gets a row for each company and programme: `uscc`, `programme_id`,
    `verdict`, `failed`, `missing`, as parquet, CSV or JSON lines by its ending.
    """
    started = time.perf_counter()
    if out is not None and Path(out).suffix.lower() not in (".parquet", ".csv", ".jsonl"):
        raise BadInput("--out：应为 .parquet、.csv 或 .jsonl 文件，例如 verdicts.parquet。", field="out")
    with TemporaryDirectory() as folder, connected(engine, Path(folder)) as connection, staged():
        try:
            raw = read_table(connection, file, Path(folder))
            if not any(isinstance(read_heading(name), Heading) for name in raw.columns if "." in name):
                raise BadInput(
                    f"文件 {Path(file).name} 里没有可用的数据列；列名应像 finance.revenue.2025、hr.headcount。",
                    field="file",
                )
            found = screen_table(raw, programmes, as_of, connection.to_pyarrow, detailed=out is not None)
            companies, counts = _count(found, connection)
            problems = _problems(found, connection)
            if out is not None:
                _write(found, connection, Path(out))
        except QifuError:
            raise
        except Exception as error:
            if type(error).__module__.split(".")[0] not in ("duckdb", "_duckdb", "pyspark", "py4j"):
                raise
            raise unreadable(Path(file).name, error) from error
    return Screening(
        companies=companies,
        programmes=tuple(one.id for one in programmes),
        engine=engine,
        seconds=round(time.perf_counter() - started, 3),
        counts=counts,
        problems=problems,
    )


@contextmanager
def connected(engine: Engine, folder: Path) -> Iterator[Any]:
    """An Ibis connection to the engine; what it spills goes to `folder`. Raises `BadInput` when Spark isn't there."""
    if engine == "duckdb":
        connection: Any = ibis.duckdb.connect(memory_limit=MEMORY, temp_directory=str(folder))
        try:
            yield connection
        finally:
            connection.disconnect()
        return
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BadInput(
            "--engine spark 需要先安装：pip install 'qifu[spark]'（另需 Java 17）；也可以用默认的 duckdb。",
            field="engine",
        ) from None
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", MEMORY.lower().removesuffix("b"))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.local.dir", str(folder))
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


@contextmanager
def staged() -> Iterator[None]:
    """Stages stay apart in the query: fused into one, each expression would be written out wherever it is used."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def _count(found: Screened, connection: Any) -> tuple[int, dict[str, dict[str, int]]]:
    columns: dict[str, Column] = {}
    for index, outcome in enumerate(found.outcomes.values()):
        columns |= {f"{word}{index}": flag for word, flag in outcome.flags().items()}
    verdicts = found.table.select(**columns)
    sums: dict[str, Column] = {"companies": verdicts.count()}
    for index in range(len(found.outcomes)):
        sums |= {f"{word}{index}": verdicts[f"{word}{index}"].sum() for word in (*VERDICTS, "ready")}
    [row] = connection.to_pyarrow(verdicts.aggregate(**sums)).to_pylist()
    counts = {
        name: {word: int(row[f"{word}{index}"] or 0) for word in (*VERDICTS, "ready")}
        for index, name in enumerate(found.outcomes)
    }
    return int(row["companies"]), counts


def _problems(found: Screened, connection: Any) -> tuple[Problem, ...]:
    told = [Problem(column=name, message=reason) for name, reason in found.ignored.items()]
    if found.wrong:
        sums: dict[str, Column] = {}
        for index, (name, wrong) in enumerate(found.wrong.items()):
            sums[f"n{index}"] = wrong.sum()
            sums[f"e{index}"] = found.raw[name].cast("string").max(where=wrong)
        [row] = connection.to_pyarrow(found.raw.aggregate(**sums)).to_pylist()
        for index, name in enumerate(found.wrong):
            if rows := int(row[f"n{index}"] or 0):
                example = str(row[f"e{index}"])[:60]
                message = f"{name}：{rows} 行读不出来（例如“{example}”），按未知处理"
                told.append(Problem(column=name, rows=rows, example=example, message=message))
    return tuple(told)


def _write(found: Screened, connection: Any, out: Path) -> None:
    rows = found.table.select(
        uscc=found.table["uscc_text"],
        told=ibis.array([_struct(name, outcome) for name, outcome in found.outcomes.items()]).unnest(),
    )
    fields = ("programme_id", "verdict", "failed", "missing")
    flat = rows.select(rows["uscc"], **{name: rows["told"][name] for name in fields})
    if out.suffix == ".parquet":
        connection.to_parquet(flat, str(out))
    elif out.suffix == ".csv":
        joined = {name: flat[name].join("、") for name in ("failed", "missing")}
        connection.to_csv(flat.mutate(**joined), str(out))
    else:
        _write_lines(flat, connection, out)


def _write_lines(rows: ibis.Table, connection: Any, out: Path) -> None:
    with out.open("w", encoding="utf-8") as file:
        for batch in connection.to_pyarrow_batches(rows):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())


def _struct(name: str, outcome: Outcome) -> Column:
    return ibis.struct(
        {
            "programme_id": ibis.literal(name),
            "verdict": outcome.verdict(),
            "failed": names_of(outcome.failed),
            "missing": names_of(outcome.missing),
        }
    )


def names_of(flags: Any) -> Column:
    """The names whose flag holds in a row."""
    if not flags:
        return ibis.literal([], type="array<string>")
    cells = [ibis.ifelse(flag, ibis.literal(name), ibis.null("string")) for name, flag in flags.items()]
    return ibis.array(cells).filter(lambda cell: cell.notnull())
