"""Rows held against what they were taken from: folders of facts and statutes that an operator points at by hand."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge.base.errors import Missing
from knowledge.upkeep.evidence import Evidence, evidence
from knowledge.upkeep.reading import figures
from knowledge.upkeep.rows import FOLDER, rows_of
from knowledge.upkeep.shelf import Problem

TEXTS = ("*.yaml", "*.md", "*.txt")
DERIVED = "derived"  # worked out from a rule: the examples of the rule hold it, no document does
LARGE = 40  # from so many files on a folder is a library: a text counts only for the rows that name its title


def ungrounded(folders: Iterable[Path], rows: Path = FOLDER) -> Iterator[Problem]:
    """Figures of rows that stand neither in the facts nor in the statute the row names. Raises `Missing`."""
    facts, library = _texts(folders)
    read: dict[Path, Evidence] = {}
    everywhere = evidence(facts)
    for path in sorted(rows.glob("*.yaml")):
        for row in rows_of(path.stem, rows).rows:
            named = [file for title, file in library if title in row.source]
            for file in named:
                if file not in read:
                    read[file] = evidence([file.stem, file.read_text("utf-8")])
            stands = [everywhere, *(read[file] for file in named)]
            stray = [one.text for one in figures(row.fact) if not any(each.holds(one) for each in stands)]
            if stray and row.confidence != DERIVED:
                message = f"数据行“{row.fact[:40]}”的 {'、'.join(stray)} 不在给出的资料里（{row.source}）"
                yield Problem("row", path.stem, message)


def _texts(folders: Iterable[Path]) -> tuple[list[str], list[tuple[str, Path]]]:
    """Small folders whole; of a library its titles: 公司法(2023-12-29).md is 公司法."""
    facts: list[str] = []
    library: list[tuple[str, Path]] = []
    for folder in folders:
        if not folder.is_dir():
            raise Missing(f"找不到资料目录 {folder}；请检查路径。", field="facts")
        files = [path for pattern in TEXTS for path in sorted(folder.rglob(pattern))]
        if len(files) < LARGE:
            facts += [path.read_text("utf-8") for path in files]
        else:
            library += [(path.stem.partition("(")[0], path) for path in files if len(path.stem) > 2]
    return facts, library
