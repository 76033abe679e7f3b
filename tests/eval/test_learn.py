"""What is learned: from phrasings without their own pointers, by whole documents, the same numbers in the product."""

import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.wiring import build_house
from assistant.compose.telling import FEATURES
from eval.learn.labelled import answers, labelled
from eval.learn.phrasings import Phrasing, apart, hidden, readable
from eval.learn.pieces import learn_pieces
from eval.learn.ranking import claims, first_right, learn_ranking, middle_of
from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.ingest import open_embedder
from knowledge.ingest.shipped import load_articles
from knowledge.ingest.tables import empty_library
from retrieval import Searcher
from retrieval.candidates import NAMES
from retrieval.lexical import LexicalIndex
from retrieval.record import Document, Passage
from tests.conftest import settings_for

DAY = date(2026, 11, 23)


def made(group: str, number: int, region: str = "全国") -> Phrasing:
    key = f"{group}-q{number}"
    return Phrasing(key, f"问{number}", f"{group}-0", group, "law", region, frozenset({f"{group}-q0", key}))


def test_documents_are_kept_whole_when_some_are_set_aside() -> None:
    found = [made(group, number) for group in "abcdefgh" for number in range(3)]
    learn, look = apart(found, 0.25)
    assert len(learn) == 18
    assert len(look) == 6
    assert not {one.group for one in learn} & {one.group for one in look}


def test_a_phrasing_never_learns_from_its_own_pointer() -> None:
    chance = random.Random(0)
    left_out = [hidden(made("a", 1), chance) for _ in range(200)]
    assert all("a-q1" in one for one in left_out)
    assert 10 < sum(len(one) == 2 for one in left_out) < 60


def test_a_phrasing_is_asked_where_it_applies() -> None:
    assert readable(made("a", 1, "上海市"), DAY).regions == {"全国", "上海市"}
    assert readable(made("a", 1, "广东省/深圳市"), DAY).regions == {"全国", "广东省", "广东省/深圳市"}


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.booleans()), min_size=2, max_size=30))
def test_what_the_ranking_claims_is_how_often_it_is_right(cases: list[tuple[float, float, bool]]) -> None:
    rows = [(np.array([[first], [second]]), np.array([right, not right], float)) for first, second, right in cases]
    weights = np.array([1.0])
    middle = middle_of(claims(rows, weights))
    claimed = np.mean([1 / (1 + np.exp(-(max(first, second) - middle) / 2)) for first, second, _ in cases])
    assert abs(claimed - first_right(rows, weights)) < 0.01


def test_a_clause_answers_by_its_number_and_a_text_by_its_ground_and_its_words() -> None:
    label = next(one for one in labelled(("second",)) if one["kind"] == "statute" and one["clause"])
    law = document(title=f"中华人民共和国{label['doc_no']}")
    assert answers(label, passage(clause=label["clause"], text="别的话"), law)
    assert not answers(label, passage(clause="第九百九十九条", text="".join(label["must"])), law)
    assert not answers(label, passage(clause=label["clause"], text="别的话"), document(title="另一部法"))
    assert not answers(label, passage(kind="question", clause=label["clause"], text="问"), law)
    fact = {"kind": "fact", "doc_no": "第1号", "clause": None, "must": ["5%"], "must_any": [], "must_not": ["6%"]}
    grounds = document(title="一篇文章", about={"documents": [{"doc_no": "公告2026年第1号", "title": "公告"}]})
    assert answers(fact, passage(text="减按 5 % 征收，不是 6%"), grounds)
    assert not answers(fact, passage(text="减按 4% 征收"), grounds)
    assert not answers(fact, passage(text="减按 5% 征收"), document(title="一篇文章"))


def test_the_weights_come_out_as_the_ranking_reads_them(tmp_path: Path) -> None:
    database = library(tmp_path)
    model = open_embedder("hash")
    searcher = Searcher(database, LexicalIndex(database), None, model)
    out = tmp_path / "ranker.yaml"
    told = learn_ranking(searcher, DAY, out, most=60, sets=("dev", "second"))
    loaded = yaml.safe_load(out.read_text("utf-8"))
    assert tuple(loaded["weights"]) == NAMES
    assert all(np.isfinite([*loaded["weights"].values(), loaded["middle"]]))
    assert 40 < told["phrasings"] <= 60
    assert all(0.1 < share <= 1 for share in told["first_right_unseen"].values())
    searcher.close()
    database.close()


def test_what_is_quoted_is_learned_from_labelled_questions(furnished: Path, tmp_path: Path) -> None:
    out = tmp_path / "telling.yaml"
    with build_house(settings_for(furnished)) as house:
        told = learn_pieces(house.desk, out, sets=("second",))
    assert tuple(yaml.safe_load(out.read_text("utf-8"))) == FEATURES
    assert 0 < told["shown_unseen"] <= told["questions"]
    assert told["found"] <= told["questions"]
    chosen = yaml.safe_load(out.read_text("utf-8"))
    assert chosen["own"] > 0  # a piece that says more of the question is the likelier one
    assert chosen["kind"] > 0


@pytest.mark.parametrize(("more", "told"), [((), "没有知识库"), (("--day", "下周一"), "--day")])
def test_a_folder_without_a_library_and_a_day_that_is_none_are_told(
    tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    command = [sys.executable, "-m", "eval", "learn", "ranking", "--folder", str(tmp_path), *more]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()}
    )
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
def test_what_is_learned_for_questions_is_what_the_product_computes(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from eval.learn.encoder import QueryEncoder
    from knowledge.ingest.embedders.batch import BatchEncoder
    from knowledge.ingest.embedders.folder import write_folder
    from knowledge.ingest.embedders.learned import learned, write_learned

    questions = ["老板跑路工资没发找谁", "注册资本多久缴足", "发票丢了怎么办", "商标被人抢注了"]
    texts = np.array(open_embedder("e5").embed_documents(["欠薪处理", "出资期限", "发票遗失", "商标争议"]), np.float32)
    encoder = QueryEncoder(write_folder(tmp_path))
    plain = encoder.vectors(questions)
    losses: list[float] = []
    encoder.learn(questions, [[0], [1], [2], [3]], texts, 12, lambda _, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    theirs = encoder.vectors(questions)
    assert (theirs * plain).sum(axis=1).min() < 0.9999  # something was learned
    write_learned(encoder.deltas(), tmp_path / "query.npz")
    ours = np.array([BatchEncoder(tmp_path, learned_from=tmp_path / "query.npz").question(one) for one in questions])
    assert (ours * theirs).sum(axis=1).min() >= 0.995  # products of bytes, where floats are slow
    assert learned(tmp_path / "none.npz") == ({}, "")
    assert learned(tmp_path / "query.npz")[0].keys() == encoder.deltas().keys()


def document(**told: object) -> Document:
    known: dict[str, object] = {name: "" for name in Document.__dataclass_fields__}
    return Document(**{**known, "about": {}, **told})  # type: ignore[arg-type]


def passage(**told: object) -> Passage:
    known: dict[str, object] = {name: "" for name in Passage.__dataclass_fields__}
    return Passage(**{**known, "kind": "text", "clause": None, **told})  # type: ignore[arg-type]


def library(folder: Path) -> Database:
    database = empty_library(f"sqlite:///{folder / 'qifu.db'}")
    load_articles(database, SystemClock(), open_embedder("hash"))
    return database
