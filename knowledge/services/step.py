"""The one step a question in plain words means: 高企第三步, 刻章那步, 代账交接 — and what of it is asked."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from knowledge.services.mention import plain
from knowledge.services.values import Catalogue, Service, SopStep

ASKED = {
    "materials": r"材料|资料|带(?:什么|啥)|清单"
    r"|(?:准备|提供|交|收|备|要|带)(?:些|哪些)?(?:什么|啥|哪些)(?!时候|条件|要求|资格|手续)",
    "days": r"几天|多少天|多长时间|多久|几个?工作日|时限|期限|几号前|哪天前|拖几天|天数|要多长|最迟",
    "evidence": r"凭证|留痕|留(?:存|档|底)|存档|上传|传(?:什么|啥|哪些)|拍照|证据|交付物|几份|拿什么证明",
    "example": r"举个?例|例子|样例|示例|比如|长(?:什么|啥)样|打个比方",
    "what": r"(?:做|干|弄|交代|交底)(?:些|哪些)?(?:什么|啥)",
    "who": r"谁(?:来|去|做|办|负责|弄|跟)|归谁|外包|分包|转包|给合作方|哪边做",
    "checks": r"检查|核对什么|注意|容易错|常见(?:问题|错)|坑|卡在|卡住|驳回|退回|失败|查什么|把关",
}
READ = {name: re.compile(pattern) for name, pattern in ASKED.items()}
STEP = re.compile(
    r"第([一二三四五六七八九十两\d]+)(?:个)?(?:步骤?|环节|阶段)|(最后|末尾)一?(?:步|个?环节)|(头|首)一?步"
)
MENTIONS_STEP = re.compile(r"步骤?|环节|阶段|SOP|流程", re.I)
# 要不要寄纸质材料 asks about a rule; 能不能外包 is a step's own.
WHETHER = re.compile(r"要不要|需不需要|用不用|是不是|必须")
FILLER = re.compile(
    r"[第这那哪]?[一二三四五六七八九十\d]*[个]?(?:步骤?|环节|阶段|的时候)|SOP|流程|请问|一般|大概|大约|差不多|客户|[那这]边|弄完|办完|做完|下来|能|[以之]后|[以之]前|我们|咱们?|需要|应该|可以|怎么(?:做|办|弄|搞)?|如何"
    r"|什么|哪些|多少|是不是|能不能|要不要|[的了吗呢啊吧要给让先把去来是有和跟与在做办弄搞得里,，。？?！!、：: ]",
    re.I,
)
# What is left of a service's name when the words every service has are taken away: 高企申报 → 高企.
COMMON = re.compile(
    "企业|认定|申报|辅导|代办|办理|登记|服务|注册|申请|代理|评估|评价|入库|全包|流程|许可证?|方案设计|设计|认证|贯标|变更|体系"
    "|[办做想开]个?|帮我们?|一?[个家]"
)
WEIGHTS = ((3.0, "name"), (2.0, "evidence"), (1.5, "what"), (1.2, "materials"), (0.8, "checks"))
ENOUGH, ENOUGH_NAMED, MARGIN = 0.55, 0.25, 1.15


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    service: Service
    step: SopStep


@dataclass(frozen=True, slots=True)
class StepFound:
    """`asked`: of materials, days, evidence, example, what, who, checks; empty when the step itself is asked."""

    service: Service
    step: SopStep
    asked: tuple[str, ...]


def find_step(catalogue: Catalogue, text: str, about: Sequence[str] = ()) -> StepFound | None:
    """`about`: ids of services the conversation or a programme named points at, used when the words name none.

    None when no step stands out: a wrong step is worse than the whole procedure.
    """
    words = plain(text)
    index = _index(catalogue.services)
    named = index.named(words)
    asked = asked_of(words)
    if (place := STEP.search(words)) is not None:
        services = named or {service: [] for service in catalogue.services if service.id in about}
        return _numbered([*services], place, asked)
    if MENTIONS_STEP.search(words) is None and (not asked or (WHETHER.search(words) and asked == ("materials",))):
        return None
    # 高企专项审计 is a service and a step of another: each name is tried as the service, the rest as the step.
    mentioned = index.mentioned(words)
    tries = [index.best(_rest(words, names), (one,)) for one, names in mentioned.items()]
    if not any(tries):
        tries = [index.best(_rest(words, (name,)), (one,)) for one, names in mentioned.items() for name in names]
    if not named:
        known = tuple(service for service in catalogue.services if service.id in about)
        tries = [index.best(_rest(words, ()), known) if known else None, index.best(_rest(words, ()), ())]
    found = max((one for one in tries if one is not None), key=lambda one: one.score, default=None)
    return None if found is None else StepFound(found.service, found.step, asked)


def asked_of(text: str) -> tuple[str, ...]:
    """What of a step a text asks for; empty when the step itself is asked."""
    return tuple(name for name, pattern in READ.items() if pattern.search(plain(text)))


def name_service(catalogue: Catalogue, text: str) -> Service | None:
    """The one service a text names, by a short name too (注销, 高企); None when it names none or several."""
    named = _index(catalogue.services).named(plain(text))
    return next(iter(named)) if len(named) == 1 else None


def step_number(text: str) -> int | None:
    """The number a text gives a step, whether or not there is such a step: 第九步 is 9."""
    place = STEP.search(plain(text))
    return _number(place[1]) if place is not None and place[1] else None


def _numbered(services: Sequence[Service], place: re.Match[str], asked: tuple[str, ...]) -> StepFound | None:
    """第三步 of the one service named; None when several are, or when it has no such step."""
    if len(services) != 1:
        return None
    steps = services[0].sop.steps
    number = len(steps) if place[2] else 1 if place[3] else _number(place[1])
    found = next((step for step in steps if step.no == number), None)
    return None if found is None else StepFound(services[0], found, asked)


def _number(text: str) -> int:
    """1 to 19, as digits or in words; 0 for anything else, which no step has."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digits = "零一二三四五六七八九"
    text, base = (ones, 10) if ten and not tens else (text.replace("两", "二"), 0)
    return base + (digits.index(text) if text and text in digits else 0)


def _rest(words: str, names: Iterable[str]) -> str:
    """What is left to tell the step: without the service's name, the question and the little words."""
    for name in sorted(names, key=len, reverse=True):
        words = words.replace(name, "|")
    for pattern in READ.values():
        words = pattern.sub("|", words)
    return FILLER.sub("|", words)


class _Index:
    """Pairs of characters of every step, with how few steps have them."""

    def __init__(self, services: tuple[Service, ...]) -> None:
        self._services = services
        self._weights = {(service.id, step.no): _pairs_of(step) for service in services for step in service.sop.steps}
        counted = Counter(pair for pairs in self._weights.values() for pair in pairs)
        self._rare = {pair: log((len(self._weights) + 1) / count) for pair, count in counted.items()}
        self._unseen = log(len(self._weights) + 1)
        self._names = {service.id: _short_names(service) for service in services}

    def mentioned(self, words: str) -> dict[Service, list[str]]:
        """Services by every name of theirs that stands in the words."""
        found = {s: [name for name in self._names[s.id] if name in words] for s in self._services}
        return {service: names for service, names in found.items() if names}

    def named(self, words: str) -> dict[Service, list[str]]:
        """Of them those whose name isn't part of a longer one: 高企专项审计 isn't 高企."""
        found = self.mentioned(words)
        every = {name for names in found.values() for name in names}
        whole = {name for name in every if not any(name != other and name in other for other in every)}
        return {service: names for service, names in found.items() if whole & set(names)}

    def best(self, rest: str, services: Sequence[Service]) -> "_Scored | None":
        """The step the words are about, of the services or of all; None when none stands out."""
        wanted = [pair for part in rest.split("|") for pair in _pairs(part)]
        ranked = sorted(
            (
                _Scored(self._score(service, step, wanted), service, step)
                for service in services or self._services
                for step in service.sop.steps
            ),
            key=lambda one: -one.score,
        )
        first, second = ranked[:2]
        pairs = self._weights[first.service.id, first.step.no]
        mass = sum(self._rare.get(pair, self._unseen) for pair in wanted)
        covered = sum(self._rare[pair] for pair in wanted if pair in pairs) / mass if mass else 0.0
        sure = covered >= (ENOUGH_NAMED if services else ENOUGH) and first.score >= second.score * MARGIN
        return first if sure and first.score > 0 else None

    def _score(self, service: Service, step: SopStep, wanted: Sequence[str]) -> float:
        weights = self._weights[service.id, step.no]
        return sum(self._rare[pair] * weights[pair] for pair in wanted if pair in weights)


@lru_cache(maxsize=2)
def _index(services: tuple[Service, ...]) -> _Index:
    return _Index(services)


def _pairs_of(step: SopStep) -> dict[str, float]:
    texts = {
        "name": [step.name],
        "evidence": [need.label for need in step.evidence],
        "what": [step.what],
        "materials": list(step.materials),
        "checks": [*step.checks, *step.failures],
    }
    found: dict[str, float] = {}
    for weight, field in reversed(WEIGHTS):
        for text in texts[field]:
            found |= dict.fromkeys(_pairs(plain(text)), weight)
    return found


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if not re.search(r"[、，,（）()；;\s]", text[at : at + 2])]


def _short_names(service: Service) -> tuple[str, ...]:
    names = {plain(name) for name in (service.name, *service.aliases)}
    for name in tuple(names):
        short = COMMON.sub("", name)
        if len(short) >= 2:
            names.add(short)
    return tuple(sorted(names, key=len, reverse=True))
