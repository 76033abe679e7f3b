"""`python -m eval SUITE ...`: one JSON object on stdout, the contract's `{suites: {name: {cases, passed, metrics}}}`.

Each suite is a module of this package with `run()`; exit 1 when one of them doesn't pass its bar. `bench` and `learn`
are commands of their own.
"""

import json
import sys
from importlib import import_module

SUITES = ("elicitation", "answers", "sentences")
COMMANDS = {  # what else there is, in a module of its own with `main(arguments)`; the longest words first
    ("bench", "retrieval"): "eval.bench.retrieval",
    ("bench", "scale"): "eval.bench.scale",
    ("bench",): "eval.bench.judging",
    ("learn",): "eval.learn.run",
}


def main(names: list[str]) -> int:
    for words, module in COMMANDS.items():
        if tuple(names[: len(words)]) == words:
            done: int = import_module(module).main(names[len(words) :])
            return done
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        sys.stderr.write(f"suite：没有 {unknown[0][:40]}；可用的有 {'、'.join(SUITES)}。\n")
        return 2
    found = {name: import_module(f"eval.{name}").run() for name in names or SUITES}
    sys.stdout.write(json.dumps({"suites": found}, ensure_ascii=False) + "\n")
    return 0 if all(suite["passed"] for suite in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
