"""Which tax a sentence asks for, where it tells others as costs: 印花税什么的合计1300块，个税多少 asks for 个税."""

import re

from assistant.understand.cues import BREAK

ASKS = re.compile(
    r"多少|几[块元个钱百千万]|怎么算|咋算|算(?:一?下|算|出|个)|测算|帮.{0,2}算|哪一?年|几几年|最晚|最迟|到几年"
)
TAXES = tuple(
    re.compile(words)
    for words in (
        "个税|个人所得税",
        "企业所得税",
        "印花税?",
        "增值税",
        "房产税",
        "土地使用税",
        "土地增值税",
        "契税",
        "附加税费?|城建税|教育费附加",
        "消费税",
    )
)


def without_told(text: str) -> str:
    """The text with taxes blanked that it only tells, when the clause that asks names its tax. Lengths are kept."""
    clauses = _clauses(text)
    asking = [text[start:end] for start, end in clauses if ASKS.search(text[start:end])]
    told = [tax for tax in TAXES if not any(tax.search(clause) for clause in asking)]
    if not asking or len(told) == len(TAXES):
        return text
    for start, end in clauses:
        clause = text[start:end]
        if not ASKS.search(clause):
            for tax in told:
                clause = tax.sub(lambda match: "\u0000" * len(match[0]), clause)
            text = text[:start] + clause + text[end:]
    return text


def _clauses(text: str) -> list[tuple[int, int]]:
    ends = [match.start() for match in BREAK.finditer(text)] + [len(text)]
    return list(zip([0, *(end + 1 for end in ends)], ends, strict=False))
