"""Follow-ups made standalone: 那小规模呢, 这个要多久 mean something only with what was asked before."""

import re

from assistant.dialog import Dialog
from assistant.understand.intent import on_trade
from assistant.understand.lexicon import find_mentions, lexicon
from assistant.understand.turned import SWAP, turned
from assistant.understand.values import Understanding

POINTING = re.compile(r"^(?:那|那么|那要是|如果是|换成)|这个|它|这项|那个(?![，,])|上面|前面|这种|该")
SHORT, LONG = 14, 30
NOISE = re.compile(r"[A-Za-z][!-~]*|[哈呵嘿嗯哦额呃啊唉嘻]+")  # typed by mistake, or a laugh: asks on about nothing
WHY_SO = re.compile(r"为什么|为啥|凭什么|差(?:这么|那么)多")
REASONS = {"vat": "小规模纳税人达到起征点为什么要全额缴税", "cit": "小型微利企业超过300万元是不是只对超出部分按25%"}


def standalone(read: Understanding, dialog: Dialog) -> str:
    """The question in full. The client's own words always stay in it, so that search never loses them."""
    text, last = read.text, dialog.last_question
    if last and (match := SWAP.match(text)):
        if changed := turned(last, match["what"]):
            return changed
        if len(match["what"]) >= 2:
            return f"{last.rstrip('？?。')}，{match['what']}呢？"
    named = read.entities.programmes or read.entities.taxes or on_trade(text)
    if dialog.last_calculation and WHY_SO.search(text) and not named and dialog.last_calculation["kind"] in REASONS:
        return REASONS[dialog.last_calculation["kind"]]
    bare = not NOISE.fullmatch(text) and (len(text) <= SHORT or (len(text) <= LONG and not find_mentions(text)))
    if last and not named and (POINTING.search(text) or bare) and read.intent.name not in ("greeting",):
        subject = _subject(dialog) or last.rstrip("？?。！!")
        if subject and subject not in text:
            return f"{subject}，{text}"
    return text


def _subject(dialog: Dialog) -> str | None:
    """The words for what the conversation is about."""
    if dialog.topic_title:
        return dialog.topic_title
    if dialog.topic_programmes:
        names = [word for word, name in lexicon().programmes if name == dialog.topic_programmes[0]]
        return names[0] if names else None
    return None
