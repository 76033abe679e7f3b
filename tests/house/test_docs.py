"""README tells the truth: its settings, commands and map exist, and what exists is told."""

import re
from pathlib import Path

from typer.main import get_command

from knowledge.base.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_in_the_table_and_every_row_is_a_setting() -> None:
    told = set(re.findall(r"^\| `QIFU_([A-Z_]+)`", README, re.MULTILINE))
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_command_is_in_the_table_and_every_row_is_a_command() -> None:
    from api.cli.main import app

    told = {" ".join(match.split()) for match in re.findall(r"^\| `qifu ([a-z]+(?: [a-z]+)?)", README, re.MULTILINE)}
    made: set[str] = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        made |= {f"{name} {sub}" for sub in inner} if inner else {name}
    assert told == made


def test_every_folder_on_the_map_exists_and_every_room_is_on_it() -> None:
    told = set(re.findall(r"^\| `([a-z_/]+)` \|", README, re.MULTILINE))
    assert all((ROOT / folder).is_dir() for folder in told)
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("knowledge/*/__init__.py")}
    assert rooms <= told


def test_decisions_named_in_code_exist() -> None:
    named = {
        match
        for package in ("assistant", "knowledge", "retrieval", "api", "workflows", "eval")
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".py", ".yaml") and "node_modules" not in path.parts
        for match in re.findall(r"docs/decisions/[\w.-]+\.md", path.read_text("utf-8"))
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()
