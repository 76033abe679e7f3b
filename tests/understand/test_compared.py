"""Comparisons taken apart."""

import pytest

from assistant.understand.compared import compared


@pytest.mark.parametrize(
    ("text", "things", "questions"),
    [
        ("科小跟高企有效期各多长", ("科小", "高企"), ("科小有效期多长", "高企有效期多长")),
        (
            "人数资产都没超，利润300万跟利润301万，企业所得税差多大？会计说差一大截我不太信",
            ("利润300万", "利润301万"),
            ("人数资产都没超，利润300万，企业所得税", "人数资产都没超，利润301万，企业所得税"),
        ),
        (
            "最近一年净利润：主板第一套 vs 创业板第一套",
            ("主板第一套", "创业板第一套"),
            ("最近一年净利润：主板第一套", "最近一年净利润：创业板第一套"),
        ),
        (
            "小规模季度30万，2025年和2026年政策差在哪",
            ("2025年", "2026年"),
            ("小规模季度30万，2025年政策", "小规模季度30万，2026年政策"),
        ),
        ("简易注销和普通注销公告时间差多少", ("简易注销", "普通注销"), ("简易注销公告时间", "普通注销公告时间")),
        (
            "劳务派遣差额，25年和26年税率对比",
            ("2025年", "2026年"),
            ("劳务派遣差额，2025年税率", "劳务派遣差额，2026年税率"),
        ),
        (
            "科创板第四套和创业板第三套，对市值要求谁更高",
            ("科创板第四套", "创业板第三套"),
            ("科创板第四套，对市值要求", "创业板第三套，对市值要求"),
        ),
        (
            "创业板第一套利润要求和主板第一套差多少",
            ("创业板第一套", "主板第一套"),
            ("创业板第一套利润要求", "主板第一套利润要求"),
        ),
        ("发明专利和实用新型保护期差几年", ("发明专利", "实用新型"), ("发明专利保护期几年", "实用新型保护期几年")),
        ("高企和科小，科技人员比例哪个高", ("高企", "科小"), ("高企，科技人员比例", "科小，科技人员比例")),
        (
            "2025和2026劳务派遣差额税率变了没",
            ("2025年", "2026年"),
            ("2025年劳务派遣差额税率", "2026年劳务派遣差额税率"),
        ),
        (
            "小微5%和高企15%哪个划算，所得200万各交多少",
            ("小微5%", "高企15%"),
            ("小微5%，所得200万交多少", "高企15%，所得200万交多少"),
        ),
    ],
)
def test_each_side_gets_its_question(text: str, things: tuple[str, str], questions: tuple[str, str]) -> None:
    found = compared(text)
    assert found is not None
    assert found.things == things
    assert found.questions == questions


@pytest.mark.parametrize(
    "text",
    [
        "高企和科小有什么区别",
        "高企要什么条件",
        "股东和董事",
        "12345和67890年差多少",
        "公司年报跟汇算一样5月31截止",
        "福利费、工会经费、职工教育经费各是几个点",
        "小巨人旧标准和新标准研发费合计分别多少",
    ],
)
def test_what_compares_nothing_in_particular_is_left_whole(text: str) -> None:
    assert compared(text) is None


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("稳岗返还，大企业跟小公司的比例差多少", ("大企业", "小公司")),
        ("安排了残疾人但没达标，跟一个都没安排，残保金各按几折", ("安排了残疾人但没达标", "一个都没安排")),
        ("北京上海社保封顶基数，边个高", ("北京", "上海")),
    ],
)
def test_a_topic_put_first_two_cases_and_two_places_are_compared(text: str, things: tuple[str, str]) -> None:
    found = compared(text)
    assert found is not None
    assert found.things == things
