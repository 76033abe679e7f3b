"""The embedder that the setting names."""

from collections.abc import Sequence, Sized
from pathlib import Path
from typing import Protocol

from knowledge.base.errors import BadInput


class Embedder(Protocol):
    """LangChain's `Embeddings` with a name: vectors of different names never meet. Vectors are L2-normalised."""

    @property
    def name(self) -> str: ...
    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...
    def embed_query(self, text: str) -> list[float]: ...


def open_embedder(setting: str, var_dir: Path | None = None, threads: int = 0) -> Embedder:
    """`e5`, `hash`, `sentence-transformers:<name or path>` or `openai:<base_url>#<model>`. Loads nothing yet.
    Raises `BadInput` for another name. `e5-plain` is e5 without what was learned for questions, for comparison.

    `threads`: cores that e5 may use for many texts at once, 0 for all of them.
    """
    kind, _, argument = setting.partition(":")
    if kind in ("e5", "e5-plain") and not argument:
        from knowledge.ingest.embedders.e5 import E5Embeddings

        return E5Embeddings(var_dir, threads, plain=kind == "e5-plain")
    if kind == "hash" and not argument:
        from knowledge.ingest.embedders.hashing import HashEmbeddings

        return HashEmbeddings()
    if kind == "sentence-transformers" and argument:
        from knowledge.ingest.embedders.transformer import TransformerEmbeddings

        return TransformerEmbeddings(argument)
    address, _, model = argument.partition("#")
    if kind == "openai" and address.startswith(("http://", "https://")) and model:
        from knowledge.ingest.embedders.openai import OpenAIEmbeddings

        return OpenAIEmbeddings(address, model)
    raise BadInput(
        f"不认识的向量模型“{setting}”；可用 e5、hash、sentence-transformers:<路径>、openai:<地址>#<模型>，"
        "用 QIFU_EMBEDDER 设置。",
        field="embedder",
    )


def batches(texts: Sequence[Sized], size: int, most: int) -> list[list[int]]:
    """Indexes in groups of similar length, so that little is padded: at most `most`, padded to `size` together."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]), reverse=True)
    groups: list[list[int]] = []
    for index in order:
        longest = len(texts[groups[-1][0]]) if groups else 0
        if not groups or len(groups[-1]) >= most or (len(groups[-1]) + 1) * max(longest, 1) > size:
            groups.append([])
        groups[-1].append(index)
    return groups
