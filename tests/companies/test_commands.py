"""`qifu companies import`, `conflicts` and `decide` as a person runs them."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from tests.companies.test_outcomes import code

RUN = CliRunner()


def qifu(home: Path, *words: str, ends: int = 0) -> str:
    found = RUN.invoke(app, ["companies", *words], env={"QIFU_VAR_DIR": str(home / "var")})
    assert found.exit_code == ends, found.output
    return found.output


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    path.write_text(
        f"企业名称,统一社会信用代码,职工人数,2025年营业收入\n甲公司,{code(1)},80,3200\n乙公司,{code(2)},很多,-5\n",
        encoding="gb18030",
    )
    return path


def test_a_list_is_told_in_words_and_every_unreadable_cell_is_in_the_report(tmp_path: Path, sheet: Path) -> None:
    bad = tmp_path / "bad.csv"
    told = qifu(tmp_path, "import", str(sheet), "--report", str(bad))
    assert "新增 2" in told
    assert "第 3 行 职工人数：“很多”不是数" in told
    rows = list(csv.reader(bad.read_text("utf-8-sig").splitlines()))
    assert rows == [
        ["文件", "行", "列", "原因"],
        ["名单.csv", "3", "职工人数", "“很多”不是数，单位应为人"],
        ["名单.csv", "3", "2025年营业收入", "不能是负数；例如 3200。"],
    ]


def test_two_sources_are_put_side_by_side_and_a_person_decides(tmp_path: Path, sheet: Path) -> None:
    qifu(tmp_path, "import", str(sheet))
    vendor = tmp_path / "qcc.json"
    vendor.write_text(json.dumps({"Result": {"CreditCode": code(1), "PersonScope": "900人"}}), encoding="utf-8")
    assert "名单记为 80，企查查为 900；待人确认，暂按前者" in qifu(tmp_path, "import", str(vendor))
    [waiting] = json.loads(qifu(tmp_path, "conflicts", "--json"))["conflicts"]
    assert (waiting["before"], waiting["after"]) == (80, 900)
    assert "以 900 为准" in qifu(tmp_path, "decide", code(1), str(waiting["seq"]), "take")
    assert "0 处" in qifu(tmp_path, "conflicts")
    qifu(tmp_path, "decide", code(1), str(waiting["seq"]), "take", ends=3)
    qifu(tmp_path, "conflicts", "--user", "client1", ends=4)


def test_a_refresh_says_which_verdict_it_turned(tmp_path: Path, sheet: Path) -> None:
    qifu(tmp_path, "import", str(sheet))
    sheet.write_text(f"企业名称,统一社会信用代码,职工人数\n甲公司,{code(1)},800\n", encoding="utf-8-sig")
    told = qifu(tmp_path, "import", str(sheet))
    assert "职工总数：80 → 800" in told
    assert "企业 甲公司 的 科技型中小企业评价入库 由 待确认 → 不满足" in told
