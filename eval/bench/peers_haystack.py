"""Haystack as its documentation has it: an indexing pipeline (`DocumentSplitter`, embedder, writer) into
`InMemoryDocumentStore`, and a hybrid pipeline that joins BM25 and vectors by reciprocal ranks.

Its splitter counts words between spaces, so that a Chinese text stays whole; its BM25 (BM25L) takes each Chinese
character by itself. `bm25_tokenization_regex` takes other words.
"""

from collections.abc import Sequence
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore

from eval.bench.peers_kept import PAIRS, Kept, built
from eval.bench.systems import DEEP, System


def systems(texts: Sequence[tuple[str, str]], kept: Kept, bigrams: bool) -> list[System]:
    """Vectors, BM25 and both joined; with `bigrams` the last two, over pairs of characters."""

    def fill() -> Any:
        store = InMemoryDocumentStore(**({"bm25_tokenization_regex": PAIRS} if bigrams else {}))
        indexing = Pipeline()
        indexing.add_component("splitter", DocumentSplitter())
        indexing.add_component("embedder", DocumentVectors(kept))
        indexing.add_component("writer", DocumentWriter(store))
        indexing.connect("splitter", "embedder")
        indexing.connect("embedder", "writer")
        documents = [Document(content=whole, meta={"article": key}) for key, whole in texts]
        indexing.run({"splitter": {"documents": documents}})
        return store

    store, seconds, letters = built(kept, fill)
    told = ", bigrams" if bigrams else ""
    vectors, words, hybrid = _pipelines(store, kept)
    legs = [] if bigrams else [System("haystack: embedding", vectors, seconds, letters)]
    # One writing fills both: the store can't be given words alone, so BM25 has the same seconds, without the vectors'.
    return [
        *legs,
        System(f"haystack: BM25{told}", words, seconds),
        System(f"haystack: joined{told}", hybrid, seconds, letters),
    ]


def _pipelines(store: Any, kept: Kept) -> tuple[Any, Any, Any]:
    meaning = Pipeline()
    meaning.add_component("text_embedder", QuestionVector(kept))
    meaning.add_component("embedding_retriever", InMemoryEmbeddingRetriever(store, top_k=DEEP))
    meaning.connect("text_embedder.embedding", "embedding_retriever.query_embedding")

    words = Pipeline()
    words.add_component("bm25_retriever", InMemoryBM25Retriever(store, top_k=DEEP))

    both = Pipeline()
    both.add_component("text_embedder", QuestionVector(kept))
    both.add_component("embedding_retriever", InMemoryEmbeddingRetriever(store, top_k=DEEP))
    both.add_component("bm25_retriever", InMemoryBM25Retriever(store, top_k=DEEP))
    both.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEEP))
    both.connect("text_embedder.embedding", "embedding_retriever.query_embedding")
    both.connect("bm25_retriever", "joiner")
    both.connect("embedding_retriever", "joiner")

    def asked(pipeline: Any, last: str, *first: str) -> Any:
        fields = {"text_embedder": "text", "bm25_retriever": "query"}

        def rank(question: str) -> list[str]:
            found = pipeline.run({name: {fields[name]: question} for name in first})
            return list(dict.fromkeys(document.meta["article"] for document in found[last]["documents"]))

        return rank

    return (
        asked(meaning, "embedding_retriever", "text_embedder"),
        asked(words, "bm25_retriever", "bm25_retriever"),
        asked(both, "joiner", "text_embedder", "bm25_retriever"),
    )


@component
class DocumentVectors:
    """The shared vectors as Haystack's document embedder."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]  # the extra may be missing
    def run(self, documents: list[Document]) -> dict[str, Any]:
        vectors = self.kept.matrix([document.content for document in documents])
        return {"documents": [self._with(*pair) for pair in zip(documents, vectors.tolist(), strict=True)]}

    @staticmethod
    def _with(document: Any, vector: list[float]) -> Any:
        from dataclasses import replace

        return replace(document, embedding=vector)


@component
class QuestionVector:
    """The shared embedder as Haystack's text embedder."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    @component.output_types(embedding=list[float])  # type: ignore[untyped-decorator]  # the extra may be missing
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self.kept.query(text)}
