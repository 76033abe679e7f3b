"""Everything the legs found for a question, with what speaks for each: the features a ranking weighs."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retrieval.record import Found
from retrieval.wording import content, expanded, grams_of, plain, spoken_for

BESIDE = 0.65  # cosine of a question to phrasings it has nothing to do with; of almost the same about 0.85
CLOSE = 0.05  # this much less of a cosine than the nearest phrasing, and a phrasing says nothing
AS_ONE, FADES = 0.85, 0.03  # a phrasing at this cosine counts for its document as one, e times as much this much nearer
ALIKE = 0.6  # how alike a phrasing must be to be taken for the question
ASIDE = re.compile(r"尚未核实|依据文件")  # sections that seldom answer
SECTIONS = {
    "一句话结论": "gist", "适用对象": "whom", "条件": "terms", "优惠与好处": "gain", "时间窗口": "when",
    "办理流程": "steps", "材料清单": "papers", "周期与有效期": "term", "常见失败原因": "fails",
    "与其他政策的关系": "others",
}  # fmt: skip
CUES = {
    "when": re.compile(r"几号|哪天|什么时候|何时|截止|来得及|几月|日期|期限|最后一天"),
    "term": re.compile(r"几年|多久|有效期|多长|几个月|多少天|几天"),
    "papers": re.compile(r"材料|资料|要交什么|要带|准备什么"),
    "steps": re.compile(r"流程|怎么办|怎么申请|怎么弄|手续|步骤|哪里办|怎么报"),
    "fails": re.compile(r"罚|后果|会怎样|会怎么样|不过|被拒|处罚|违法|失败|没过"),
    "gain": re.compile(r"好处|优惠|补贴|奖励|税率|交多少|减多少|几个点"),
    "terms": re.compile(r"条件|要求|门槛|比例|占比|多少|最低|够不够|几项|几个"),
    "whom": re.compile(r"哪些企业|哪类|什么企业|什么人|可以享受|适用"),
    "others": re.compile(r"一起|同时|叠加|区别|关系|和.*能"),
}
NAMES = (
    "words", "meaning", "near", "asked", "asked_near", "cover", "title", "document", "aside", "gist", "section", "cue",
    "run", "unknown", "statute", "statute_meaning", "statute_cover", "statute_title", "statute_document",
    "asked_first", "asked_document",
)  # fmt: skip
SAYS = (
    (re.compile(r"罚|后果|会怎样|会怎么样|吊销"), re.compile(r"罚款|责令|吊销|处以?.{0,12}元|没收")),
    (
        re.compile(r"几天|多少天|多久|几年|几个月|期限|时限|几号|哪天|截止"),
        re.compile(r"日内|年内|个月|[日月年]前|\d[日天年]|期限"),
    ),
    (re.compile(r"几个点|税率|比例|占比|百分"), re.compile(r"%|百分之|％|千分之|万分之")),
    (re.compile(r"多少钱|多少元|多少万|最低|门槛|起征点|标准"), re.compile(r"万元|亿元|\d元|千元|百元")),
    (re.compile(r"谁|哪个部门|哪里|向谁|找谁"), re.compile(r"部门|机关|股东会|董事会|机构|人员")),
)


@dataclass(frozen=True)
class Legs:
    """Raw findings, by chunk id: BM25 and cosine of texts and phrasings, phrasings alike in words; how much each bigram
    of the question tells. `unread`: texts found by their words whose vectors are still to be computed.
    """

    words: Mapping[str, float]
    meaning: Mapping[str, float]
    asked: tuple[str, ...]
    rarity: Mapping[str, float]
    unread: frozenset[str] = frozenset()


def features(question: str, legs: Legs, found: Found) -> dict[str, tuple[float, ...]]:
    """For each text found: numbers in the order of `NAMES`, each about 0 to 1."""
    words = spread({key: score for key, score in legs.words.items() if key in found})
    texts = {key: score for key, score in legs.meaning.items() if key in found and found[key][0].kind == "text"}
    meaning = spread(texts)
    asked, near = _pointers(question, legs, found)
    keys = [key for key in {**words, **texts, **asked, **near} if key in found and found[key][0].kind == "text"]
    tells = {gram: legs.rarity.get(gram, 1.0) for gram in grams_of(question)}
    total = sum(tells.values()) or 1.0
    said = {plain(term): spoken_for(question, term) for term in expanded(question)}
    documents = {document.id: document for _, document in found.values()}
    titles = {
        key: sum(map(tells.__getitem__, _covered(tells, document.names, said))) / total
        for key, document in documents.items()
    }
    whole = _support(keys, found, words, meaning)
    first, pointed = max(near.values(), default=0.0), _pointed(legs, found)
    nearest = max((max(score - 0.8, 0.0) * 5 for score in texts.values()), default=0.0)
    wants = [name for name, cue in CUES.items() if cue.search(question)]
    says = [answer for asks, answer in SAYS if asks.search(question)]
    runs = [(run, [run[start : start + 2] for start in range(len(run) - 1)]) for run in content(question)]
    rows: dict[str, tuple[float, ...]] = {}
    for key in keys:
        passage, document = found[key]
        section, statute = SECTIONS.get(passage.path, ""), float(bool(passage.clause))
        covered = _covered(tells, passage.letters, said)
        cover, title, alike = sum(map(tells.__getitem__, covered)) / total, titles[document.id], meaning.get(key, 0.0)
        near_in_meaning = max(texts.get(key, 0.8) - 0.8, 0.0) * 5
        if key in legs.unread:
            # No vector yet: what its words say stands in, or whatever was embedded before would always come first.
            alike, near_in_meaning = words.get(key, 0.0), words.get(key, 0.0) * nearest
        rows[key] = (
            words.get(key, 0.0),
            alike,
            near_in_meaning,
            asked.get(key, 0.0),
            max(near.get(key, BESIDE) - BESIDE, 0.0) * 4,
            cover,
            title,
            whole[document.id],
            float(bool(ASIDE.search(passage.path))),
            float(section == "gist"),
            float(section in wants),
            float(any(answer.search(passage.text) for answer in says)),
            _longest(runs, passage.letters, set(covered)),
            float(document.effective_from is None),
            statute,
            statute * alike,
            statute * cover,
            statute * title,
            statute * whole[document.id],
            max(near.get(key, 0.0) - first + CLOSE, 0.0) / CLOSE if key in near else 0.0,
            pointed.get(document.id, 0.0),
        )
    return rows


def _covered(tells: Mapping[str, float], text: str, said: Mapping[str, str]) -> list[str]:
    """What of the question's bigrams a text says, in the question's words or in the texts' own term for them."""
    meant = " ".join(words for term, words in said.items() if term in text)
    return [gram for gram in tells if gram in text or gram in meant]


def _longest(runs: Iterable[tuple[str, list[str]]], text: str, covered: set[str]) -> float:
    """The longest stretch of the question that stands in the text as it is, up to eight letters. `runs` with their
    bigrams: a stretch begins where one is covered.
    """
    best = 0
    for run, pairs in runs:
        for start, pair in enumerate(pairs):
            if pair in covered:
                while start + best < len(run) and best < 8 and run[start : start + best + 1] in text:
                    best += 1
    return (best or any(letter in text for run, _ in runs for letter in run)) / 8


def alike(question: str, legs: Legs, found: Found) -> dict[str, str]:
    """Sections that a client's phrasing points at which says almost what the question says, with that phrasing."""
    grams = set(grams_of(question))
    best: dict[str, tuple[float, str]] = {}
    for key in legs.asked:
        if key in found and (target := found[key][0].target) in found:
            text = found[key][0].text
            dice = _dice(grams, found[key][0].grams)
            if dice >= ALIKE:
                best[target] = max((dice, text), best.get(target, (0.0, "")))
    return {target: text for target, (_, text) in best.items()}


def _pointers(question: str, legs: Legs, found: Found) -> tuple[dict[str, float], dict[str, float]]:
    """Sections that clients' phrasings point at: how alike in words (Dice over content), how near in meaning."""
    grams = set(grams_of(question))
    asked: dict[str, float] = {}
    near: dict[str, float] = {}
    for key in dict.fromkeys((*legs.asked, *legs.meaning)):
        if key not in found or found[key][0].kind != "question" or (target := found[key][0].target) not in found:
            continue
        asked[target] = max(_dice(grams, found[key][0].grams), asked.get(target, 0.0))
        near[target] = max(legs.meaning.get(key, 0.0), near.get(target, 0.0))
    return asked, near


def _pointed(legs: Legs, found: Found) -> dict[str, float]:
    """How much the phrasings near in meaning point into each document, whichever of its sections."""
    held: dict[str, float] = {}
    for key, cosine in legs.meaning.items():
        if key in found and found[key][0].kind == "question" and found[key][0].target in found:
            document = found[key][1].id
            held[document] = held.get(document, 0.0) + math.exp((cosine - AS_ONE) / FADES)
    return {document: math.log1p(weight) / 4 for document, weight in held.items()}


def _dice(grams: set[str], other: frozenset[str]) -> float:
    return 2 * len(grams & other) / max(len(grams) + len(other), 1)


def _support(
    keys: list[str], found: Found, words: Mapping[str, float], meaning: Mapping[str, float]
) -> dict[str, float]:
    """How much of what was found lies in each document: its three best, halved each time."""
    held: dict[str, list[float]] = {}
    for key in keys:
        held.setdefault(found[key][1].id, []).append((words.get(key, 0.0) + meaning.get(key, 0.0)) / 2)
    weights = (0.5, 0.3, 0.2)
    return {
        document: sum(weight * score for weight, score in zip(weights, sorted(scores, reverse=True), strict=False))
        for document, scores in held.items()
    }


def spread(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores between 0 and 1, the best 1 and the worst found a little above 0."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) * 0.95 + 0.05 if high > low else 1.0 for key, score in scores.items()}
