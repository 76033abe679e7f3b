"""Made-up companies for screening: valid credit codes, real places and industries, log-normal sizes, missing facts.

Everything is drawn from a seed, in pieces of constant size, so that a million companies need no more memory than one
piece and the same seed gives the same file.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from knowledge.base.errors import BadInput
from knowledge.companies.synth_codes import INDUSTRIES, PLACES, credit_codes

PIECE = 100_000
MOST = 20_000_000
EPOCH = date(1970, 1, 1)
Numbers = npt.NDArray[np.float64]


def synthesise(count: int, out: Path, as_of: date, seed: int = 20261123) -> int:
    """Write `count` companies to a parquet file and say how many. Figures are of the fiscal years before `as_of`."""
    if not 1 <= count <= MOST:
        raise BadInput(f"N：应在 1 到 {MOST} 之间，例如 100000。", field="n")
    if out.suffix != ".parquet":
        raise BadInput("--out：应为 .parquet 文件，例如 companies.parquet。", field="out")
    if not out.parent.is_dir():
        raise BadInput(f"--out：目录 {out.parent} 不存在；请先建好目录。", field="out")
    writer: pq.ParquetWriter | None = None
    for piece in pieces(count, as_of, seed):
        if writer is None:
            writer = pq.ParquetWriter(out, piece.schema, compression="zstd")
        writer.write_table(piece)
    assert writer is not None
    writer.close()
    return count


def pieces(count: int, as_of: date, seed: int) -> Iterator[pa.Table]:
    for number, start in enumerate(range(0, count, PIECE)):
        yield _piece(np.random.default_rng([seed, number]), min(PIECE, count - start), start, as_of)


def _piece(rng: np.random.Generator, count: int, start: int, as_of: date) -> pa.Table:
    place = _pick(rng, count, [share for _, _, share in PLACES])
    industry = _pick(rng, count, [share for _, _, share, _ in INDUSTRIES])
    codes = credit_codes(start, [code for code, _, _ in PLACES], place)
    words = np.array([word for _, word, _, _ in INDUSTRIES])[industry]
    age = np.minimum(rng.gamma(2.0, 1500.0, count).astype(np.int64) + 20, 14_000)
    founded = (as_of - EPOCH).days - age
    columns: dict[str, Any] = {
        "uscc": codes,
        "name": [f"示例{start + number}号{word}有限公司" for number, word in enumerate(words)],
        "region": np.array([name for _, name, _ in PLACES])[place],
        "industry_code": np.array([code for code, _, _, _ in INDUSTRIES])[industry],
        "entity.established_on": _missing(rng, pa.array(founded.astype("datetime64[D]")), 0.02),
    }
    columns |= _money(rng, founded, as_of, np.array([spent for _, _, _, spent in INDUSTRIES])[industry])
    columns |= _people(rng, columns.pop("revenue"))
    columns |= _truths(rng, count)
    return pa.table(columns)


def _money(rng: np.random.Generator, founded: npt.NDArray[np.int64], as_of: date, spent: Numbers) -> dict[str, Any]:
    """Yearly figures in 万元: none for years before the founding, each missing now and then."""
    count = len(founded)
    revenue = rng.lognormal(6.8, 1.7, count)
    research = np.minimum(rng.gamma(1.5, spent / 1.5), 0.9)
    margin, assets, debt = rng.normal(0.05, 0.12, count), rng.lognormal(0.0, 0.6, count), rng.beta(3, 3, count)
    main, hitech = rng.beta(12, 1.2, count), rng.beta(2, 2, count)
    domestic = np.where(rng.random(count) < 0.9, 1.0, rng.random(count))
    year_of = founded.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    columns: dict[str, Any] = {}
    latest = revenue
    for year in range(as_of.year - 1, as_of.year - 5, -1):
        born = year_of <= year
        figures = {
            "finance.revenue": revenue,
            "finance.main_revenue": revenue * main,
            "finance.hitech_income": revenue * hitech,
            "finance.net_profit": revenue * margin,
            "finance.total_assets": revenue * assets,
            "finance.total_liabilities": revenue * assets * debt,
            "finance.net_assets": revenue * assets * (1 - debt),
            "rd.expense": revenue * research,
            "rd.domestic_expense": revenue * research * domestic,
        }
        for name, figure in figures.items():
            told = pa.array(np.round(figure, 2), mask=~born | (rng.random(count) < 0.12))
            columns[f"{name}.{year}"] = told
        revenue = revenue / np.maximum(1 + rng.normal(0.12, 0.25, count), 0.3)
    return {**columns, "revenue": latest}


def _people(rng: np.random.Generator, revenue: Numbers) -> dict[str, Any]:
    count = len(revenue)
    staff = np.maximum(1, rng.poisson(np.minimum(revenue / rng.lognormal(4.0, 0.5, count), 1e5)))
    found = {
        "hr.headcount": staff,
        "hr.tech_staff": rng.binomial(staff, np.clip(rng.beta(1.2, 5, count), 0, 1)),
        "hr.rd_staff_fulltime": rng.binomial(staff, np.clip(rng.beta(1.1, 8, count), 0, 1)),
        "ip.invention_patents": rng.poisson(rng.gamma(0.3, 3.0, count)),
        "ip.utility_models": rng.poisson(rng.gamma(0.4, 8.0, count)),
        "ip.designs": rng.poisson(rng.gamma(0.2, 3.0, count)),
        "ip.software_copyrights": rng.poisson(rng.gamma(0.4, 8.0, count)),
        "ip.class1_applied_count": rng.poisson(0.5, count),
        "rd.transfer_count_3y": rng.poisson(rng.gamma(0.6, 8.0, count)),
        "market.segment_years": np.round(rng.gamma(2.0, 2.5, count)),
        "market.share_pct": np.round(rng.beta(0.6, 8, count), 4),
        "score.srdi_platform": rng.integers(30, 91, count),
    }
    missing = {"hr.headcount": 0.05, "market.share_pct": 0.5, "score.srdi_platform": 0.7, "market.segment_years": 0.4}
    return {name: _missing(rng, pa.array(column), missing.get(name, 0.2)) for name, column in found.items()}


def _truths(rng: np.random.Generator, count: int) -> dict[str, Any]:
    """Chance of yes, and of being missing."""
    chances = {
        "entity.is_prc_resident_enterprise": (0.98, 0.05),
        "entity.is_prc_registered_legal_person": (0.99, 0.05),
        "ip.core_owned": (0.5, 0.3),
        "tech.in_hnte_domain": (0.4, 0.3),
        "rd.has_rd_institution": (0.2, 0.3),
        "compliance.major_safety_quality_env_1y": (0.01, 0.2),
        "compliance.in_abnormal_or_serious_violation_list": (0.04, 0.05),
        "compliance.major_safety_quality_env_dishonesty_this_and_last_year": (0.01, 0.2),
        "compliance.major_incident_3y": (0.01, 0.2),
        "entity.prohibited_or_restricted_industry": (0.02, 0.1),
        "qual.hnte_valid": (0.08, 0.1),
        "qual.tech_sme_valid": (0.12, 0.1),
        "qual.innovative_sme_valid": (0.06, 0.1),
        "qual.srdi_sme_valid": (0.03, 0.1),
        "qual.little_giant_valid": (0.005, 0.1),
    }
    return {name: _missing(rng, pa.array(rng.random(count) < yes), gone) for name, (yes, gone) in chances.items()}


def _pick(rng: np.random.Generator, count: int, shares: list[float]) -> npt.NDArray[np.int64]:
    weights = np.array(shares)
    return rng.choice(len(shares), count, p=weights / weights.sum())


def _missing(rng: np.random.Generator, column: pa.Array, share: float) -> pa.Array:
    gone = pa.array(rng.random(len(column)) < share)
    return pc.if_else(gone, pa.scalar(None, column.type), column)
