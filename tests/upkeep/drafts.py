"""New versions of shipped rules, made by changing their files the way an expert would."""

from knowledge.policies.book import FOLDER

START = "2027-01-01"


def tech_sme(headcount: int = 300, start: str = START) -> str:
    """科小 from `start` on for at most `headcount` people; its examples moved to that day."""
    text = (FOLDER / "programmes/tech_sme.yaml").read_text("utf-8")
    for old, new in (
        ("valid_from: '2017-05-03'", f"valid_from: '{start}'"),
        ("op: <=, value: 500, unit: 人", f"op: <=, value: {headcount}, unit: 人"),
        ("hr.headcount: 500", f"hr.headcount: {headcount}"),
        ("as_of: '2026-11-23'", f"as_of: '{start}'"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


def small_scale(rate: str = "0.02", start: str = "2028-01-01") -> str:
    """小规模 from `start` on at another rate; the one example that is due says so."""
    return f"""id: vat.small_scale.2028
family: vat.small_scale
name: 小规模纳税人征收率（示例新版）
tax: 增值税
documents:
  - {{doc_no: 财政部 税务总局公告2027年第99号, title: 示例公告, date: '2027-12-01', effective: '{start}'}}
valid_from: '{start}'
valid_to: null
confidence: verified_text
inputs:
  sales_excl_tax: {{label: 不含税销售额}}
  period: {{label: 申报周期, type: choice, choices: [month, quarter], default: quarter, unit: ''}}
  waived_special_invoice_sales: {{label: 放弃免税开专票的销售额, default: 0}}
formula:
  - vat = r2(sales_excl_tax * {rate})
examples:
  - {{inputs: {{sales_excl_tax: 300000}}, expected: {{vat: 6000}}}}
  - {{inputs: {{sales_excl_tax: 100}}, expected: {{vat: 2}}}}
"""
