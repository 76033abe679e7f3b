"""`python -m eval bench retrieval`: the contract's figures for each system, side by side in one run."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.labels import Article, Query, halves, read_corpus, read_queries
from eval.bench.peers import pace, peers
from eval.bench.peers_apart import peak_mb
from eval.bench.shelf import embed, shelve
from eval.bench.systems import own, run
from knowledge.base.db import Database
from knowledge.base.errors import QifuError
from knowledge.ingest.embedders import Embedder, open_embedder
from knowledge.ingest.store import embedded_text


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
    library = Path(database.engine.url.database or "")
    texts = [embedded_text(article.law, article.text) for article in articles]
    searcher, systems = own(database, embedder, options.index, library.parent, options.pool, sum(map(len, texts)))
    train, asked = halves(queries) if options.learn else ([], queries)
    forget = getattr(embedder, "forget", lambda: None)
    figures = [run(system, asked, keys, forget) for system in systems]
    peak = peak_mb()
    if options.learn:
        from eval.bench.learned import learned

        plain = open_embedder("e5-plain" if options.embedder == "e5" else options.embedder, Path(options.folder))
        figures += [run(system, asked, keys, forget) for system in learned(searcher, keys, train, plain)]
    searcher.close()
    if options.phrasings:
        figures.append(_with_phrasings(options, articles, asked, embedder, database))
    database.close()
    told = {"corpus": len(articles), "queries": len(asked), "embed_seconds": round(embed_seconds, 1)}
    if not options.peers:
        return {"systems": [_row(figure) for figure in figures], **told}
    figures = [{**figure, "peak_mb": peak} if figure["name"].startswith("own") else figure for figure in figures]
    others, skipped = peers(options, library)
    a_letter = pace(embedder, texts)
    return {"systems": [_row(figure, a_letter) for figure in [*figures, *others]], **told, "skipped": skipped}


def _with_phrasings(
    options: argparse.Namespace, articles: Sequence[Article], asked: Sequence[Query], embedder: Embedder, bare: Database
) -> dict[str, Any]:
    """The hybrid over the same articles with what the product itself knows to be asked of them."""
    database, keys = shelve(articles, Path(options.folder) / "bench", bare)
    embed(database, embedder)
    folder = Path(database.engine.url.database or "").parent
    searcher, systems = own(database, embedder, options.index, folder, options.pool)
    figure = run(systems[-1], asked, keys, getattr(embedder, "forget", lambda: None))
    searcher.close()
    database.close()
    return {**figure, "name": "own hybrid + clients' phrasings"}


def _row(figure: dict[str, Any], a_letter: float = 0.0) -> dict[str, Any]:
    """Beside peers: the seconds that embedding all it is built on takes, whether or not its vectors lay ready."""
    letters = figure.pop("letters")
    return {**figure, "embed_seconds": round(letters * a_letter, 1)} if a_letter else figure


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qifu bench retrieval", description="检索基准：几套系统在同一批问题上并排比较"
    )
    parser.add_argument("--corpus", required=True, help="每行 {id, law, article, text}")
    parser.add_argument("--queries", required=True, help="每行 {id, query, relevant}")
    parser.add_argument("--embedder", default="e5")
    parser.add_argument("--index", default="numpy", choices=("numpy", "chroma"))
    parser.add_argument("--peers", action="store_true", help="再跑 LangChain、LlamaIndex、Haystack、txtai 的现成做法")
    parser.add_argument("--learn", action="store_true", help="用一半问题学习，另一半（不相连的）报告")
    parser.add_argument("--phrasings", action="store_true", help="再跑一行：法条带上产品自己写的客户问法")
    parser.add_argument("--pool", type=int, default=100, help="每一路取多少候选来排序")
    parser.add_argument("--folder", default="var", help="文本与向量留在这里，再跑不重算")
    return parser
