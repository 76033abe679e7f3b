"""`qifu knowledge`: whether what the firm knows still holds together."""

from dataclasses import asdict
from typing import Any

import typer

from api.cli.options import day
from api.cli.shown import exits, line, show
from knowledge.base.errors import Missing

KINDS = {
    "load": "读不出来",
    "source": "没有出处",
    "recheck": "过了复核日",
    "superseded": "引用了失效文件",
    "figure": "数字没有依据",
    "article": "缺文章",
    "faq": "问法指向不存在的小节",
    "sop": "步骤没有文章",
}


def check(article: str | None, as_of: str | None, as_json: bool) -> None:
    """Exit 1 when anything is off."""
    with exits(as_json):
        from knowledge import upkeep
        from knowledge.ingest.shipped import ARTICLES

        when = day(as_of)
        if article is not None and not (ARTICLES / f"{article}.md").is_file():
            raise Missing(f"没有文章 {article[:60]}；文章编号就是文件名，例如 hnte。", field="article")
        checked = upkeep.check(when)
        problems = [asdict(one) for one in checked.problems if article is None or one.id == article]
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
