"""Searching and filling the knowledge base."""

from typing import Any

from api.cli.options import day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput

FLAGS = 20  # shown to a person; JSON has all
KINDS = ("policy", "tax", "qualification", "sop", "law")


def search(query: str, k: int, as_of: str | None, region: str | None, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api.wiring import build_house, speaker_for
        from assistant.conversation import checked_text
        from assistant.turn.passages import NATIONAL
        from retrieval import Scope

        when = day(as_of)
        with build_house() as house:
            who = speaker_for(house, user, "client")
            scope = Scope(org_ids=frozenset({NATIONAL, who.org_id}), audience="client")
            found = house.desk.searcher.search(checked_text(query, "query"), scope, when, region, k)
        names = ("chunk_id", "document_id", "title", "doc_no", "clause", "score", "text")
        hits = [
            {name: value for name, value in hit.model_dump(mode="json").items() if name in names} for hit in found.hits
        ]
        show({"hits": hits, "reason": found.reason}, as_json, _hits)


def ingest(paths: list[str], kind: str, region: str | None, as_json: bool) -> None:
    with exits(as_json):
        if kind not in KINDS:
            raise BadInput(f"--kind：应为 {'、'.join(KINDS)} 之一，例如 law。", field="kind")
        from api.searching import ingest_paths

        report = ingest_paths(paths, kind, region, quiet=as_json)
        show(report, as_json, _report)


def _hits(value: dict[str, Any]) -> None:
    if not value["hits"]:
        line("没有找到有效的依据。" if value["reason"] != "not_in_force" else "这一天没有有效的规定。")
    for hit in value["hits"]:
        line(
            f"{hit['score']:.3f} {hit['title']} {hit['doc_no'] or ''} {hit['clause'] or ''}\n      {hit['text'][:120]}"
        )


def _report(value: dict[str, Any]) -> None:
    line(
        f"导入 {value['documents']} 份文件、{value['chunks']} 条；新算向量 {value['embedded']} 条，"
        f"沿用 {value['reused']} 条；用时 {value['seconds']:.1f} 秒"
    )
    for item in value["skipped"]:
        place = f"（{item['place']}）" if item["place"] else ""
        line(f"  跳过 {item['path']}：{item['reason']}{place}")
    for item in value["flagged"][:FLAGS]:
        line(f"  请看 {item['path']}：{item['reason']}")
    if len(value["flagged"]) > FLAGS:
        line(f"  另有 {len(value['flagged']) - FLAGS} 处提示，加 --json 看全部")
