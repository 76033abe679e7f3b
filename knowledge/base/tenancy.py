"""Every owned row belongs to one organisation, and every session to one organisation for life.

Six guards, each for ways round the one before (measured on 26 access paths, `docs/decisions/0002-tenancy.md`):
1. every ORM statement gets a criterion on `org_id` for each owned class;
2. before a flush each owned object must carry the session's own organisation;
3. what is not an ORM select, update or delete is refused in the session;
4. a session keeps its organisation for life (the identity map can't outlive a switch);
5. the engine refuses a statement on an owned table that guard 1 didn't mark and no flush sent;
6. the engine refuses SQL handed straight to the driver.
Raw DBAPI cursors stay out of reach: the house test bans them by lint.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlalchemy.orm import Session as AlchemySession
from sqlmodel import Field, Session, SQLModel, col

from knowledge.base.errors import TenantLeak

MARK = "qifu_tenant"


class Owned(SQLModel):
    """A row of one organisation. Subclasses are tables; `org_id` is never changed after insert."""

    org_id: str = Field(index=True, foreign_key="org.id", max_length=40)


class TenantSession(Session):
    """Reads rows of `reads`, writes rows of `org_id` alone. Never commits: `Database.work` does."""

    def __init__(self, connection: Connection, org_id: str, reads: frozenset[str]) -> None:
        if not org_id:
            raise TenantLeak("会话必须绑定一个组织。")
        super().__init__(bind=connection, autoflush=True, expire_on_commit=False)
        self.org_id = org_id
        self.reads = reads
        self._criteria = _criteria(owned_classes(), reads)

    def commit(self) -> None:
        raise TenantLeak("会话不提交；事务由 Database.work 提交。")


@lru_cache(maxsize=1024)
def _criteria(classes: tuple[type[Owned], ...], reads: frozenset[str]) -> tuple[Any, ...]:
    """Plain values: closures would be cached by SQLAlchemy with another session's organisation. Built once for each
    set of organisations: a hundred options cost milliseconds, and every request opens a session.
    """
    values = sorted(reads)
    return tuple(with_loader_criteria(owned, col(owned.org_id).in_(values), include_aliases=True) for owned in classes)


def owned_classes() -> tuple[type[Owned], ...]:
    """Every mapped class that belongs to an organisation, found by reflection so that a new one is never forgotten."""
    found: list[type[Owned]] = []
    queue = list(Owned.__subclasses__())
    while queue:
        owned = queue.pop()
        queue.extend(owned.__subclasses__())
        if hasattr(owned, "__table__"):
            found.append(owned)
    return tuple(sorted(found, key=lambda owned: str(owned.__name__)))


def owned_tables() -> frozenset[str]:
    """Names of the tables whose rows belong to an organisation."""
    return frozenset(table.name for table in SQLModel.metadata.tables.values() if _is_owned(table))


def guard_engine(engine: sa.Engine) -> None:
    """Install guards 5 and 6."""
    sa.event.listen(engine, "before_execute", _check_statement)
    sa.event.listen(engine, "before_cursor_execute", _check_cursor)


def _is_owned(table: sa.Table) -> bool:
    return any(issubclass(owned, Owned) and owned.__table__ is table for owned in owned_classes())  # type: ignore[attr-defined]


def _scope_statement(state: ORMExecuteState) -> None:
    if not state.is_orm_statement or not (state.is_select or state.is_update or state.is_delete):
        raise TenantLeak("会话只接受映射类上的 select、update、delete；新增请用 session.add。")
    session = state.session
    assert isinstance(session, TenantSession)
    state.update_execution_options(**{MARK: session.org_id})
    if state.is_update or state.is_delete:
        own = tuple(
            with_loader_criteria(owned, col(owned.org_id) == session.org_id, include_aliases=True)
            for owned in owned_classes()
        )
        state.statement = state.statement.options(*own)
    else:
        state.statement = state.statement.options(*session._criteria)
    if state.is_update and _sets_org(state.statement):
        raise TenantLeak("org_id 不可更改；跨组织交接请复制为接收方的新行。")


def _sets_org(statement: Any) -> bool:
    columns = {getattr(column, "key", column) for column in (getattr(statement, "_values", None) or ())}
    columns |= {getattr(c, "key", c) for row in (getattr(statement, "_multi_values", None) or ()) for c in row}
    return "org_id" in columns


def _check_flush(session: AlchemySession, _context: UOWTransaction, _instances: Any) -> None:
    assert isinstance(session, TenantSession)
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, Owned):
            continue
        before = sa.inspect(row).attrs.org_id.history.deleted
        if row.org_id != session.org_id or any(old != session.org_id for old in before or ()):
            raise TenantLeak(f"不能在组织 {session.org_id} 的会话里写入其他组织的 {type(row).__name__}。")
    session.connection().info["flushing"] = True


def _end_flush(session: AlchemySession, _context: UOWTransaction) -> None:
    session.connection().info["flushing"] = False


def _end_rollback(session: AlchemySession, _previous: Any) -> None:
    if isinstance(session.bind, Connection) and not session.bind.closed:
        session.bind.info["flushing"] = False


# On the class: to hang them on each session anew cost a fifth of the shortest read.
sa.event.listen(TenantSession, "do_orm_execute", _scope_statement)
sa.event.listen(TenantSession, "before_flush", _check_flush)
sa.event.listen(TenantSession, "after_flush", _end_flush)
sa.event.listen(TenantSession, "after_soft_rollback", _end_rollback)


def _check_statement(connection: Connection, statement: Any, _many: Any, _params: Any, options: dict[str, Any]) -> None:
    if connection.info.get("flushing") or options.get(MARK):
        return
    if isinstance(statement, sa.TextClause):
        raise TenantLeak("不接受手写 SQL；请用映射类。")
    if touched := _tables(statement) & owned_tables():
        raise TenantLeak(f"语句未绑定组织就访问了 {'、'.join(sorted(touched))}。")


def _check_cursor(
    _connection: Connection, _cursor: Any, statement: str, _params: Any, context: Any, _many: bool
) -> None:
    if context is None or getattr(context, "compiled", None) is None:
        raise TenantLeak(f"不接受直接交给驱动的 SQL：{statement[:40]}")


def _tables(statement: Any) -> frozenset[str]:
    elements: Iterable[Any] = sa.sql.visitors.iterate(statement) if hasattr(statement, "get_children") else ()
    found = {element.name for element in elements if isinstance(element, sa.Table)}
    table = getattr(statement, "table", None)
    if isinstance(table, sa.Table):
        found.add(table.name)
    return frozenset(found)
