"""What is kept between searches is never older than SQL."""

from datetime import date
from pathlib import Path

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import ingest, withdraw
from knowledge.ingest.tables import EVERYONE
from retrieval import Scope
from retrieval.evidence import Filter
from retrieval.lexical import LexicalIndex
from retrieval.record import Found, Record

WANTED = Filter.of(Scope(frozenset(), "client"), date(2026, 11, 23), None)
TEXT = "# 示范押金办法\n\n## 押金\n\n示范押金在开业后{days}日内退还。\n\n## 例外\n\n另有约定的，按约定。\n"


def read(library: Database, record: Record, keys: list[str]) -> Found:
    with library.read() as work:
        return record.hydrate(work.session(EVERYONE), keys, WANTED)


def test_a_changed_text_is_read_anew_and_a_withdrawn_one_not_given(
    library: Database, tmp_path: Path, clock: SetClock
) -> None:
    file, record = tmp_path / "new.md", Record()
    file.write_text(TEXT.format(days="三十"), encoding="utf-8")
    ingest(library, [file], clock=clock)
    keys = [key for key, _ in LexicalIndex(library).search("示范押金 另有约定", WANTED, 2)]
    assert "三十日" in "".join(passage.text for passage, _ in read(library, record, keys).values())
    file.write_text(TEXT.format(days="六十"), encoding="utf-8")
    ingest(library, [file], clock=clock)
    found = read(library, record, keys)
    assert "六十日" in "".join(passage.text for passage, _ in found.values())
    assert found == read(library, Record(), keys)
    file.write_text(TEXT.format(days="六十").partition("## 例外")[0], encoding="utf-8")
    ingest(library, [file], clock=clock)
    assert len(read(library, record, keys)) < len(found)
    with library.work() as work:
        withdraw(work.session(EVERYONE), next(iter(found.values()))[1].id)
    assert read(library, record, keys) == {}


def test_no_more_is_kept_than_said_and_all_is_given(library: Database) -> None:
    keys = [key for key, _ in LexicalIndex(library).search("示范企业登记", WANTED, 10)]
    small = Record(most=1)
    assert len(keys) > 1
    assert read(library, small, keys) == read(library, Record(), keys)
    assert len(small._passages) == 1


def test_a_phrasing_brings_the_section_it_points_at(library: Database) -> None:
    (phrasing,) = LexicalIndex(library).phrasings("示高要满足啥", WANTED, 1)
    found = read(library, Record(), [phrasing])
    assert [passage.kind for passage, _ in found.values()] == ["question", "text"]
    assert found[phrasing][0].target in found
