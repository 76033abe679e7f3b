"""Who does it and to whom: a thing, a party or an office in the place of another."""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.compose.clauses import Clause
from assistant.compose.wording import Thing, in_words, name, parties_from

BY = re.compile(
    r"由([^,、。;由的]{2,18}?)(?:统一|负责|组织|依法|共同|进行)?(认定|核准|审批|评定|备案|登记|受理|制定|决定|颁发|发布|推荐|审查|核定|批准|"
    r"出具|征收|监督|初核|评审|支付|缴纳|承担|申请|提出)"
)
TO = re.compile(r"[归由向给][\ue000-\uf8ff]")
MOST = 0.6  # of a clause's words
RECEIVES = re.compile(r"得到|拿到|收到|获得|领|取得|享有|有权|被|要回|拿回")


def another(said: Sequence[Clause], alike: Sequence[list[Clause]], known: Sequence[Clause]) -> str | None:
    """Said of one thing or party where the clauses like it say it of another of the same group."""
    named = {thing for one in known for thing in one.things}
    before: list[Clause] = []
    for clause, near in zip(said, alike, strict=True):
        if why := _unnamed(clause, near or before, known, named):
            return why
        if near and (why := _thing(clause, near) or _doer(clause, near, said)):
            return why
        before = near or before
    return _office(said, known)


def _unnamed(clause: Clause, near: Sequence[Clause], known: Sequence[Clause], named: set[Thing]) -> str | None:
    """A thing that no source names, where another of its group is named in the breath that says the same."""
    for one in clause.own - named if near else ():
        acts = (clause.asserts and one == clause.doer) or TO.search(clause.text)
        if one[0] >= parties_from() and not acts:
            continue
        breath = [other for other in known if other.place == near[0].place]
        others = {other for said in breath for other in said.things if other[0] == one[0]}
        if others:
            return _instead(min(others), one)
    return None


def _thing(clause: Clause, near: Sequence[Clause]) -> str | None:
    """The only thing of its group that the clause names, where the clauses like it name others."""
    counted = Counter(group for group, _ in clause.own)
    for group, member in clause.own:
        if counted[group] > 1 or group >= parties_from():
            continue  # of a list, each may stand in a place of its own; parties stand side by side
        told = [{m for g, m in one.things if g == group} for one in near]
        if all(told) and not any(member in one for one in told):
            return _instead((group, min(told[0])), (group, member))
    return None


def _doer(clause: Clause, near: Sequence[Clause], said: Sequence[Clause]) -> str | None:
    """Another party does it in every clause that says the same."""
    if not clause.own_doer or clause.doer is None or RECEIVES.search(clause.text):
        return None
    words = {word for word in clause.words if len(word) > 1 and word[0] != "#"}
    if not clause.asserts and len(clause.own) < 2 and len(words & near[0].words.keys()) < MOST * len(words):
        return None
    acts = words - clause.topic if clause.asserts else words
    doers = [one for one in near if acts & one.words.keys()]
    spoken = {thing for one in said for thing in one.own}
    if not doers or not all(_another_doer(clause, one, spoken) for one in doers):
        return None
    told = doers[0].doer
    return _instead(told, clause.doer) if told and (doers[0].own_doer or told in spoken) else None


def _another_doer(clause: Clause, known: Clause, spoken: set[Thing]) -> bool:
    if clause.doer is None or known.doer is None or known.doer == clause.doer:
        return False
    return known.doer[0] == clause.doer[0] or (known.doer in spoken and clause.doer in known.own)


def _office(said: Sequence[Clause], known: Sequence[Clause]) -> str | None:
    """Done by one office (由省级主管部门认定) where the sources say it of another."""
    told = [(by[1], by[2]) for one in known for by in BY.finditer(one.text)]
    for clause in said:
        for by in BY.finditer(clause.text):
            others = [office for office, act in told if act == by[2]]
            if others and not any(_same_office(by[1], one) for one in others):
                return f"原文是由{in_words(others[0])}{by[2]}，不是{in_words(by[1])}"
    return None


def _same_office(said: str, told: str) -> bool:
    said, told = (re.sub(r"人民政府|主管|部门|机构|机关|国家(?=税务|市场|知识)", "", one) for one in (said, told))
    levels = [set(re.findall(r"[省市区县]|国家|全国", one)) for one in (said, told)]
    if all(levels) and not levels[0] & levels[1]:
        return False
    short, long = sorted((said, told), key=len)
    letters = iter(long)
    if all(letter in letters for letter in short):
        return True
    mine, theirs = ({one[at : at + 2] for at in range(len(one) - 1)} for one in (short, long))
    return 2 * len(mine & theirs) >= len(mine)


def _instead(told: Thing, thing: Thing) -> str:
    return f"原文这里说的是“{name(told)}”，不是“{name(thing)}”"
