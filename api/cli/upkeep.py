"""`qifu knowledge`: whether what the firm knows still holds together."""

from typing import Any

import typer

from api.cli.shown import exits, line, show
from knowledge.base.errors import Missing


def check(article: str | None, as_json: bool) -> None:
    with exits(as_json):
        from knowledge.ingest.shipped import ARTICLES
        from knowledge.upkeep import check_article, unsupported

        if article is not None and not (ARTICLES / f"{article}.md").is_file():
            raise Missing(f"没有文章 {article[:60]}；文章编号就是文件名，例如 hnte。", field="article")
        strays = unsupported() if article is None else check_article(ARTICLES / f"{article}.md")
        problems = [
            {
                "kind": "figure",
                "id": one.article,
                "message": f"“{one.section}”里的 {one.figure} 不在它的规则或数据行里：{one.sentence}",
            }
            for one in strays
        ]
        show({"problems": problems}, as_json, _told)
        if problems:
            raise typer.Exit(1)


def _told(value: dict[str, Any]) -> None:
    for problem in value["problems"]:
        line(f"{problem['kind']} {problem['id']}：{problem['message']}")
    line(f"问题 {len(value['problems'])} 个" if value["problems"] else "没有发现问题")
