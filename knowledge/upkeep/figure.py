"""A figure as written, and as it counts: 5,000万元, 5000 万元 and 0.5 亿元 are one and the same."""

from dataclasses import dataclass
from decimal import Decimal

# Units that say the same thing of a number; what stands in none of them is a bare number.
CLASSES = {
    "年": "年 周年 年度 岁",
    "月": "个月 个自然月",
    "日": "日 天 个自然日 自然日",
    "工作日": "个工作日 工作日",
    "人": "人 名 位",
    "分": "分",
    "倍": "倍",
    "时": "小时 个小时",
    "个": "个 项 件 条 种 类 家 次 批 门 份 处 轮",
    "方": "平方米 ㎡ 亩",
}
UNIT_CLASS = {unit: name for name, units in CLASSES.items() for unit in units.split()}


@dataclass(frozen=True, slots=True)
class Figure:
    """`kind`: doc, 条, 款, date, month_day, year_month, year, month, ratio, money (元), url, a unit class; "" is bare.

    `value` is normalised text or a number; `text` is how it was written, for the message.
    """

    kind: str
    value: str | Decimal
    text: str

    @property
    def key(self) -> tuple[str, str | Decimal]:
        return self.kind, self.value
