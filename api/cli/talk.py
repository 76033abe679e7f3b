"""Questions and conversations in the terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.cli.options import company_file, day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput, Missing
from knowledge.base.ids import new_id


def ask(
    question: str,
    as_of: str | None,
    region: str | None,
    role: str,
    company: str | None,
    user: str,
    as_json: bool,
) -> None:
    with exits(as_json):
        from api.wiring import build_house, speaker_for
        from assistant.converse import ask as answer
        from assistant.converse import keep_gap

        when, known = day(as_of), company_file(company)
        with build_house() as house:
            who = speaker_for(house, user, role)
            reply = answer(house.desk, who, question, company=known, as_of=when, region=region)
            if reply.outcome != "answered":
                with house.database.work() as work:
                    keep_gap(work.session(who.org_id), who, reply, house.clock, hide=(known.name,))
        show(reply.model_dump(mode="json"), as_json, _reply)


def chat(
    as_of: str | None,
    region: str | None,
    role: str,
    company: str | None,
    script: str | None,
    user: str,
    as_json: bool,
) -> None:
    with exits(as_json):
        from api.wiring import build_house, speaker_for
        from assistant.conversation import open_conversation
        from assistant.converse import converse
        from knowledge.companies.store import save_company

        when = day(as_of)
        known = company_file(company) if company else None
        lines = _script(script)
        with build_house() as house:
            who = speaker_for(house, user, role)
            with house.database.work() as work:
                session = work.session(who.org_id)
                fresh = new_id()
                identifier = open_conversation(session, who, house.clock, region=region, company_id=fresh)
                if known is not None:
                    save_company(session, fresh, known, who.subject, house.clock)
            turns = []
            for text in lines:
                reply = converse(
                    house.desk, house.database, who, identifier, text, key=new_id(), as_of=when, region=region
                )
                value = reply.model_dump(mode="json")
                turns.append(_turn(house, who, identifier, text, value))
                if not as_json:
                    if script is not None:
                        line(f"\n> {text}")
                    _reply(value)
        if as_json:
            show({"conversation_id": identifier, "turns": turns}, True, _reply)


def _turn(house: Any, who: Any, identifier: str, text: str, value: dict[str, Any]) -> dict[str, Any]:
    from assistant.conversation import load_conversation
    from knowledge.companies.store import load_profile

    with house.database.read() as work:
        session = work.session(who.org_id)
        company = load_profile(session, load_conversation(session, who, identifier).company_id)
    verdicts = [verdict for card in value["cards"] if card["type"] == "diagnosis" for verdict in card["verdicts"]]
    return {
        "user": text,
        "outcome": value["outcome"],
        "reason": value["reason"],
        "reply": value["answer"],
        "action": value["action"],
        "citations": value["citations"],
        "facts": [fact.model_dump(mode="json") for fact in company.facts],
        "verdicts": verdicts,
        "order_id": value["order_id"],
        "missing": value["missing"],
        "cards": value["cards"],
    }


def _script(name: str | None) -> Iterator[str]:
    if name is None:
        if sys.stdin.isatty():
            line("（输入问题，空行结束）")
        for text in iter(lambda: sys.stdin.readline(), ""):
            if not text.strip():
                return
            yield text.strip()
        return
    path = Path(name)
    if not path.is_file():
        raise Missing(f"找不到对话脚本 {name}；请检查路径。", field="script")
    try:
        lines = [text.strip() for text in path.read_text("utf-8-sig").splitlines() if text.strip()]
    except UnicodeDecodeError:
        raise BadInput(f"对话脚本 {name} 不是 UTF-8 文本。", field="script") from None
    if not lines:
        raise BadInput(f"对话脚本 {name} 是空的；每行写一句客户的话。", field="script")
    yield from lines


def _reply(value: dict[str, Any]) -> None:
    line(value["answer"].replace("**", ""))  # bold is for pages
    for citation in value["citations"]:
        since, until = citation["effective_from"], citation["effective_to"]
        dates = (f"{since} 起" if since else "施行日未载明") + (f"至 {until}" if until else "")
        where = " ".join(part for part in (citation["title"], citation["doc_no"], citation["clause"]) if part)
        line(f"  [{citation['marker']}] {where}（{dates}）")
    line("（内容由 AI 生成，重要事项请核对所引文件）")
