"""A text that has ended while the library lacks what follows it: on its last day it is quoted, the day after told."""

from datetime import date
from pathlib import Path

import pytest

from api.house import House
from api.wiring import speaker_for
from assistant.converse import ask
from assistant.turn import replaced
from assistant.turn.replaced import names
from assistant.values import Reply
from knowledge.base.clock import SetClock
from knowledge.companies import EMPTY
from knowledge.ingest import effective, ingest, statute
from knowledge.ingest.effective import Registered

LAW = """# 中华人民共和国{title}

2019年4月23日 第一届示范会议通过

<!-- INFO END -->

第一条 示范登记押金每户收取{sum}元。

第二条 本法自2019年5月1日起施行。
"""
LAST = date(2025, 10, 14)
ENTRIES = {
    ("示范押金法", "2019-04-23"): Registered(None, LAST, "示范押金法(2025-06-27)", "test"),
    ("示范灯具法", "2019-04-23"): Registered(None, LAST, "示范照明法典(2026-03-12)", "test"),
    ("示范票证条例", "2019-04-23"): Registered(None, LAST, None, "test"),
    ("示范水井条例", "2019-04-23"): Registered(None, LAST, None, "test", "示范水井条例改了没有，没有核实"),
}


@pytest.fixture
def laws(home: House, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> House:
    for module in (effective, statute, replaced):
        monkeypatch.setattr(module, "register", lambda: ENTRIES)
    for title, _ in ENTRIES:
        path = tmp_path / f"{title}(2019-04-23).md"
        path.write_text(LAW.format(title=title, sum="三十"), encoding="utf-8")
        ingest(home.database, [path], clock=clock, kind="law")
    return home


def asked(house: House, text: str, day: date) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), text, company=EMPTY, as_of=day)


def test_quoted_on_its_last_day_and_told_replaced_the_day_after(laws: House) -> None:
    before = asked(laws, "示范押金法第一条", LAST)
    assert before.outcome == "answered"
    assert "三十元" in before.answer
    after = asked(laws, "示范押金法第一条", date(2025, 10, 15))
    assert (after.outcome, after.reason) == ("declined", "not_in_force")
    assert "《示范押金法》的新文本（2025-06-27）自 2025-10-15 起施行" in after.answer
    assert "知识库里还没有它" in after.answer
    assert "三十" not in after.answer


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ("示范灯具法", "自 2025-10-15 起由《示范照明法典》（2026-03-12）取代"),
        ("示范票证条例", "自 2025-10-15 起已不再施行"),
        ("示范水井条例", "示范水井条例改了没有，没有核实"),
    ],
)
def test_a_law_replaced_by_another_one_repealed_and_one_in_doubt(laws: House, law: str, told: str) -> None:
    reply = asked(laws, f"{law}对登记押金怎么规定", date(2026, 11, 23))
    assert reply.outcome == "declined"
    assert told in reply.answer
    assert "三十" not in reply.answer


def test_the_newer_text_speaks_once_the_library_has_it(laws: House, tmp_path: Path, clock: SetClock) -> None:
    path = tmp_path / "示范押金法(2025-06-27).md"
    newer = LAW.format(title="示范押金法", sum="四十").replace("2019年4月23日", "2025年6月27日")
    path.write_text(newer.replace("2019年5月1日", "2025年10月15日"), encoding="utf-8")
    ingest(laws.database, [path], clock=clock, kind="law")
    reply = asked(laws, "示范押金法第一条", date(2026, 11, 23))
    assert "四十元" in reply.answer
    assert "还没有它" not in reply.answer


def test_the_rules_that_carry_a_law_out_are_another_text() -> None:
    assert names("示范押金法第一条说什么", "示范押金法")
    assert names("《示范押金法》怎么规定", "示范押金法")
    assert not names("示范押金法实施条例第一条", "示范押金法")
