"""The only composition root: one house from settings, for the server and for each command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from api.house import House
from api.principal import DIRECTORY, find_principal, signing_key
from assistant.speaker import Speaker
from knowledge.base.clock import Clock, SystemClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Missing
from knowledge.base.settings import Settings

if TYPE_CHECKING:
    from assistant.model.port import Phraser
    from assistant.recommend import Provider

VISITING = "visitor"
FACES = ("client", "sales", "channel")


@contextmanager
def open_data(settings: Settings | None = None, *, demo: bool) -> Iterator[Database]:
    """The migrated database; with the demo when asked."""
    from api.migrations.run import upgrade

    settings = settings or Settings()
    upgrade(settings.database)
    database = Database(settings.database)
    try:
        if demo:
            from api.demo import load_demo

            load_demo(database, SystemClock())
        yield database
    finally:
        database.close()


@contextmanager
def build_house(
    settings: Settings | None = None, *, demo: bool = True, serving: bool = False, clock: Clock | None = None
) -> Iterator[House]:
    """`serving`: this process holds the data folder, so it may open the vector index and write the lexical one.

    Commands run beside a server read SQL and search with the lexical index and exact vectors.
    """
    from api.searching import build_searcher
    from assistant.desk import Desk
    from assistant.handoff import WorkflowOrders
    from knowledge.policies import load_rules
    from knowledge.services import load_catalogue

    settings = settings or Settings()
    clock = clock or SystemClock()
    with open_data(settings, demo=demo) as database:
        catalogue = load_catalogue()
        searcher = build_searcher(settings, database, serving=serving)
        orders = WorkflowOrders(database, catalogue, clock)
        desk = Desk(load_rules(), catalogue, searcher, orders, clock, _phraser(settings, database, clock))
        try:
            yield House(settings, database, clock, desk, signing_key(settings), settings.var_dir / "evidence")
        finally:
            searcher.close()


def _phraser(settings: Settings, database: Database, clock: Clock) -> "Phraser | None":
    """The language model of the settings; none is the usual case."""
    if not settings.llm_model:
        return None
    from assistant.model.budget import Budget
    from assistant.model.openai import OpenAIPhraser

    return OpenAIPhraser(
        settings.llm_model,
        settings.llm_base_url,
        settings.llm_api_key.get_secret_value(),
        Budget(database, clock, settings.llm_daily_tokens),
        structured=settings.llm_structured,
        extra_body=settings.llm_extra_body,
        timeout_s=settings.llm_timeout_s,
    )


def speaker_for(house: House, username: str, role: str) -> Speaker:
    """The person a command runs as; `role` may only narrow what they see."""
    from api.deps import speaker
    from api.principal import visitor

    if role not in FACES:
        raise BadInput("--role：应为 client、sales 或 channel。", field="role")
    principal = visitor() if username == VISITING else find_principal(house.database, username)
    if principal is None:
        raise Missing(f"没有用户 {username}；先运行 qifu demo，或用 --user visitor 以访客身份提问。", field="user")
    return speaker(principal, role)


def check_ledgers() -> dict[str, Any]:
    """The contract's `qifu ledger check` over every organisation's book."""
    with open_data(demo=False) as database:
        return _check(database)


def check_books_of(house: House) -> dict[str, Any]:
    """The same over the books of a house that is open."""
    return _check(house.database)


def _check(database: Database) -> dict[str, Any]:
    from sqlmodel import select

    from knowledge.base.identity import Org
    from workflows.money.check import check_books

    with database.read() as work:
        return check_books(work, [org.id for org in work.session(DIRECTORY).exec(select(Org))])


@contextmanager
def find_providers() -> Iterator["Callable[[str], tuple[Provider, ...]]"]:
    """Who could carry out a service, from this installation's organisations."""
    from assistant.handoff import WorkflowOrders
    from knowledge.services import load_catalogue

    with open_data(demo=True) as database:
        yield WorkflowOrders(database, load_catalogue(), SystemClock()).providers
