"""`python -m eval learn ranking|query|pieces --folder FOLDER`: learns from that library what the product ships."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from knowledge.base.db import Database
from knowledge.base.errors import BadInput, QifuError
from knowledge.ingest.embedders import open_embedder


def main(arguments: Sequence[str]) -> int:
    """Exit 0 done, 2 bad input. One JSON object on stdout."""
    options = _options().parse_args(arguments)
    try:
        found = _learned(options)
    except QifuError as error:
        sys.stderr.write(error.message + "\n")
        return 2
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


def _learned(options: argparse.Namespace) -> dict[str, object]:
    folder, out = Path(options.folder), Path(options.out) if options.out else None
    if not (folder / "qifu.db").is_file():
        raise BadInput(f"{folder} 里没有知识库；请先用 qifu demo 与 qifu ingest 建库。", field="folder")
    if options.what == "pieces":
        return _pieces(folder, out)
    with closing(Database(f"sqlite:///{folder / 'qifu.db'}")) as database:
        return (_query if options.what == "query" else _ranking)(database, folder, out, options)


def _query(database: Database, folder: Path, out: Path | None, options: argparse.Namespace) -> dict[str, object]:
    from eval.learn.query import ROUNDS, learn_query
    from knowledge.ingest.embedders.learned import LEARNED

    model = open_embedder("e5-plain", folder)
    return learn_query(database, model, out or LEARNED, options.rounds or ROUNDS, options.most)


def _ranking(database: Database, folder: Path, out: Path | None, options: argparse.Namespace) -> dict[str, object]:
    from eval.learn.ranking import MOST, learn_ranking
    from retrieval.lexical import LexicalIndex
    from retrieval.ranker import WEIGHTS
    from retrieval.search import Searcher

    model = open_embedder(options.embedder, folder)
    with closing(Searcher(database, LexicalIndex(database), None, model)) as searcher:
        return learn_ranking(searcher, options.day, out or WEIGHTS, options.most or MOST)


def _pieces(folder: Path, out: Path | None) -> dict[str, object]:
    from api.wiring import build_house
    from assistant.compose.telling import WEIGHTS
    from eval.learn.pieces import learn_pieces
    from knowledge.base.settings import Settings

    with build_house(Settings(var_dir=folder), demo=False) as house:
        return learn_pieces(house.desk, out or WEIGHTS)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval learn", description="学习随产品发布的权重")
    parser.add_argument("what", choices=("ranking", "query", "pieces"))
    parser.add_argument("--folder", default="var", help="知识库所在的数据目录")
    parser.add_argument("--embedder", default="e5", help="学排序时读问题的向量模型")
    parser.add_argument(
        "--day", type=date.fromisoformat, default=date.today().isoformat(), help="按哪一天有效的文本学，例如 2026-11-23"
    )
    parser.add_argument("--most", type=int, help="最多用多少句问法")
    parser.add_argument("--rounds", type=int, help="问题向量学几轮")
    parser.add_argument("--out", help="写到哪里；默认写进产品")
    return parser
