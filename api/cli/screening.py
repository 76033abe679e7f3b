"""Whole tables of companies: screen them, make them up, import them."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.cli.options import day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput

ENGINES = ("duckdb", "spark")
WORDS = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "not_applicable": "不适用"}


def screen(file: str, programmes: list[str], as_of: str | None, engine: str, out: str | None, as_json: bool) -> None:
    with exits(as_json):
        from api.live import book_at_hand
        from knowledge.companies.screening import screen as judge

        if engine not in ENGINES:
            raise BadInput("--engine：应为 duckdb 或 spark，例如 --engine duckdb。", field="engine")
        book, when = book_at_hand(), day(as_of)
        chosen = [book.programme(name, when) for name in programmes]
        if not programmes:
            chosen = [one for one in book.programmes(when) if one.kind == "programme"]
        once = tuple({one.id: one for one in chosen}.values())
        found = judge(file, once, when, engine=engine, out=out)  # type: ignore[arg-type]
        show(found.model_dump(mode="json"), as_json, _screening)


def synth(count: int, out: str, as_of: str | None, seed: int, as_json: bool) -> None:
    with exits(as_json):
        from knowledge.companies.synth import synthesise

        started = time.perf_counter()
        made = synthesise(count, Path(out), day(as_of), seed)
        value = {"companies": made, "seconds": round(time.perf_counter() - started, 3)}
        show(
            value, as_json, lambda told: line(f"生成 {told['companies']} 家企业，用时 {told['seconds']:.1f} 秒：{out}")
        )


def bring_in(file: str, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api.principal import find_principal
        from api.wiring import open_data
        from knowledge.base.clock import SystemClock, today
        from knowledge.base.errors import Missing
        from knowledge.companies.importing import import_companies, read_companies
        from knowledge.policies import load_rules

        started, clock = time.perf_counter(), SystemClock()
        with open_data(demo=True) as database:
            who = find_principal(database, user)
            if who is None:
                raise Missing(f"没有用户 {user}；先运行 qifu demo 查看账号。", field="user")
            rows = read_companies(file, today(clock))
            found = import_companies(
                database, who.org_id, rows, who.user_id, clock, book=load_rules(), progress=_counting(as_json)
            )
        value = found.model_dump(mode="json") | {"seconds": round(time.perf_counter() - started, 3)}
        show(value, as_json, _imported)


SOURCES = {"self": "客户自述", "staff": "名单", "qichacha": "企查查", "tianyancha": "天眼查", "register": "登记信息"}
SOURCES |= {"tax": "税务数据", "document": "文件"}
EVERY = 10_000  # rows between two lines of progress


def _counting(quiet: bool) -> Callable[[int], None]:
    """Rows read so far and the pace, on stderr; how many there are isn't known before the end."""
    started = time.perf_counter()

    def tell(rows: int) -> None:
        if not quiet and rows % EVERY == 0:
            pace = rows / max(time.perf_counter() - started, 0.001)
            sys.stderr.write(f"已读 {rows:,} 行，每秒 {pace:,.0f} 行\n")

    return tell


def source(name: str | None) -> str:
    return SOURCES.get(name or "", name or "无记录")


def _imported(value: dict[str, Any]) -> None:
    line(f"{value['companies']} 家企业，用时 {value['seconds']:.1f} 秒")
    line(f"新增 {value['created']}，更新 {value['updated']}，没有变化 {value['unchanged']}")
    for change in value["changes"]:
        line(f"  {change['uscc']} {change['field']}：{change['before']} → {change['after']}")
    for one in value["verdicts"]:
        line(f"  {one['uscc']} {one['name']}：{WORDS[one['before']]} → {WORDS[one['after']]}")
    for one in value["conflicts"]:
        line(
            f"  ？{one['uscc']} {one['field']}：{source(one['before_source'])}记为 {one['before']}，"
            f"{source(one['after_source'])}为 {one['after']}；待人确认，暂按前者"
        )
    for problem in value["problems"]:
        line(f"  ！第 {problem['row']} 行 {problem['column'] or ''}：{problem['reason']}")
    if value["unused"]:
        line(f"  没有用到的列：{'、'.join(value['unused'])}")
    for kind, name in (("changes", "变化"), ("verdicts", "判断变化"), ("conflicts", "冲突"), ("problems", "读不出来")):
        whole, shown = value["counts"].get(kind, 0), len(value[kind])
        if whole > shown:
            line(f"  {name}共 {whole:,} 处，只列前 {shown:,} 处")


def _made(value: dict[str, Any]) -> None:
    line(f"生成 {value['companies']} 家企业，用时 {value['seconds']:.1f} 秒")


def _screening(value: dict[str, Any]) -> None:
    line(
        f"{value['companies']} 家企业，{len(value['programmes'])} 个项目，{value['engine']}，{value['seconds']:.1f} 秒"
    )
    line(f"{'项目':<28}{'满足':>10}{'不满足':>10}{'待确认':>10}{'不适用':>10}{'可算条件全满足':>12}")
    for name, counts in value["counts"].items():
        figures = [counts[word] for word in ("met", "unmet", "unknown", "not_applicable", "ready")]
        line(f"{name:<30}" + "".join(f"{figure:>12}" for figure in figures))
    for problem in value["problems"]:
        line(f"  ！{problem['message']}")
