"""Words of a question and of a text: character bigrams, synonyms, and what carries no meaning in a question."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

ASKING = (
    "到什么时候|到啥时候|什么时候|啥时候|能往后|可以往后|请问一下|请问|想问|问一下|是什么意思|什么意思|是什么|有什么|为什么|什么|怎么样|怎么办|咋办|咋|怎么|怎样|如何|哪些|哪个|哪里|"
    "多久|多少|多长时间|多长|几年内|最迟|最晚|最早|是不是|能不能|可不可以|要不要|有没有|行不行|会不会|可以|能否|是否|需要|应该|必须|"
    "我们|我司|我想|咱们|咱|我|你们|你|您|吗|呢|啊|吧|呀|啦|嘛|的|是|这个|那个|一个|告诉|规定|现在|目前|今年|帮我"
)  # single characters only where they are never part of a term: 会 is in 社会, 请 in 申请, 就 in 就业
STOP = re.compile("|".join(sorted(ASKING.split("|"), key=len, reverse=True)))
KEPT = re.compile(r"[^\w]+|_")
# Punctuation that stays punctuation in any width. Taken out first, most texts are left in half-width form, and to see
# that costs a tenth of making it.
MARKS = re.compile(r"[\s_!-/:-@\[-`{-~·“”‘’…—、。，；：？！（）《》〈〉「」『』【】〔〕％]+")
ASKED = 512  # questions whose words are kept: a search takes them apart again and again


def simplified(text: str) -> str:
    """The question in the characters the texts are written in."""
    try:
        text.encode("gb2312", errors="strict")
    except UnicodeEncodeError:
        return str(_converter().convert(text))
    return text


def plain(text: str) -> str:
    """Half-width, lower case, without spaces and punctuation."""
    letters = unicodedata.normalize("NFKC", MARKS.sub("", text)).lower()
    return letters if letters.isalnum() else KEPT.sub("", letters)


def bigrams(text: str) -> list[str]:
    letters = plain(text)
    return [letters[i : i + 2] for i in range(len(letters) - 1)] or ([letters] if letters else [])


@lru_cache(ASKED)
def content(question: str) -> tuple[str, ...]:
    """The question's runs of meaning, without the words of asking."""
    spread = KEPT.sub(" ", unicodedata.normalize("NFKC", question).lower())
    return tuple(STOP.sub(" ", spread).split())


def grams_of(question: str) -> tuple[str, ...]:
    """The bigrams of what the question is about."""
    return tuple(dict.fromkeys(gram for run in content(question) or (plain(question),) for gram in bigrams(run)))


@lru_cache(ASKED)
def expanded(question: str) -> tuple[str, ...]:
    """The texts' own terms for what the question says in everyday words."""
    letters = plain(question)
    found = [meant for said, meant in _synonyms().items() if said in letters and meant not in letters]
    return tuple(dict.fromkeys(term for meant in found for term in meant.split() if term not in letters))


@lru_cache(ASKED)
def spoken_for(question: str, term: str) -> str:
    """What the question said for a term that `expanded` added."""
    letters = plain(question)
    return " ".join(said for said, meant in _synonyms().items() if said in letters and term in meant.split())


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _synonyms() -> dict[str, str]:
    path = Path(__file__).with_name("synonyms.yaml")
    loaded: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {plain(said): meant for said, meant in loaded.items()}
