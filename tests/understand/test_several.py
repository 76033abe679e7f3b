"""Several questions in one message, each made to stand alone."""

import pytest

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
        "专精特新证书几年",
    )


@pytest.mark.parametrize(
    "text",
    [
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
