"""In the process that serves: a thread that computes missing vectors and brings the indexes up, beside the answers."""

import logging
import threading
import time

from knowledge.base.db import Database
from knowledge.ingest import embed_kept
from knowledge.ingest.embedders import Embedder
from retrieval.lexical import LexicalIndex
from retrieval.passages import newest
from retrieval.vectors import VectorIndex

log = logging.getLogger(__name__)
LOOK_S, SAVE_S = 1.0, 60.0


class Keeper:
    """Looks for changes once a second. Whatever fails is logged and tried again; searches never wait for it."""

    def __init__(self, database: Database, lexical: LexicalIndex, vector: VectorIndex, embedder: Embedder) -> None:
        self._database = database
        self._lexical = lexical
        self._vector = vector
        self._embedder = embedder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="knowledge-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Waits for the step it is in."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        done, saved = -1, 0.0
        while not self._stop.is_set():
            try:
                number = newest(self._database)
                if number != done:
                    self._lexical.catch_up()
                    embed_kept(self._database, self._embedder, going=lambda: not self._stop.is_set())
                    self._vector.catch_up()
                    if not saved or time.monotonic() - saved > SAVE_S:
                        self._lexical.save()
                        saved = time.monotonic()
                    done = number
            except Exception as error:
                log.warning("knowledge not brought up to date, trying again: %s", error)
            self._stop.wait(LOOK_S)
