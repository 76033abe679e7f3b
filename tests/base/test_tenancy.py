"""Twenty ways round the tenant guards, over a real database; each must see nothing or be refused."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select

from knowledge.base.db import Database, Work
from knowledge.base.errors import TenantLeak
from knowledge.base.identity import Org
from knowledge.base.tenancy import Owned, owned_classes


class Note(Owned, table=True):
    __tablename__ = "test_note"
    id: str = Field(primary_key=True)
    text: str


@pytest.fixture
def two(tmp_path) -> Database:  # type: ignore[no-untyped-def]
    database = Database(f"sqlite:///{tmp_path / 't.db'}")
    SQLModel.metadata.create_all(
        sa.create_engine(database.url), tables=[SQLModel.metadata.tables[n] for n in ("org", "test_note")]
    )
    with database.work() as work:
        session = work.session("a")
        session.add(Org(id="a", kind="direct", name="甲"))
        session.add(Org(id="b", kind="direct", name="乙"))
    for org in ("a", "b"):
        with database.work() as work:
            work.session(org).add(Note(id=f"n-{org}", org_id=org, text=f"canary-{org}"))
    return database


def test_a_session_sees_only_its_own_rows(two: Database) -> None:
    with two.read() as work:
        session = work.session("a")
        assert [note.id for note in session.exec(select(Note))] == ["n-a"]
        assert session.get(Note, "n-b") is None
        assert session.exec(select(sa.func.count()).select_from(Note)).one() == 1
        assert session.exec(select(Note.text).where(Note.id == "n-b")).first() is None
        alias = sa.orm.aliased(Note)
        assert len(session.exec(select(alias)).all()) == 1


def test_an_extra_read_scope_reads_but_does_not_write(two: Database) -> None:
    with two.work() as work:
        session = work.session("a", reads={"b"})
        assert {note.id for note in session.exec(select(Note))} == {"n-a", "n-b"}
        assert session.exec(sa.update(Note).where(col(Note.id) == "n-b").values(text="x")).rowcount == 0
    with two.read() as work:
        assert work.session("b").get(Note, "n-b").text == "canary-b"  # type: ignore[union-attr]


ESCAPES: dict[str, Callable[[Work], object]] = {
    "text in the session": lambda w: w.session("a").execute(sa.text("select * from test_note")),
    "core select in the session": lambda w: w.session("a").execute(sa.select(Note.__table__)),  # type: ignore[attr-defined]
    "core insert in the session": lambda w: w.session("a").execute(sa.insert(Note.__table__)),  # type: ignore[attr-defined]
    "orm insert in the session": lambda w: w.session("a").execute(sa.insert(Note), [{"id": "x"}]),
    "connection select": lambda w: w.session("a").connection().execute(sa.select(Note.__table__)),  # type: ignore[attr-defined]
    "connection text": lambda w: w.session("a").connection().execute(sa.text("select 1")),
    "connection update": lambda w: w.session("a").connection().execute(sa.update(Note.__table__).values(text="x")),  # type: ignore[attr-defined]
    "connection delete": lambda w: w.session("a").connection().execute(sa.delete(Note.__table__)),  # type: ignore[attr-defined]
    "driver sql": lambda w: w.session("a").connection().exec_driver_sql("select * from test_note"),
    "moving rows to another organisation": lambda w: w.session("a").execute(sa.update(Note).values(org_id="b")),
    "bulk save": lambda w: w.session("a").bulk_save_objects([Note(id="x", org_id="b", text="")]),
    "bulk insert": lambda w: w.session("a").bulk_insert_mappings(sa.inspect(Note), [{"id": "x", "org_id": "b"}]),
    "commit": lambda w: w.session("a").commit(),
    "a session without an organisation": lambda w: w.session(""),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_every_way_round_is_refused(two: Database, name: str) -> None:
    with two.engine.connect() as connection, connection.begin(), pytest.raises(TenantLeak):
        ESCAPES[name](Work(connection))


def test_rows_of_another_organisation_cannot_be_added_or_moved(two: Database) -> None:
    with pytest.raises(TenantLeak), two.work() as work:
        work.session("a").add(Note(id="x", org_id="b", text=""))
    with pytest.raises(TenantLeak), two.work() as work:
        note = work.session("a").get(Note, "n-a")
        assert note is not None
        note.org_id = "b"
    with two.read() as work:
        assert [n.id for n in work.session("b").exec(select(Note))] == ["n-b"]


def test_orm_delete_stays_inside_the_organisation(two: Database) -> None:
    with two.work() as work:
        assert work.session("a").exec(sa.delete(Note)).rowcount == 1
    with two.read() as work:
        assert work.session("b").get(Note, "n-b") is not None


def test_two_organisations_share_one_transaction(two: Database) -> None:
    with pytest.raises(RuntimeError), two.work() as work:
        work.session("a").add(Note(id="x", org_id="a", text=""))
        work.session("b").add(Note(id="y", org_id="b", text=""))
        work.flush()
        raise RuntimeError
    with two.read() as work:
        assert work.session("a", reads={"b"}).get(Note, "x") is None
        assert work.session("b").get(Note, "y") is None


def test_reading_writes_nothing(two: Database) -> None:
    with two.read() as work:
        work.session("a").add(Note(id="x", org_id="a", text=""))
        work.flush()
    with two.read() as work:
        assert work.session("a").get(Note, "x") is None


def test_reflection_finds_the_owned_classes() -> None:
    assert Note in owned_classes()
