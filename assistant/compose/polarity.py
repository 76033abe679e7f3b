"""What a clause denies: the stretches of it that stand under a negation, and which way its figures bound.

A second negation over the same words takes the first one back (不得拒绝). A bound (不超过, 以内) is no negation.
"""

import re
from itertools import pairwise

BOUND = re.compile(
    r"不[得能可要]?(?:超过|低于|少于|高于|多于|大于|小于|晚于|早于|迟于)|[未没](?:有)?(?:超过|达到|到|满|过(?!半))|"
    r"不[足满够到](?=\s?\d|[一二三四五六七八九十百千万半])|凑不够"
)
MASKED = re.compile(
    r"(?P<ask>[\u4e00-\u9fff])不(?P=ask)|是否|能否|可否|不论|无论|不管|不分|不仅|不但|不只|不光|不过(?!\d)|不动产|不同|"
    r"不[得能可]不|不久|无形|无限|非货币|非营利|未来|未成年|不正当|不定|不少(?!于)|无固定|不断|免税|免征额|"
    r"不可抗力|不良|无偿|无理由|不特定|不溯及|不合[理格]|不当(?=[^事])|不实|不明确|不法|不利"
)
DENIES = re.compile(
    r"不符合|不[得能可予准会再是算属视适享受计包含发需用必要许享看受]|并非|并不|无[需须]|[没未](?:有|经|曾|能)?|"
    r"[不无]|(?<!除)非|免[于予去交缴收报征]?|禁止|拒绝|妨碍|影响|误以为|误认为|以为|杜绝|剔除|排除"
)
LIMITS = re.compile(r"或者?|但是?|而|才|(?<!只)就(?!业)|[则即也却]|又|；")
STATE = re.compile(r"[没未]|不$|不符合")  # what is so, not what may be
DUTY = re.compile(r"不[得能可予准会许]|禁止|无[需须]")
LIMITS_OF_DUTY = re.compile(LIMITS.pattern.replace("或者?|", ""))
LIMITS_OF_STATE = re.compile(rf"{LIMITS.pattern}|的(?!$)")  # 没有填报的取消资格
AFTERWARDS = re.compile(
    r"除外|(?:是)?两(?:回|码)事|无关|[\u4e00-\u9fff]不(?:上|了|到|着|成|起|动|行)(?:的)?$|免(?:的|掉|了)?$|没(?:有)?(?:它|他|份)"
)
APART = re.compile(r"除(?:了)?(.+?)(?:之外|以外|外)")
UP = r"(?:超过|高于|多于|大于|不[得能可]?(?:低于|少于|小于|早于)|至少|最少|最低|不下|满|达到|达)"
DOWN = (
    r"(?:不[得能可要]?(?:超过|高于|多于|大于|晚于|迟于)|低于|少于|小于|不足|不满|不到|不够|至多|最多|最高|最长|"
    r"[未没](?:有)?(?:超过|达到|到|满))"
)
OPPOSED = ({"up", "down"}, {"before", "after"})
BEFORE_FIGURE = re.compile(rf"(?:(?P<down>{DOWN})|(?P<up>{UP}))[^\d一二三四五六七八九十百千万,;。|]{{0,4}}$")
AFTER_FIGURE = re.compile(
    r"^[\s%％]*(?:个?(?:万|亿|千|百)?(?:元|人|分|倍|年|月|周|天|日|小时|项|件|名|户|家|工作日|自然日|个月|平方米|点)?)(?:整)?(?:之|以)?"
    r"(?:(?P<down>[内下])|(?P<up>上)|(?P<before>前)|(?P<after>[后起]))"
)


def opened(clause: str, *, bounds: bool = True) -> str:
    """The clause with what only looks like a negation blanked, bounds (不超过) too if asked; of the same length."""
    plain = MASKED.sub(_blank, clause)
    return BOUND.sub(_blank, plain) if bounds else plain


def denied(clause: str) -> list[bool]:
    """For each letter of the clause, whether it stands under an odd number of negations."""
    open_text = opened(clause)
    odd = [False] * len(clause)
    marks = list(DENIES.finditer(open_text))
    for mark, following in pairwise([*marks, None]):
        assert mark is not None
        end = len(clause)
        limits = LIMITS_OF_STATE if STATE.match(mark[0]) else LIMITS_OF_DUTY if DUTY.match(mark[0]) else LIMITS
        if limit := limits.search(open_text, mark.end()):
            end = limit.start()
        if following and following.start() - mark.end() >= 2 and _first_of_two(mark[0], following[0]):
            end = min(end, following.start())  # 未经审查不得发布: two things denied, not one denied twice
        _turn(odd, mark.start() + 1 if mark[0][0] in "不免" else mark.end(), end)
    for apart in APART.finditer(open_text):
        odd[apart.start(1) : apart.end(1)] = [True] * (apart.end(1) - apart.start(1))
    if after := AFTERWARDS.search(open_text):
        _turn(odd, 0, after.start() + 1)
    return odd


def denies(clause: str) -> bool:
    """Whether anything in it stands denied, or all of it is (70 分整不算)."""
    marks = {at for mark in DENIES.finditer(clause) for at in range(*mark.span())}
    if any(no and at not in marks for at, no in enumerate(denied(clause))):
        return True
    return bare(clause)


def bare(clause: str) -> bool:
    """Whether it denies without saying what (独占许可不算), so that its head is what it denies."""
    marks = [mark.end() for mark in DENIES.finditer(MASKED.sub(_blank, clause))]
    return bool(marks) and not any(letter >= "\u4e00" for letter in clause[marks[-1] :])


def direction(clause: str, start: int, end: int) -> str | None:
    """`up` (at least), `down` (at most), `before`, `after` or None: how the figure at `start`..`end` bounds."""
    if found := BEFORE_FIGURE.search(clause[:start]):
        return "down" if found["down"] else "up"
    if found := AFTER_FIGURE.search(clause[end:]):
        return found.lastgroup
    return None


def _first_of_two(first: str, second: str) -> bool:
    return first[0] in "未没不无非" and second[0] in "不"


def _turn(odd: list[bool], start: int, end: int) -> None:
    for at in range(start, end):
        odd[at] = not odd[at]


def _blank(match: re.Match[str]) -> str:
    return "\u3000" * len(match[0])
