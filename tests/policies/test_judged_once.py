"""Supposing a fact judges as if it were one; a score said to be at least something is no crash."""

import random
from datetime import date

from knowledge.companies import derive, parse_company
from knowledge.policies import evaluate, load_rules
from knowledge.policies.facts import Facts, Known
from knowledge.policies.judgement import Judgement, judge_all
from knowledge.policies.judgement import tested as fields_of
from knowledge.policies.questions import _answers
from tests.screening.drawn import companies, rules

DAY = date(2026, 11, 23)
BOOK = load_rules()


def test_supposing_a_fact_is_judging_it_afresh() -> None:
    draw = random.Random(7)
    programmes = (*draw.sample(BOOK.programmes(DAY), 12), *rules(draw, 4))
    for one in companies(draw, 6, intervals=True):
        facts = derive(one.company, DAY)
        for programme in programmes:
            now = Judgement(programme, facts)
            assert now.whole() == judge_all(programme, facts)
            names = dict.fromkeys(name for node in programme.conditions for name in fields_of(programme)[id(node)])
            for name in names:
                for _, answer in _answers(programme, name):
                    fresh = Facts({**facts.values, name: answer}, facts.needs)
                    assert now.supposing(name, answer).whole() == judge_all(programme, fresh), (programme.id, name)


def test_a_score_of_at_least_something_ends_at_what_the_table_allows() -> None:
    company = parse_company({"facts": {"score.innovation": {"low": 72}}})
    verdict = evaluate(BOOK.programme("hnte", DAY), derive(company, DAY), DAY)
    assert verdict.model_dump(mode="json")["score"] == {"low": 72, "high": 100, "pass": "> 70"}


def test_answers_that_no_test_tells_apart_are_tried_once() -> None:
    answers = _answers(BOOK.programme("hnte", DAY), "entity.age_days_at_apply")
    assert len({id(answer) for _, answer in answers}) < len(answers)
    assert all(isinstance(answer, Known) for _, answer in answers)
    assert abs(sum(weight for weight, _ in answers) - 1) < 1e-9
