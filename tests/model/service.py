"""A loopback service that speaks OpenAI's chat protocol, with every way of misbehaving that was met in the field."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Writer = Callable[[str], list[dict[str, Any]]]


@dataclass
class Service:
    """`write` makes the sentences from the request's last message; `manner` is how the answer goes wrong."""

    write: Writer
    manner: str = "good"
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve(write: Writer, manner: str = "good") -> Iterator[Service]:
    service = Service(write, manner)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.requests.append(body)
            shaped = "tools" in body or "response_format" in body
            if service.manner == "429":
                return self._send(429, {"error": {"message": "too many requests", "type": "rate_limit"}})
            if service.manner == "no_shape" and shaped:
                return self._send(400, {"error": {"message": "unknown field response_format", "type": "invalid"}})
            if service.manner == "slow":
                time.sleep(3)
            content = json.dumps({"sentences": service.write(body["messages"][-1]["content"])}, ensure_ascii=False)
            if service.manner == "not_json":
                content = "好的，我来改写。"
            if service.manner == "reasoning":
                content = f"<think>先看看 {{这些}} 句子</think>{content}" if not shaped else content
            message: dict[str, Any] = {"role": "assistant", "content": content}
            if "tools" in body:
                call = {"name": body["tools"][0]["function"]["name"], "arguments": content}
                message = {"role": "assistant", "content": None}
                message["tool_calls"] = [{"id": "1", "type": "function", "function": call}]
            if service.manner == "reasoning":
                message["reasoning_content"] = "注册资本是 9999 万元"
            answer = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "loopback",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 300, "completion_tokens": 100, "total_tokens": 400},
            }
            self._send(200, answer, cut=service.manner == "cut")

        def _send(self, status: int, answer: dict[str, Any], *, cut: bool = False) -> None:
            data = json.dumps(answer, ensure_ascii=False).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if cut else data)
            except OSError:
                pass  # the client gave up waiting

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
