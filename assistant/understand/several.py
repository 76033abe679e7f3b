"""Several questions in one message: 所得税几个点，亏损几年，另外科小能不能直通 are three, each with what it is about.

Each comes out as a sentence that stands alone: the circumstances told in the message, the subject of the question
before when it names none of its own, and its own words.
"""

import re

from assistant.understand.entities import find_entities
from assistant.understand.intent import on_trade
from assistant.understand.lexicon import find_mentions, lexicon

ASK = re.compile(
    r"多少|几(?!十|百|千|万|乎)|[吗么]$|什么|啥|怎么|怎样|如何|哪|多久|多长|多大|何时|"
    r"能不能|可不可以|要不要|用不用|需不需要|是不是|有没有|行不行|够不够|算不算|是否|[没不]$"
)
STOP = re.compile(r"[？?！!；;。\n：:]|[，,](?!\d{3})")
LEAD = re.compile(r"^(?:那么?|还有|另外|以及|而且|然后|顺便(?:问)?(?:一?下)?|再(?:就是|问)|请问|同时|并且)+[,，]?")
HELLO = re.compile(r"^(?:你好|您好|请问|在吗|谢谢.*|多谢.*|麻烦.*)$")
TOPIC = re.compile(r"^[^\d我]{1,10}(?:要求|占比|比例|分|条件|年限|门槛|标准|金额|材料|流程|费用|期限)$")
SLIGHT = 3  # letters besides the asking below which a question says nothing by itself: 谁负责, 第几条
MANY = 6


def several(text: str) -> tuple[str, ...]:
    """The questions of a normalised message, each made to stand alone; () when it asks one thing or nothing."""
    pieces = [LEAD.sub("", piece.strip()) for piece in STOP.split(text)]
    pieces = [piece for piece in pieces if piece and not HELLO.match(piece)]
    asks = [bool(ASK.search(piece)) for piece in pieces]
    if not any(asks):
        return ()
    topics = [bool(TOPIC.match(piece)) and not ask for ask, piece in zip(asks, pieces, strict=True)]
    if sum(topics) > 1:  # one alone is what the questions are about: 新旧标准，营收门槛分别多少
        asks = [ask or topic for ask, topic in zip(asks, topics, strict=True)]
    told = "，".join(piece for piece, ask in zip(pieces, asks, strict=True) if not ask)
    questions: list[str] = []
    subject = ""
    for piece in (piece for piece, ask in zip(pieces, asks, strict=True) if ask):
        own = _subject(piece)
        subject = own or subject
        if questions and not own and not _says_something(piece, bool(subject or told)):
            questions[-1] += f"，{piece}"
            continue
        questions.append("，".join(filter(None, (told, piece if own or not subject else f"{subject}{piece}"))))
    return tuple(questions) if 2 <= len(questions) <= MANY else ()


def _says_something(piece: str, has_ground: bool) -> bool:
    """Whether a question means something with its subject, or without any when none is known."""
    rest = ASK.sub("", piece)
    return len(rest) >= SLIGHT if has_ground else on_trade(piece) or bool(find_mentions(piece))


def _subject(piece: str) -> str:
    """The programme a question names, in its own words."""
    named = find_entities(piece).programmes
    words = [word for word, name in lexicon().programmes if name in named and word in piece]
    words += [word for word, _ in lexicon().regional if word in piece]
    return words[0] if words else ""
