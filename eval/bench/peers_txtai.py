"""txtai as its documentation has it: `Embeddings` with `hybrid=True` and no content, over vectors of one's own.

Its words go by Unicode's word boundaries, where each Chinese character stands alone; `scoring.tokenizer` takes others
(`ngrams`). From 5,000 texts on its vectors are in Faiss cells of which it looks into some, so it may miss what exact
search finds; the hybrid takes the sum of both legs' normalised scores.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from txtai import Embeddings
from txtai.vectors import Vectors

from eval.bench.peers_kept import Kept, built
from eval.bench.systems import DEEP, System


def systems(texts: Sequence[tuple[str, str]], kept: Kept, bigrams: bool) -> list[System]:
    """The hybrid index; with `bigrams` its words are pairs of characters."""
    # The second is what `hybrid` stands for, written out, with a tokenizer beside it.
    paired = {"scoring": {"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"ngrams": 2}}}
    words: dict[str, Any] = paired if bigrams else {"hybrid": True}

    def fill() -> Any:
        made = Embeddings(method=f"{__name__}.KeptVectors", kept=kept, content=False, **words)
        made.index(texts)
        return made

    index, seconds, letters = built(kept, fill)

    def hybrid(question: str) -> list[str]:
        return [key for key, _ in index.search(question, DEEP)]

    return [System(f"txtai: hybrid{', bigrams' if bigrams else ''}", hybrid, seconds, letters)]


class KeptVectors(Vectors):  # type: ignore[misc]  # untyped here: the extra may be missing
    """The shared vectors behind txtai's own port; a transform function can't tell a question from a text."""

    def loadmodel(self, path: Any) -> Any:  # noqa: ARG002  # their signature
        return self.config["kept"]

    def encode(self, data: list[str], category: str | None = None) -> Any:
        if category == "data":
            return self.model.matrix(data)
        return np.array([self.model.query(question) for question in data], np.float32)
