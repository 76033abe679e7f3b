"""How commands print and end: readable text, or exactly one JSON object; one sentence and an exit code on error."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from knowledge.base.errors import QifuError

EXIT = {
    "bad_input": 2,
    "not_found": 3,
    "refused": 4,
    "not_in_force": 4,
    "conflict": 4,
    "guard_failed": 4,
    "unauthenticated": 4,
}


def show(value: dict[str, Any], as_json: bool, tell: Callable[[dict[str, Any]], None]) -> None:
    """One JSON object with `--json`, else what `tell` prints."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    else:
        tell(value)


@contextmanager
def exits(as_json: bool) -> Iterator[None]:
    """Turns an error of the house into its sentence on stderr, its JSON on stdout and its exit code."""
    try:
        yield
    except QifuError as error:
        sys.stderr.write(error.message + "\n")
        for reason in getattr(error, "reasons", ()):
            sys.stderr.write(f"  · {reason}\n")
        if as_json:
            body = {"error": {"kind": error.kind, "message": error.message, "field": error.field}}
            sys.stdout.write(json.dumps(body, ensure_ascii=False) + "\n")
        raise typer.Exit(EXIT.get(error.kind, 1)) from None


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")
