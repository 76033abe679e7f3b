"""Units of the figures in a table: of the column, of the row, or of the whole table by its caption."""

import re

UNITS = (
    r"万美元|美元|亿元|万元|千元|百元|元|％|%|‰|人次|万人|人|家|户|项|个工作日|工作日|个月|个|件|天|日|月|年|平方米|公顷|亩|"
    r"吨|千瓦时|小时|分|次|名|套|台|辆|公里|米|岁|倍"
)
OWN = re.compile(rf"^(.*?)\s*[（(](?:单位[:：])?\s*((?:{UNITS})(?:\s*/\s*[一-龥]{{1,4}})?)\s*[）)]$")
AMOUNT = re.compile(
    r"^([≥≤><＞＜＋+±约\-－]*\s*\d[\d,，]*(?:\.\d+)?(?:\s*[-—–~～至到]\s*\d[\d,，]*(?:\.\d+)?)?)\s*"
    r"((?:以上|以下|以内|以外|（含）|\(含\)|（不含）)*)$"
)
MONEY = re.compile(r"元$")
NOT_MONEY = re.compile(
    r"序号|编号|代码|电话|年度|年份|年限|月份|日期|时间|期限|比例|占比|比重|率|[%％]|数量|[人户家个件次台套天]数|面积|排名|分值|得分|分数"
)


def own_unit(head: str) -> tuple[str, str]:
    """补贴金额（万元） → (补贴金额, 万元); without a unit of its own, the head as it is and ""."""
    match = OWN.match(head)
    return (match[1], match[2]) if match and match[1] else (head, "")


def with_unit(value: str, own: str, table: str, about: str) -> str:
    """A bare figure with the unit that it is in; what carries words or a unit already stays. `about` are the words of
    its column and row: a table in 万元 has years, shares and heads too, and those are not money.
    """
    match = AMOUNT.match(value)
    if match is None:
        return value
    unit = own or ("" if MONEY.search(table) and NOT_MONEY.search(about) else table)
    return f"{match[1]}{unit}{match[2]}" if unit else value
