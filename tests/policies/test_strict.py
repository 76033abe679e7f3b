"""Rule files are read strictly: each mistake names file, line and field."""

from pathlib import Path

import pytest

from knowledge.base.errors import BadInput
from knowledge.policies.book import FOLDER, load_rules

TAX = FOLDER / "tax" / "cit.standard.yaml"
PROGRAMME = FOLDER / "programmes" / "hnte.yaml"


def broken(tmp_path: Path, source: Path, old: str, new: str, *, kind: str) -> Path:
    text = source.read_text("utf-8")
    assert old in text
    target = tmp_path / kind
    target.mkdir(parents=True)
    (target / source.name).write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("family: cit.standard", "family: cit.standard\nspeed: 1", "speed"),
        ("valid_from: '2008-01-01'\n", "", "valid_from"),
        ("documents:", "'no': 1\ndocuments:", "no"),
        ("family: cit.standard", "family: cit.standard\nno: 1", "请加引号"),
        ("family: cit.standard", "family: cit.standard\nfamily: other", "写了两次"),
        ("taxable_income, 0) * rate", "taxable_income, 0) * ratio", "没有定义的名称"),
        ("tax = r2(", "tax = __import__('os').system(", "不支持"),
        ("tax = r2(max(taxable_income, 0) * rate)", "tax = tax + 1", "没有定义的名称"),
        ("id: cit.standard", "id: [cit", "YAML"),
    ],
)
def test_a_mistake_in_a_tax_rule_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = broken(tmp_path, TAX, old, new, kind="tax")
    with pytest.raises(BadInput, match=r"cit\.standard\.yaml 第 \d+ 行") as caught:
        load_rules(folder)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("field: hr.tech_staff_ratio, op: '>='", "field: hr.tech_staff_ration, op: '>='", "hr.tech_staff_ratio"),
        ("field: ip.core_owned, op: ==, value: true", "field: ip.core_owned, op: ==, value: 1", "应为是非"),
        ("field: ip.core_owned, op: ==, value: true", "field: ip.core_owned, op: '>=', value: true", "不能用"),
        ("when: {gt: 5000, le: 20000}", "when: {gt: 5001, le: 20000}", "空隙或重叠"),
        ("when: {gt: 5000, le: 20000}", "when: {ge: 5000, le: 20000}", "空隙或重叠"),
        ("when: {gt: 20000}", "when: {gt: 20000, le: 90000}", "没有到最高处"),
        ("{when: {ge: 5}, points: [25, 30]}", "{when: {ge: 5}, points: [25, 31]}", "超出上限"),
        ("{when: {else: true}, points: [0, 0]}", "{when: {lt: 0}, points: [0, 0]}", "分档"),
        ("document: 国科发火〔2016〕195号", "document: 国科发火〔2016〕194号", "documents"),
        ("confidence: V2\ndocuments", "confidence: sure\ndocuments", "confidence"),
        ("valid_from: '2016-01-01'", "valid_from: soon", "valid_from"),
    ],
)
def test_a_mistake_in_a_programme_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = broken(tmp_path, PROGRAMME, old, new, kind="programmes")
    with pytest.raises(BadInput, match=r"hnte\.yaml 第 \d+ 行") as caught:
        load_rules(folder)
    assert words in caught.value.message


def test_versions_of_one_rule_never_overlap(tmp_path: Path) -> None:
    folder = broken(tmp_path, TAX, "id: cit.standard", "id: cit.standard.two", kind="tax")
    (folder / "tax" / "other.yaml").write_text(TAX.read_text("utf-8"), "utf-8")
    with pytest.raises(BadInput, match="重叠"):
        load_rules(folder)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    folder = broken(tmp_path, TAX, "family: cit.standard", "family: other", kind="tax")
    (folder / "tax" / "zz.yaml").write_text(TAX.read_text("utf-8"), "utf-8")
    with pytest.raises(BadInput, match="已在"):
        load_rules(folder)
