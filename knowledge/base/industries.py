"""The industries of GB/T 4754-2017 down to their divisions (大类); finer codes are told by their first two digits."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Division:
    """A 大类 and the 门类 it belongs to."""

    code: str
    name: str
    section: str
    section_name: str


def find_division(code: str) -> Division | None:
    """Of a code with or without its letter (6513, I65, I): the division it lies in; None for a letter alone, for one
    under another letter, and for digits that no division has.
    """
    letter, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
    found = divisions().get(digits[:2])
    return found if found is not None and letter in ("", found.section) else None


@cache
def divisions() -> dict[str, Division]:
    """By code; 97 of them."""
    loaded = yaml.safe_load(Path(__file__).with_name("industries.yaml").read_text("utf-8"))
    return {
        code: Division(code, name, letter, section["name"])
        for letter, section in loaded.items()
        for code, name in section["divisions"].items()
    }
