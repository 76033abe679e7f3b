"""LlamaIndex as its documentation has it: documents, `SentenceSplitter`, `VectorStoreIndex` in its default store in
memory, `BM25Retriever`, and `QueryFusionRetriever` by reciprocal ranks with the question alone (`num_queries=1`, no
language model).

Its BM25 takes runs of letters as words (`\\w\\w+`), and Chinese writes no space: a clause is one word. What it finds
then is filled up to `similarity_top_k` with pieces that score nothing, and the fusion counts them. `token_pattern`
takes other words; the stemmer is English only, so it is off beside it.
"""

from collections.abc import Sequence
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.retrievers.bm25 import BM25Retriever
from pydantic import PrivateAttr

from eval.bench.peers_kept import PAIRS, Kept, built
from eval.bench.systems import DEEP, System


def systems(texts: Sequence[tuple[str, str]], kept: Kept, bigrams: bool) -> list[System]:
    """The index, BM25 and their fusion; with `bigrams` the last two, over pairs of characters."""

    def fill() -> tuple[Any, Any]:
        documents = [Document(text=whole, id_=key) for key, whole in texts]
        nodes = SentenceSplitter().get_nodes_from_documents(documents)
        return nodes, VectorStoreIndex(nodes, embed_model=_Embedding(kept))

    (nodes, index), index_s, letters = built(kept, fill)
    words = {"token_pattern": PAIRS, "skip_stemming": True} if bigrams else {}
    bm25, words_s, _ = built(kept, lambda: BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEEP, **words))
    vectors = index.as_retriever(similarity_top_k=DEEP)
    fusion = QueryFusionRetriever(
        [vectors, bm25],
        llm=MockLLM(),  # never asked: one question, nothing to rewrite; without it OpenAI's client is looked for
        similarity_top_k=DEEP,
        num_queries=1,
        mode="reciprocal_rerank",
    )
    told = ", bigrams" if bigrams else ""
    legs = [] if bigrams else [System("llamaindex: VectorStoreIndex", _ranking(vectors), index_s, letters)]
    return [
        *legs,
        System(f"llamaindex: BM25{told}", _ranking(bm25), words_s),
        System(f"llamaindex: fusion{told}", _ranking(fusion), index_s + words_s, letters),
    ]


def _ranking(retriever: Any) -> Any:
    return lambda question: list(dict.fromkeys(found.node.ref_doc_id for found in retriever.retrieve(question)))


class _Embedding(BaseEmbedding):  # type: ignore[misc]  # untyped here: the extra may be missing
    """The shared vectors behind LlamaIndex's own port."""

    _kept: Kept = PrivateAttr()

    def __init__(self, kept: Kept) -> None:
        super().__init__(model_name=kept.embedder.name, embed_batch_size=64)
        self._kept = kept

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._kept.matrix(texts).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._kept.query(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._kept.query(query)
