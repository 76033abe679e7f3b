"""Laws by name around their first day, and versions whose first day nobody knows."""

from datetime import date
from pathlib import Path

import pytest

from api.house import House
from api.wiring import speaker_for
from assistant.converse import ask
from assistant.values import Reply
from knowledge.base.clock import SetClock
from knowledge.companies import EMPTY
from knowledge.ingest import ingest

LAW = """# 中华人民共和国示范押金法

{adopted}

<!-- INFO END -->

第一条 示范登记押金按{words}收取。

第二条 {last}
"""


@pytest.fixture
def laws(home: House, tmp_path: Path, clock: SetClock) -> House:
    files = {
        "示范押金法(2025-03-01).md": LAW.format(
            adopted="2025年3月1日 第一届示范会议通过", words="公布的标准", last="本法自2026年1月1日起施行。"
        ),
        "示范票据条例(2020-05-06).md": LAW.format(
            adopted="2015年1月5日 示范会议通过\n\n2020年5月6日 示范会议第一次修正",
            words="票据面额",
            last="本条例自2015年2月1日起施行。",
        ).replace("示范押金法", "示范票据条例"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        ingest(home.database, [tmp_path / name], clock=clock, kind="law")
    return home


def asked(house: House, text: str, day: date) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), text, company=EMPTY, as_of=day)


def test_the_day_before_it_is_not_yet_and_on_the_day_it_is_cited(laws: House) -> None:
    before = asked(laws, "示范押金法规定押金按什么收取", date(2025, 12, 31))
    assert (before.outcome, before.reason) == ("declined", "not_in_force")
    assert "自 2026-01-01 起施行" in before.answer
    after = asked(laws, "示范押金法规定押金按什么收取", date(2026, 1, 1))
    assert after.outcome == "answered"
    assert "公布的标准" in after.answer
    assert after.citations[0].clause == "第一条"


def test_a_text_whose_first_day_nobody_knows_says_so(laws: House) -> None:
    answer = asked(laws, "示范票据条例第一条", date(2026, 11, 23)).answer
    assert "票据面额" in answer
    assert "施行日没有核实" in answer


def test_a_published_successor_answers_for_the_year_after(home: House, tmp_path: Path, clock: SetClock) -> None:
    for year, day, share in ((2026, "2025-12-01", "百分之六"), (2027, "2026-11-01", "百分之九")):
        text = LAW.format(adopted=f"{day} 通过", words=share, last=f"本法自{year}年1月1日起施行。")
        file = tmp_path / f"示范押金法({day}).md"
        file.write_text(text, encoding="utf-8")
        ingest(home.database, [file], clock=clock, kind="law")
    later = asked(home, "示范登记押金按什么收取", date(2027, 2, 1))
    assert later.outcome == "answered", later.answer
    assert "百分之九" in later.answer
