"""Tables as sentences: merged cells, headers over two pages, units of the caption, in every format."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ingest.formats import read_file
from knowledge.ingest.grids import Grid, Span, make_grid, sentences, weave
from tests.ingest.files import docx, heading, lined, para, pdf, sheet, table

MERGED = [
    "表1 补贴标准·高新技术企业·一档·补贴金额·首次认定=30万元；补贴金额·重新认定=20万元；从业人数=100。",
    "表1 补贴标准·高新技术企业·二档·补贴金额·首次认定=15万元；补贴金额·重新认定=10万元以上；从业人数=50。",
    "表1 补贴标准·小巨人·不分档·补贴金额·首次认定=100万元；补贴金额·重新认定=100万元；从业人数=200。",
]


def lines(name: str, raw: bytes, mark: str = "·") -> list[str]:
    return [line for line in read_file(Path(name), raw).text.split("\n") if mark in line]


def word() -> bytes:
    return docx(
        heading("示范区办法"),
        para("表1 补贴标准"),
        para("单位：万元"),
        table(
            ["类别v", "档次v", "补贴金额>2", "从业人数v"],
            ["^", "^", "首次认定", "重新认定", "^"],
            ["高新技术企业v", "一档", "30", "20", "100"],
            ["^", "二档", "15", "10以上", "50"],
            ["小巨人", "不分档", "100>2", "200"],
        ),
    )


def page() -> bytes:
    html = """<html><body><h1>示范区办法</h1><table><caption>表1 补贴标准（单位：万元）</caption>
    <tr><th rowspan=2>类别</th><th rowspan=2>档次</th><th colspan=2>补贴金额</th><th rowspan=2>从业人数</th></tr>
    <tr><th>首次认定</th><th>重新认定</th></tr>
    <tr><td rowspan="2">高新技术企业</td><td>一档</td><td>30</td><td>20</td><td>100</td></tr>
    <tr><td>二档</td><td>15</td><td>10以上</td><td>50</td></tr>
    <tr><td>小巨人</td><td>不分档</td><td colspan=2>100</td><td>200</td></tr></table></body></html>"""
    return html.encode()


def book() -> bytes:
    return sheet(
        ["表1 补贴标准"],
        ["", "", "", "", "单位：万元"],
        ["类别", "档次", "补贴金额", "", "从业人数"],
        ["", "", "首次认定", "重新认定", ""],
        ["高新技术企业", "一档", 30, 20, 100],
        ["", "二档", 15, "10以上", 50],
        ["小巨人", "不分档", 100, "", 200],
        merged=["A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "A5:A6", "C7:D7"],
    )


def paper() -> bytes:
    def write(sheet: FPDF) -> None:
        sheet.multi_cell(0, 8, "示范区办法", new_x="LMARGIN", new_y="NEXT")
        sheet.multi_cell(0, 8, "表1 补贴标准（单位：万元）", new_x="LMARGIN", new_y="NEXT")
        lined(
            sheet,
            [
                [("类别", 2, 1), ("档次", 2, 1), ("补贴金额", 1, 2), ("从业人数", 2, 1)],
                ["首次认定", "重新认定"],
                [("高新技术企业", 2, 1), "一档", "30", "20", "100"],
                ["二档", "15", "10以上", "50"],
                ["小巨人", "不分档", ("100", 1, 2), "200"],
            ],
            heads=2,
        )

    return pdf(write)


@pytest.mark.parametrize(("name", "made"), [("a.docx", word), ("a.html", page), ("a.xlsx", book), ("a.pdf", paper)])
def test_merged_cells_are_expanded_and_the_unit_of_the_caption_carried(name: str, made: Callable[[], bytes]) -> None:
    assert lines(name, made()) == MERGED


def test_a_table_that_breaks_over_pages_of_a_pdf_is_one() -> None:
    def write(page: FPDF) -> None:
        page.multi_cell(0, 8, "表2 园区补贴（单位：元）", new_x="LMARGIN", new_y="NEXT")
        lined(page, [["园区", "每月", "每年"], *([f"第{n}园", str(n), str(12 * n)] for n in range(1, 91))])
        page.multi_cell(0, 8, "由管委会解释。", new_x="LMARGIN", new_y="NEXT")

    raw = pdf(write)
    assert raw.count(b"/Type /Page\n") > 1
    assert lines("a.pdf", raw) == [f"表2 园区补贴·第{n}园·每月={n}元；每年={12 * n}元。" for n in range(1, 91)]


def test_a_table_goes_on_behind_a_page_without_its_header() -> None:
    def write(page: FPDF) -> None:
        page.multi_cell(0, 8, "表2 园区补贴（单位：元）", new_x="LMARGIN", new_y="NEXT")
        lined(page, [["园区", "每月"], *([f"第{n}园", str(n)] for n in range(1, 9))])
        page.add_page()
        lined(page, [[f"第{n}园", str(n)] for n in range(9, 13)], heads=0)

    assert lines("a.pdf", pdf(write)) == [f"表2 园区补贴·第{n}园·每月={n}元。" for n in range(1, 13)]


def test_another_table_behind_a_page_is_not_taken_for_the_same() -> None:
    def write(page: FPDF) -> None:
        lined(page, [["园区", "每月"], ["第1园", "1"]])
        page.add_page()
        lined(page, [["材料", "份数"], ["申请书", "2"]])

    assert lines("a.pdf", pdf(write)) == ["表·第1园·每月=1。", "表·申请书·份数=2。"]


@pytest.mark.parametrize("between", [(), (para(""),), (para("续表"),), (para("表3（续）"), para("单位：万元"))])
def test_two_halves_of_a_word_table_with_the_same_header_are_one(between: tuple[str, ...]) -> None:
    head = ["园区", "补贴"]
    raw = docx(
        para("表3 园区补贴（单位：万元）"), table(head, ["一园", "1"], header=True), *between,
        table(head, ["二园", "2"], header=True), para("以上为准。"),
    )  # fmt: skip
    assert lines("a.docx", raw) == ["表3 园区补贴·一园·补贴=1万元。", "表3 园区补贴·二园·补贴=2万元。"]


def test_a_text_between_parts_two_tables() -> None:
    head = ["园区", "补贴"]
    raw = docx(
        para("表3 甲（单位：万元）"), table(head, ["一园", "1"]), para("表4 乙（单位：元）"), table(head, ["二园", "2"])
    )
    assert lines("a.docx", raw) == ["表3 甲·一园·补贴=1万元。", "表4 乙·二园·补贴=2元。"]


def test_a_markdown_table_is_named_by_its_caption_or_heading() -> None:
    text = (
        "# 办法\n\n## 费用\n\n| 项目 | 费用（元） | 时限 |\n| --- | ---: | --- |\n| 登记 | 300 | 5个工作日 |\n\n完。\n"
    )
    assert lines("a.md", text.encode()) == ["费用·登记·费用=300元；时限=5个工作日。"]


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("补贴", "1,200.5", "补贴=1,200.5万元"),
        ("补贴", "10-50", "补贴=10-50万元"),
        ("补贴", "≥500", "补贴=≥500万元"),
        ("补贴", "500（含）以上", "补贴=500万元（含）以上"),
        ("补贴", "300元", "补贴=300元"),
        ("补贴", "按合同", "补贴=按合同"),
        ("补贴（元）", "300", "补贴=300元"),
        ("补贴比例", "8", "补贴比例=8"),
        ("占比（%）", "8", "占比=8%"),
        ("从业人数", "300", "从业人数=300"),
        ("年度", "2026", "年度=2026"),
    ],
)
def test_a_figure_gets_the_unit_it_is_in_and_no_other(head: str, value: str, said: str) -> None:
    grid = make_grid([[Span("类别"), Span(head)], [Span("高企"), Span(value)]], 1, "补贴表（单位：万元）")
    assert list(sentences(grid)) == [f"补贴表·高企·{said}。"]


def test_a_form_without_a_header_says_what_and_value() -> None:
    grid = make_grid([[Span("企业"), Span("示范甲公司")], [Span("地址"), Span("示范区一号")]], caption="申请表")
    assert list(sentences(grid)) == ["申请表·企业=示范甲公司。", "申请表·地址=示范区一号。"]


def test_a_row_over_the_whole_width_heads_the_rows_below_and_a_note_stands_alone() -> None:
    rows = [
        [Span("项目"), Span("补贴"), Span("时限")],
        [Span("一、认定类", across=3)],
        [Span("高企"), Span("30"), Span("3天")],
        [Span("注：同一企业不重复享受。", across=3)],
    ]
    assert list(sentences(make_grid(rows, caption="补贴"))) == [
        "补贴·一、认定类·高企·补贴=30；时限=3天。",
        "补贴·注：同一企业不重复享受。",
    ]


def test_a_long_row_is_cut_between_columns_and_named_in_each_piece() -> None:
    rows = [[Span("项目"), Span("甲条件"), Span("乙条件")], [Span("高企"), Span("长" * 400), Span("久" * 400)]]
    told = list(sentences(make_grid(rows, caption="条件表")))
    assert [line[:11] for line in told] == ["条件表·高企·甲条件=", "条件表·高企·乙条件="]


WORDS = st.text("甲乙丙丁戊己", min_size=1, max_size=4)


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2, max_size=8), st.integers(1, 6))
def test_a_table_cut_anywhere_under_a_repeated_header_reads_as_the_whole(body: list[list[str]], cut: int) -> None:
    head = ("项目", "内容", "说明")
    at = min(cut, len(body) - 1)
    rows = [tuple(row) for row in body]
    whole = weave([Grid((head, *rows), caption="表")])
    halves = weave([Grid((head, *rows[:at]), caption="表"), "续表\n\n- 2 -", Grid((head, *rows[at:]))])
    assert halves == whole
    assert all(cell in whole for row in body for cell in row)
