"""What the indexes share that are brought up to SQL beside the answers: a thread, and what to take out and put in."""

import logging
import threading
from collections.abc import Callable

from sqlmodel import Session

from retrieval.passages import Terms, changed_since, touched_by_vectors

log = logging.getLogger(__name__)


class Behind(Exception):
    """The index hasn't everything SQL has; it is catching up."""


class Follower:
    """Brings an index up in a thread of its own, one at a time; what fails is logged, and the exact search goes on."""

    def __init__(self, catch_up: Callable[[], None]) -> None:
        self._catch_up = catch_up
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="vector-index", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._catch_up()
        except Exception as error:
            log.warning("vector index unavailable, exact search goes on: %s", error)


def changes(session: Session, model: str, seen: int) -> tuple[set[str], dict[str, Terms]]:
    """Documents whose rows go, and the terms of those whose rows come: by their texts and by their vectors."""
    changed = changed_since(session, seen)
    terms = {document.document_id: document.terms for document in changed if document.terms is not None}
    touched = touched_by_vectors(session, model, seen) if seen else {}
    return {document.document_id for document in changed} | touched.keys(), terms | touched
