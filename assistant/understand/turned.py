"""A question turned to another case: 北京呢 asks of 北京 what was asked of 上海, 下个月呢 of the next month."""

import re

from assistant.understand.entities import CITIES, PROVINCES

SWAP = re.compile(r"^(?:那|那么)?(?:要是|如果是|如果|换成|改成)?(?P<what>[^？?呢]{1,16}?)呢[？?]?$")
KINDS = tuple(
    re.compile(words)
    for words in (
        "不含税|含税",
        r"[这本上下]个?月|(?<!\d)\d{1,2}月份?",
        "按月|按季|季度|月",
        "小规模纳税人|小规模|一般纳税人",
        r"\d[\d.,]*(?:万|亿|元)+",
        r"20\d\d年|去年|今年|前年|明年",
        f"(?:{'|'.join((*CITIES, *PROVINCES))})[市省]?",
        "养老(?!院|机构)(?:保险)?|医疗(?!器械|机构)(?:保险)?|医保|失业(?:保险)?|工伤(?:保险)?|生育(?:保险)?",
        "印花税|个人所得税|个税|企业所得税|增值税|消费税|契税|房产税|土地增值税|城建税|附加税",
    )
)


FILLING = re.compile("[的在是按]|换成|改成")
LITTLE = 2  # letters beside what is named from which more than it is asked: 北京的社保呢


def turned(last: str, what: str) -> str | None:
    """The last question with what is named now in the place of what was of its kind. None where nothing of the kind is
    named, or more than that, or nothing would change.
    """
    for kind in KINDS:
        found = kind.search(what)
        if found and kind.search(last):
            whole = kind.sub(found[0], last, count=1)
            return whole if len(FILLING.sub("", what.replace(found[0], "", 1))) < LITTLE and whole != last else None
    return None
