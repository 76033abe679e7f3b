"""Words of the trade mistyped by their sound: 小规摸, 高薪技术企业. Pinyin input makes these more than any other slip.

Only whole names of three characters or more and other words of four or more are mended, and only when each syllable is
the same: shorter ones have too many neighbours that mean something (研发不达标 is no 研发部).
"""

import re
from functools import cache

from assistant.understand.lexicon import lexicon

SHORTEST_NAME, SHORTEST = 3, 4
SPOKEN = re.compile(r"[搞做投花上交缴能开卖赚融就是]")  # everyday phrases are no terms that could be mistyped


def mended(text: str) -> str:
    """The text with words of the lexicon in the place of what only sounds like them. `text` is normalised."""
    sounds = [_sound(char) for char in text]
    known, words, lengths = _words()
    at = 0
    while at < len(text):
        for length in lengths:
            said = text[at : at + length]
            meant = known.get(tuple(sounds[at : at + length])) if len(said) == length else None
            if meant is not None:
                meant = said if said in words else meant
                text = text[:at] + meant + text[at + length :]
                at += length - 1
                break
        at += 1
    return text


@cache
def _words() -> tuple[dict[tuple[str, ...], str], frozenset[str], tuple[int, ...]]:
    """Sound → word, the words themselves, and their lengths, longest first."""
    words = lexicon()
    names = [word for word, _ in (*words.programmes, *words.taxes) if len(word) >= SHORTEST_NAME]
    terms = [word for word in words.owner if len(word) >= SHORTEST and not SPOKEN.search(word)]
    terms += [word for word, value in words.owner.items() if value[1] and len(word) >= SHORTEST_NAME]  # 小规模
    fit = [word for word in (*names, *terms) if all(_is_han(char) for char in word)]
    known: dict[tuple[str, ...], str] = {}
    for word in fit:
        known.setdefault(tuple(map(_sound, word)), word)
    return known, frozenset(fit), tuple(sorted({len(word) for word in fit}, reverse=True))


def _is_han(char: str) -> bool:
    return "一" <= char <= "\u9fff"


@cache
def _sound(char: str) -> str:
    """The syllable of a character without its tone; other characters sound like themselves."""
    if not _is_han(char):
        return char
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(char)[0])
