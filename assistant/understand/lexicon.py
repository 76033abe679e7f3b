"""The words of the trade as clients say them, loaded from `lexicon.yaml`."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class FieldWords:
    field: str
    kind: str
    series: bool
    words: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]  # (word, value)


@dataclass(frozen=True)
class Mention:
    """A field named in a text; `choice` is set when the word carries the value itself (小规模)."""

    field: str
    start: int
    end: int
    choice: str | None = None


@dataclass(frozen=True)
class Lexicon:
    fields: dict[str, FieldWords]
    pattern: re.Pattern[str]
    owner: dict[str, tuple[str, str | None]]
    programmes: tuple[tuple[str, str], ...]
    taxes: tuple[tuple[str, str], ...]
    regional: tuple[tuple[str, tuple[str, ...]], ...]  # a name, and the programmes that places have under it


@cache
def lexicon() -> Lexicon:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "lexicon.yaml").read_text("utf-8"))
    fields = {name: _field(name, entry) for name, entry in data["fields"].items()}
    owner: dict[str, tuple[str, str | None]] = {}
    for entry in fields.values():
        for word in entry.words:
            owner[word] = (entry.field, None)
        for word, value in entry.choices:
            owner[word] = (entry.field, value)
    # 技术15个 counts people; 核心技术3项 doesn't.
    owner["技术"] = ("hr.tech_staff", None)
    words = [re.escape(word) for word in sorted(owner, key=len, reverse=True) if word != "技术"]
    pattern = re.compile("|".join([*words, r"(?<!核心)技术(?=\d{1,4}(?:个|人|名|位)(?!项))"]))
    regional = tuple((word, tuple(names)) for word, names in data["regional"].items())
    return Lexicon(fields, pattern, owner, _pairs(data["programmes"]), _pairs(data["taxes"]), regional)


def find_mentions(text: str) -> tuple[Mention, ...]:
    words = lexicon()
    return tuple(
        Mention(words.owner[match[0]][0], match.start(), match.end(), words.owner[match[0]][1])
        for match in words.pattern.finditer(text)
    )


def find_names(pairs: tuple[tuple[str, str], ...], text: str) -> tuple[str, ...]:
    """Ids whose words occur in the text, in order of first occurrence; a longer word hides shorter ones inside it."""
    found: dict[str, int] = {}
    for word, name in pairs:
        position = text.find(word)
        if position >= 0:
            found[name] = min(found.get(name, position), position)
            text = text.replace(word, "\u0000" * len(word))
    return tuple(sorted(found, key=lambda name: found[name]))


def _field(name: str, entry: dict[str, Any]) -> FieldWords:
    choices = tuple((word, value) for value, words in entry.get("choices", {}).items() for word in words)
    return FieldWords(name, entry["kind"], entry.get("series", False), tuple(entry.get("words", ())), choices)


def _pairs(groups: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    pairs = [(word, name) for name, words in groups.items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
