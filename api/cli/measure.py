"""`qifu eval` and `qifu bench`: run in a process of their own, since nothing imports `eval`."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import typer

from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput, Missing


def suites(names: list[str], as_json: bool) -> None:
    """Exit 1 when a suite doesn't pass its bar."""
    with exits(as_json):
        done = _eval(names, quiet=True)
        if done.returncode == 2:
            raise BadInput(done.stderr.strip(), field="suite")
        sys.stderr.write(done.stderr)
        _shown(done, as_json, _report)


def retrieval(
    corpus: str, queries: str, embedder: str | None, index: str, rows: Mapping[str, bool], as_json: bool
) -> None:
    """`rows` are the benchmark's flags for more systems. Vectors stay in the data folder for the next run."""
    with exits(as_json):
        from knowledge.base.settings import Settings

        settings = Settings()
        words = ["--corpus", corpus, "--queries", queries, "--embedder", embedder or settings.embedder]
        words += ["--index", index, "--folder", str(settings.var_dir)]
        words += [flag for flag, on in rows.items() if on]
        done = _eval(["bench", "retrieval", *words])
        if done.returncode == 2:
            raise BadInput("bench：参数或文件有误，见上一行；例如 --index numpy。", field="file")
        if done.returncode == 3:
            raise Missing("bench：找不到文件，见上一行；请检查 --corpus 与 --queries 的路径。", field="file")
        _shown(done, as_json, _systems)


def judging(what: str, words: list[str], as_json: bool) -> None:
    """`diagnosis` or `screening`."""
    with exits(as_json):
        _shown(_eval(["bench", what, *words]), as_json, _tables if what == "screening" else _metrics)


def scale(words: list[str], as_json: bool) -> None:
    """The made-up libraries stay in the data folder for the next run."""
    with exits(as_json):
        from knowledge.base.settings import Settings

        done = _eval(["bench", "scale", *words, "--folder", str(Settings().var_dir / "bench")])
        if done.returncode == 2:
            raise BadInput("bench：参数有误，见上一行；例如 --sizes 10000 --backends words,numpy。", field="sizes")
        _shown(done, as_json, _scale)


def _eval(words: list[str], *, quiet: bool = False) -> "subprocess.CompletedProcess[str]":
    """`python -m eval` in a process of its own. What it says on stderr is seen as it goes, or kept when `quiet`."""
    command = [sys.executable, "-m", "eval", *words]
    errors = subprocess.PIPE if quiet else None
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, check=False)


def _shown(done: "subprocess.CompletedProcess[str]", as_json: bool, table: Callable[[dict[str, Any]], None]) -> None:
    """The figures there are; then exit 1 where the process says that not all is well (it has said why itself)."""
    if done.stdout.strip():
        show(json.loads(done.stdout), as_json, table)
    if done.returncode:
        raise typer.Exit(1)


def _scale(value: dict[str, Any]) -> None:
    line("索引                条数  建索引 s  内存 MB  磁盘 MB  可见 s  毫秒 p50 p95  过滤之比（最大）p50 p95")
    for row in value["rows"]:
        told = f"{row['backend']:14} {row['chunks']:>9,}"
        if "failed" in row:
            line(f"{told}  没有跑成，见上面的报错")
            continue
        whole, *filtered = row["filters"].values()
        told += (
            f"  {row['index_seconds']:>8}  {row['memory_mb']:>7}  {row['disk_mb']:>7}  {row['visible']['seconds']:>6}"
        )
        told += f"  {whole['p50']:>6.1f} {whole['p95']:>6.1f}"
        line(f"{told}  {max(one['ratio'] for one in filtered):.2f} {max(one['ratio_p95'] for one in filtered):.2f}")


def _tables(value: dict[str, Any]) -> None:
    line("执行者        企业数      秒        峰值内存 GB")
    for row in value["rows"]:
        told = f"{row['engine']:12} {row['companies']:>9,}  {row['seconds']:>9,}  {row.get('peak_gb', '—')}"
        told += f"（由 {row['measured_on']:,} 家推算）" if "measured_on" in row else ""
        line(told + (f"，结果{'相同' if row['equal'] else '不同'}" if "equal" in row else ""))


def _systems(value: dict[str, Any]) -> None:
    line(f"{value['corpus']} 条、{value['queries']} 问")
    line(f"{'系统':30} 召回@1 @5 @10 @30 @100  nDCG@10 MRR@10  建索引 s  查询 ms p50 p95")
    for system in value["systems"]:
        recall = " ".join(f"{system['recall'][depth]:.3f}" for depth in ("1", "5", "10", "30", "100"))
        times = f"{system['index_seconds']:.1f}  {system['query_ms']['p50']:.1f} {system['query_ms']['p95']:.1f}"
        if "embed_seconds" in system:
            times += f"  向量另 {system['embed_seconds']:.0f} s"
        if "peak_mb" in system:
            times += f"，峰值 {system['peak_mb']} MB"
        line(f"{system['name']:30} {recall}  {system['ndcg_10']:.3f} {system['mrr_10']:.3f}  {times}")


def _report(value: dict[str, Any]) -> None:
    for name, suite in value["suites"].items():
        line(f"{name}：{suite['cases']} 例，{'达标' if suite['passed'] else '未达标'}")
        _metrics(suite["metrics"], 1)


def _metrics(metrics: dict[str, Any], depth: int = 0) -> None:
    for name, value in metrics.items():
        if isinstance(value, dict):
            line(f"{'  ' * depth}{name}")
            _metrics(value, depth + 1)
        else:
            line(f"{'  ' * depth}{name} = {value}")
