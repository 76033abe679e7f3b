"""The upkeep commands, end to end on a data folder of their own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from tests.upkeep.drafts import small_scale, tech_sme

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("knowledge", "check")` → exit code and the JSON it printed."""
    folder = tmp_path / "var"
    shutil.copytree(furnished, folder)
    for name, value in (("VAR_DIR", str(folder)), ("INDEX", "numpy"), ("LOG_LEVEL", "error")):
        monkeypatch.setenv(f"QIFU_{name}", value)

    def go(*words: str) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(app, [*words, "--json"])
        lines = result.stdout.strip().splitlines()
        return result.exit_code, json.loads(lines[-1]) if lines else {}

    return go


def test_a_new_version_is_proposed_approved_by_another_and_then_reckoned_with(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "new.yaml"
    draft.write_text(small_scale(), "utf-8")
    sum_ = ("calc", "vat.small_scale", "sales_excl_tax=300000", "--as-of", "2028-01-01")
    assert run(*sum_)[0] == 4, "nothing in force then, as shipped"
    code, value = run("knowledge", "propose", str(draft), "--reason", "示例新规", "--user", "hq")
    assert (code, value["state"], value["faults"]) == (0, "draft", [])
    assert any("由 3000 变 6000" in told for told in value["sums"])
    identifier = value["id"]
    assert run("knowledge", "approve", identifier, "--user", "hq")[0] == 4
    assert run("knowledge", "approve", identifier, "--user", "client1")[0] == 4
    assert run(*sum_)[0] == 4
    assert run("knowledge", "approve", identifier, "--user", "manager_sh")[1]["state"] == "published"
    code, value = run(*sum_)
    assert (code, value["outputs"]["vat"]) == (0, 6000)
    assert [item["id"] for item in run("knowledge", "proposals")[1]["items"]] == [identifier]
    assert run("knowledge", "withdraw", identifier, "--user", "manager_sh")[1]["state"] == "withdrawn"
    assert run(*sum_)[0] == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, 3), ("conditions: {", 2), (b"\xff\xfe\x00", 2), (tech_sme(start="2016-01-01"), 4)],
)
def test_a_file_that_cannot_be_proposed_is_refused_in_words(
    content: str | bytes | None, code: int, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "draft.yaml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found, value = run("knowledge", "propose", str(path))
    assert found == code
    assert value["error"]["message"]


def test_a_question_nobody_could_answer_is_listed_asked_again_and_settled(run: Run) -> None:
    question = "绿色工厂的创建补贴要怎么申请，电话13812345678"
    assert run("ask", question)[1]["outcome"] == "declined"
    assert run("ask", question)[1]["outcome"] == "declined"
    [item] = run("knowledge", "questions")[1]["items"]
    assert (item["count"], item["state"]) == (2, "open")
    assert "138" not in item["text"]
    [again] = run("knowledge", "questions", "--again")[1]["items"]
    assert (again["count"], again["state"]) == (2, "open"), "asking again as staff is not asking"
    short = str(item["id"])[:8]
    assert run("knowledge", "settle", short, "wontfix")[0] == 2
    assert (
        run("knowledge", "settle", short, "wontfix", "--note", "不属于我们的业务")[1]["question"]["state"] == "wontfix"
    )
    assert run("knowledge", "questions")[1]["items"] == []
    assert len(run("knowledge", "questions", "--state", "all")[1]["items"]) == 1
    assert run("knowledge", "questions", "--user", "client1")[0] == 4
    assert run("knowledge", "questions", "--user", "nobody")[0] == 3
