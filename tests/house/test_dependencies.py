"""Whatever is imported is declared: a package that happens to be installed hides a missing install step."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"llama_index": "llama-index-core", "haystack": "haystack-ai"}  # of an extra that isn't installed here
HOUSE = {"assistant", "knowledge", "retrieval", "api", "workflows", "eval", "tests"}


def test_every_imported_package_is_declared_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [item for group in project["optional-dependencies"].values() for item in group]
    declared = {_plain(item) for item in [*project["dependencies"], *extras]}
    owners = packages_distributions()
    lacking: dict[str, str] = {}
    for folder in HOUSE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            for name in _imports(path):
                if name in HOUSE or name in sys.stdlib_module_names:
                    continue
                # A package of an extra that isn't installed here answers for its own name, or the one told above.
                if not {_plain(owner) for owner in owners.get(name, (ELSEWHERE.get(name, name),))} & declared:
                    lacking[name] = str(path.relative_to(ROOT))
    assert lacking == {}


def test_every_declared_package_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [item for group in project["optional-dependencies"].values() for item in group]
    pinned = {_plain(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line}
    assert {_plain(item) for item in [*project["dependencies"], *extras]} - pinned == set()


def _plain(requirement: str) -> str:
    return re.split(r"[\[=<>!~; ]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found
