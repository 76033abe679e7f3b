"""Words of the trade mistyped by their sound."""

import pytest

from assistant.understand.homophones import mended


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("小规摸 1%到啥时候", "小规模 1%到啥时候"),
        ("高薪技术企业研发占比", "高新技术企业研发占比"),
        ("一半纳税人怎么登记", "一般纳税人怎么登记"),
        ("软件著做权3个", "软件著作权3个"),
    ],
)
def test_a_slip_of_sound_is_mended(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "text", ["研发不达标", "国高研发占比要求多少", "高企和科小", "我们交社保的有30人", "", "ABC 123"]
)
def test_what_is_right_stays(text: str) -> None:
    assert mended(text) == text
