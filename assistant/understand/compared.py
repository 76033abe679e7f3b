"""Comparisons taken apart: 科小跟高企有效期各多长 asks the same of two things, 2025年和2026年差在哪 of two years."""

import re
from functools import cache

from pydantic import BaseModel, ConfigDict

from assistant.understand.cues import ASKING
from assistant.understand.entities import CITIES, PROVINCES
from assistant.understand.lexicon import lexicon
from assistant.understand.ways import WAY
from knowledge.ingest.shipped import article_names

AND = r"(?:和|跟|与|(?<!合)同|对比|比起|还是|\s*(?:vs|VS)\.?\s*|、)"
MORE = (
    r"(?:更|要求|比较|最|的)*(?:高|低|多|少|严格?|宽松?|快|慢|久|长|短|划算|合算|贵|便宜|省税|省钱|省|重|轻|大|小)"
    r"(?:一?[些点])?"
)
WHICH = r"(?:谁|哪个|边个|哪种|哪家|哪边|哪一?个)"
CHANGED = r"(?:有(?:没有?)?|有啥|有什么)?(?:变化|变动)(?:了?没有?|吗)?|变(?:了?没有?|没变|化?了?吗|了什么|在哪里?)"
COMPARES = re.compile(
    r"区别|不同|差别|差异|不一样|怎么比|一样(?=[吗么不长多高久没]|$)|各(?!种|项|类|地|位)|分别|差在哪|差(?:多[少大远]|几|距|一大截)|相差|vs|VS|对比|比较|哪个|"
    rf"{WHICH}{MORE}|{CHANGED}"
)
VERSIONS = re.compile(
    "新旧|[新旧老](?:标准|版|办法|规定)|之前|以前"
)  # told by the rule itself, which knows its version before
ASIDE = re.compile(
    r"上?(?:政策|规定)?有?(?:什么|啥|哪些)?(?:区别|不同|差别|差异)(?:是(?:什么|啥)|在哪里?|吗|么|呢)?|差在哪里?|相?差(?:多[少大远]|一大截)|差距(?:有?多[少大]|是多少)?|"
    r"有?(?:什么|啥)?不一样(?:吗|的?地方)?|(?:是不是|还)?一样[长多高久]?[吗么不]|怎么比|都(?=[要是])|两[种个边者]|比(?=[，,])|"
    rf"各[是要]?|分别[是要]?|对比(?:一下)?|比较(?:一下)?|{WHICH}(?:[一-龥]{{1,2}}得)?{MORE}|{CHANGED}"
)
LEAD = re.compile(r"^(?:在|对|里的?|关于)")
APART = re.compile(r"相?差(?=几)")
YEARS = re.compile(rf"(?<!\d)(?:20)?(\d\d)年?{AND}(?:20)?(\d\d)年|(?<!\d)20(\d\d){AND}20(\d\d)(?![\d-])")
ALIKE = re.compile(
    rf"^(?P<one>[^，,。、和跟与]{{0,8}}?(?P<kind>[一-龥]{{2}})){AND}(?P<two>[^，,。、和跟与]{{1,8}}?(?P=kind))(?!、)"
)
PAIR = re.compile(
    rf"^(?P<one>[^，,。、？?和跟与]{{2,12}}?){AND}(?P<two>[^，,。、？?和跟与的哪谁]{{2,12}}?)(?P<rest>[，,的哪谁].+)$"
)
TOPIC = re.compile(
    r"(?<![^，,：:。])[^，,：:。？?和跟与]{2,16}[，,：:。]"
)  # 稳岗返还，大企业跟小公司…: what both are asked about
# Two cases, each a clause: 安排了但没达标，跟一个都没安排，残保金各几折.
CASES = re.compile(
    r"^(?P<one>[^，,？?]{2,14})[，,](?:跟|和|与)(?P<two>[^，,？?]{2,14})(?P<rest>[，,][^，,]*(?:各|分别|差)[^，,]*)$"
)
LED = 40  # letters of what both are asked about before the pair
BRACKETED = re.compile(r"[（(][^）)\d]*[）)]")
LITTLE = 2  # letters below which nothing particular is asked: 高企和科小有什么区别


class Comparison(BaseModel):
    """What is compared, and the question put to each; both in the order of the message. `years` when days differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    things: tuple[str, str]
    questions: tuple[str, str]
    about: str
    years: tuple[int, int] | None = None


def compared(text: str) -> Comparison | None:
    """The comparison a normalised message asks for, or None. The things are programmes, years, or a pair put first."""
    text = BRACKETED.sub("", text)
    first, _, behind = text.replace("?", "？").partition("？")
    if COMPARES.search(first) and not ASKING.search(behind):
        text = first  # what is said behind it asks nothing
    if not COMPARES.search(text) or VERSIONS.search(text):
        return None
    if found := YEARS.search(text):
        one, two = (f"20{year}年" for year in found.groups() if year)
        made = _made(text, (one, two), found[0])
        return made and made.model_copy(update={"years": (int(one[:4]), int(two[:4]))})
    if (named := _two_named().search(text)) and not text[: named.start()].endswith("、"):
        between = named["between"] or ""
        rest = text.replace(named[0], f"{{}}{between}", 1)
        return _made(rest, (named["one"], named["two"]), "{}")
    if places := _two_places().match(text):
        return _made(f"{{}}{places['rest']}", (places["one"], places["two"]), "{}")
    if cases := CASES.match(text):
        return _made(f"{{}}{cases['rest']}", (cases["one"], cases["two"]), "{}")
    for topic in TOPIC.finditer(text):
        if topic.start() < LED and (both := _paired(text[topic.end() :])):
            first, second = (f"{text[: topic.end()]}{question}" for question in both.questions)
            return both.model_copy(update={"questions": (first, second)})
    return _paired(text)


def _paired(text: str) -> Comparison | None:
    """A pair put first: 厂房出租跟自用，房产税差多少."""
    if pair := ALIKE.match(text) or PAIR.match(text):
        two = ASIDE.sub("", pair["two"])
        if len(two) >= LITTLE and not ASIDE.search(pair["two"][: pair["two"].find(two)]):
            return _made(f"{{}}{text[pair.end('two') :]}", (pair["one"], two), "{}")
    return None


def _made(text: str, things: tuple[str, str], span: str) -> Comparison | None:
    about = LEAD.sub("", _asked(text.replace(span, "", 1))).strip("的 ")
    if len(about) < LITTLE:
        return None  # 科小和高企有什么区别 asks for everything: the articles tell it
    first, second = (_asked(text.replace(span, thing, 1)) for thing in things)
    return Comparison(things=things, questions=(first, second), about=about)


def _asked(text: str) -> str:
    """A question without the words of comparing."""
    return re.sub(r"[，,]{2,}", "，", ASIDE.sub("", APART.sub("", text))).strip("，,。？? ")


@cache
def _two_places() -> re.Pattern[str]:
    """Two places put first, joined or side by side: 北京上海社保基数哪个高."""
    place = "|".join((*CITIES, *PROVINCES))
    return re.compile(rf"^(?P<one>{place})[市省]?{AND}?(?P<two>{place})(?!、|和|跟)(?P<rest>[市省]?.+)$")


@cache
def _two_named() -> re.Pattern[str]:
    """Two names that the knowledge has, with the numbered way of each: 科创板第四套和创业板第三套."""
    names = {word for word, _ in lexicon().programmes} | {word for word, _ in lexicon().regional}
    names |= {name for name in article_names() if len(name) >= LITTLE}
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    way = re.sub(r"\?P<\w+>", "?:", WAY.pattern)
    thing = rf"(?:{known})(?:{way})?"
    between = r"(?P<between>[^，,。？?、和跟与还\d]{2,8}?)"
    return re.compile(rf"(?P<one>{thing}){between}?{AND}(?P<two>{thing})(?!、|和|跟)")
