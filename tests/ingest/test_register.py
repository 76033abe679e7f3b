"""The register of versions: well-formed, sourced, without overlaps, and applied to texts as they are read in."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import select

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.ingest import ingest
from knowledge.ingest.effective import decided, read_register, register
from knowledge.ingest.statute import parse_statute
from knowledge.ingest.tables import EVERYONE, DocumentRow
from retrieval.evidence import Filter, Scope
from retrieval.passages import allowed

TEXT = """# 中华人民共和国{title}

1993年9月2日 第一届示范会议通过

{amended}

<!-- INFO END -->

第一条 示范内容甲。

第二条 本法自1993年12月1日起施行。
"""


def test_every_entry_is_a_version_with_a_source_and_days_in_order() -> None:
    for (title, version), entry in register().items():
        assert entry.source.strip(), title
        assert "(" not in title, "the title stands without its date"
        assert not version or date.fromisoformat(version)
        assert entry.effective_from or entry.effective_to, f"{title} says nothing"
        if entry.effective_from and entry.effective_to:
            assert entry.effective_from <= entry.effective_to, title
        if entry.superseded_by:
            assert entry.effective_to, f"{title} is superseded on no day"


def test_versions_of_one_title_do_not_overlap() -> None:
    versions = defaultdict(list)
    for (title, version), entry in register().items():
        versions[title].append((version, entry))
    for title, entries in versions.items():
        ordered = sorted(entries, key=lambda one: one[0])
        for (_, old), (version, new) in pairwise(ordered):
            starts = new.effective_from or date.fromisoformat(version)
            assert old.effective_to is None or old.effective_to < starts, f"{title} holds twice"


def test_what_rests_on_memory_says_so() -> None:
    memory = {title for (title, _), entry in register().items() if "凭记忆" in entry.source}
    assert memory == {"卖淫嫖娼人员收容教育办法", "疫苗流通和预防接种管理条例"}
    assert all("未核到" in entry.source for entry in register().values() if "凭记忆" in entry.source)


@pytest.mark.parametrize(
    "broken",
    [
        {"versions": [{"title": "示范法", "version": "2020-01-01", "effective_to": "2021-01-01"}]},
        {"versions": [{"title": "甲", "effective_from": "2021-01-02", "effective_to": "2021-01-01", "source": "一"}]},
        {
            "versions": [{"title": "示范法", "version": "2020-01-01", "effective_to": "2021-01-01", "source": "一"}],
            "ends": [{"by": "令", "version": "2020-12-01", "effective_to": "2020-12-31", "source": "二",
                      "repealed": ["示范法(2020-01-01)"]}],
        },
        {"versions": [], "ends": [{"by": "令", "version": "2020-12-01", "effective_to": "2020-12-31", "source": "二",
                                   "repealed": ["示范法"]}]},
    ],
)  # fmt: skip
def test_an_entry_without_source_in_the_wrong_order_or_twice_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read_register(broken)


def test_a_decision_that_ends_several_texts_dates_each() -> None:
    loaded = {
        "versions": [],
        "decisions": [{"date": "2020-11-29", "says": "国务院", "effective_from": "2020-11-29", "source": "令甲"}],
        "ends": [
            {
                "by": "令乙",
                "version": "2024-12-06",
                "effective_to": "2025-01-19",
                "source": "决定",
                "amended": ["示范条例(2020-11-29)"],
                "repealed": ["示范办法(2001-02-03)"],
            }
        ],
    }
    entries = read_register(loaded)
    amended, repealed = entries["示范条例", "2020-11-29"], entries["示范办法", "2001-02-03"]
    assert (amended.effective_from, amended.effective_to) == (date(2020, 11, 29), date(2025, 1, 19))
    assert amended.superseded_by == "示范条例(2024-12-06)"
    assert (repealed.effective_from, repealed.superseded_by) == (None, None)
    assert "令甲" in amended.source
    assert "令乙" in repealed.source


def test_a_collective_decision_tells_the_first_day_of_what_it_amended() -> None:
    amended = ("2017年3月1日 《国务院关于修改和废止部分行政法规的决定》第一次修订",)
    found = decided(date(2022, 3, 29), amended)
    assert found is not None
    assert found[0] == date(2022, 5, 1)
    assert decided(date(2022, 3, 30), amended) is None


LAWS = [
    ("反不正当竞争法", "2019-04-23", date(2025, 10, 14)),
    ("住房公积金管理条例", "2019-03-24", date(2026, 9, 19)),
    ("出版管理条例", "2020-11-29", date(2025, 1, 19)),
]


@pytest.mark.parametrize(("title", "version", "last"), LAWS)
def test_a_replaced_text_holds_on_its_last_day_and_not_on_the_next(
    title: str, version: str, last: date, tmp_path: Path, database: Database, clock: SetClock
) -> None:
    path = tmp_path / f"{title}({version}).md"
    path.write_text(TEXT.format(title=title, amended="2019年4月23日 第二届示范会议修正"), encoding="utf-8")
    assert parse_statute(path.read_text(encoding="utf-8"), path).effective_to == last
    ingest(database, [path], clock=clock)
    scope = Scope(frozenset({"org-hq"}), "client")
    with database.read() as work:
        session = work.session(EVERYONE)

        def found(day: date) -> int:
            return len(session.exec(allowed(select(DocumentRow), Filter.of(scope, day, None))).all())

        assert found(last) == 1
        assert found(last + timedelta(days=1)) == 0


def test_the_last_book_of_the_civil_code_begins_with_its_sisters() -> None:
    text = "# 示范法典\n\n# 婚姻家庭编\n\n2020年5月28日 通过\n\n<!-- INFO END -->\n\n第一条 内容。"
    assert parse_statute(text, Path("民法典/婚姻家庭编.md")).effective_from == date(2021, 1, 1)
