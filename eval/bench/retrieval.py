"""`python -m eval bench retrieval`: the contract's figures for each system, side by side in one run."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.labels import Query, halves, read_corpus, read_queries
from eval.bench.shelf import embed, shelve
from eval.bench.systems import own, run
from knowledge.base.errors import QifuError
from knowledge.ingest.embedders import open_embedder


def main(arguments: Sequence[str]) -> int:
    """Exit 0 done, 2 bad input, 3 no such file."""
    options = _options().parse_args(arguments)
    try:
        found = bench(options)
    except QifuError as error:
        sys.stderr.write(error.message + "\n")
        return 3 if error.kind == "not_found" else 2
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


def bench(options: argparse.Namespace) -> dict[str, Any]:
    articles, queries = read_corpus(Path(options.corpus)), read_queries(Path(options.queries))
    embedder = open_embedder(options.embedder, Path(options.folder))
    database, keys = shelve(articles, Path(options.folder) / "bench")
    embed_seconds = embed(database, embedder)
    home = Path(database.engine.url.database or "").parent
    searcher, systems = own(database, embedder, options.index, home, options.pool)
    asked: list[Query] = queries
    if options.learn:
        from eval.bench.learned import learned

        train, asked = halves(queries)
        systems += learned(searcher, keys, train)
    if options.peers:
        from eval.bench.peers import peers

        systems += peers(articles, keys, database, embedder)
    forget = getattr(embedder, "forget", lambda: None)
    figures = [run(system, asked, keys, forget) for system in systems]
    searcher.close()
    database.close()
    return {
        "systems": figures,
        "corpus": len(articles),
        "queries": len(asked),
        "embed_seconds": round(embed_seconds, 1),
    }


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qifu bench retrieval", description="检索基准：几套系统在同一批问题上并排比较"
    )
    parser.add_argument("--corpus", required=True, help="每行 {id, law, article, text}")
    parser.add_argument("--queries", required=True, help="每行 {id, query, relevant}")
    parser.add_argument("--embedder", default="e5")
    parser.add_argument("--index", default="numpy", choices=("numpy", "chroma"))
    parser.add_argument("--peers", action="store_true", help="再跑 LangChain 的现成做法")
    parser.add_argument("--learn", action="store_true", help="用一半问题学习，另一半（不相连的）报告")
    parser.add_argument("--pool", type=int, default=100, help="每一路取多少候选来排序")
    parser.add_argument("--folder", default="var", help="文本与向量留在这里，再跑不重算")
    parser.add_argument("--json", action="store_true")
    return parser
