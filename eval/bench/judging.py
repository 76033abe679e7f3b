"""How fast companies are judged: one company against all programmes, verdicts a second, whole tables by two engines.

`python -m eval bench diagnosis` and `python -m eval bench screening`; figures of one run stand beside each other.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DAY = date(2026, 11, 23)
COMPANIES = 200
ROUNDS = 50
ROW_SAMPLE = 2_000


def main(names: Sequence[str]) -> int:
    """`diagnosis`, or `screening [--sizes 100000,1000000] [--spark 100000]`; one JSON object on stdout."""
    if names and names[0] == "one":  # a size by itself in a process, so that its memory is its own
        sys.stdout.write(json.dumps(_one(names[1], names[2])))
        return 0
    found = diagnosis() if names and names[0] == "diagnosis" else screening(*_sizes(names[1:]))
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


def diagnosis() -> dict[str, Any]:
    """Milliseconds for one company and all programmes, warm; verdicts a second with and without their explanation."""
    from assistant.diagnose import diagnose
    from knowledge.companies import EMPTY, derive, parse_company
    from knowledge.policies import evaluate, load_rules
    from knowledge.policies.judgement import Judgement

    book = load_rules()
    known = parse_company(_KNOWN)
    programmes = book.programmes(DAY)
    companies = _made_up(COMPANIES)

    def explained() -> int:
        for company in companies:
            facts = derive(company, DAY)
            for programme in programmes:
                evaluate(programme, facts, DAY)
        return len(companies) * len(programmes)

    def bare() -> int:
        for company in companies:
            facts = derive(company, DAY)
            for programme in programmes:
                Judgement(programme, facts).whole()
        return len(companies) * len(programmes)

    return {
        "programmes": len({one.id for one in programmes}),
        "known_company_ms": _spread(lambda: diagnose(book, known, (), DAY)),
        "empty_company_ms": _spread(lambda: diagnose(book, EMPTY, (), DAY)),
        "verdicts_per_second": {"explained": _rate(explained), "bare": _rate(bare)},
    }


def screening(sizes: Sequence[int], spark: int) -> dict[str, Any]:
    """DuckDB at each size, Spark at one with counts that must be equal, and the row by row loop on a sample."""
    rows: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        files = {size: _table(size, Path(folder)) for size in sorted({*sizes, *([spark] if spark else [])})}
        for size in sizes:
            rows.append({"engine": "duckdb", "companies": size, **_apart(files[size], "duckdb")})
        if spark:
            done = _apart(files[spark], "spark")
            twin = next((row for row in rows if row["companies"] == spark), None) or _apart(files[spark], "duckdb")
            rows.append({"engine": "spark", "companies": spark, **done, "equal": done["counts"] == twin["counts"]})
        rows.append(_row_by_row(max(sizes)))
    for row in rows:
        row.pop("counts", None)
    return {"rows": rows}


def _row_by_row(size: int) -> dict[str, Any]:
    """The evaluator over a sample, its time scaled up to the size; said to be so."""
    from knowledge.companies import derive
    from knowledge.policies import evaluate, load_rules

    programmes = [one for one in load_rules().programmes(DAY) if one.kind == "programme"]
    companies = _made_up(ROW_SAMPLE)
    begun = time.perf_counter()
    for company in companies:
        facts = derive(company, DAY)
        for programme in programmes:
            evaluate(programme, facts, DAY)
    spent = time.perf_counter() - begun
    return {
        "engine": "row by row",
        "companies": size,
        "seconds": round(spent / len(companies) * size, 1),
        "measured_on": len(companies),
        "programmes": len(programmes),
    }


def _one(file: str, engine: str) -> dict[str, Any]:
    from knowledge.companies.screening import screen
    from knowledge.policies import load_rules

    programmes = tuple(one for one in load_rules().programmes(DAY) if one.kind == "programme")
    found = screen(file, programmes, DAY, engine="spark" if engine == "spark" else "duckdb")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": round(found.seconds, 1),
        "peak_gb": round(peak / 1024**2, 2),
        "programmes": len(found.programmes),
        "counts": found.counts,
    }


def _apart(file: Path, engine: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval", "bench", "one", str(file), engine]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _table(size: int, folder: Path) -> Path:
    from knowledge.companies.synth import synthesise

    path = folder / f"{size}.parquet"
    synthesise(size, path, DAY)
    return path


def _made_up(count: int) -> list[Any]:
    """Companies as `qifu companies synth` makes them, read as company files."""
    from knowledge.companies import parse_company
    from knowledge.companies.synth import pieces

    rows = [row for piece in pieces(count, DAY, 20261123) for row in piece.to_pylist()]
    return [parse_company(_file(row)) for row in rows]


def _file(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a table as the company file it stands for."""
    facts: dict[str, Any] = {}
    for column, value in row.items():
        if value is None or "." not in column:
            continue
        field, _, year = column.rpartition(".")
        if year.isdigit():
            facts.setdefault(field, {})[year] = value
        else:
            facts[column] = value.isoformat() if isinstance(value, date) else value
    return {"name": "仿真企业", "region": row.get("region"), "facts": facts}


def _spread(work: Callable[[], object]) -> dict[str, float]:
    work()
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    return {"p50": round(statistics.median(spent), 2), "p95": round(spent[int(len(spent) * 0.95)], 2)}


def _rate(work: Callable[[], int]) -> int:
    begun = time.perf_counter()
    return round(work() / (time.perf_counter() - begun))


def _sizes(words: Sequence[str]) -> tuple[list[int], int]:
    given = dict(zip(words[::2], words[1::2], strict=False))
    sizes = [int(one) for one in given.get("--sizes", "100000,1000000").split(",")]
    return sizes, int(given.get("--spark", "0"))


_KNOWN = {
    "name": "基准企业",
    "region": "上海市浦东新区",
    "facts": {
        "entity.established_on": "2019-05-20",
        "entity.is_prc_resident_enterprise": True,
        "finance.revenue": {"2023": 1800, "2024": 2500, "2025": 3200},
        "rd.expense": {"2023": 120, "2024": 160, "2025": 210},
        "hr.headcount": 45,
        "hr.tech_staff": 15,
        "ip.invention_patents": 1,
        "ip.software_copyrights": 6,
    },
}
