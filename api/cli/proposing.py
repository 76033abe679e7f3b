"""`qifu knowledge propose` and what follows: a later version of a rule, by two people."""

from pathlib import Path
from typing import Any

from api.cli.shown import exits, line, show
from api.cli.upkeep import reviewer_for
from knowledge.base.errors import BadInput, Missing

STATES = {"draft": "待批准", "published": "已批准", "withdrawn": "已撤回"}


def propose(file: str, reason: str, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import upkeep
        from api.wiring import build_house

        text = _read(file)
        with build_house() as house:
            value = upkeep.propose(house, reviewer_for(house, user), text, reason)
        show(value, as_json, _report)


def proposals(proposal: str | None, state: str | None, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import upkeep
        from api.wiring import build_house

        with build_house() as house:
            who = reviewer_for(house, user)
            if proposal is not None:
                show(upkeep.proposal(house, who, proposal), as_json, _report)
                return
            value = {"items": upkeep.list_proposals(house, who, state)}
        show(value, as_json, _listing)


def decide(proposal: str, decision: str, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import upkeep
        from api.wiring import build_house

        with build_house() as house:
            act = upkeep.publish if decision == "publish" else upkeep.withdraw
            value = act(house, reviewer_for(house, user), proposal)
        show(value, as_json, _one)


def _read(file: str) -> str:
    path = Path(file)
    if not path.is_file():
        raise Missing(f"找不到规则文件 {file}；请检查路径。", field="file")
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"规则文件 {file} 不是 UTF-8 文本；另存为 UTF-8 后重试。", field="file") from None


def _report(value: dict[str, Any]) -> None:
    _one(value)
    line(f"  接替 {value['replaces'] or '（新规则）'}；例子 {value['examples']} 个都算对了")
    for fault in value["faults"]:
        line(f"  不能发布：{fault}")
    for warning in value["warnings"]:
        line(f"  注意：{warning}")
    line(f"  核对了 {value['companies']} 家企业，结论会变的 {len(value['changed'])} 家")
    for item in value["changed"]:
        line(f"    {item['company']}｜{item['programme']}｜由{item['before']}变{item['after']}｜{item['deciding']}")
    for told in value["sums"]:
        line(f"    {told}")


def _one(value: dict[str, Any]) -> None:
    by = f"，{value['reviewer']} 决定" if value["reviewer"] else ""
    line(
        f"{value['id']}  {STATES[value['state']]}  {value['name']}（{value['rule_id']}）自 {value['valid_from']} 起，"
        f"{value['author']} 提交{by}"
    )


def _listing(value: dict[str, Any]) -> None:
    for item in value["items"]:
        _one(item)
    line(f"共 {len(value['items'])} 个提案")
