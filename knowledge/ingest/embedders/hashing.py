"""Feature hashing over character bigrams: no model, the same everywhere. For tests, and when nothing else loads."""

import hashlib
import math
from collections import Counter

from langchain_core.embeddings import Embeddings


class HashEmbeddings(Embeddings):
    """256 dimensions; a text without a letter gets the zero vector."""

    name = "hash-256"
    size = 256

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        letters = "".join(char for char in text.lower() if char.isalnum())
        grams = Counter([letters[i : i + 2] for i in range(len(letters) - 1)] or ([letters] if letters else []))
        vector = [0.0] * self.size
        for gram, count in grams.items():
            mark = hashlib.blake2b(gram.encode(), digest_size=8).digest()
            sign = 1.0 if mark[4] & 1 else -1.0
            vector[int.from_bytes(mark[:4], "big") % self.size] += sign * math.sqrt(count)
        norm = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / norm for value in vector]
