"""Recall, nDCG and MRR of ranked ids; medians of times."""

import math
from collections.abc import Sequence
from typing import Any

from eval.bench.labels import Query

DEPTHS = (1, 5, 10, 30, 100)


def measure(queries: Sequence[Query], ranked: Sequence[Sequence[int]], seconds: Sequence[float]) -> dict[str, Any]:
    """The contract's figures for one system; `ranked` are article ids, best first, up to 100."""
    count = max(len(queries), 1)
    pairs = list(zip(queries, ranked, strict=True))
    return {
        "recall": {str(depth): round(sum(recall(q, ids, depth) for q, ids in pairs) / count, 4) for depth in DEPTHS},
        "ndcg_10": round(sum(ndcg(query, ids, 10) for query, ids in pairs) / count, 4),
        "mrr_10": round(sum(reciprocal(query, ids, 10) for query, ids in pairs) / count, 4),
        "query_ms": {"p50": _quantile(seconds, 0.5), "p95": _quantile(seconds, 0.95)},
    }


def recall(query: Query, ids: Sequence[int], depth: int) -> float:
    """The part of the articles that answer which is among the first `depth`."""
    return len(query.relevant & set(ids[:depth])) / len(query.relevant)


def ndcg(query: Query, ids: Sequence[int], depth: int) -> float:
    gain = sum(1 / math.log2(rank + 1) for rank, key in enumerate(ids[:depth], 1) if key in query.relevant)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(query.relevant), depth) + 1))
    return gain / best


def reciprocal(query: Query, ids: Sequence[int], depth: int) -> float:
    return next((1 / rank for rank, key in enumerate(ids[:depth], 1) if key in query.relevant), 0.0)


def _quantile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2) if ordered else 0.0
