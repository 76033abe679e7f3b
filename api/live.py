"""The desk with the rule book of now: a version published by any process counts from the next request on."""

from dataclasses import replace
from pathlib import Path
from threading import Lock

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from api.principal import DIRECTORY
from assistant.desk import Desk
from knowledge.base.db import Database
from knowledge.base.settings import Settings
from knowledge.policies import RuleBook, load_rules
from knowledge.upkeep import proposals


class LiveDesk:
    """Asks for the number of the last decision each time, and makes the book anew when it moved."""

    def __init__(self, desk: Desk, database: Database) -> None:
        self._shipped, self._desk, self._database = desk, desk, database
        self._number, self._lock = 0, Lock()

    def now(self) -> Desk:
        with self._database.read() as work:
            session = work.session(DIRECTORY)
            number = proposals.last_number(session)
            if number == self._number:
                return self._desk
            book = proposals.merged(session, self._shipped.book)
        with self._lock:
            if number > self._number:
                self._desk, self._number = replace(self._shipped, book=book), number
            return self._desk


def book_of(database: Database) -> RuleBook:
    """The shipped rules with every published version."""
    with database.read() as work:
        return proposals.merged(work.session(DIRECTORY), load_rules())


def book_at_hand() -> RuleBook:
    """The same for a command that needs no house: without a database, or with an older one, the shipped rules alone."""
    settings = Settings()
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        return load_rules()
    database = Database(settings.database)
    try:
        return book_of(database)
    except (OperationalError, ProgrammingError):
        return load_rules()
    finally:
        database.close()
