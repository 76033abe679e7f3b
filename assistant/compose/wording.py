"""One way of writing for what two texts may write in two: names of things, everyday words, letters, numbers."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Thing = tuple[int, int]  # (group, member) of contrasts.yaml

PAPERS = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[]\d{4}[〕\]]\s?\d+号(?:附件\d*)?|公告\d{4}年第\d+号|《|》")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
NAMES_FROM, GROUP = 0xE000, 64  # letters of the private area stand for things, `GROUP` of them for a group
NAME = re.compile(r"[\ue000-\uf8ff]")


def plain(text: str) -> str:
    """Letters, everyday words, and one letter of its own for each thing of `contrasts.yaml`; 文号 are left out."""
    text = PAPERS.sub("", THOUSANDS.sub("", unicodedata.normalize("NFKC", text)))
    text = _names().sub(lambda match: _letters()[match[0]], text)
    for pattern, word in _plain_words():
        text = pattern.sub(word, text)
    return text


def in_words(text: str) -> str:
    """`plain` text with the names written out."""
    return NAME.sub(lambda match: name(thing(match[0])), text)


def is_name(letter: str) -> bool:
    """Whether a letter of `plain` text stands for a thing."""
    return "\ue000" <= letter <= "\uf8ff"


def is_party(word: str) -> bool:
    """Whether a word stands for a side of a relation."""
    return len(word) == 1 and thing(word)[0] >= parties_from()


def thing(letter: str) -> Thing:
    """What a name of `plain` text stands for."""
    return divmod(ord(letter) - NAMES_FROM, GROUP)


def name(thing: Thing) -> str:
    """The thing as its first name says it."""
    return _groups()[thing[0]][thing[1]][0]


@cache
def parties_from() -> int:
    """The number of the first group that is the sides of a relation."""
    return len(_read("contrasts.yaml")["things"])


@cache
def idle() -> frozenset[str]:
    """Letters that carry little by themselves."""
    return frozenset(_read("wording.yaml")["idle"])


@cache
def telling() -> frozenset[str]:
    """Pairs with an idle letter that tell something all the same."""
    return frozenset(_read("wording.yaml")["telling"])


@cache
def measures() -> frozenset[str]:
    """Pairs said of anything that is counted."""
    return frozenset(_read("wording.yaml")["measures"])


@cache
def _plain_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), word) for word, pattern in _read("wording.yaml")["plain"].items())


@cache
def _groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    loaded = _read("contrasts.yaml")
    return tuple(
        tuple(tuple(dict.fromkeys(unicodedata.normalize("NFKC", name) for name in names)) for names in group)
        for group in (*loaded["things"], *loaded["parties"])
    )


@cache
def _letters() -> dict[str, str]:
    return {
        name: chr(NAMES_FROM + at * GROUP + member)
        for at, group in enumerate(_groups())
        for member, names in enumerate(group)
        for name in names
    }


@cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_letters(), key=len, reverse=True))))


@cache
def _read(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(file).read_text("utf-8"))
    return loaded
