"""Simulated clients: within eight questions the planner finds what decides, and it never asks twice."""

import random
from datetime import date
from typing import Any

import pytest

from assistant.diagnose import diagnose
from knowledge.companies import Company, derive, parse_company
from knowledge.policies import load_rules
from knowledge.policies.judgement import judge_all

DAY = date(2026, 11, 23)
BOOK = load_rules()
CLIENTS, QUESTIONS, BAR = 60, 8, 0.95
CHANCES = {
    "entity.is_prc_resident_enterprise": 0.97,
    "ip.core_owned": 0.7,
    "tech.in_hnte_domain": 0.7,
    "compliance.major_safety_quality_env_1y": 0.02,
    "compliance.in_abnormal_or_serious_violation_list": 0.04,
    "compliance.major_safety_quality_env_dishonesty_this_and_last_year": 0.02,
    "compliance.major_incident_3y": 0.03,
    "entity.prohibited_or_restricted_industry": 0.03,
    "entity.is_prc_registered_legal_person": 0.99,
    "qual.hnte_valid": 0.2,
    "qual.tech_sme_valid": 0.5,
    "qual.innovative_sme_valid": 0.4,
    "qual.srdi_sme_valid": 0.3,
}


@pytest.mark.parametrize("programme", ["hnte", "tech_sme", "srdi_sme", "little_giant"])
def test_eight_questions_find_what_decides(programme: str) -> None:
    draw = random.Random(20261123)
    agreed = sum(_agrees(programme, _client(draw)) for _ in range(CLIENTS))
    assert agreed / CLIENTS >= BAR


def _agrees(programme: str, truth: dict[str, Any]) -> bool:
    """Whether eight answers lead to the verdict that all the client's facts give."""
    facts: dict[str, Any] = {}
    asked: list[str] = []
    for _ in range(QUESTIONS):
        [verdict] = diagnose(BOOK, _company(facts), (programme,), DAY, asked=frozenset(asked)).verdicts
        if not verdict.next_questions:
            break
        question = verdict.next_questions[0]
        assert not set(question.fields) & set(asked)
        asked.extend(question.fields)
        facts.update({field: truth.get(field) for field in question.fields})
    return _result(programme, _company(facts)) == _result(programme, _company(truth))


def _result(programme: str, company: Company) -> str:
    return judge_all(BOOK.programme(programme, DAY), derive(company, DAY)).result


def _company(facts: dict[str, Any]) -> Company:
    return parse_company({"region": "上海市", "industry_code": "6513", "facts": facts})


def _client(draw: random.Random) -> dict[str, Any]:
    """One company that may pass or fail anywhere: log-normal sizes, figures for the years it has existed."""
    founded = draw.choice([2016, 2018, 2019, 2021, 2024, 2025])
    revenue, growth, staff = (
        draw.lognormvariate(7.5, 1.2),
        draw.uniform(-0.1, 0.5),
        int(draw.lognormvariate(3.7, 1)) + 1,
    )

    def series(base: float, rate: float = 0.0) -> dict[str, float]:
        return {
            str(year): round(base * (1 + rate) ** (year - 2025), 1) for year in (2023, 2024, 2025) if year >= founded
        }

    rd = series(revenue * draw.choice([0.01, 0.03, 0.045, 0.055, 0.08, 0.15]), growth)
    return {
        "entity.established_on": f"{founded}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "finance.revenue": series(revenue, growth),
        "finance.main_revenue": series(revenue * draw.choice([0.6, 0.85, 0.95, 1]), growth),
        "rd.expense": rd,
        "rd.domestic_expense": {year: round(value * draw.choice([1, 1, 0.9, 0.5]), 1) for year, value in rd.items()},
        "finance.hitech_income": {"2025": round(revenue * draw.choice([0.2, 0.55, 0.65, 0.9]), 1)},
        "finance.net_assets": series(revenue * draw.uniform(0.1, 1), draw.uniform(-0.2, 0.5)),
        "finance.total_assets": series(revenue * draw.uniform(0.5, 3), 0.1),
        "finance.total_liabilities": series(revenue * draw.uniform(0.1, 1), 0.1),
        "hr.headcount": staff,
        "hr.tech_staff": int(staff * draw.choice([0.03, 0.08, 0.12, 0.3, 0.5])),
        "ip.invention_patents": draw.randint(0, 2),
        "ip.utility_models": draw.randint(0, 8),
        "ip.designs": draw.randint(0, 2),
        "ip.software_copyrights": draw.randint(0, 12),
        "rd.transfer_count_3y": draw.randint(0, 18),
        "market.segment_years": draw.randint(1, 12),
        "market.share_pct": draw.choice([0.01, 0.09, 0.12, 0.3]),
        "score.srdi_platform": draw.randint(30, 90),
        "ip.class1_applied_count": draw.randint(0, 6),
        **{field: draw.random() < chance for field, chance in CHANCES.items()},
    }
