"""Several questions in one message, each made to stand alone."""

import pytest

from assistant.understand.normalise import normalise
from assistant.understand.several import several


def test_each_question_keeps_the_subject_of_the_one_before() -> None:
    assert several("科小今年截止了没？编号管到什么时候？") == ("科小今年截止了没", "科小编号管到什么时候")


def test_each_question_carries_what_was_told() -> None:
    assert several("股权转给我弟弟，个税几个点，印花税每边多少") == (
        "股权转给我弟弟，个税几个点",
        "股权转给我弟弟，印花税每边多少",
    )


def test_a_question_that_names_another_programme_leaves_the_subject() -> None:
    assert several("高企所得税几个点，另外科小能不能直通")[1] == "科小能不能直通"


def test_bare_topics_beside_a_question_are_questions() -> None:
    assert several("专精特新研发费要求，主营占比？证书几年") == (
        "专精特新研发费要求",
        "专精特新主营占比",
        "专精特新证书有效期几年",
    )


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("年报啥时候截止 没报会怎样", ("年报啥时候截止", "年报没报会怎样")),
        (
            "高企证书几年还有所得税几个点另外亏损能补几年",
            ("高企证书有效期几年", "高企所得税几个点", "高企亏损能补几年"),
        ),
        ("1.科小多少分过 2.编号有效到啥时候 3.要发证吗", ("科小多少分过", "科小编号有效到啥时候", "科小要发证吗")),
        ("①简易注销公示多久②普通注销公告多久", ("简易注销公示多久", "普通注销公告多久")),
        ("一是减资几天内通知债权人，二是公告几天内", ("减资几天内通知债权人", "减资公告几天内")),
        ("想知道：商标有效期几年、多久没用会被撤", ("商标有效期几年", "商标多久没用会被撤")),
        (
            "安全生产许可证有效期几年到期前几个月办延期",
            ("安全生产许可证有效期几年", "安全生产许可证到期前几个月办延期"),
        ),
        (
            "招待费 广告费 福利费 税前各能扣多少",
            ("招待费税前能扣多少", "广告费税前能扣多少", "福利费税前能扣多少"),
        ),
        (
            "高企到手：所得税几个点，亏损几年，证书几年",
            ("高企到手，所得税几个点", "高企到手，亏损几年", "高企到手，证书有效期几年"),
        ),
        (
            "食品店只卖包装好的饼干饮料要不要办许可，开奶茶店呢，证管几年",
            ("食品店只卖包装好的饼干饮料要不要办许可", "开奶茶店呢", "开奶茶店证有效期几年"),
        ),
        (
            "老板拖欠工资三个月我可以直接走人吗能要补偿吗",
            ("老板拖欠工资三个月我可以直接走人吗", "老板拖欠工资三个月我可以直接走人吗，能要补偿吗"),
        ),
        (
            "北交所标准三的市值和研发占比要求，再说下科创板第五套市值",
            ("北交所标准三的市值和研发占比要求", "科创板第五套市值"),
        ),
        ("合同没写交货日期怎么办，对方能要求赔多少", ("合同没写交货日期怎么办", "合同没写交货日期对方能要求赔多少")),
    ],
)
def test_questions_are_parted_as_people_put_them(text: str, questions: tuple[str, ...]) -> None:
    assert several(normalise(text)) == questions


@pytest.mark.parametrize(
    "text",
    [
        "印花税什么的加起来一共要交多少",
        "高企研发占比要多少",
        "有限公司注册资本要几年内缴足，第几条",
        "专精特新新旧标准，营收门槛分别多少",
        "我们去年营收3000万，员工80个",
        "季度1,200,000元要交多少增值税",
        "",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert several(text) == ()
