"""Any service that speaks OpenAI's chat protocol, through LangChain's adapter."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import structlog
from pydantic import BaseModel, ValidationError

from assistant.model.breaker import Breaker
from assistant.model.budget import Budget
from assistant.model.port import Original, Phrased, PhrasingFailed

Structured = Literal["function_calling", "json_mode", "json_schema", "prompt"]
OBJECT = re.compile(r"\{.*\}", re.DOTALL)
SHAPE = '只回答一个 JSON 对象：{"sentences": [{"text": "……", "uses": [1]}]}'
LONGEST = 6000  # characters of one request
ANSWER_TOKENS = 800


class Sentences(BaseModel):
    """改写后的句子，按顺序。"""

    sentences: list[Phrased]


class OpenAIPhraser:
    """`structured` is how the shape is asked for; a service that refuses it is asked in words from then on."""

    def __init__(
        self,
        model: str,
        base_url: str,
        api_key: str,
        budget: Budget,
        *,
        structured: Structured = "function_calling",
        extra_body: dict[str, Any] | None = None,
        timeout_s: float = 15.0,
        breaker: Breaker | None = None,
    ) -> None:
        self.model = model
        self._settings: dict[str, Any] = {
            "model": model,
            "base_url": base_url,
            "api_key": api_key or "none",
            "timeout": timeout_s,
            "max_retries": 0,
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS,
            "extra_body": extra_body or None,
        }
        self._budget = budget
        self._structured = structured
        self._breaker = breaker or Breaker()

    def phrase(self, question: str, originals: Sequence[Original], org_id: str) -> Sequence[Phrased]:
        if not self._breaker.ready():
            raise PhrasingFailed("模型连续失败，暂停使用")
        asked = _request(question, originals)
        if len(asked) > LONGEST:
            raise PhrasingFailed("内容太长")
        if self._budget.left(org_id) < len(asked) + ANSWER_TOKENS:
            raise PhrasingFailed("今天的用量已到上限")
        try:
            reply, tokens = self._ask(asked)
        except PhrasingFailed:
            self._breaker.failed()
            raise
        except Exception as error:  # whatever a remote service or its client may raise: the answer goes on without it
            self._breaker.failed()
            raise PhrasingFailed(f"{type(error).__name__}: {error}") from error
        self._breaker.succeeded()
        self._budget.spend(org_id, tokens)
        structlog.get_logger().info("phrased", model=self.model, prompt=_prompt()[1], tokens=tokens)
        return reply.sentences

    def _ask(self, asked: str) -> tuple[Sentences, int]:
        from openai import BadRequestError

        if self._structured != "prompt":
            try:
                return self._ask_for_shape(asked)
            except BadRequestError:
                self._structured = "prompt"  # a service that knows no such option: asked in words from now on
        return self._ask_in_words(asked)

    def _ask_for_shape(self, asked: str) -> tuple[Sentences, int]:
        found: Any = (
            self._chat()
            .with_structured_output(Sentences, method=self._structured, include_raw=True)
            .invoke([("system", f"{_prompt()[0]}\n{SHAPE}"), ("human", asked)])
        )
        if found["parsed"] is None:
            raise PhrasingFailed("回答不是要求的形状")
        return found["parsed"], _tokens(found["raw"], asked)

    def _ask_in_words(self, asked: str) -> tuple[Sentences, int]:
        answer: Any = self._chat().invoke([("system", f"{_prompt()[0]}\n{SHAPE}"), ("human", asked)])
        match = OBJECT.search(str(answer.content))
        try:
            return Sentences.model_validate(json.loads(match[0] if match else "")), _tokens(answer, asked)
        except (ValueError, ValidationError) as error:
            raise PhrasingFailed("回答不是要求的形状") from error

    def _chat(self) -> Any:
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(**self._settings)


@cache
def _prompt() -> tuple[str, str]:
    """The prompt and a hash that tells its version in the log."""
    words = (Path(__file__).parent / "prompts" / "phrase.md").read_text("utf-8")
    return words, hashlib.sha256(words.encode()).hexdigest()[:12]


def _request(question: str, originals: Sequence[Original]) -> str:
    lines = "\n".join(f"[{one.number}] {one.text}" for one in originals)
    return f"<问题>\n{question}\n</问题>\n<句子>\n{lines}\n</句子>"


def _tokens(message: Any, asked: str) -> int:
    """What the service counted; a service that counts nothing is taken at a token a character."""
    used = getattr(message, "usage_metadata", None) or {}
    return int(used.get("total_tokens") or len(asked) + len(str(message.content)))
