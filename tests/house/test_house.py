"""The house rules a machine can hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("assistant", "knowledge", "retrieval", "api", "workflows", "eval")
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "node_modules" not in path.parts
]


def tracked() -> list[str]:
    return subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_the_top_level_is_the_house_and_nothing_else() -> None:
    folders = {name.split("/")[0] for name in tracked() if "/" in name and not name.startswith(".")}
    assert folders == {*PACKAGES, "tests", "docs"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_begins_with_one_docstring_that_names_its_front_doors(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text("utf-8"))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_and_has_a_name_of_the_trade(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "模块缺少说明"
    assert path.stem not in {"utils", "helpers", "common", "manager", "misc"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_way_round_the_tenant_guards(path: Path) -> None:
    """Raw cursors are the one path the guards can't see, so the word itself is banned outside the floor."""
    if path.is_relative_to(ROOT / "knowledge" / "base") or path.is_relative_to(ROOT / "api" / "migrations"):
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"cursor", "dbapi_connection", "exec_driver_sql", "raw_connection"}, path
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "text", path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_are_made_at_entry_points_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Settings":
            assert path.is_relative_to(ROOT / "api") or path.is_relative_to(ROOT / "eval"), path


def test_no_test_patches() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(
            r"from unittest import mock|unittest\.mock|monkeypatch\.setattr|mocker", text
        ) or path == Path(__file__)


def test_no_tracked_file_is_heavier_than_a_megabyte() -> None:
    heavy = [name for name in tracked() if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000]
    assert heavy == []
