"""Commands that need neither database nor search: calculations, verdicts, reading a sentence."""

from typing import Any

from api.cli.main import given
from api.cli.options import company_file, day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput


def calc(rule_id: str | None, inputs: list[str], as_of: str | None, listing: bool, as_json: bool) -> None:
    with exits(as_json):
        from api.live import book_at_hand
        from knowledge.policies import calculate

        book = book_at_hand()
        if listing:
            show({"rules": [entry.model_dump(mode="json") for entry in book.calculators()]}, as_json, _list)
            return
        if rule_id is None:
            raise BadInput(
                "请给出规则编号，例如 qifu calc vat.small_scale.2026_2027 sales_excl_tax=300000。", field="rule_id"
            )
        result = calculate(book, rule_id, given(inputs), day(as_of))
        show(result.model_dump(mode="json"), as_json, _calculation)


def diagnose(file: str, programmes: list[str], as_of: str | None, region: str | None, as_json: bool) -> None:
    with exits(as_json):
        from api.live import book_at_hand
        from api.wiring import find_providers
        from assistant.diagnose import diagnose as judge
        from assistant.recommend import recommend
        from knowledge.services import load_catalogue

        book, company, when = book_at_hand(), company_file(file), day(as_of)
        found = judge(book, company, tuple(programmes), when, region=region)
        with find_providers() as providers:
            items = recommend(book, load_catalogue(), company, found.verdicts, when, providers=providers)
        value = found.model_dump(mode="json", by_alias=True)
        value["recommendations"] = [item.model_dump(mode="json") for item in items]
        show(value, as_json, _diagnosis)


def extract(text: str, as_of: str | None, as_json: bool) -> None:
    with exits(as_json):
        from assistant.conversation import checked_text
        from assistant.understand.understand import understand

        read = understand(checked_text(text), day(as_of))
        value = {
            "intent": read.intent.model_dump(mode="json"),
            "facts": [fact.model_dump(mode="json") for fact in read.facts],
            "entities": read.entities.model_dump(mode="json"),
        }
        show(value, as_json, _reading)


def _list(value: dict[str, Any]) -> None:
    for rule in value["rules"]:
        line(f"{rule['id']}  {rule['name']}（{rule['valid_from']} 至 {rule['valid_to'] or '今'}）")
        for item in rule["inputs"]:
            default = "" if item.get("default") is None else f"，默认 {item['default']}"
            line(f"    {item['name']}  {item['label']}{default}")


def _calculation(value: dict[str, Any]) -> None:
    line(f"{value['name']}（{value['rule_id']}，{value['as_of']}）")
    for step in value["steps"]:
        line(f"  {step['name']} = {step['expression']} = {step['value']}")
    for document in value["documents"]:
        line(f"  依据：{document['doc_no']} {document['title'] or ''}")


WORDS = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "manual": "需专家", "not_applicable": "不适用"}


def _diagnosis(value: dict[str, Any]) -> None:
    company = value["company"]
    line(f"{company['name'] if isinstance(company, dict) else company}（截至 {value['as_of']}）")
    for verdict in value["verdicts"]:
        score = verdict["score"]
        marks = f"，评分 {score['low']}～{score['high']}（要求 {score['pass']}）" if score else ""
        ready = "，可计算条件都已满足" if verdict["ready"] and verdict["verdict"] == "unknown" else ""
        line(f"\n【{verdict['name']}】{WORDS[verdict['verdict']]}{ready}{marks}")
        for condition in verdict["conditions"]:
            _condition(condition)
        for question in verdict["next_questions"]:
            line(f"  ？ {question['question']}（{question['why']}）")
    for item in value["recommendations"]:
        line(f"\n推荐：{item['name']}（{'现在可办' if item['horizon'] == 'now' else '以后可办'}）")
        for reason in item["reasons"]:
            line(f"  · {reason}")
        for provider in item["providers"]:
            line(f"  服务方：{provider['name']}（{'、'.join(provider['reasons'])}）")


def _condition(condition: dict[str, Any]) -> None:
    gap = f"；{condition['gap']}" if condition["gap"] else ""
    source = f"（{condition['document']['doc_no']}）" if condition["document"] else ""
    need = f"{condition['label']}：{condition['need']}"
    line(f"  {WORDS[condition['result']]} {need}，现为 {condition['shown']}{gap}{source}")


def _reading(value: dict[str, Any]) -> None:
    line(f"意图：{value['intent']['name']}（{value['intent']['confidence']}）")
    for fact in value["facts"]:
        figure = fact["value"] if fact["value"] is not None else f"{fact['low']}～{fact['high']}"
        line(f"  {fact['field']} {fact['year'] or fact['period'] or ''} {figure} {fact['unit']}  ← {fact['text']}")
