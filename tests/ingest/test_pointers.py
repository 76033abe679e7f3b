"""Clients' words for clauses of the law: read strictly, given to the version they were written for, found by search."""

import re
from datetime import date
from pathlib import Path

from knowledge.ingest.draft import DraftChunk
from knowledge.ingest.pointers import all_pointers, pointing
from knowledge.ingest.statute import parse_statute

WORDS = (("目的", "第一条"), ("五年内", "第四十七条"), ("续", "第四十七条"))
CHUNKS = tuple(DraftChunk(words, (), clause) for words, clause in WORDS)
CLAUSE = re.compile(r"第[零一二三四五六七八九十百千]+条(之[一二三四五六七八九十])?")


def test_every_file_is_read_and_no_question_points_at_two_clauses() -> None:
    where: dict[str, tuple[str, str]] = {}
    for path, pointers in all_pointers():
        assert path.stem.partition("(")[0] == pointers.law
        assert path.stem == (f"{pointers.law}({pointers.version})" if pointers.version else pointers.law)
        for clause, asks in pointers.clauses.items():
            assert CLAUSE.fullmatch(clause), (path.name, clause)
            assert asks, (path.name, clause)
            for ask in asks:
                bare = re.sub(r"\W", "", ask)
                assert 3 <= len(ask) <= 100, (path.name, ask)
                assert bare not in where, (path.name, ask, where.get(bare))
                where[bare] = (pointers.law, clause)
    assert len(where) > 7_000


def test_a_question_points_at_the_first_piece_of_its_clause() -> None:
    questions = pointing("公司法", date(2023, 12, 29), CHUNKS)
    assert questions
    assert {question.chunk for question in questions} == {1}
    assert pointing("中华人民共和国公司法", date(2023, 12, 29), CHUNKS) == questions


def test_another_version_and_another_law_get_none() -> None:
    assert pointing("公司法", date(2018, 10, 26), CHUNKS) == ()
    assert pointing("公司法", None, CHUNKS) == ()
    assert pointing("没有这部法", date(2023, 12, 29), CHUNKS) == ()


def test_a_book_of_a_code_is_known_by_its_own_name(tmp_path: Path) -> None:
    law = "# 中华人民共和国民法典\n\n# 合同编\n\n2021年1月1日 施行\n\n<!-- INFO END -->\n\n"
    law += "第五百八十六条 定金的数额不得超过主合同标的额的百分之二十。\n"
    draft = parse_statute(law, tmp_path / "合同编.md")
    assert draft.questions
    assert {question.chunk for question in draft.questions} == {0}
