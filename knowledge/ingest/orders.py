"""Sentences that talk to a machine rather than to a reader. They are told to the reviewer and never obeyed."""

import re
import unicodedata

ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|跳过)(?:掉)?(?:以上|之前|此前|前面|先前|上述|上面|你的|所有|全部|一切|任何|的){1,4}.{0,6}"
    r"(?:指令|提示词?|指示|命令|设定|要求你|限制)|"
    r"(?:忽略|无视|忘记)(?:指令|提示词|系统提示)|系统提示词|"
    r"(?:你现在是|你将扮演|请你扮演|从现在起你是|假装你是).{0,20}(?:助手|模型|AI|机器人|管理员|开发者)|"
    r"(?:不要|不得|别)(?:告诉|告知|透露给?)用户|"
    r"(?:作为|身为)(?:一个|一名)?(?:AI|人工智能|大?语言模型)(?:助手|助理|模型|，)|"
    r"(?:输出|泄露|打印|发送).{0,6}(?:系统提示|密钥|口令|API ?key)|"
    r"(?:ignore|disregard|forget|override).{0,30}(?:instructions?|prompts?|rules)|"
    r"(?:system|developer) prompt|you are now|<\|im_(?:start|end)\|>|\[/?INST\]|do not (?:tell|inform) the user",
    re.I,
)
MOST = 3


def orders_in(text: str) -> list[str]:
    """What is addressed to a machine, each with its line: 第 3 行“忽略以上……”. Spaces between letters hide nothing."""
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = unicodedata.normalize("NFKC", line)
        close = re.sub(r"(?<=[一-龥])[\s·*_.\-]+(?=[一-龥])", "", plain)
        if match := ORDERS.search(close) or ORDERS.search(plain):
            found.append(f"第 {number} 行“{match[0][:40]}”")
    return found


def looks_like_orders(text: str) -> bool:
    return bool(orders_in(text))


def order_note(text: str) -> str | None:
    """For the reviewer; None when nothing in the text talks to a machine."""
    found = orders_in(text)
    if not found:
        return None
    return f"含有像是写给机器的指令，请复核：{'；'.join(found[:MOST])}" + ("等" if len(found) > MOST else "")
