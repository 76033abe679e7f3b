"""The client's report and calendar: what they must say, in which form, and that nothing from outside gets through."""

import html
import io
import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import app
from api.house import House
from api.report import deadlines, page, pdf
from api.report.content import LABEL, Report, make_report
from api.report.typeset import ABSENT, NEVER_FIRST, Sheet
from assistant.diagnose import diagnose
from assistant.outlook.plan import look_ahead
from knowledge.companies import Company, parse_company
from knowledge.policies import load_rules
from knowledge.services import load_catalogue
from tests.companies.test_diagnosis import HNTE

BOOK, CATALOGUE = load_rules(), load_catalogue()
DAY = date(2026, 11, 23)
FACTS: dict[str, Any] = HNTE | {
    "hr.tech_staff": 4,
    "finance.taxable_income": {"2025": 200},
    "finance.total_assets": {"2025": 1000},
    "qual.tech_sme_valid": True,
    "qual.tech_sme_until": "2027-03-31",
}
FILE: dict[str, Any] = {
    "name": "上海甲科技有限公司",
    "region": "上海市浦东新区",
    "industry_code": "6513",
    "facts": FACTS,
}


def company(**changes: Any) -> Company:
    return parse_company(FILE | changes)


def made(subject: Company | None = None, day: date = DAY) -> Report:
    subject = subject or company()
    verdicts = diagnose(BOOK, subject, (), day).verdicts
    return make_report(BOOK, CATALOGUE, subject, verdicts, day)


def written(body: bytes) -> str:
    from markitdown import MarkItDown

    return str(MarkItDown().convert_stream(io.BytesIO(body), file_extension=".pdf").text_content)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(text)
    return parser.found


def test_the_page_tells_need_actual_gap_and_source_of_each_condition() -> None:
    text = html.unescape(page.render(made()))
    for words in (
        "高新技术企业认定",
        "不低于 10%",
        "8.89%",
        "再增 1 人",
        "国科发火〔2016〕32号",
        "补齐计划",
        "报送上年度年报",
        "有效至 2026-12-31",
        "小型微利企业优惠",
        "建议的服务",
        "已取得 1 项",
        "最近的期限：2026-12-15",
    ):
        assert words in text, words


def test_the_ai_label_stands_in_words_and_in_the_metadata() -> None:
    report = made()
    found = tags(page.render(report))
    [meta] = [attributes for tag, attributes in found if tag == "meta" and attributes.get("name") == "AIGC"]
    value = json.loads(meta["content"] or "")
    assert value["Label"] == "1"
    assert value["ProduceID"] == report.number
    assert page.render(report).count(LABEL) >= 2
    body = pdf.render(report)
    assert b"TC260:AIGC" in body
    assert report.number.encode() in body
    pages = written(body)
    assert squeezed(pages).count(squeezed(LABEL)) >= 3  # the head and the foot of every page


def test_the_pdf_says_what_the_page_says() -> None:
    report = made()
    text = squeezed(written(pdf.render(report)))
    for card in report.cards:
        assert squeezed(card.name) in text
    for duty in report.duties:
        assert str(duty.due) in text
    for words in ("补齐计划", "再增1人", "小型微利企业优惠", "2027-03-31", "第1页"):
        assert words in text, words
    assert ABSENT not in text


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf.render(made()) == pdf.render(made())
    assert page.render(made()) == page.render(made())


def test_what_a_company_is_called_is_never_markup() -> None:
    evil = "<script>alert(1)</script>\"'&"
    found = tags(page.render(made(company(name=evil))))
    assert not [tag for tag, _ in found if tag == "script"]
    assert evil in html.unescape(page.render(made(company(name=evil))))
    links = [attributes["href"] or "" for tag, attributes in found if tag == "a"]
    assert links
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert pdf.render(made(company(name=evil))).startswith(b"%PDF-")


def test_a_character_the_font_lacks_is_marked_and_nothing_else_is_lost() -> None:
    text = squeezed(written(pdf.render(made(company(name="上海𠮷科技\u0000有限公司")))))
    assert f"上海{ABSENT}科技有限公司" in text
    assert "上海鑫淼龘垚堃科技有限公司" in squeezed(
        written(pdf.render(made(company(name="上海鑫淼龘垚堃科技有限公司"))))
    )


def test_lines_fit_and_none_starts_with_a_closing_mark() -> None:
    sheet = Sheet("脚")
    sheet.set_font("sc", size=9)
    words = "近三年研发费用总额占同期销售收入总额的比例，不低于 5%；" * 9 + "https://example.org/" + "a" * 200
    lines = sheet.broken(words, 60)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(sheet.get_string_width(line) <= 60 + 4 for line in lines)
    assert not any(line[0] in NEVER_FIRST for line in lines)
    sheet.finished()


def test_a_company_about_which_nothing_is_known_still_gets_a_report() -> None:
    report = made(parse_company({}))
    assert report.cards == ()
    assert len(report.briefs) > 10
    assert "没有核实" in {one.told[:6] for one in report.briefs} or any("没有核实" in one.told for one in report.briefs)
    assert pdf.render(report).startswith(b"%PDF-")
    assert "（未具名企业）" in page.render(report)


def test_every_document_a_card_cites_is_among_the_sources() -> None:
    report = made()
    listed = {one.doc_no for one in report.origins}
    cited = {line.source.split(" 第")[0] for card in report.cards for line in card.lines if line.source}
    assert cited <= listed
    assert {source for duty in report.duties for source in duty.sources} <= listed


def test_the_calendar_opens_again_with_its_days_and_reminders() -> None:
    plan = look_ahead(BOOK, company(), DAY)
    opened = Calendar.from_ical(deadlines.render(plan, "上海甲科技有限公司"))
    events = opened.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [duty.due for duty in plan.duties]
    assert all(event.decoded("dtend") == event.decoded("dtstart") + timedelta(days=1) for event in events)
    for event, duty in zip(events, plan.duties, strict=True):
        assert duty.name in str(event["summary"])
        assert duty.note in str(event["description"])
        assert str(event["status"]) == ("TENTATIVE" if duty.provisional else "CONFIRMED")
        assert event.walk("VALARM")
    identities = [str(event["uid"]) for event in events]
    assert len(set(identities)) == len(identities)


def test_a_deadline_keeps_its_identity_on_another_day() -> None:
    def identities(day: date) -> set[str]:
        plan = look_ahead(BOOK, company(), day)
        return {str(event["uid"]) for event in Calendar.from_ical(deadlines.render(plan, "甲")).walk("VEVENT")}

    assert identities(DAY) & identities(DAY + timedelta(days=3))
    plan = look_ahead(BOOK, company(), DAY)
    assert deadlines.render(plan, "甲") == deadlines.render(plan, "甲")
    assert deadlines.render(plan, "甲") != deadlines.render(plan, "乙")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "company.json"
    path.write_text(json.dumps(FILE, ensure_ascii=False), "utf-8")
    return path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def test_the_command_writes_a_page_or_a_pdf_by_the_ending(
    file: Path, tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIFU_VAR_DIR", str(furnished))
    for name, start in (("r.html", b"<!doctype html>"), ("r.PDF", b"%PDF-")):
        done = run("report", str(file), "--out", str(tmp_path / name), "--as-of", "2026-11-23", "--json")
        assert done.exit_code == 0, done.output
        value = json.loads(done.stdout)
        assert (tmp_path / name).read_bytes().startswith(start)
        assert value["bytes"] == (tmp_path / name).stat().st_size
        assert value["valid_until"] == "2026-12-31"
    assert not list(tmp_path.glob("*.part"))


def test_the_calendar_command_writes_what_it_lists(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.ics"
    done = run("calendar", str(file), "--out", str(out), "--as-of", "2026-11-23", "--json")
    assert done.exit_code == 0, done.output
    listed = json.loads(done.stdout)["deadlines"]
    events = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert [str(event.decoded("dtstart")) for event in events] == [duty["due"] for duty in listed]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("report", "{file}", "--out", "r.docx"), ".pdf"),
        (("report", "{file}", "--out", "nowhere/r.pdf"), "目录"),
        (("calendar", "{file}", "--out", "r.pdf"), ".ics"),
    ],
)
def test_a_wrong_target_is_one_sentence(file: Path, words: tuple[str, ...], told: str) -> None:
    done = run(*(word.replace("{file}", str(file)) for word in words))
    assert done.exit_code == 2
    assert "--out" in done.stderr
    assert told in done.stderr


def test_a_visitor_gets_the_page_over_http_and_a_wrong_field_is_named(home: House) -> None:
    with TestClient(create_app(home, pages=Path("nowhere")), raise_server_exceptions=False) as browser:
        answer = browser.post("/api/v1/reports", json={"company": FILE, "as_of": "2026-11-23"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "上海甲科技有限公司" in answer.text
        body = {"company": FILE, "as_of": "2026-11-23"}
        paper = browser.post("/api/v1/reports", json=body, headers={"Accept": "application/pdf"})
        assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
        days = browser.post("/api/v1/reports", json=body, headers={"Accept": "text/calendar"})
        assert Calendar.from_ical(days.content).walk("VEVENT")
        wrong = browser.post("/api/v1/reports", json={"company": {"facts": {"hr.headcont": 3}}})
        assert wrong.status_code == 422
        assert "hr.headcount" in wrong.json()["error"]["message"]
