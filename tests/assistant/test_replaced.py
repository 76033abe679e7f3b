"""A text that has ended while the library lacks what follows it: on its last day it is quoted, the day after told."""

from datetime import date
from pathlib import Path
from typing import cast

import pytest

from api.house import House
from api.wiring import speaker_for
from assistant.converse import ask
from assistant.turn.replaced import names, replaced_found
from assistant.turn.state import TurnState
from assistant.values import Reply
from knowledge.base.clock import SetClock
from knowledge.companies import EMPTY
from knowledge.ingest import ingest
from knowledge.ingest.effective import register
from retrieval import Scope

LAW = """# 中华人民共和国{title}

{adopted} 第一届示范会议通过

<!-- INFO END -->

第一条 示范登记押金每户收取{sum}元。

第二条 本法自{adopted}起施行。
"""
UNFAIR = "反不正当竞争法"
LAST = date(2025, 10, 14)
ENDED = {  # entries of the register, whose words here are made up
    UNFAIR: date(2019, 4, 23),
    "环境保护法": date(2014, 4, 24),
    "乡镇企业法": date(1996, 10, 29),
    "建设项目环境保护管理条例": date(2017, 7, 16),
}


def written(folder: Path, title: str, version: date, amount: str) -> Path:
    path = folder / f"{title}({version}).md"
    adopted = f"{version.year}年{version.month}月{version.day}日"
    path.write_text(LAW.format(title=title, adopted=adopted, sum=amount), encoding="utf-8")
    return path


@pytest.fixture
def laws(home: House, tmp_path: Path, clock: SetClock) -> House:
    paths = [written(tmp_path, title, version, "三十") for title, version in ENDED.items()]
    ingest(home.database, paths, clock=clock, kind="law")
    return home


def asked(house: House, text: str, day: date) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), text, company=EMPTY, as_of=day)


def test_quoted_on_its_last_day_and_told_replaced_the_day_after(laws: House) -> None:
    before = asked(laws, f"{UNFAIR}第一条", LAST)
    assert before.outcome == "answered"
    assert "三十元" in before.answer
    after = asked(laws, f"{UNFAIR}第一条", date(2025, 10, 15))
    assert (after.outcome, after.reason) == ("declined", "not_in_force")
    assert "《反不正当竞争法》的新文本（2025-06-27）自 2025-10-15 起施行" in after.answer
    assert "知识库里还没有它" in after.answer
    assert "三十" not in after.answer


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ("环境保护法", "自 2026-08-15 起由《生态环境法典》（2026-03-12）取代"),
        ("乡镇企业法", "自 2025-12-27 起已不再施行"),
        ("建设项目环境保护管理条例", "《建设项目环境保护管理条例》是不是在其中没有核实"),
    ],
)
def test_a_law_replaced_by_another_one_repealed_and_one_in_doubt(laws: House, law: str, told: str) -> None:
    reply = asked(laws, f"{law}对登记押金怎么规定", date(2026, 11, 23))
    assert reply.outcome == "declined"
    assert told in reply.answer
    assert "三十" not in reply.answer


def test_the_newer_text_speaks_once_the_library_has_it(laws: House, tmp_path: Path, clock: SetClock) -> None:
    path = written(tmp_path, UNFAIR, date(2025, 6, 27), "四十")
    path.write_text(path.read_text("utf-8").replace("2025年6月27日起", "2025年10月15日起"), encoding="utf-8")
    ingest(laws.database, [path], clock=clock, kind="law")
    reply = asked(laws, f"{UNFAIR}第一条", date(2026, 11, 23))
    assert "四十元" in reply.answer
    assert "还没有它" not in reply.answer


def test_the_rules_that_carry_a_law_out_are_another_text() -> None:
    assert names("示范押金法第一条说什么", "示范押金法")
    assert names("《示范押金法》怎么规定", "示范押金法")
    assert not names("示范押金法实施条例第一条", "示范押金法")


def test_a_clause_that_a_named_law_lacks_is_not_another_laws(laws: House) -> None:
    reply = asked(laws, "公司法第一条怎么规定的", date(2026, 11, 23))
    assert "乡镇企业法" not in reply.answer
    assert "环境保护法" not in reply.answer


def test_a_text_that_the_register_does_not_end_is_not_told_as_ended(
    home: House, tmp_path: Path, clock: SetClock
) -> None:
    """The library's own newer version ended it: there is nothing to say of what the library lacks."""
    known = ("会计法", "2024-06-28")
    assert register()[known].effective_to is None
    old = written(tmp_path, "会计法", date.fromisoformat(known[1]), "三十")
    new = written(tmp_path, "会计法", date(2026, 1, 1), "四十")
    told = new.read_text("utf-8").replace("示范登记押金每户收取四十元", "会计资料应当真实")
    new.write_text(told, encoding="utf-8")
    ingest(home.database, [old, new], clock=clock, kind="law")
    question, day, scope = "示范登记押金每户收取多少", date(2026, 11, 23), Scope(frozenset(), "client")
    assert [hit.doc_no for hit in home.desk.searcher.ended(question, scope, day, None, 5)] == ["会计法(2024-06-28)"]
    assert replaced_found(home.desk, cast(TurnState, {"region": None}), question, day, scope) is None
