"""Comparisons taken apart: 科小跟高企有效期各多长 asks the same of two things, 2025年和2026年差在哪 of two years."""

import re

from pydantic import BaseModel, ConfigDict

from assistant.understand.lexicon import lexicon

AND = r"(?:和|跟|与|同|对比|比起|还是|vs|VS|、)"
COMPARES = re.compile(r"区别|不同|差别|差异|一样|各(?!种|项|类|地|位)|分别|差在哪|差多少|相差|对比|比较|哪个")
ASIDE = re.compile(
    r"(?:政策|规定)?(?:有)?(?:什么|啥|哪些)?(?:区别|不同|差别|差异)(?:是什么|在哪里?|吗|么|呢)?|差在哪里?|差多少|一样吗|各(?:是)?|分别(?:是)?|对比(?:一下)?|比较(?:一下)?"
)
YEARS = re.compile(rf"(?<!\d)(?:20)?(\d\d)年?{AND}(?:20)?(\d\d)年")
ALIKE = re.compile(
    rf"^(?P<one>[^，,。和跟与]{{0,8}}?(?P<kind>[一-龥]{{2}})){AND}(?P<two>[^，,。和跟与]{{1,8}}?(?P=kind))"
)
PAIR = re.compile(
    rf"^(?P<one>[^，,。？?和跟与]{{2,12}}?){AND}(?P<two>[^，,。？?和跟与的]{{2,12}}?)(?P<rest>[，,的].+)$"
)


class Comparison(BaseModel):
    """What is compared, and the question put to each; both in the order of the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    things: tuple[str, str]
    questions: tuple[str, str]
    about: str


def compared(text: str) -> Comparison | None:
    """The comparison a normalised message asks for, or None. The things are programmes, years, or a pair put first."""
    if not COMPARES.search(text):
        return None
    if years := YEARS.search(text):
        return _made(text, (f"20{years[1]}年", f"20{years[2]}年"), years[0])
    words = [re.escape(word) for word, _ in lexicon().programmes]
    named = re.search(rf"({'|'.join(words)}){AND}({'|'.join(words)})", text)
    if named:
        return _made(text, (named[1], named[2]), named[0])
    if pair := ALIKE.match(text) or PAIR.match(text):
        return _made(text, (pair["one"], pair["two"]), text[: pair.end("two")])
    return None


def _made(text: str, things: tuple[str, str], span: str) -> Comparison | None:
    about = ASIDE.sub("", text.replace(span, "", 1)).strip("，,。？?的 ")
    if len(about) < 2:
        return None  # 科小和高企有什么区别 asks for everything: the articles tell it
    first, second = (ASIDE.sub("", text.replace(span, thing, 1)).strip("，,。？? ") for thing in things)
    return Comparison(things=things, questions=(first, second), about=about)
