"""`qifu knowledge`: whether what the firm knows still holds together."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from api.cli.options import day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput, Missing

if TYPE_CHECKING:
    from api.house import House
    from knowledge.ingest.review import Reviewer

KINDS = {
    "load": "读不出来",
    "source": "没有出处",
    "recheck": "过了复核日",
    "superseded": "引用了失效文件",
    "figure": "数字没有依据",
    "article": "缺文章",
    "row": "数据行没有依据",
    "faq": "问法指向不存在的小节",
    "sop": "步骤没有文章",
}


def check(article: str | None, facts: list[str], as_of: str | None, as_json: bool) -> None:
    """Exit 1 when anything is off."""
    with exits(as_json):
        from knowledge.ingest.shipped import ARTICLES
        from knowledge.upkeep.check import check as check_all
        from knowledge.upkeep.grounds import ungrounded

        when = day(as_of)
        if article is not None and not (ARTICLES / f"{article}.md").is_file():
            raise Missing(f"没有文章 {article[:60]}；文章编号就是文件名，例如 hnte。", field="article")
        checked = check_all(when)
        found = [*checked.problems, *(ungrounded(map(Path, facts)) if facts else ())]
        problems = [asdict(one) for one in found if article is None or one.id == article]
        value = {"as_of": when, **asdict(checked.counts), "problems": problems}
        show(value, as_json, _told)
        if problems:
            raise typer.Exit(1)


def _told(value: dict[str, Any]) -> None:
    line(
        f"{value['as_of']}：规则 {value['rules']} 条，文件 {value['documents']} 份，文章 {value['articles']} 篇，"
        f"问法 {value['faq']} 条，服务 {value['services']} 项，SOP {value['sops']} 套、步骤 {value['steps']} 步"
    )
    for problem in value["problems"]:
        line(f"  {KINDS[problem['kind']]}｜{problem['id']}｜{problem['message']}")
    line(f"问题 {len(value['problems'])} 个" if value["problems"] else "没有发现问题")


def listing(what: str, as_json: bool) -> None:
    with exits(as_json):
        from knowledge.ingest.shipped import ARTICLES
        from knowledge.services import load_catalogue
        from knowledge.upkeep.pointers import read_articles

        items: list[dict[str, Any]]
        fronts, _ = read_articles(ARTICLES)
        if what == "articles":
            items = [{"id": one.id, "title": one.title, "rules": list(one.rule_ids)} for one in fronts]
        elif what == "faq":
            items = [{"ask": q.ask, "article": one.id, "section": q.section} for one in fronts for q in one.questions]
        elif what == "sops":
            items = [
                {"service": one.id, "no": s.no, "name": s.name, "workdays": s.sla_workdays, "article": s.article or ""}
                for one in load_catalogue().services
                for s in one.sop.steps
            ]
        else:
            raise BadInput("应为 articles、faq 或 sops，例如 qifu knowledge list sops。", field="what")
        show({"items": items}, as_json, _items)


def questions(state: str, again: bool, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import upkeep
        from api.wiring import build_house

        with build_house() as house:
            who = reviewer_for(house, user)
            items = upkeep.questions(house, who, None if state == "all" else state)
            if again:
                items = [upkeep.ask_again(house, who, str(item["id"]))["question"] for item in items]
        show({"items": items}, as_json, _queue)


def settle(question: str, state: str, article: str | None, note: str | None, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import upkeep
        from api.wiring import build_house

        with build_house() as house:
            item = upkeep.settle(house, reviewer_for(house, user), question, state, article, note)
        show({"question": item}, as_json, lambda value: _queue({"items": [value["question"]]}))


def reviewer_for(house: "House", username: str) -> "Reviewer":
    """The person a command runs as. Raises `Missing` for a name nobody has."""
    from api.principal import find_principal
    from api.routes.documents import reviewer

    principal = find_principal(house.database, username)
    if principal is None:
        raise Missing(f"没有用户 {username}；先运行 qifu demo，总部的演示账号是 hq。", field="user")
    return reviewer(principal)


def _queue(value: dict[str, Any]) -> None:
    for item in value["items"]:
        led = f"，由 {item['article']} 回答" if item["article"] else f"，{item['note']}" if item["note"] else ""
        line(
            f"{str(item['id'])[:8]}  {item['count']} 次  {item['state']}{led}  首次 {item['first_at']:%Y-%m-%d}，"
            f"最近 {item['last_at']:%Y-%m-%d}  {item['text']}"
        )
    line(f"共 {len(value['items'])} 个问题")


def _items(value: dict[str, Any]) -> None:
    for item in value["items"]:
        line("｜".join("、".join(part) if isinstance(part, list) else str(part) for part in item.values()))
    line(f"共 {len(value['items'])} 条")
