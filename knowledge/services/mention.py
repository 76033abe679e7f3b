"""Where a service's name stands in a client's words as a wish, not as something held or turned down."""

import re
import unicodedata
from collections.abc import Iterable

COUNT = r"(?:\d+|[一两二三四五六七八九十几]+)(?:多|来)?[个件项家]"
COUNTED_BEFORE = re.compile(rf"{COUNT}$")
COUNTED_AFTER = re.compile(rf"(?:有|是|数量?|[:：])*(?:{COUNT}|\d)")
WISHED_BEFORE = re.compile(rf"(?:办|做|弄|搞|申请|登记|代理|要|来|再|订|开|买|下|签|报)(?:{COUNT})?$")
WISHED_AFTER = re.compile(rf"(?:{COUNT})?(?:多少|啥价|什么价|价|怎么|咋|收费|费用|要|登记|申请|代|几[百千万])")
# 要不要、想不想、要不 ask or propose; 不、不用、没有 turn down.
REFUSED = re.compile(r"(?:没有|没|(?<![要想])不(?:想|用|要|打算)?|先别|别)$")
REFUSED_AFTER = re.compile(r"(?:那个|这个)?(?:(?:也|都|还|先|暂时)+(?:没|不|别)|没有|算了|不办|不做|不要了|先放)")
# What something is, how long it holds, whose it is, how it is fined: policy, unless a wish is put beside it.
POLICY = re.compile(r"是(?:什么|啥)|有(?:什么|啥)用|区别|[几少哪]年|有效期|算几类|算不算|几分|归谁|罚|什么关系|违法")
WISH = re.compile(r"钱|价|收费|费用|代办|帮|我要|我想|想办|要办|去办|流程|步骤|材料|怎么办|怎么申请|操作|办理|下单")


def plain(text: str) -> str:
    """Half width, lower case, no blanks: `ISO 9001`, `iso9001` and `ＩＳＯ9001` are one name."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


# 注册一个公司, 办个食品证: one of a thing is the thing; 办个税申报 and 办个体户 aren't.
ONE = re.compile(r"(注册|设立|成立|申请|[开办评报搞做弄])一?(?:[家张项]|个(?![税体人独]))(?=[一-龥])")


def wished(names: Iterable[str], text: str) -> tuple[int, int] | None:
    """(length, position) of the longest name wished for in `text`, the later one of equals; None when none is.

    `text` is plain already. "软著 8 个" is a fact, "先不办高企" a refusal and "软著保护多少年" a question of policy, so
    none counts; "软著一个多少钱" does.
    """
    if POLICY.search(text) and not WISH.search(text):
        return None
    text = ONE.sub(r"\1", text)
    found = [
        (len(name), match.start())
        for name in (ONE.sub(r"\1", plain(name)) for name in names)
        for match in re.finditer(re.escape(name), text)
        if _is_wish(text[: match.start()], text[match.end() :])
    ]
    return max(found, default=None)


def _is_wish(before: str, after: str) -> bool:
    if REFUSED.search(before) or REFUSED_AFTER.match(after):
        return False
    counted = COUNTED_BEFORE.search(before) or COUNTED_AFTER.match(after)
    return not counted or bool(WISHED_BEFORE.search(before) or WISHED_AFTER.match(after))
