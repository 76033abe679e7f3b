"""`python -m eval SUITE ...`: one JSON object on stdout, the contract's `{suites: {name: {cases, passed, metrics}}}`.

Each suite is a module of this package with `run()`; exit 1 when one of them doesn't pass its bar.
"""

import json
import sys
from importlib import import_module

SUITES = ("elicitation", "answers", "sentences")


def main(names: list[str]) -> int:
    if names[:2] == ["bench", "retrieval"]:
        from eval.bench.retrieval import main as bench

        return bench(names[2:])
    if names[:2] == ["bench", "scale"]:
        from eval.bench.scale import main as scale

        return scale(names[2:])
    if names[:1] == ["bench"]:
        from eval.bench.judging import main as judging

        return judging(names[1:])
    if names[:1] == ["learn"]:
        from eval.learn.run import main as learn

        return learn(names[1:])
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        sys.stderr.write(f"suite：没有 {unknown[0][:40]}；可用的有 {'、'.join(SUITES)}。\n")
        return 2
    found = {name: import_module(f"eval.{name}").run() for name in names or SUITES}
    sys.stdout.write(json.dumps({"suites": found}, ensure_ascii=False) + "\n")
    return 0 if all(suite["passed"] for suite in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
