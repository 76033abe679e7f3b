"""An OpenAI-compatible embedder against a real server on the loopback."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from knowledge.base.errors import BadInput, Fault
from knowledge.ingest.embedders import open_embedder
from knowledge.ingest.embedders.openai import OpenAIEmbeddings


@dataclass
class Server:
    address: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)  # statuses to answer with first
    widths: list[int] = field(default_factory=list)  # of the vectors, request by request; then 3
    lost: int = 0  # vectors left out of an answer
    slow_s: float = 0.0


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(body | {"path": self.path})
            if state.slow_s:
                stop.wait(state.slow_s)
            status = state.failures.pop(0) if state.failures else 200
            width = state.widths.pop(0) if state.widths else 3
            rows = [
                {"index": index, "embedding": [float(len(text)), *[1.0] * (width - 1)]}
                for index, text in enumerate(body["input"])
            ]
            answer = json.dumps({"data": rows[state.lost :][::-1]}).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            return

    real = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{real.server_address[1]}/v1"
    thread = threading.Thread(target=real.serve_forever)
    thread.start()
    yield state
    stop.set()
    real.shutdown()
    real.server_close()
    thread.join()


def embedder(server: Server, **more: Any) -> OpenAIEmbeddings:
    made = OpenAIEmbeddings(server.address, "bge-m3", **more)
    made.wait_s = 0.0
    return made


def test_texts_go_in_batches_and_come_back_in_order_and_normalised(server: Server) -> None:
    vectors = embedder(server, batch=2).embed_documents(["一", "二二", "三三三"])
    assert [len(request["input"]) for request in server.requests] == [2, 1]
    assert {(request["path"], request["model"]) for request in server.requests} == {("/v1/embeddings", "bge-m3")}
    assert [round(vector[0] / vector[1]) for vector in vectors] == [1, 2, 3]
    assert all(sum(value * value for value in vector) == pytest.approx(1) for vector in vectors)


def test_the_setting_names_address_and_model_and_a_question_is_asked_once(server: Server) -> None:
    made = open_embedder(f"openai:{server.address}#bge-m3")
    assert made.name == "openai:bge-m3"
    assert made.embed_query("注册资本") == made.embed_query("注册资本")
    assert len(server.requests) == 1


def test_a_server_that_stumbles_is_asked_again(server: Server) -> None:
    server.failures = [503, 429]
    assert len(embedder(server).embed_documents(["一"])) == 1
    assert len(server.requests) == 3


def test_a_server_that_stays_down_is_told(server: Server) -> None:
    server.failures = [503] * 5
    with pytest.raises(Fault, match="HTTP 503"):
        embedder(server).embed_query("一")
    with pytest.raises(Fault, match="没有应答"):
        embedder(Server(address="http://127.0.0.1:9/v1")).embed_query("一")


def test_a_server_that_is_too_slow_is_given_up(server: Server) -> None:
    server.slow_s = 20.0
    with pytest.raises(Fault, match="Timeout"):
        embedder(server, timeout_s=0.05).embed_query("一")


def test_a_refusal_is_not_tried_again(server: Server) -> None:
    server.failures = [401]
    with pytest.raises(BadInput, match="OPENAI_API_KEY"):
        embedder(server).embed_query("一")
    assert len(server.requests) == 1


def test_a_changed_dimension_or_a_missing_vector_is_refused(server: Server) -> None:
    server.widths = [3, 4]
    made = embedder(server)
    made.embed_query("一")
    with pytest.raises(Fault, match="维数"):
        made.embed_query("二")
    server.lost = 1
    with pytest.raises(Fault, match="只答了 1 条"):
        embedder(server).embed_documents(["一", "二"])


@pytest.mark.parametrize("setting", ["openai:", "openai:http://a/v1", "openai:bge-m3", "openai:ftp://a#m"])
def test_a_setting_without_address_or_model_is_refused(setting: str) -> None:
    with pytest.raises(BadInput, match="openai:<地址>#<模型>"):
        open_embedder(setting)
