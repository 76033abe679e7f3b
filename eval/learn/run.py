"""`python -m eval learn ranking|query|pieces --folder FOLDER`: learns from that library what the product ships."""

import argparse
import json
import sys
from collections.abc import Sequence
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
    folder = Path(options.folder)
    if not (folder / "qifu.db").is_file():
        raise BadInput(f"{folder} 里没有知识库；请先用 qifu demo 与 qifu ingest 建库。", field="folder")
    if options.what == "pieces":
        return _pieces(folder, options.out)
    path = {"path": Path(options.out)} if options.out else {}
    database = Database(f"sqlite:///{folder / 'qifu.db'}")
    try:
        if options.what == "query":
            from eval.learn.query import ROUNDS, learn_query

            model = open_embedder("e5-plain", folder)
            return learn_query(database, model, rounds=options.rounds or ROUNDS, most=options.most, **path)
        from eval.learn.ranking import MOST, learn_ranking
        from retrieval.lexical import LexicalIndex
        from retrieval.search import Searcher

        searcher = Searcher(database, LexicalIndex(database), None, open_embedder(options.embedder, folder))
        return learn_ranking(searcher, date.fromisoformat(options.day), most=options.most or MOST, **path)
    finally:
        database.close()


def _pieces(folder: Path, out: str | None) -> dict[str, object]:
    from api.wiring import build_house
    from assistant.compose.telling import WEIGHTS
    from eval.learn.pieces import learn_pieces
    from knowledge.base.settings import Settings

    with build_house(Settings(var_dir=folder), demo=False) as house:
        return learn_pieces(house.desk, Path(out) if out else WEIGHTS)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval learn", description="学习随产品发布的权重")
    parser.add_argument("what", choices=("ranking", "query", "pieces"))
    parser.add_argument("--folder", default="var", help="知识库所在的数据目录")
    parser.add_argument("--embedder", default="e5")
    parser.add_argument("--day", default=date.today().isoformat(), help="按哪一天有效的文本学")
    parser.add_argument("--most", type=int, help="最多用多少句问法")
    parser.add_argument("--rounds", type=int, help="问题向量学几轮")
    parser.add_argument("--out", help="写到哪里；默认写进产品")
    return parser
