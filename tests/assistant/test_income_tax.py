"""企业所得税 told in a sentence: losses of other years set off, what is stated never asked for again."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from api.house import House
from api.wiring import build_house, speaker_for
from assistant.converse import ask
from assistant.understand.losses import Loss, read_losses
from assistant.understand.taxsum import CitSum, read_sum
from assistant.values import Reply
from eval.answers import ungrounded
from knowledge.companies import EMPTY
from tests.conftest import settings_for

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def house(furnished: Path) -> Iterator[House]:
    with build_house(settings_for(furnished)) as found:
        yield found


def told(house: House, question: str) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), question, company=EMPTY, as_of=AS_OF)


TAX = [
    ("22年亏了80万，今年利润300万，小微，企业所得税交多少", ["110000"]),
    ("今年净赚180万，去年赔了45万还没补，20个人，总资产600万，企业所得税要缴多少", ["67500"]),
    ("今年盈利150万，以前年度未弥补亏损50万，小型微利企业，缴多少企业所得税", ["50000"]),
    ("上年亏损30万，本年利润500万，企业所得税多少", ["1175000"]),
    ("公司今年利润180万，去年亏损60万、前年亏损20万，小型微利，企业所得税多少", ["50000"]),
    ("以前年度亏损60万没弥补，今年应纳税所得额55万，30个人，资产300万，要交企业所得税吗", ["0"]),
    ("公司今年亏了60万，企业所得税要交多少", ["0"]),
    ("前两年一共亏120万，今年利润320万，30人，资产800万，企业所得税", ["100000"]),
    ("去年利润100万，今年亏了40万，去年的企业所得税多少，小微", ["50000"]),
    ("2019年亏40万，今年赚100万，不是高企，小微，所得税交多少", ["50000"]),
    ("2020年亏损50万，今年盈利120万，有高企资格，企业所得税多少，20人，资产500万", ["35000", "105000"]),
    ("弥补亏损后利润200万，小微，所得税多少", ["100000"]),
    # stated, so not asked
    ("算下来所得额310万，人90资产一千多万，不是高企，税要缴多少", ["775000"]),
    ("应纳税所得额260万，人80资产1200万，企业所得税交多少", ["130000"]),
    ("利润90万，小型微利企业，所得税交多少", ["45000"]),
    ("不是小型微利企业，利润200万，企业所得税多少", ["500000"]),
    ("利润500万，是小微，所得税交多少", ["1250000"]),
    ("小微5%和高企15%哪个划算，所得120万各交多少", ["60000", "180000"]),
]


@pytest.mark.parametrize(("question", "taxes"), TAX, ids=[row[0] for row in TAX])
def test_the_tax_is_worked_out(house: House, question: str, taxes: list[str]) -> None:
    reply = told(house, question)
    assert reply.outcome == "answered", reply.answer
    found = [Decimal(str(one["outputs"]["tax"])) for one in reply.computed if "tax" in one["outputs"]]
    assert found == [Decimal(tax) for tax in taxes]
    assert not ungrounded(reply)


def test_a_loss_that_ten_years_let_through_and_five_do_not_makes_two_cases(house: House) -> None:
    reply = told(house, "2019年亏40万，今年赚100万，是小微，所得税交多少")
    assert reply.outcome == "need_info"
    assert "hnte_or_tech_sme" in reply.missing
    assert "50,000" in reply.answer
    assert "30,000" in reply.answer


OPEN = [
    ("去年亏了三十来万，今年大概赚100万，20人，资产300万，企业所得税要交多少", "losses"),
    ("我们是小微吗，利润90万，所得税多少", "hr.headcount"),
    ("去年亏了60万，今年的企业所得税多少", "finance.taxable_income"),
]


@pytest.mark.parametrize(("question", "missing"), OPEN, ids=[row[0] for row in OPEN])
def test_what_is_open_is_asked_for(house: House, question: str, missing: str) -> None:
    reply = told(house, question)
    assert reply.outcome == "need_info", reply.answer
    assert missing in reply.missing


def test_losses_are_told_from_profits() -> None:
    kept, losses = read_losses("去年亏60万今年赚200万", AS_OF)
    assert losses == (Loss(low=Decimal(600000), high=Decimal(600000), year=2025),)
    assert "60万" not in kept
    assert "200万" in kept
    assert read_losses("去年没亏，赚了60万", AS_OF)[1] == ()
    assert read_losses("80万的亏损，今年利润300万", AS_OF)[1][0].low == 800000


def test_no_income_tax_of_a_company_is_worked_out_for_a_person() -> None:
    assert not isinstance(read_sum("个体户去年亏10万，今年赚30万，个税多少", AS_OF), CitSum)
    assert read_sum("合伙企业去年亏10万，今年赚30万，要交多少税", AS_OF) is None
