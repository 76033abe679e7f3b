"""Any sentence-transformers model by name or path (extra `models`). E5 models get their prefixes."""

from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from knowledge.base.errors import BadInput


class TransformerEmbeddings(Embeddings):
    def __init__(self, model: str) -> None:
        self.model = model
        self.name = f"sentence-transformers:{Path(model).name}"
        self.passage, self.query = ("passage: ", "query: ") if "e5" in Path(model).name.lower() else ("", "")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encode([self.passage + text for text in texts])

    def embed_query(self, text: str) -> list[float]:
        return self._encode([self.query + text])[0]

    def _encode(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._loaded.encode(
            texts, normalize_embeddings=True, show_progress_bar=False
        ).tolist()
        return vectors

    @cached_property
    def _loaded(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise BadInput(
                "sentence-transformers 未安装；请安装 models 扩展：pip install 'qifu[models]'。", field="embedder"
            ) from error
        try:
            return SentenceTransformer(self.model, device="cpu")
        except (OSError, ValueError) as error:
            raise BadInput(f"打不开向量模型 {self.model}；请给出本机文件夹的路径。", field="embedder") from error
