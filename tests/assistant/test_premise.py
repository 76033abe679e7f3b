"""A claim with a figure is held against the rule's figure of the same measure, and only against that."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.house import House
from api.wiring import speaker_for
from assistant.compose.statement import Statement
from assistant.converse import ask
from assistant.turn.premise import beyond_limit, claim_of, confirmation, contradiction, measured
from assistant.values import Reply
from knowledge.companies import EMPTY

CLAIMS: dict[str, list[Any]] = yaml.safe_load(Path("tests/assistant/claims.yaml").read_text("utf-8"))
CONTRADICTED = 0.85  # the least share of the false claims that must be, with the right figure
CONFIRMED = 0.8  # the least share of the true ones that must be said to be so
AGREES = "这个说法与依据一致"


def said(home: House, question: str) -> Reply:
    return ask(home.desk, speaker_for(home, "visitor", "client"), question, company=EMPTY, as_of=date(2026, 11, 23))


def test_true_claims_are_confirmed_and_never_called_false(home: House) -> None:
    replies = {claim: said(home, claim) for claim in CLAIMS["holds"]}
    assert not [claim for claim, reply in replies.items() if reply.reason == "false_premise"]
    assert sum(AGREES in reply.answer for reply in replies.values()) >= CONFIRMED * len(replies)


def test_false_claims_are_contradicted_with_the_figure_that_holds_and_never_confirmed(home: House) -> None:
    right, confirmed, open_ones = 0, [], []
    for claim, figures in CLAIMS["fails"]:
        reply = said(home, claim)
        told = reply.reason == "false_premise" and any(figure in reply.answer for figure in figures)
        right += told
        if not told:
            open_ones.append(claim)
        if AGREES in reply.answer:
            confirmed.append(claim)
    assert not confirmed
    assert right >= CONTRADICTED * len(CLAIMS["fails"]), open_ones


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("管五年", {("months", Decimal(60))}),
        ("一年一换", {("months", Decimal(12))}),
        ("注册资金50万", {("money", Decimal(500_000))}),
        ("不低于 5,000 万元", {("money", Decimal(50_000_000))}),
        ("三块还各有最低分", set()),
        ("2023年底到期", set()),
    ],
)
def test_figures_are_read_by_what_they_measure(text: str, found: set[tuple[str, Decimal]]) -> None:
    assert measured(text) == found


def test_a_figure_of_another_measure_or_thing_says_nothing_against_a_claim() -> None:
    score = (Statement("专精特新中小企业评价得分不低于 60 分"),)
    assert contradiction("专精特新证书管五年吧", score) is None
    terms = (Statement("发明二十年、实用新型十年、外观设计十五年"),)
    assert contradiction("实用新型保护20年是吧", terms) is not None
    assert confirmation("实用新型保护20年是吧", terms) is None
    assert confirmation("实用新型保护10年是吧", terms) is not None
    other = (Statement("企业所得税基本税率是 25%"),)
    assert contradiction("增值税基本税率是13%对吧", other) is None


def test_a_claim_that_claims_more_than_its_figure_is_not_confirmed() -> None:
    needs = (Statement("小巨人要求上年营业收入不低于 5,000 万元"),)
    assert confirmation("小巨人营收5000万就够了对吧", needs) is None


def test_the_clause_that_claims_is_told_from_what_is_wanted_on_the_strength_of_it() -> None:
    assert claim_of("小巨人只要营收3000万就行，帮我排一下材料") == "小巨人只要营收3000万就行"
    assert beyond_limit("小规模每季度45万以内免税对吧", Decimal(300_000))
    assert not beyond_limit("小规模每季度30万以内免税对吧", Decimal(300_000))
