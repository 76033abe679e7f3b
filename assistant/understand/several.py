"""Several questions in one message: 所得税几个点，亏损几年，另外科小能不能直通 are three, each with what it is about.

Each comes out as a sentence that stands alone: the circumstances told in the message, the subject of the question
before when it names none of its own, and its own words.
"""

import re

from pydantic import BaseModel, ConfigDict

from assistant.understand.intent import on_trade
from assistant.understand.lexicon import find_mentions
from assistant.understand.subjects import is_tax, name_in, opens_with_name, phrase_before, programme_named
from assistant.understand.turned import SWAP, turned
from retrieval.wording import content

ASK = re.compile(
    r"多少|几(?!十|百|千|万|乎)|[吗么呢]$|什么(?!的)|啥(?!的)|怎么|怎样|咋|如何|哪|多久|多长|多大|何时|[归由]谁|谁[来归负高低]|"
    r"能不能|可不可以|要不要|用不用|需不需要|是不是|有没有|行不行|够不够|算不算|([交缴免报用要能])不\1|是否|[没不]$|后果"
)
STOP = re.compile(r"[？?！!；;。\n：:]|[，,](?!\d{3}(?!\d))")
NUMBERED = re.compile(
    r"(?:^|(?<=[^\d.第〔]))[（(]?(?:[1-9]|[一二三四五六])[)）.、．](?!\d)|(?:^|[，,。；;：:？?])(?:第?[一二三四五六]是?|其[一二三四])(?:[，,、是：:])"
)
JOINED = re.compile(r"还有(?!多|几)|另外|顺便|以及|再(?:就是|问|说一?[下说])|同时|然后|再帮我?看")
SURE_END = re.compile(r"(?<=[吗呢])(?=[一-龥A-Za-z]{4})")
ASKED_AMOUNT = re.compile(r"几(?:年|个?月|个点|天|日|号|分)|多少(?:钱|天|年|分)?|多久|怎么(?:办|算|交)|怎样")
NEXT = re.compile("到期|期满|有效期|逾期")  # what a second question of a run-on opens with
LEAD = re.compile(
    r"^(?:那么?|还有|另外|以及|而且|然后|顺便|再(?:就是|问|说)|请问|同时|并且|我?(?:也|还)?想(?:问|请教|知道|了解)|请教|问)+(?:一?下|下|问|请教)*(?:就是|说|的?是)?[,，:：]?"
)
HELLO = re.compile(
    r"^(?:你好|您好|请问|在吗|谢谢.*|多谢.*|麻烦.*|一起说.*|(?:帮我|麻烦你?)?(?:列|说|讲)一?下|(?:老板|客户|领导)?.{0,4}(?:催着|等着)?问.{0,6})$"
)
TOPIC = re.compile(r"^[^\d我]{1,16}(?:要求|占比|比例|分|条件|年限|门槛|标准|金额|材料|流程|费用|期限|有效期|市值)$")
# 证书几年, 证管几年: how long a paper is good for, in the words of those who hold one.
GOOD_FOR = re.compile(r"(?P<paper>证书?|许可|资质)(?:能?[管用]|好使|有效)?(?P<asks>几年|多久|多少年)(?:有效)?$")
BARE_TERM = re.compile("有效期$")
LISTED = re.compile(
    r"^(?P<head>.*?)(?P<items>[一-龥]{1,6}?(?P<kind>[一-龥])(?:[、和跟][一-龥]{1,6}?(?P=kind))+)(?P<rest>[^、]*?(?:各|分别|都)[^、]*)$"
)
# 劳务派遣证：注册资本、有效期、派遣工占比上限，一起说下: what is to be told stands as a list, asked for at its end.
TOLD = re.compile(
    r"^(?P<head>(?:.*[：:])?)(?P<items>[^，,。；;：:？?、]{2,12}(?:[、；;][^，,。；;：:？?、]{2,12})+)"
    r"[，,](?P<rest>(?:一起|都|各|分别|全部|帮我|麻烦)[^，,。；;：:？?、]{0,8})[。？?]?$"
)
TO_TELL = re.compile("一起|全部|帮我|麻烦")
LOOSE = re.compile(r"\s*(?P<mark>[：:；;])[；;\s]*")  # ：① leaves two marks
MOST = 12  # letters of what a list is of
SLIGHT = 3  # letters besides the asking below which a question says nothing by itself: 谁负责, 第几条
LITTLE = 4  # letters of content below which a question that names nothing goes on about the one before
MANY = 6


class Asked(BaseModel):
    """`own` is the question as it was put, `text` the same made to stand alone with the subject it `carries`.

    `open`: it names no subject, and none was named before it; what the question before was about may be its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    own: str
    text: str
    carries: str = ""
    open: bool = False


def several(text: str) -> tuple[str, ...]:
    """The questions of a normalised message, each made to stand alone; () when it asks one thing or nothing."""
    return tuple(asked.text for asked in questions_in(text))


def questions_in(text: str) -> tuple[Asked, ...]:
    """As `several`, with each question's own words."""
    pieces = [LEAD.sub("", piece.strip()) for piece in _pieces(_spelled_out(text))]
    pieces = [piece for piece in pieces if piece and not HELLO.match(piece)]
    asks = [bool(ASK.search(piece)) for piece in pieces]
    topics = [bool(TOPIC.match(piece)) and not ask for ask, piece in zip(asks, pieces, strict=True)]
    if not any(asks) and sum(topics) < 2:
        return ()
    if sum(topics) > 1:  # one alone is what the questions are about: 新旧标准，营收门槛分别多少
        asks = [ask or topic for ask, topic in zip(asks, topics, strict=True)]
    told = "，".join(piece for piece, ask in zip(pieces, asks, strict=True) if not ask)
    holder = name_in(told, taxes=False)
    questions: list[Asked] = []
    subject = ""
    asking = [piece for piece, ask in zip(pieces, asks, strict=True) if ask]
    for piece in (each for one in asking for each in _each_of_list(one)):
        own = _subject(piece, subject or holder)
        if questions and (said := SWAP.match(piece)) and (whole := turned(questions[-1].text, said["what"])):
            questions.append(Asked(own=whole, text=whole))  # 公积金上海最高多少，北京呢
            continue
        if questions and not own and not _says_something(piece, bool(subject or told)):
            last = questions[-1]
            questions[-1] = last.model_copy(update={"own": f"{last.own}，{piece}", "text": f"{last.text}，{piece}"})
            continue
        carries = "" if own or not subject or subject in piece else subject
        whole = BARE_TERM.sub("有效期几年", GOOD_FOR.sub(r"\g<paper>有效期\g<asks>", f"{carries}{piece}"))
        own_words = bool(own or subject or told) or piece.endswith("呢")  # 开奶茶店呢 names what it turns to
        if whole == piece and questions and not own_words and sum(map(len, content(piece))) <= LITTLE:
            whole = f"{questions[-1].own}，{piece}"  # 拖欠工资可以走人吗，能要补偿吗: for what, stands before
        questions.append(
            Asked(
                own=piece,
                text="，".join(filter(None, (told, whole))),
                carries=carries,
                open=bool(questions) and not (own or subject or told),
            )
        )
        subject = own or subject or ("" if name_in(told, taxes=True) else phrase_before(piece, ASK))
    return tuple(questions) if 2 <= len(questions) <= MANY else ()


def _spelled_out(text: str) -> str:
    """A list with its asking at the end as so many questions, each with what the list is of."""
    match = TOLD.match(LOOSE.sub(r"\g<mark>", text))
    if match is None or ASK.search(match["items"]):
        return text
    asks = re.sub("一起|都|各|分别|全部|帮我|麻烦", "", match["rest"])
    if not ASK.search(asks):
        if not TO_TELL.search(match["rest"]):
            return text  # 增值税、城建税、印花税，都交过了
        asks = "是多少"
    last = STOP.split(match["head"].rstrip("：:"))[-1]
    of = name_in(match["head"], taxes=True) or ("" if HELLO.match(last) or len(last) > MOST else last)
    items = "；".join(f"{of}{item}{asks}" for item in re.split("[、；;]", match["items"]))
    return items if of and not re.search(r"\d", match["head"]) else f"{match['head']}{items}"


def _each_of_list(piece: str) -> list[str]:
    """招待费、广告费、福利费税前各能扣多少 asks the same of each; things of one kind end alike."""
    match = LISTED.match(piece)
    if match is None:
        return [piece]
    rest = re.sub("各|分别|都", "", match["rest"])
    return [f"{match['head']}{item}{rest}" for item in re.split("[、和跟]", match["items"])]


def _pieces(text: str) -> list[str]:
    """Parted at sentence marks and numbers, and where one question plainly follows another without any mark."""
    numbered = NUMBERED.findall(text)
    if len(numbered) > 1:
        text = NUMBERED.sub("；", text)
    found = []
    for clause in STOP.split(text):
        if not clause:
            continue
        for part in _where_both_ask(JOINED.split(clause), clause):
            for piece in _where_both_ask(part.split("、"), part):
                found += [one for cut in SURE_END.split(piece) for one in _at_names(cut)]
    return found


def _where_both_ask(parts: list[str], whole: str) -> list[str]:
    """The parts when at least two of them ask; what asks nothing stays with the one after it."""
    if sum(bool(ASK.search(part)) for part in parts) < 2:
        return [whole]
    return [part for part in parts if part]


def _at_names(piece: str) -> list[str]:
    """高企证书几年所得税几个点: a name right behind an asked amount opens the next question."""
    for match in ASKED_AMOUNT.finditer(piece):
        rest = piece[match.end() :]
        if ASK.search(rest) and (opens_with_name(rest) or NEXT.match(rest)):
            return [piece[: match.end()], *_at_names(rest)]
    return [piece]


def _says_something(piece: str, has_ground: bool) -> bool:
    """Whether a question means something with its subject, or without any when none is known."""
    rest = ASK.sub("", piece)
    enough = len(rest) >= SLIGHT or bool(GOOD_FOR.search(piece))
    if has_ground:
        return enough
    return (enough and bool(ASK.search(piece))) or on_trade(piece) or bool(find_mentions(piece))


def _subject(piece: str, subject: str) -> str:
    """What a question names itself. A tax is no subject of its own after another: 高企几年，所得税几个点."""
    return programme_named(piece) or name_in(piece, taxes=not name_in(subject, taxes=True) or is_tax(subject))
