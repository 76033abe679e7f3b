"""Places, industries and credit codes of made-up companies: the codes are valid, the companies are not real."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.companies.uscc import ALPHABET

# GB/T 2260 code, place as a company file has it, share of companies. Capitals are xx0100.
PLACES: tuple[tuple[str, str, float], ...] = (
    ("110100", "北京市", 7), ("120100", "天津市", 2), ("310100", "上海市", 8), ("500100", "重庆市", 3),
    ("440100", "广东省广州市", 6), ("440300", "广东省深圳市", 8), ("440600", "广东省佛山市", 3),
    ("441900", "广东省东莞市", 4), ("320100", "江苏省南京市", 4), ("320200", "江苏省无锡市", 3),
    ("320400", "江苏省常州市", 2), ("320500", "江苏省苏州市", 5), ("330100", "浙江省杭州市", 5),
    ("330200", "浙江省宁波市", 3), ("330300", "浙江省温州市", 2), ("330400", "浙江省嘉兴市", 2),
    ("330600", "浙江省绍兴市", 2), ("340100", "安徽省合肥市", 3), ("350100", "福建省福州市", 2),
    ("350200", "福建省厦门市", 2), ("370100", "山东省济南市", 3), ("370200", "山东省青岛市", 3),
    ("410100", "河南省郑州市", 3), ("420100", "湖北省武汉市", 4), ("430100", "湖南省长沙市", 3),
    ("510100", "四川省成都市", 5), ("610100", "陕西省西安市", 3), ("210100", "辽宁省沈阳市", 2),
    ("130100", "河北省石家庄市", 2), ("360100", "江西省南昌市", 2), ("530100", "云南省昆明市", 1),
    ("520100", "贵州省贵阳市", 1), ("450100", "广西壮族自治区南宁市", 1), ("650100", "新疆维吾尔自治区乌鲁木齐市", 1),
)  # fmt: skip
# GB/T 4754-2017 code, word for a name, share, centre of the share of revenue spent on research.
INDUSTRIES: tuple[tuple[str, str, float, float], ...] = (
    ("6513", "软件", 10, 0.10), ("6531", "信息", 6, 0.07), ("6550", "数据", 3, 0.08), ("7320", "技术", 5, 0.12),
    ("3973", "电子", 3, 0.09), ("3912", "计算机", 3, 0.05), ("3581", "医疗器械", 3, 0.09), ("2710", "医药", 2, 0.10),
    ("3511", "机械", 5, 0.045), ("3484", "机械", 4, 0.04), ("2929", "塑料", 4, 0.03), ("5111", "粮油", 4, 0.002),
    ("5191", "物资", 4, 0.002), ("5211", "百货", 4, 0.002), ("4710", "建筑", 5, 0.01), ("5431", "物流", 4, 0.005),
    ("6210", "餐饮", 4, 0.001), ("7010", "置业", 2, 0.001), ("7020", "物业", 3, 0.002), ("7249", "咨询", 6, 0.01),
    ("7251", "广告", 5, 0.01), ("7263", "人力资源", 3, 0.005), ("0111", "农业", 3, 0.01), ("8391", "培训", 4, 0.01),
)  # fmt: skip

DIGITS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
VALUE = np.zeros(128, dtype=np.int64)
VALUE[DIGITS] = np.arange(len(ALPHABET))
WEIGHTS = np.array([pow(3, place, 31) for place in range(17)], dtype=np.int64)
SPAN, SPREAD = 31**6, 355_037_519  # without a common factor: a step through every number once
BODY_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)


def credit_codes(start: int, place_codes: Sequence[str], places: npt.NDArray[np.int64]) -> list[str]:
    """A valid credit code for each index into `place_codes`, different for every serial number from `start` on.

    91 (a company under the market regulator), the place, an organisation code with its own check digit (GB 11714), and
    the check digit of the whole (GB 32100).
    """
    count = len(places)
    codes = np.zeros((count, 18), dtype=np.uint8)
    codes[:, :2] = np.frombuffer(b"91", dtype=np.uint8)
    table = np.array([np.frombuffer(code.encode(), dtype=np.uint8) for code in place_codes])
    codes[:, 2:8] = table[places]
    codes[:, 8:10] = np.frombuffer(b"MA", dtype=np.uint8)
    serial = (np.arange(start, start + count, dtype=np.int64) * SPREAD + 1) % SPAN
    for place in range(15, 9, -1):
        codes[:, place] = DIGITS[serial % 31]
        serial //= 31
    body = codes[:, 8:16].astype(np.int64)
    figures = np.where(body <= ord("9"), body - ord("0"), body - ord("A") + 10)
    check = (11 - figures @ BODY_WEIGHTS % 11) % 11
    codes[:, 16] = np.where(check == 10, ord("X"), check + ord("0"))
    total = VALUE[codes[:, :17]] @ WEIGHTS
    codes[:, 17] = DIGITS[-total % 31]
    return codes.view("S18").ravel().astype("U18").tolist()
