"""The ledger's check, the demo, the schema."""

from pathlib import Path
from typing import Any

import typer

from api.cli.shown import exits, line, show


def check(as_json: bool) -> None:
    """Every organisation's book, each read in its own session. Exit 1 when anything is off."""
    with exits(as_json):
        from api.wiring import check_ledgers

        report = check_ledgers()
        show(report, as_json, _report)
    if not report["balanced"] or report["drift"] or report["broken_chain"]:
        raise typer.Exit(1)


def _report(value: dict[str, Any]) -> None:
    line(f"分录 {value['journals']}，账户 {value['accounts']}，{'借贷平衡' if value['balanced'] else '借贷不平'}")
    line(f"余额偏差 {len(value['drift'])}，断链 {len(value['broken_chain'])}")


def demo(as_json: bool) -> None:
    with exits(as_json):
        from api.demo import PASSWORD, demo_users
        from api.wiring import open_data

        with open_data(demo=True) as database:
            users = demo_users(database)
        show({"password": PASSWORD, "users": users}, as_json, print_sign_ins)


def print_sign_ins(value: dict[str, object]) -> None:
    """The demo people and their one password."""
    users = value["users"]
    assert isinstance(users, list)
    line(f"演示账号（密码都是 {value['password']}）：")
    for user in users:
        line(f"  {user['username']:<12} {user['name']}  {user['org_name']}  {'、'.join(user['roles'])}")


def upgrade() -> None:
    with exits(False):
        from api.wiring import open_data

        with open_data(demo=False):
            line("数据库已是最新结构。")


def save(file: str, as_json: bool) -> None:
    with exits(as_json):
        from api.backup import backup
        from knowledge.base.settings import Settings

        size = backup(Settings(), Path(file))
        show(
            {"file": file, "bytes": size}, as_json, lambda value: line(f"已备份到 {file}（{value['bytes']:,} 字节）。")
        )


def bring_back(file: str, as_json: bool) -> None:
    with exits(as_json):
        from api.backup import restore
        from knowledge.base.settings import Settings

        restore(Settings(), Path(file))
        show({"file": file}, as_json, lambda _value: line("已恢复；启动服务后索引会自动重建。"))
