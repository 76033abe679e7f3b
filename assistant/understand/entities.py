"""Programmes, taxes, regions and company names in a sentence."""

import re

from assistant.understand.lexicon import find_mentions, find_names, lexicon
from assistant.understand.values import Entities

PROVINCES = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
]
_CITIES = {
    "广东省": "广州 深圳 东莞 佛山 珠海",
    "浙江省": "杭州 宁波 温州 嘉兴",
    "江苏省": "苏州 南京 无锡 常州",
    "四川省": "成都",
    "湖北省": "武汉",
    "陕西省": "西安",
    "湖南省": "长沙",
    "安徽省": "合肥",
    "河南省": "郑州",
    "山东省": "青岛 济南",
    "福建省": "厦门 福州",
}
CITIES = {city: f"{province}{city}市" for province, cities in _CITIES.items() for city in cities.split()}
MUNICIPAL = ("北京", "天津", "上海", "重庆")
COMPANY = re.compile(
    r"(?:叫|名称是|名字是|公司是|我们是|我是|这里是)?([\u4e00-\u9fff（）()A-Za-z0-9]{2,24}?(?:有限责任公司|股份有限公司|有限公司|集团))"
)
LEAD = re.compile(r"^(?:我们公司叫|我们公司是|我公司是|公司名称是|公司叫|名称是|我们叫|我们是|我叫|我是|这里是|叫|是)")


def find_entities(text: str) -> Entities:
    """`text` is normalised. A generic 有限公司 (the legal form, no name before it) is no company name."""
    words = lexicon()
    return Entities(
        company=_company(text),
        region=find_region(text),
        programmes=find_names(words.programmes, _without_figures(text)),
        taxes=find_names(words.taxes, text),
    )


def _without_figures(text: str) -> str:
    """高新产品收入 and 高新技术领域 name a fact, not the programme."""
    for mention in find_mentions(text):
        if mention.field in ("finance.hitech_income", "tech.in_hnte_domain"):
            text = text[: mention.start] + "\u0000" * (mention.end - mention.start) + text[mention.end :]
    return text


def find_region(text: str) -> str | None:
    """The full name of the first place named: a city of the list, else a province."""
    for city, full in CITIES.items():
        if city in text:
            return full
    for province in PROVINCES:
        if province in text:
            return province + ("市" if province in MUNICIPAL else "")
    return None


def _company(text: str) -> str | None:
    match = COMPANY.search(text)
    if not match:
        return None
    name = LEAD.sub("", match[1])
    core = re.sub("(有限责任公司|股份有限公司|有限公司|集团)$", "", name)
    return name if len(core) >= 3 and not re.search("什么|怎么|多少|的$|一家|注册|成立|一个|我们|设立", core) else None
