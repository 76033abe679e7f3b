"""One peer in this process: builds it, asks it everything, prints one JSON object. Started by `eval.bench.peers`."""

import argparse
import json
import resource
import sys
import sysconfig
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

from eval.bench.labels import halves, read_corpus, read_queries
from eval.bench.peers_kept import Kept
from eval.bench.systems import run
from knowledge.base.db import Database
from knowledge.ingest.embedders import open_embedder
from knowledge.ingest.store import embedded_text

MISSING = 5  # exit code: the last line on stderr is the package that isn't installed


def main(arguments: Sequence[str]) -> int:
    options = _options().parse_args(arguments)
    try:
        with redirect_stdout(sys.stderr):  # some of them greet
            found = measured(options)
    except ModuleNotFoundError as error:
        if (error.name or "eval").split(".")[0] in ("eval", "retrieval", "knowledge"):
            raise
        sys.stderr.write(f"\n{error.name}\n")
        return MISSING
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """`systems` with their figures, `peak_mb`, and how many vectors had to be `embedded`."""
    sys.path.insert(0, sysconfig.get_path("purelib"))  # LlamaIndex brings a package `workflows`, and we have one too
    peer = import_module(f"eval.bench.peers_{options.peer}")
    articles, queries = read_corpus(Path(options.corpus)), read_queries(Path(options.queries))
    asked = halves(queries)[1] if options.half else queries
    embedder = open_embedder(options.embedder, Path(options.folder))
    database = Database(f"sqlite:///{options.library}")
    kept = Kept(database, embedder)
    texts = [(str(article.id), embedded_text(article.law, article.text)) for article in articles]
    systems = peer.systems(texts, kept, options.bigrams)
    forget = getattr(embedder, "forget", lambda: None)
    keys = {str(article.id): article.id for article in articles}
    rows = [run(system, asked, keys, forget) for system in systems]
    database.close()
    return {"systems": rows, "peak_mb": peak_mb(), "embedded": kept.fresh}


def peak_mb() -> int:
    """The most memory this process has held. `ru_maxrss` begins with what the parent held, so it is second choice."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer")
    for name in ("--corpus", "--queries", "--embedder", "--folder", "--library"):
        parser.add_argument(name, required=True)
    parser.add_argument("--bigrams", action="store_true")
    parser.add_argument("--half", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
