"""The retrieval benchmark on a corpus of a few lines: shapes, figures, and halves that share nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli.main import app
from eval.bench.labels import Query, connected, halves, read_corpus
from eval.bench.metrics import measure, ndcg, recall, reciprocal
from eval.bench.shelf import shelve
from knowledge.base.db import Database
from knowledge.ingest.pointers import all_pointers

ARTICLES = [
    {"id": 1, "law": "示范登记法", "article": "第一条", "text": "示范企业的登记费为三百元。", "date": ""},
    {"id": 2, "law": "示范登记法", "article": "第二条", "text": "登记机关应当在五日内办结。", "date": ""},
    {"id": 3, "law": "示范稽查条例", "article": "第一条", "text": "稽查人员应当出示证件。", "date": ""},
    {"id": 4, "law": "示范稽查条例", "article": "第二条", "text": "稽查记录保存十年。", "date": ""},
]
QUERIES = [
    {"id": 1, "query": "登记费多少钱", "relevant": [1]},
    {"id": 2, "query": "稽查的人要不要出示证件", "relevant": [3]},
    {"id": 3, "query": "记录保存几年", "relevant": [4]},
    {"id": 4, "query": "几天办结登记", "relevant": [2]},
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def bench(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    corpus, queries = write(folder / "corpus.jsonl", ARTICLES), write(folder / "queries.jsonl", QUERIES)
    command = [sys.executable, "-m", "eval", "bench", "retrieval", "--corpus", str(corpus), "--queries", str(queries)]
    return subprocess.run(
        [*command, "--embedder", "hash", "--folder", str(folder), *more],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip


def shelved(folder: Path) -> Database:
    return shelve(read_corpus(write(folder / "corpus.jsonl", ARTICLES)), folder)[0]


@pytest.mark.parametrize("index", ["numpy", "chroma"])
def test_the_figures_have_the_contracts_shape(tmp_path: Path, index: str) -> None:
    done = bench(tmp_path, "--index", index)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["corpus"], found["queries"]) == (4, 4)
    assert [system["name"] for system in found["systems"]] == ["own lexical", f"own vectors ({index})", "own hybrid"]
    for system in found["systems"]:
        assert set(system["recall"]) == {"1", "5", "10", "30", "100"}
        assert system["recall"]["5"] == 1.0
        assert {"ndcg_10", "mrr_10", "index_seconds", "query_ms"} <= system.keys()


def test_learning_reports_on_the_other_half(tmp_path: Path) -> None:
    done = bench(tmp_path, "--learn")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["queries"] == 2
    names = [system["name"] for system in found["systems"]][3:]
    assert names[0] == "learned: ranking"
    assert "learned: ranking without meaning" in names
    assert names[-1] == "learned: ranking, plain questions"


def test_the_products_own_phrasings_lead_to_their_clause(tmp_path: Path) -> None:
    """A question that shares no word with its clause, and almost one of the phrasings written for it."""
    law = next(law for path, law in all_pointers() if path.name.startswith("公司法("))
    clause, asks = next((clause, asks) for clause, asks in law.clauses.items() if clause != "第一条")
    texts = {clause: "甲乙丙丁戊己庚辛。", "第一条": f"{asks[0][:4]}，子丑寅卯。"}
    articles: list[dict[str, object]] = [
        {"id": number, "law": law.law, "article": name, "text": text, "date": str(law.version)}
        for number, (name, text) in enumerate(texts.items())
    ]
    corpus = write(tmp_path / "laws.jsonl", articles)
    asked = write(tmp_path / "asked.jsonl", [{"id": 1, "query": asks[0] + "？", "relevant": [0]}])
    done = bench(tmp_path, "--phrasings", "--corpus", str(corpus), "--queries", str(asked))
    assert done.returncode == 0, done.stderr
    first = {one["name"]: one["recall"]["1"] for one in json.loads(done.stdout)["systems"]}
    assert (first["own hybrid"], first["own hybrid + clients' phrasings"]) == (0.0, 1.0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = bench(tmp_path, "--queries", str(tmp_path / "none.jsonl"))
    assert done.returncode == 3
    assert "none.jsonl" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (["retrieval", "--corpus", "none.jsonl", "--queries", "none.jsonl"], 3, "file"),
        (["scale", "--sizes", "ten"], 2, "sizes"),
    ],
)
def test_the_command_ends_as_its_process_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, field: str
) -> None:
    monkeypatch.setenv("QIFU_VAR_DIR", str(tmp_path))
    told = CliRunner().invoke(app, ["bench", *words, "--json"])
    assert told.exit_code == code, told.output
    assert json.loads(told.stdout)["error"]["field"] == field


def test_the_figures_of_a_ranking_are_those_of_the_textbook() -> None:
    query = Query(1, "", frozenset({1, 2}))
    assert recall(query, [3, 1, 4], 3) == 0.5
    assert reciprocal(query, [3, 1, 2], 10) == 0.5
    assert ndcg(query, [1, 2], 10) == 1.0
    assert ndcg(query, [3, 1], 10) == pytest.approx(0.6309 / 1.6309, abs=1e-3)
    assert measure([query], [[1, 2]], [0.01])["recall"]["1"] == 0.5


@given(st.lists(st.frozensets(st.integers(0, 12), min_size=1, max_size=3), min_size=1, max_size=12))
def test_the_halves_share_no_article_and_lose_no_question(relevant: list[frozenset[int]]) -> None:
    queries = [Query(number, "", articles) for number, articles in enumerate(relevant)]
    first, second = halves(queries)
    assert sorted(query.id for query in [*first, *second]) == [query.id for query in queries]
    articles = [frozenset().union(*(query.relevant for query in half)) for half in (first, second)]
    assert not articles[0] & articles[1]
    assert sum(map(len, connected(queries))) == len(queries)
