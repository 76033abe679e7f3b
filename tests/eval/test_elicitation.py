"""The measuring stick itself: clients that hang together, and questions that find what decides."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from eval.clients import base_fields, draw_clients
from eval.elicitation import BAR, DAY, SEED, deciding, in_order, questionnaire, run, talk
from knowledge.companies import derive
from knowledge.policies import load_rules
from knowledge.policies.judgement import judge_all

BOOK = load_rules()


def test_the_planner_finds_what_decides_and_needs_no_more_questions_than_a_questionnaire() -> None:
    found = run(clients=70)
    ours, fixed = found["metrics"]["planner"], found["metrics"]["fixed"]
    assert found["cases"] == 70
    assert found["passed"]
    assert ours["deciding_facts_found"] >= BAR
    assert ours["asked_twice"] == ours["dead_ends"] == 0
    assert ours["mean_questions"] < fixed["mean_questions"]


@pytest.mark.soak
def test_the_whole_suite_passes_its_bar_on_clients_of_another_seed() -> None:
    for seed in (SEED, SEED + 1, SEED + 2):
        found = run(seed=seed)
        assert found["cases"] >= 300
        assert found["passed"], found["metrics"]["planner"]


def test_the_same_seed_gives_the_same_clients_and_some_of_them_keep_something_back() -> None:
    programmes = (BOOK.programme("hnte", DAY),)
    once, again = (tuple(draw_clients(programmes, 20, DAY, 7)) for _ in range(2))
    assert [client.facts for client in once] == [client.facts for client in again]
    kept_back = [client for client in once if client.reluctant]
    assert len(kept_back) == 2
    assert all(None in c.facts.values() or {"declined": True} in c.facts.values() for c in kept_back)


def test_clients_pass_and_fail_so_that_there_is_something_to_find() -> None:
    programme = BOOK.programme("hnte", DAY)
    results = {
        judge_all(programme, derive(client.company(client.facts), DAY)).result
        for client in draw_clients((programme,), 120, DAY, SEED)
    }
    assert {"unmet", "manual"} <= results


def test_no_deciding_fact_can_be_left_out() -> None:
    programme = BOOK.programme("tech_sme", DAY)
    for client in draw_clients((programme,), 12, DAY, 3):
        needed = deciding(client)
        whole = {name: client.facts[name] for name in needed}
        truth = judge_all(programme, derive(client.company(client.facts), DAY)).result
        assert judge_all(programme, derive(client.company(whole), DAY)).result == truth
        for name in needed:
            rest = {other: value for other, value in whole.items() if other != name}
            assert judge_all(programme, derive(client.company(rest), DAY)).result != truth


def test_asking_the_same_thing_twice_and_stopping_early_are_both_noticed() -> None:
    programme = BOOK.programme("hnte", DAY)
    client = next(draw_clients((programme,), 1, DAY, SEED))
    needed = deciding(client)
    first = questionnaire(base_fields(programme, DAY))[-1]
    twice = talk(client, in_order([first, first]), needed)
    assert twice.twice == 1
    early = talk(client, in_order([]), needed)
    assert early.dead_end
    assert not early.settled
    assert early.found == 0


def test_an_unknown_suite_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eval", "nothing"], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 2
    assert "nothing" in done.stderr
    assert done.stdout == ""
    told = CliRunner().invoke(app, ["eval", "nothing", "--json"])
    assert told.exit_code == 2
    assert json.loads(told.stdout)["error"]["field"] == "suite"
    assert told.stderr.count("nothing") == 1


def test_the_shape_is_that_of_the_contract() -> None:
    value = json.loads(json.dumps({"suites": {"elicitation": run(clients=35)}}))
    suite = value["suites"]["elicitation"]
    assert set(suite) == {"cases", "passed", "metrics"}
