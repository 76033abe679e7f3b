"""Headings of sheets and the field names of vendors' responses, as what they say of a company."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.policies.fields import find_field, index

About = Literal["name", "uscc", "region", "industry_code"]
ABOUT: dict[str, About] = {
    "name": "name", "企业名称": "name", "公司名称": "name", "名称": "name", "uscc": "uscc", "creditcode": "uscc",
    "统一社会信用代码": "uscc", "信用代码": "uscc", "region": "region", "所属地区": "region", "地区": "region",
    "注册地": "region", "industry_code": "industry_code", "行业代码": "industry_code",
    "国民经济行业代码": "industry_code",
}  # fmt: skip
# Parts of a place, in order; and codes of an industry, the finest first.
PLACE = ("province", "所属省份", "省份", "area.province", "base", "city", "所属城市", "城市", "area.city", "county",
         "所属区县", "area.county", "district")  # fmt: skip
INDUSTRY = (
    "industry.smallcategorycode", "industry.middlecategorycode", "industry.subindustrycode",
    "industryall.categorycodefourth", "industryall.categorycodethird", "industryall.categorycodesecond",
)  # fmt: skip
FIELDS = {
    "成立日期": "entity.established_on", "注册资本": "entity.registered_capital", "实缴资本": "entity.paid_in_capital",
    "参保人数": "hr.insured", "职工人数": "hr.headcount", "员工人数": "hr.headcount",
    "社保人数": "hr.insured", "从业人数": "hr.headcount", "人员规模": "hr.headcount",
    "发明专利": "ip.invention_patents",
    "软件著作权数": "ip.software_copyrights", "商标": "ip.trademarks", "纳税信用": "tax.credit_grade",
    # 企查查
    "startdate": "entity.established_on", "registcapi": "entity.registered_capital", "reccap": "entity.paid_in_capital",
    "insuredcount": "hr.insured", "personscope": "hr.headcount",
    # 天眼查（estiblishTime 是它自己的拼写）
    "estiblishtime": "entity.established_on", "establishtime": "entity.established_on",
    "regcapital": "entity.registered_capital", "actualcapital": "entity.paid_in_capital",
    "socialstaffnum": "hr.insured", "staffnumrange": "hr.headcount",
}  # fmt: skip
QICHACHA = frozenset({"insuredcount", "personscope", "startdate", "registcapi", "reccap", "keyno", "opername"})
TIANYANCHA = frozenset({"estiblishtime", "regcapital", "actualcapital", "socialstaffnum", "legalpersonname"})
BASES = {"沪": "上海", "京": "北京", "津": "天津", "渝": "重庆", "粤": "广东", "苏": "江苏", "浙": "浙江", "鲁": "山东"}
BASES |= {
    "闽": "福建",
    "皖": "安徽",
    "鄂": "湖北",
    "湘": "湖南",
    "川": "四川",
    "陕": "陕西",
    "豫": "河南",
    "冀": "河北",
}
BASES |= {
    "辽": "辽宁",
    "吉": "吉林",
    "黑": "黑龙江",
    "赣": "江西",
    "晋": "山西",
    "蒙": "内蒙古",
    "桂": "广西",
    "琼": "海南",
}
BASES |= {"黔": "贵州", "滇": "云南", "藏": "西藏", "甘": "甘肃", "青": "青海", "宁": "宁夏", "新": "新疆"}
BASES |= {
    "sh": "上海",
    "bj": "北京",
    "tj": "天津",
    "cq": "重庆",
    "gd": "广东",
    "js": "江苏",
    "zj": "浙江",
    "sd": "山东",
}

UNIT = re.compile(r"[（(](?:单位[:：]?|人民币)?(万元|亿元|百万元|千元|元)[)）]")


@dataclass(frozen=True)
class Target:
    field: str
    year: int | None = None
    end: str = "value"
    unit: str = ""  # of the column, as its heading says in brackets: 元, 亿元


def plain(heading: str) -> str:
    """`注册资本（万元）` → `注册资本`."""
    return re.sub(r"[（(].*?[)）]", "", heading).strip().lower()


@lru_cache(maxsize=2048)
def find_target(heading: str) -> Target | None:
    """The fact a heading names: a dotted name, a vendor's name, or a label with or without its year."""
    name = heading.strip()
    end = "value"
    bracket = UNIT.search(name)
    unit = bracket[1] if bracket else ""
    for ending in ("low", "high"):
        if name.endswith(f".{ending}"):
            name, end = name.removesuffix(f".{ending}"), ending
    if found := re.match(r"^(.+)\.(\d{4})$", name):
        return Target(found[1], int(found[2]), end) if find_field(found[1]) else None
    if find_field(name) is not None:
        return Target(name, None, end)
    short = plain(name)
    if short in FIELDS:
        return Target(FIELDS[short], unit=unit)
    dated = re.match(r"^(\d{4})年?(?:度|末)?(.+)$", short) or re.match(r"^(.+?)(\d{4})年?$", short)
    label, year = (short, None) if dated is None else sorted(dated.groups(), key=str.isdigit)
    known = next((field for field, entry in index().items() if entry.label.lower() == label), None)
    return Target(known, int(year) if year else None, unit=unit) if known else None


def vendor(headings: frozenset[str]) -> str:
    """Where the rows come from: a vendor by its field names, else a sheet of the staff's. The two write the credit
    code's name with a capital and without.
    """
    low = {heading.rpartition(".")[2].lower() for heading in headings}
    if low & QICHACHA or "CreditCode" in headings:
        return "qichacha"
    return "tianyancha" if low & TIANYANCHA or "creditCode" in headings else "staff"
