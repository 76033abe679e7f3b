"""What a question is about, in its own words: a programme, an article's name, else what stands before the asking."""

import re
from collections.abc import Mapping
from functools import cache

from assistant.understand.entities import find_entities
from assistant.understand.lexicon import lexicon
from knowledge.ingest.shipped import article_names

TAIL = re.compile(r"(?:的|要|需要?|有|是|该|得|会|能|可以|在|到|应该?|一般|最[多少长短低高]|到底|大概|都|还|分别)+$")
LEAST = 2  # letters of a phrase that can be a subject


def programme_named(piece: str) -> str:
    """The programme a question names, in its own words; empty when it names none."""
    named = find_entities(piece).programmes
    words = [word for word, name in lexicon().programmes if name in named and word in piece]
    words += [word for word, _ in lexicon().regional if word in piece]
    return words[0] if words else ""


def name_in(piece: str, *, taxes: bool) -> str:
    """The first name of a shipped article in the piece, the longest there; those of taxes only with `taxes`."""
    found = [(piece.find(name), -len(name), name) for name, kind in _names().items() if taxes or kind != "tax"]
    return min((one for one in found if one[0] >= 0), default=(0, 0, ""))[2]


def is_tax(name: str) -> bool:
    """Whether the name is that of an article on taxes."""
    return _names().get(name) == "tax"


def opens_with_name(piece: str) -> bool:
    """Whether a name of the knowledge stands first: 印花税几个点."""
    return any(piece.startswith(name) for name in _names())


def phrase_before(piece: str, asking: re.Pattern[str]) -> str:
    """What stands before the asking words: 贷款贴息 of 贷款贴息几个点."""
    match = asking.search(piece)
    phrase = TAIL.sub("", piece[: match.start()]) if match else ""
    return phrase if LEAST <= len(phrase) <= 12 else ""


@cache
def _names() -> Mapping[str, str]:
    return {name: kind for name, kind in article_names().items() if len(name) >= LEAST}
