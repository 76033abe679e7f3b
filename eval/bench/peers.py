"""Other libraries on the same articles, questions and vectors: each in a process of its own, one after another.

What a library imports and the memory it takes stay apart so. The texts are the very ones that the product embeds (a
law's name, then the article), so all have the same to go by. Peers are measured twice: as their guides have it, and,
where a library simply takes other words, over pairs of characters, since most stock words are made for spaces.

The libraries are the extra `peers`, in an environment of its own inside the product's (`make bench` makes it):
LlamaIndex brings a package `workflows` that would take the place of ours. One that isn't installed is told in a
sentence, and the others go on.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from eval.bench.peers_apart import MISSING
from knowledge.ingest.embedders import Embedder

PEERS = ("langchain", "llamaindex", "haystack", "txtai")
INSTALL = "python3 -m venv .venv/peers && .venv/peers/bin/pip install -c constraints.txt -e '.[models,peers]'"
SAMPLE, WARM = 256, 16  # texts embedded to learn the pace, and before them to load the model
QUIET = {"HAYSTACK_TELEMETRY_ENABLED": "False", "ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"}


def peers(options: argparse.Namespace, library: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows of all peers that are installed, and for each other one the sentence that says why it has none."""
    rows: list[dict[str, Any]] = []
    skipped: dict[str, str] = {}
    for name, bigrams in product(PEERS, (False, True)):
        if name in skipped:
            continue
        sys.stderr.write(f"{name}{'（两字一词）' if bigrams else ''} ……\n")
        command = _command(options, library, name, bigrams)
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **QUIET})
        if done.returncode:
            skipped[name] = why(name, done)
            sys.stderr.write(skipped[name] + "\n")
            continue
        found = json.loads(done.stdout)
        rows += [{**row, "peak_mb": found["peak_mb"]} for row in found["systems"]]
        if found["embedded"]:
            sys.stderr.write(f"{name}：新算了 {found['embedded']} 条向量，内存以再跑一次的为准。\n")
    return rows, skipped


def pace(embedder: Embedder, texts: Sequence[str]) -> float:
    """Seconds that embedding takes a character, from texts drawn by chance: vectors that lie ready took it too."""
    drawn = random.Random(0).sample(list(texts), min(SAMPLE, len(texts)))
    embedder.embed_documents(drawn[:WARM])
    began = time.perf_counter()
    embedder.embed_documents(drawn)
    return (time.perf_counter() - began) / max(sum(map(len, drawn)), 1)


def _command(options: argparse.Namespace, library: Path, name: str, bigrams: bool) -> list[str]:
    given = {
        "--corpus": options.corpus, "--queries": options.queries, "--embedder": options.embedder,
        "--folder": options.folder, "--library": str(library),
    }  # fmt: skip
    flags = [flag for flag, on in (("--bigrams", bigrams), ("--half", options.learn)) if on]
    words = [word for pair in given.items() for word in pair]
    return [_python(), "-m", "eval.bench.peers_apart", name, *words, *flags]


def _python() -> str:
    apart = Path(sys.prefix) / "peers" / "bin" / "python"
    return str(apart) if apart.exists() else sys.executable


def why(name: str, done: "subprocess.CompletedProcess[str]") -> str:
    """The sentence for a peer whose process gave no figures."""
    last = (done.stderr.strip().splitlines() or [""])[-1]
    if done.returncode == MISSING:
        return f"{name}：没有安装 {last}，跳过；安装：{INSTALL}"
    return f"{name}：没有跑完（退出码 {done.returncode}），跳过：{last[:200]}"
