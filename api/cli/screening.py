"""Whole tables of companies: screen them, make them up, import them."""

import csv
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.options import day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput

if TYPE_CHECKING:
    from api.principal import Principal
    from knowledge.base.db import Database
    from knowledge.companies.importing import Problem

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


def bring_in(file: str, user: str, report: str | None, trust: bool, as_json: bool) -> None:
    with exits(as_json):
        from api.companies import may
        from api.wiring import open_data
        from knowledge.base.clock import SystemClock, today
        from knowledge.companies.importing import import_companies, read_companies
        from knowledge.policies import load_rules

        started, clock = time.perf_counter(), SystemClock()
        with open_data(demo=True) as database, _problems(file, report) as note:
            who = _person(database, user)
            may(who)
            rows = read_companies(file, today(clock))
            found = import_companies(
                database,
                who.org_id,
                rows,
                who.user_id,
                clock,
                book=load_rules(),
                trust=trust,
                on_problem=note,
                progress=_counting(as_json),
            )
        value = found.model_dump(mode="json") | {"seconds": round(time.perf_counter() - started, 3)}
        show(value, as_json, _imported)


def waiting(user: str, as_json: bool) -> None:
    with exits(as_json):
        from api.companies import may
        from api.wiring import open_data
        from knowledge.companies.importing import waiting as open_ones

        with open_data(demo=True) as database:
            who = _person(database, user)
            may(who)
            with database.read() as work:
                found = [one.model_dump(mode="json") for one in open_ones(work.session(who.org_id))]
        show({"conflicts": found}, as_json, _waiting)


def decide(uscc: str, seq: int, choice: str, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api.companies import may
        from api.wiring import open_data
        from knowledge.base.clock import SystemClock
        from knowledge.companies.importing import decide as settle

        with open_data(demo=True) as database:
            who = _person(database, user)
            may(who)
            with database.work() as work:
                found = settle(work.session(who.org_id), uscc, seq, choice, who.user_id, SystemClock())
        value = found.model_dump(mode="json") | {"choice": choice}
        show(value, as_json, _decided)


def _person(database: "Database", user: str) -> "Principal":
    from api.principal import find_principal
    from knowledge.base.errors import Missing

    found = find_principal(database, user)
    if found is None:
        raise Missing(f"没有用户 {user}；先运行 qifu demo 查看账号。", field="user")
    return found


@contextmanager
def _problems(file: str, report: str | None) -> Iterator[Callable[["Problem"], None]]:
    """Where every unreadable cell is written, a line each; nowhere without `--report`."""
    if report is None:
        yield lambda _problem: None
        return
    with Path(report).open("w", encoding="utf-8-sig", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(("文件", "行", "列", "原因"))
        yield lambda one: writer.writerow((Path(file).name, one.row, one.column or "", one.reason)) and None


def _waiting(value: dict[str, Any]) -> None:
    line(f"{len(value['conflicts'])} 处不同来源的数据待人确认")
    for one in value["conflicts"]:
        line(
            f"  {one['uscc']} {one['company']} {named(one['field'])}：{source(one['before_source'])}记为 "
            f"{worded(one['before'])}，{source(one['after_source'])}为 {worded(one['after'])}（编号 {one['seq']}）"
        )
    if value["conflicts"]:
        line("采用后者：qifu companies decide 信用代码 编号 take；保留前者：… keep")


def _decided(value: dict[str, Any]) -> None:
    stands = value["after"] if value["choice"] == "take" else value["before"]
    line(f"{value['uscc']} {named(value['field'])} 以 {worded(stands)} 为准")


SOURCES = {"self": "客户自述", "staff": "名单", "qichacha": "企查查", "tianyancha": "天眼查", "register": "登记信息"}
SOURCES |= {"tax": "税务数据", "document": "文件"}
SHOWN = 20  # of each list, for a person; `--json` has up to a thousand
PROBLEMS_ELSEWHERE = "；加 --report 文件.csv 得到全部"
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


def named(name: str) -> str:
    """A field as people call it, its year behind: 营业收入 2025 年."""
    from knowledge.policies.fields import label

    about = {"name": "企业名称", "region": "地区", "industry_code": "行业代码"}
    short, _, year = name.rpartition(".")
    return f"{label(short)} {year} 年" if year.isdigit() else about.get(name) or label(name)


def worded(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('low', '')}～{value.get('high', '')}"
    words = {None: "无", True: "是", False: "否", "declined": "不愿提供"}
    return words[value] if value is None or (isinstance(value, bool | str) and value in words) else str(value)


def _imported(value: dict[str, Any]) -> None:
    line(f"{value['companies']} 家企业，用时 {value['seconds']:.1f} 秒")
    line(f"新增 {value['created']}，更新 {value['updated']}，没有变化 {value['unchanged']}")
    for change in value["changes"][:SHOWN]:
        line(f"  {change['uscc']} {named(change['field'])}：{worded(change['before'])} → {worded(change['after'])}")
    for one in value["verdicts"][:SHOWN]:
        line(
            f"  企业 {one['company'] or one['uscc']} 的 {one['name']} 由 {WORDS[one['before']]} → {WORDS[one['after']]}"
        )
    for one in value["conflicts"][:SHOWN]:
        line(
            f"  ？{one['uscc']} {named(one['field'])}：{source(one['before_source'])}记为 {worded(one['before'])}，"
            f"{source(one['after_source'])}为 {worded(one['after'])}；待人确认，暂按前者"
        )
    for problem in value["problems"][:SHOWN]:
        line(f"  ！第 {problem['row']} 行 {problem['column'] or ''}：{problem['reason']}")
    if value["unused"]:
        line(f"  没有用到的列：{'、'.join(value['unused'])}")
    for kind, name in (("changes", "变化"), ("verdicts", "判断变化"), ("conflicts", "冲突"), ("problems", "读不出来")):
        whole = value["counts"].get(kind, 0)
        if whole > SHOWN:
            line(f"  {name}共 {whole:,} 处，只列前 {SHOWN} 处{PROBLEMS_ELSEWHERE if kind == 'problems' else ''}")
    for kind, count in sorted(value["counts"].items()):
        if kind.startswith("problems.") and value["counts"]["problems"] > SHOWN:
            line(f"    {kind.removeprefix('problems.')}：{count:,} 处")


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
