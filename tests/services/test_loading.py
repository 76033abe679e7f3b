"""A faulty service file names file, line and field; a faulty catalogue names what is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.base.errors import BadInput, Missing
from knowledge.services import Catalogue, Price, load_catalogue

WHOLE = """\
id: demo_service
name: 示范服务
aliases: [示范办理]
category: 示范
solves: 示范问题
for_whom: 示范企业
price: {low_fen: 100, list_fen: 200, high_fen: 300}
days: 3
terms: [示范条款]
sop:
  version: 1
  steps:
    - "no": 1
      name: 收材料
      what: 收齐
      evidence: [{type: list, label: 清单, count: 1}]
      sla_workdays: 1
      checks: [齐全]
    - "no": 2
      name: 提交
      what: 提交
      evidence: [{type: receipt, label: 回执, count: 2}]
      sla_workdays: 2
      checks: [已提交]
"""


def write(folder: Path, *texts: str) -> Path:
    for index, text in enumerate(texts):
        (folder / f"service_{index}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_whole_file_loads_with_its_defaults(tmp_path: Path) -> None:
    service = load_catalogue(write(tmp_path, WHOLE)).service("demo_service")
    assert service.permits == ()
    assert service.price.per == "项"
    assert service.sop.steps[1].evidence[0].count == 2
    assert service.sop.steps[0].subcontract is True


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("days: 3", "days: 3\nfancy: 1", 9, "fancy"),
        ("price: {low_fen: 100, list_fen: 200, high_fen: 300}\n", "", 1, "price"),
        ("list_fen: 200", "list_fen: 400", 7, "price"),
        ("low_fen: 100", "low_fen: 0", 7, "price.low_fen"),
        ("low_fen: 100", "low_fen: 一百", 7, "price.low_fen"),
        ("terms: [示范条款]", "terms: []", 9, "terms"),
        ('"no": 2', '"no": 3', 11, "sop"),
        ('"no": 2', "no: 2", 19, "no"),
        ("name: 示范服务", "name: 示范服务\nname: 再写一次", 3, "name"),
        ("sla_workdays: 2", "sla_workdays: 0", 23, "sop.steps.1.sla_workdays"),
        ("evidence: [{type: list, label: 清单, count: 1}]", "evidence: []", 16, "sop.steps.0.evidence"),
        ("checks: [已提交]", "checks: [已提交]\n      role: manager", 25, "sop.steps.1.role"),
        ("id: demo_service", "id: 示范", 1, "id"),
        ("days: 3", "days: [", 10, None),
    ],
)
def test_a_faulty_file_is_refused_by_file_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, field: str | None
) -> None:
    assert old in WHOLE
    with pytest.raises(BadInput) as caught:
        load_catalogue(write(tmp_path, WHOLE.replace(old, new, 1)))
    assert caught.value.field == field
    assert "service_0.yaml" in str(caught.value)
    assert f"第 {line} 行" in str(caught.value)


@pytest.mark.parametrize("name", ["示范服务", "示范办理", "demo_service", "示范 服务", "DEMO_service"])
def test_a_name_belongs_to_one_service(tmp_path: Path, name: str) -> None:
    other = WHOLE.replace("demo_service", "other_service").replace("示范服务", "别的").replace("示范办理", name)
    with pytest.raises(BadInput) as caught:
        load_catalogue(write(tmp_path, WHOLE, other))
    assert "重复" in str(caught.value)


def test_an_unknown_service_is_missing_with_the_ids_there_are(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="demo_service"):
        load_catalogue(write(tmp_path, WHOLE)).service("nothing")


def test_an_empty_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        load_catalogue(tmp_path)


@given(st.tuples(*(st.integers(min_value=-10, max_value=10_000) for _ in range(3))))
def test_a_price_holds_exactly_when_it_is_positive_and_ordered(fen: tuple[int, int, int]) -> None:
    low, usual, high = fen
    if 0 < low <= usual <= high:
        assert Price(low_fen=low, list_fen=usual, high_fen=high).list_fen == usual
    else:
        with pytest.raises(ValidationError):
            Price(low_fen=low, list_fen=usual, high_fen=high)


def test_materials_are_told_once_in_order() -> None:
    for service in load_catalogue().services:
        told = [item for step in service.sop.steps for item in step.materials]
        assert list(service.materials) == sorted(set(told), key=told.index)


def test_the_shipped_catalogue_is_read_once() -> None:
    assert isinstance(load_catalogue(), Catalogue)
    assert load_catalogue() is load_catalogue()
