"""Every labelled conversation played turn by turn: facts and orders without a fault, words with few and fewer."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.house import House
from api.wiring import speaker_for
from assistant.conversation import load_conversation, open_conversation
from assistant.converse import converse
from eval.marking import fact_faults, wording
from knowledge.base.ids import new_id
from knowledge.companies.store import load_profile
from knowledge.ingest import ingest

ROWS = [json.loads(line) for line in Path("tests/labelled/conversations.jsonl").read_text("utf-8").splitlines()]
# Phrases still missing from replies, by conversation; whoever mends one lowers it here. Everything else is 0.
LACKING = {"c08": 3, "c09": 4, "c11": 1, "c12": 1, "c14": 1}


@dataclass
class Faults:
    """`hard`: facts, outcomes, repeated questions, orders; `words`: phrases a reply lacks or must not have."""

    hard: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_conversation_goes_as_labelled(home: House, row: dict[str, Any]) -> None:
    faults = play(home, row)
    assert not faults.hard, "\n".join(faults.hard)
    assert len(faults.words) <= LACKING.get(row["id"], 0), "\n".join(faults.words)


def play(home: House, row: dict[str, Any]) -> Faults:
    ingest(home.database, [Path("tests/labelled/statutes")], clock=home.clock, kind="law", by="test")
    who = speaker_for(home, row["user"], "client")
    as_of = date.fromisoformat(row["as_of"])
    with home.database.work() as work:
        identifier = open_conversation(work.session(who.org_id), who, home.clock, company_id=new_id())
    faults, orders = Faults(), list[str]()
    for number, turn in enumerate(row["turns"], start=1):
        reply = converse(home.desk, home.database, who, identifier, turn["user"], key=new_id(), as_of=as_of)
        with home.database.read() as work:
            session = work.session(who.org_id)
            company = load_profile(session, load_conversation(session, who, identifier).company_id)
        hard = fact_faults(turn["facts"], company)
        if turn.get("outcome") and reply.outcome != turn["outcome"]:
            hard.append(f"结果 {reply.outcome}，应为 {turn['outcome']}")
        put = {card["field"] for card in reply.cards if card["type"] == "question"}
        hard += [f"又问了 {name}" for name in put & set(turn.get("must_not_ask", ()))]
        if reply.action == "order_created" and reply.order_id and reply.order_id not in orders:
            orders.append(reply.order_id)
            if turn["order"] in ("none", "same"):
                hard.append("不该有新订单")
        if turn["order"] in ("one", "same") and len(orders) != 1:
            hard.append(f"应恰有一个订单，现有 {len(orders)} 个")
        faults.hard += [f"{number} “{turn['user']}”：{fault}｜{reply.answer[:200]}" for fault in hard]
        faults.words += [
            f"{number} “{turn['user']}”：{fault}｜{reply.answer[:200]}" for fault in wording(turn, reply.answer)
        ]
    return faults
