"""What search found, in the order a question by name asks for: the named programme's article, the named section."""

import re
from collections.abc import Sequence

from assistant.understand.entities import find_entities
from assistant.understand.lexicon import lexicon
from retrieval import Evidence
from retrieval.wording import bigrams, content, expanded, plain

COMMON = re.compile(r"[（(].*?[)）]|认定|评价|企业|办法|规定|管理|中华人民共和国")
NAMED = 0.4  # part of a title's letter pairs that name it
SUBJECT = re.compile(r"^([一-龥]{2,8}?)(?:创建|评定)?(?:补贴|补助|奖励|经营许可|许可|认定|资质|备案)")
ENDS = re.compile(
    r"$|[^一-龥]|认定|评审|评价|企业|政策|优惠|的|现|目前|今|按|是|依|要|用|由|根|属|文|到|在|以|有|减|免|起|这"
)
BARE = (
    ("条件", re.compile(r"(?:申报|认定|申请|基本)?(?:条件|要求|标准|门槛)(?:一览)?")),
    ("办理流程", re.compile(r"(?:申报|认定|办理|申请)?(?:流程|步骤|程序|手续)")),
    ("材料清单", re.compile(r"(?:申报|认定|申请)?(?:材料|资料)(?:清单)?")),
    ("优惠与好处", re.compile(r"(?:好处|优惠|福利)(?:政策)?")),
    ("周期与有效期", re.compile(r"(?:证书)?(?:有效期|周期)")),
    ("时间窗口", re.compile(r"(?:申报|申请)?(?:时间|窗口|截止)")),
)


def section_first(question: str, hits: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """科小条件 asks for nothing but a section of one article: that section, as if a client's phrasing pointed at it."""
    named = find_entities(question).programmes
    rest = question
    for word, _ in lexicon().programmes:
        rest = rest.replace(word, "")
    rest = "".join(content(rest))
    section = next((name for name, cue in BARE if cue.fullmatch(rest)), None)
    own = [hit for hit in hits if named[:1] == (hit.document_id,) and hit.path.endswith(section or "?")]
    if len(named) != 1 or not own:
        return tuple(hits)
    asked = own[0].model_copy(update={"asked": own[0].asked or question})
    return (asked, *(hit for hit in hits if hit is not own[0]))


def is_named(question: str, hit: Evidence) -> bool:
    """Whether the question names what the passage is about, in its title's words or by a name of its own."""
    if hit.document_id in find_entities(question).programmes:
        return True
    title = [gram for gram in bigrams(COMMON.sub("", hit.title)) if gram]
    if not title or sum(gram in question for gram in title) < NAMED * len(title):
        return False
    last = max(question.find(gram) for gram in title) + 2
    return bool(ENDS.match(question[last:]))  # 知识产权强企 is another than 知识产权…: its name goes on


def is_strange(question: str, hit: Evidence) -> bool:
    """Whether the question is about a permit, title or subsidy that an article of ours doesn't speak of.

    危化品经营许可 shares 经营许可 with every licence: what stands first in the name tells them apart.
    """
    if hit.clause or find_entities(question).programmes:
        return False
    letters = plain(f"{hit.title}{hit.context}{hit.text}{hit.asked}")
    runs = (*content(question), *content(question.replace("的", "")))
    names = [match[1] for run in runs for match in SUBJECT.finditer(run)]
    meant = "".join(expanded(question))
    return any(plain(name)[:2] not in letters and plain(name)[:2] not in meant for name in names)


def own_first(question: str, hits: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The article of the one programme that a question names comes before what others say of it in passing."""
    named = find_entities(question).programmes
    if len(named) != 1 or not hits or hits[0].kind != "qualification":
        return tuple(hits)
    return tuple(sorted(hits, key=lambda hit: hit.kind == "qualification" and named[0] != hit.document_id))
