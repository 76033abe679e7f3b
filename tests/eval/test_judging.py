"""The benches of judging run and tell figures of every kind they promise."""

from eval.bench.judging import DAY, _made_up, screening
from knowledge.companies import derive
from knowledge.policies import load_rules
from knowledge.policies.evaluation import evaluate


def test_tables_are_screened_beside_the_row_by_row_loop() -> None:
    rows = screening([300], 0)["rows"]
    assert [row["engine"] for row in rows] == ["duckdb", "row by row"]
    assert all(row["seconds"] > 0 for row in rows)
    assert rows[0]["peak_gb"] > 0


def test_made_up_companies_are_read_as_company_files() -> None:
    companies = _made_up(50)
    verdicts = {evaluate(load_rules().programme("tech_sme", DAY), derive(one, DAY), DAY).verdict for one in companies}
    assert len(verdicts) > 1
