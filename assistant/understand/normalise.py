"""One spelling for what people type: full-width, traditional and invisible characters, spaces between Chinese."""

import re
import unicodedata
from functools import cache
from typing import Any

# Zero-width, bidi controls and the like: they change what a reader sees, never what was meant.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
_HAN = "\u3400-\u9fff"
GAPS = re.compile(rf"(?<=[{_HAN}\d,。，、;；:：])[ \t\u3000]+(?=[{_HAN}\d])|(?<=[{_HAN}])[ \t\u3000]+(?=[A-Za-z\d])")
# 年报啥时候截止 没报会怎样: a space behind a question parts it from the next, as a comma would.
ASKED_GAP = re.compile(rf"(?P<asked>[{_HAN}A-Za-z\d]{{4,}})[ \t\u3000]+(?=[{_HAN}]{{3}})")
# 招待费 广告费 福利费: things of one kind, parted by spaces, are a list.
LIST_GAPS = re.compile(
    rf"(?<![{_HAN}])[{_HAN}]{{1,6}}?(?P<kind>[{_HAN}])(?:[ \t\u3000]+[{_HAN}]{{1,6}}?(?P=kind))+(?=[ \t\u3000，,。？?])"
)
LOOSE_UNIT = re.compile(r"(?<=[\d一二两三四五六七八九十百千])个(?=亿(?![元级万一二三四五六七八九]))")  # 四个亿
ASKING = re.compile("多少|几|[吗么呢]$|什么|啥|怎|咋|如何|哪|多久|多长")
CIRCLED = re.compile("[①-⑳]")
# 大写 numerals as they stand on contracts and invoices.
CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億〇○", "一二三四五六七八九十百千万亿零零")


def normalise(text: str) -> str:
    """NFKC, simplified characters, plain numerals, no invisible characters; sentence marks stay Chinese."""
    text = CIRCLED.sub("；", INVISIBLE.sub("", text)).lstrip("；")
    text = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", _plain_digits(text))
    text = re.sub("[，。；：？！（）]", lambda mark: f"\ue000{ord(mark[0]):04x}\ue001", text)
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("\ue000([0-9a-f]{4})\ue001", lambda mark: chr(int(mark[1], 16)), text)
    if any(char in text for char in _traditional_markers()):
        text = str(_converter().convert(text))
    text = LOOSE_UNIT.sub("", text.translate(CAPITALS))
    text = ASKED_GAP.sub(lambda gap: f"{gap['asked']}，" if ASKING.search(gap["asked"]) else gap[0], text)
    text = LIST_GAPS.sub(lambda run: re.sub(r"[ \t\u3000]+", "、", run[0]), text)
    return GAPS.sub("", text).strip()


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) if "０" <= char <= "９" else char for char in text)


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _traditional_markers() -> frozenset[str]:
    # Common characters that only occur in traditional text: enough to decide whether conversion is worth its load.
    return frozenset(
        "營業額稅納報請證書產費開發專權過險財務銷售總員個萬億幾還沒嗎這麼為與對應從們認證條規據經濟區縣單價錢問題"
    )
