"""A backup holds everything, and a restore never overwrites."""

from pathlib import Path

import pytest

from api.backup import backup, restore
from api.house import House
from api.wiring import build_house
from knowledge.base.errors import BadInput, Conflict, Missing
from tests.api.conftest import Client
from tests.conftest import settings_for


def test_what_is_restored_is_what_was_saved(client: Client, home: House, tmp_path: Path) -> None:
    identifier = client("client1").post("/api/v1/conversations", json={}).json()["id"]
    (home.settings.var_dir / "evidence").mkdir(exist_ok=True)
    (home.settings.var_dir / "evidence" / "abc").write_bytes(b"file")
    assert backup(home.settings, tmp_path / "kept.tar.gz") > 1000
    fresh = settings_for(tmp_path / "fresh")
    restore(fresh, tmp_path / "kept.tar.gz")
    assert (fresh.var_dir / "evidence" / "abc").read_bytes() == b"file"
    with build_house(fresh) as house, house.database.read() as work:
        from sqlmodel import select

        from assistant.tables import ConversationRow

        assert [row.id for row in work.session("org-c1").exec(select(ConversationRow))] == [identifier]


def test_nothing_is_overwritten_and_a_broken_file_is_told(home: House, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar.gz"
    backup(home.settings, kept)
    with pytest.raises(Conflict, match="已经存在"):
        backup(home.settings, kept)
    with pytest.raises(Conflict, match="已有数据"):
        restore(home.settings, kept)
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="不是完整"):
        restore(settings_for(tmp_path / "fresh"), kept)
    assert not (tmp_path / "fresh" / "qifu.db").exists()
    with pytest.raises(Missing):
        restore(settings_for(tmp_path / "fresh"), tmp_path / "none")
