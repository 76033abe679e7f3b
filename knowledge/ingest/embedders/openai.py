"""Any server that speaks OpenAI's `POST /embeddings`: a vendor's, or a model of one's own behind vLLM or
Ollama. Setting: `openai:<base_url>#<model>`, the key in `OPENAI_API_KEY`.
"""

import math
import os
import time
from typing import Any

import httpx
from langchain_core.embeddings import Embeddings

from knowledge.base.errors import BadInput, Fault

BATCH = 64  # texts in one request; vendors take 10 to 2,048
TIMEOUT_S, TRIES, WAIT_S = 30.0, 3, 0.5
AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}


class OpenAIEmbeddings(Embeddings):
    """Vectors are normalised here, whatever the server does. Raises `Fault` when it can't be reached or answers askew,
    `BadInput` when it refuses (address, key, model).
    """

    def __init__(self, address: str, model: str, *, batch: int = BATCH, timeout_s: float = TIMEOUT_S) -> None:
        self.address = address.rstrip("/")
        self.model = model
        self.name = f"openai:{model}"[:120]
        self.batch = batch
        self.timeout_s = timeout_s
        self.wait_s = WAIT_S
        self._width = 0  # of the first vector; all others must have it
        self._asked: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.batch):
            vectors += self._asked_of_server(texts[start : start + self.batch])
        return vectors

    def embed_query(self, text: str) -> list[float]:
        if text not in self._asked:
            if len(self._asked) >= 512:
                self._asked.clear()
            self._asked[text] = self._asked_of_server([text])[0]
        return list(self._asked[text])

    def forget(self) -> None:
        """Let go of the questions' vectors, so that a measurement includes asking for them."""
        self._asked.clear()

    def _asked_of_server(self, texts: list[str]) -> list[list[float]]:
        answer = self._posted({"model": self.model, "input": texts, "encoding_format": "float"})
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = [_normalised([float(value) for value in row["embedding"]]) for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise Fault("向量服务的回答不是 OpenAI 的格式；请检查 QIFU_EMBEDDER 的地址。", field="embedder") from error
        if len(vectors) != len(texts):
            raise Fault(f"向量服务只答了 {len(vectors)} 条，应为 {len(texts)} 条；请重试。", field="embedder")
        self._width = self._width or len(vectors[0])
        if any(len(vector) != self._width for vector in vectors):
            raise Fault(
                f"向量服务给出的维数变了，应一直是 {self._width}；请检查模型 {self.model} 是否被换过。",
                field="embedder",
            )
        return vectors

    def _posted(self, body: dict[str, Any]) -> Any:
        key = os.environ.get("OPENAI_API_KEY", "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        trouble = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self.wait_s * 2 ** (attempt - 1))
            try:
                answer = httpx.post(f"{self.address}/embeddings", json=body, headers=headers, timeout=self.timeout_s)
            except httpx.TransportError as error:
                trouble = type(error).__name__
                continue
            if answer.status_code in AGAIN:
                trouble = f"HTTP {answer.status_code}"
                continue
            if answer.status_code != 200:
                raise BadInput(
                    f"向量服务拒绝了请求（HTTP {answer.status_code}）；请检查地址、密钥 OPENAI_API_KEY 与模型名。",
                    field="embedder",
                )
            try:
                return answer.json()
            except ValueError as error:
                raise Fault("向量服务的回答不是 JSON；请检查 QIFU_EMBEDDER 的地址。", field="embedder") from error
        raise Fault(f"向量服务没有应答（{trouble}，试了 {TRIES} 次）；请检查它是否在运行。", field="embedder")


def _normalised(vector: list[float]) -> list[float]:
    norm = math.sqrt(math.fsum(value * value for value in vector))
    if not vector or not math.isfinite(norm):
        raise ValueError("no vector")
    return [value / norm for value in vector] if norm else vector
