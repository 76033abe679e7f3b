"""`qifu outcomes`: results of applications from a sheet, and the report where rules and results disagree."""

from typing import Any

from api.cli.shown import exits, line, show
from knowledge.base.errors import Missing


def bring_in(file: str, user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import outcomes
        from api.wiring import build_house
        from knowledge.companies.outcomes import read_outcomes

        with build_house() as house:
            show(outcomes.bring_in(house, _person(house, user), read_outcomes(file)), as_json, _taken)


def report(user: str, as_json: bool) -> None:
    with exits(as_json):
        from api import outcomes
        from api.wiring import build_house

        with build_house() as house:
            show(outcomes.report(house, _person(house, user)), as_json, _told)


def _person(house: Any, user: str) -> Any:
    from api.principal import find_principal

    found = find_principal(house.database, user)
    if found is None:
        raise Missing(f"没有用户 {user}；先运行 qifu demo 查看账号。", field="user")
    return found


def _taken(value: dict[str, Any]) -> None:
    line(f"记录 {value['recorded']} 条申报结果")
    for problem in value["problems"]:
        line(f"  ！第 {problem['row']} 行 {problem['column'] or ''}：{problem['reason']}")


def _told(value: dict[str, Any]) -> None:
    line(f"{value['outcomes']} 条申报结果")
    for one in value["programmes"]:
        share = "—" if one["share"] is None else f"{one['share']:.0%}（{one['low']:.0%}～{one['high']:.0%}）"
        counts = f"一致 {one['agree']}，不一致 {one['disagree']}，规则待确认 {one['undecided']}"
        line(f"{one['name']}：{counts}；一致率 {share}")
        for case in one["disagreements"]:
            said = "规则说不满足，实际通过" if case["passed"] else "规则说满足，实际未过"
            why = "、".join(case["conditions"] if case["passed"] else case["reasons"]) or "未写明原因"
            line(f"  {case['company']} {case['applied_on']}：{said}（{why}）")
        for name, count in one["reasons"].items():
            line(f"  未过原因 {count} 次：{name}")
