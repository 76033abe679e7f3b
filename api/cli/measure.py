"""`qifu eval`: the suites run in their own process, since nothing imports `eval`."""

import json
import subprocess
import sys
from typing import Any

import typer

from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput


def suites(names: list[str], as_json: bool) -> None:
    """Exit 1 when a suite doesn't pass its bar."""
    with exits(as_json):
        done = subprocess.run([sys.executable, "-m", "eval", *names], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode == 2:
            raise BadInput("suite：没有这一套评测；不写名称就全部运行。", field="suite")
        if not done.stdout.strip():
            raise typer.Exit(1)  # its own message stands on stderr already
        show(json.loads(done.stdout), as_json, _report)
    if done.returncode:
        raise typer.Exit(1)


def _report(value: dict[str, Any]) -> None:
    for name, suite in value["suites"].items():
        line(f"{name}：{suite['cases']} 例，{'达标' if suite['passed'] else '未达标'}")
        _metrics(suite["metrics"], 1)


def _metrics(metrics: dict[str, Any], depth: int) -> None:
    for name, value in metrics.items():
        if isinstance(value, dict):
            line(f"{'  ' * depth}{name}")
            _metrics(value, depth + 1)
        else:
            line(f"{'  ' * depth}{name} = {value}")
