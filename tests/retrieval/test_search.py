"""The front door: what comes first, what is declined and why, and that no lost index stops it."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Fault
from knowledge.ingest import ingest, open_embedder
from retrieval import Evidence, Scope, Searcher, open_searcher, supports
from retrieval.behind import Behind
from retrieval.chroma import ChromaIndex
from retrieval.evidence import Filter
from retrieval.lexical import LexicalIndex
from tests.retrieval.harm import damage

NOW, BEFORE = date(2026, 11, 23), date(2024, 1, 1)
CLIENT = Scope(frozenset({"org-c1"}), "client")
MODEL = open_embedder("hash")
CAPITAL = "有限公司注册资本最迟多久缴足"


@pytest.fixture
def searcher(library: Database) -> Searcher:
    return Searcher(library, LexicalIndex(library), None, MODEL)


def first(searcher: Searcher, query: str, day: date = NOW, region: str | None = None) -> Evidence:
    return searcher.search(query, CLIENT, day, region, 5).hits[0]


def test_a_hit_carries_what_a_citation_needs(searcher: Searcher) -> None:
    hit = first(searcher, "示范企业的登记费是多少")
    assert (hit.title, hit.clause, hit.status) == ("中华人民共和国示范登记法", "第二条", "in_force")
    assert (hit.effective_from, hit.effective_to) == (date(2024, 7, 1), None)
    assert hit.text == "示范企业的登记费为一百元，自登记之日起五年内缴清。"
    assert 0 < hit.score <= 1


def test_the_past_is_answered_by_the_version_of_its_day(searcher: Searcher) -> None:
    hit = first(searcher, "示范企业的登记费是多少", BEFORE)
    assert "三百元" in hit.text
    assert hit.effective_to == date(2024, 6, 30)


def test_a_text_without_a_known_start_is_found_but_not_in_force(searcher: Searcher) -> None:
    assert first(searcher, "票据丧失可以挂失止付吗").status == "unknown"


@pytest.mark.parametrize("query", ["示范登记法第二条", "《示范登记法》第2条是什么", "示范登记法 第 二 条"])
def test_a_clause_named_comes_first(searcher: Searcher, query: str) -> None:
    assert first(searcher, query).clause == "第二条"


def test_a_document_number_named_comes_first(searcher: Searcher) -> None:
    for query in ("示范发〔2016〕32号", "示范发[2016]32号讲什么", "示范发(2016)32号"):
        assert first(searcher, query).document_id == "demo_article"


def test_a_clients_phrasing_leads_to_its_section(searcher: Searcher) -> None:
    assert first(searcher, "示高要满足啥").path == "条件"
    assert first(searcher, "示高要满足些啥？").path == "条件"


def test_what_is_off_the_subject_finds_no_evidence(searcher: Searcher) -> None:
    for query in ("明天天气怎么样", "帮我写一首诗", "？？？", "😀", "asdf", "12345"):
        found = searcher.search(query, CLIENT, NOW, "上海市", 5)
        assert (found.hits, found.reason) == ((), "no_evidence")


def test_what_was_not_yet_law_is_not_in_force(searcher: Searcher) -> None:
    found = searcher.search("示范资质认定的科技人员占比", CLIENT, date(2015, 1, 1), None, 5)
    assert (found.hits, found.reason) == ((), "not_in_force")


def test_another_regions_rule_is_no_evidence_here(searcher: Searcher) -> None:
    found = searcher.search("园区补贴每平方米多少元", CLIENT, NOW, "江苏省苏州市", 5)
    assert (found.hits, found.reason) == ((), "no_evidence")


def test_an_empty_question_is_refused(searcher: Searcher) -> None:
    with pytest.raises(BadInput):
        searcher.search("  ", CLIENT, NOW, None, 5)


def test_no_more_than_k_hits_and_no_clause_twice(searcher: Searcher) -> None:
    hits = searcher.search("示范登记法 登记 示范企业", CLIENT, NOW, "上海市", 3).hits
    assert len(hits) <= 3
    assert len({(hit.document_id, hit.clause, hit.path) for hit in hits}) == len(hits)


def test_the_self_test_passes_with_text_and_fails_without(library: Database, searcher: Searcher) -> None:
    searcher.probe()
    deaf = Searcher(library, LexicalIndex(library), None, MODEL)
    with pytest.raises(Fault, match="自检"):
        deaf.probe("没有的词汇")


def test_a_warmed_searcher_has_what_a_question_needs_in_memory(library: Database) -> None:
    searcher = Searcher(library, LexicalIndex(library), None, MODEL)
    searcher.warm()
    assert searcher.exact.seen > 0
    searcher.close()


def test_cover_is_full_with_the_texts_own_term_and_none_off_the_subject(searcher: Searcher) -> None:
    hit = first(searcher, "示范企业的登记费是多少")
    assert supports("示范企业的登记费是多少", hit) == 1.0
    assert supports("明天天气怎么样", hit) == 0.0
    assert supports("怎么样", hit) == 0.0


LAW = """# 中华人民共和国公司法

{adopted}

<!-- INFO END -->

第一条 为了规范公司的组织和行为，制定本法。

{clauses}

第九十九条 本法自{starts}起施行。
"""


def test_the_company_laws_answer_by_date(
    library: Database, searcher: Searcher, tmp_path: Path, clock: SetClock
) -> None:
    old = "第二十六条 有限责任公司的注册资本为全体股东认缴的出资额。\n\n第四十七条 董事会会议由董事长召集和主持。"
    new = (
        "第四十七条 有限责任公司的注册资本，全体股东认缴的出资额自公司成立之日起五年内缴足。\n\n第五十条 股东应当出资。"
    )
    for name, adopted, clauses, starts in (
        ("公司法(2018-10-26).md", "1993年12月29日 通过\n\n2018年10月26日 第四次修正", old, "2006年1月1日"),
        ("公司法(2023-12-29).md", "1993年12月29日 通过\n\n2023年12月29日 修订", new, "2024年7月1日"),
    ):
        (tmp_path / name).write_text(LAW.format(adopted=adopted, clauses=clauses, starts=starts), encoding="utf-8")
        ingest(library, [tmp_path / name], clock=clock, embedder=MODEL)
    now, before = first(searcher, CAPITAL), first(searcher, CAPITAL, BEFORE)
    assert (now.clause, now.doc_no, now.status) == ("第四十七条", "公司法(2023-12-29)", "in_force")
    assert (before.clause, before.doc_no, before.status) == ("第二十六条", "公司法(2018-10-26)", "in_force")


@pytest.mark.parametrize("harm", ["deleted", "overwritten", "cut short"])
def test_a_lost_vector_index_is_filled_anew_and_search_goes_on(library: Database, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "chroma"
    chroma = ChromaIndex(library, MODEL.name, folder)
    searcher = Searcher(library, LexicalIndex(library), chroma, MODEL)
    expected = first(searcher, "示范企业的登记费")
    chroma.catch_up()
    chroma.close()
    if harm == "deleted":
        shutil.rmtree(folder)
    elif harm == "overwritten":
        damage(folder, b"\x00broken" * 20)
    else:
        (folder / "seen.json").unlink()
    again = ChromaIndex(library, MODEL.name, folder)
    after = Searcher(library, LexicalIndex(library), again, MODEL)
    assert first(after, "示范企业的登记费").chunk_id == expected.chunk_id  # exact vectors, while the index catches up
    again.catch_up()
    wanted = Filter.of(CLIENT, NOW, None)
    assert expected.chunk_id in [key for key, _ in again.search(MODEL.embed_query("示范企业的登记费"), wanted, 3)]
    again.close()


def test_a_second_process_is_kept_out_of_the_vector_folder_and_still_searches(
    library: Database, tmp_path: Path
) -> None:
    chroma = ChromaIndex(library, MODEL.name, tmp_path / "index" / "chroma")
    chroma.catch_up()
    script = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from knowledge.base.db import Database; from retrieval import Scope, open_searcher\n"
        "s = open_searcher(Database(sys.argv[1]), 'hash', sys.argv[3], Path(sys.argv[2]))\n"
        "h = s.search('示范企业的登记费', Scope(frozenset(), 'client'), date(2026, 11, 23), None, 3)\n"
        "print(h.hits[0].clause); s.close()\n"
        "print('chromadb' in sys.modules)"
    )
    for index in ("numpy", "chroma"):
        done = subprocess.run(
            [sys.executable, "-c", script, library.url, str(tmp_path), index],
            check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert done.stdout.split() == ["第二条", "False"]
    rival = ChromaIndex(library, MODEL.name, tmp_path / "index" / "chroma")
    with pytest.raises(BlockingIOError):
        rival.catch_up()
    with pytest.raises(Behind):
        rival.search(MODEL.embed_query("登记费"), Filter.of(CLIENT, NOW, None), 3)
    rival.close()
    chroma.close()


def test_an_unknown_index_is_refused(library: Database, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="索引"):
        open_searcher(library, "hash", "faiss", tmp_path)
