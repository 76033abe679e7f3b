"""Vectors behind LangChain's `Embeddings`: e5 (default), hash (tests, last resort), sentence-transformers,
and any server that speaks OpenAI's protocol.

Front door: `open_embedder`. May import `knowledge.base`; models are loaded at their first text, not here.
"""

from knowledge.ingest.embedders.choose import Embedder, open_embedder

__all__ = ["Embedder", "open_embedder"]
