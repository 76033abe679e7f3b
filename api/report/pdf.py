"""The report as a PDF: searchable text in an embedded font, bars drawn, the AI label in words and in the metadata."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from xml.sax.saxutils import escape

from api.report import mark
from api.report.content import LABEL, PRODUCER, Card, Report, money
from api.report.deadlines import KINDS
from api.report.typeset import INK, MUTED, Colour, Sheet

COLOURS: dict[str, Colour] = {
    "met": (43, 138, 87),
    "unmet": (194, 59, 59),
    "unknown": (201, 138, 27),
    "manual": (91, 107, 140),
}
NAMES = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "manual": "需专家判断"}
BLUE, PALE, PASS = (58, 98, 184), (185, 199, 232), (194, 59, 59)
CONDITIONS = (46.0, 32.0, 24.0, 44.0, 32.0)
DUTIES = (22.0, 12.0, 100.0, 44.0)


def render(report: Report) -> bytes:
    """The same report gives the same bytes."""
    sheet = Sheet(mark.words(report))
    sheet.set_title(f"{report.company} 资质诊断报告")
    sheet.set_author(PRODUCER)
    sheet.set_creator(PRODUCER)
    sheet.set_lang("zh-CN")
    sheet.set_keywords(f"{LABEL} {mark.KEY}={mark.metadata(report)}")
    sheet.set_creation_date(datetime.combine(report.as_of, time(), UTC))
    sheet.set_xmp_metadata(_xmp(report))
    _head(sheet, report)
    for card in report.cards:
        _card(sheet, card)
    _titled(sheet, "信息不足、暂不作结论的项目", [
        f"{one.name}：{one.told}{f'。{one.question}' if one.question else ''}" for one in report.briefs
    ])  # fmt: skip
    _duties(sheet, report)
    _titled(sheet, "每年价值", [f"{one.name}：{one.words}" for one in report.worth])
    _titled(sheet, "前置与互斥", report.notes)
    _titled(sheet, "建议的服务", [
        f"{item.name}（{'现在可办' if item.horizon == 'now' else '以后可办'}"
        f"{f'，每年约值 {money(item.value_fen)}' if item.value_fen else ''}）：{'；'.join(item.reasons)}"
        for item in report.recommendations
    ])  # fmt: skip
    _titled(sheet, "依据", [
        f"{one.doc_no} {one.title}（{one.dated}）{one.url or ''}" for one in report.origins
    ], size=8)  # fmt: skip
    sheet.say(mark.caution(report), 8, MUTED)
    return sheet.finished()


def _head(sheet: Sheet, report: Report) -> None:
    sheet.say(LABEL, 8.5, MUTED)
    sheet.say(f"{report.company} 资质诊断报告", 18, INK)
    sheet.say(report.about, 9, MUTED, after=0.4)
    sheet.say(f"按 {report.as_of} 有效的规定 · 有效至 {report.valid_until}", 9, MUTED, after=2)
    sheet.say(report.summary, 10.5, INK, after=2)
    sheet.bar([(0, 100, BLUE)], 0.6)


def _title(sheet: Sheet, title: str) -> None:
    sheet.room(22)
    sheet.set_y(sheet.get_y() + 3)
    sheet.say(title, 13, BLUE)


def _titled(sheet: Sheet, title: str, entries: Iterable[str], size: float = 9) -> None:
    rows = list(entries)
    if not rows:
        return
    _title(sheet, title)
    for row in rows:
        sheet.say(f"· {row}", size, INK, 1, 0.8)


def _card(sheet: Sheet, card: Card) -> None:
    sheet.room(44)
    sheet.set_y(sheet.get_y() + 4)
    sheet.say(card.name, 13, INK, after=0.2)
    sheet.say(f"{card.told} · {card.horizon}", 10, COLOURS.get(card.result, MUTED), after=0.6)
    if card.when:
        sheet.say(card.when, 8.5, MUTED)
    _counts(sheet, card)
    _score(sheet, card)
    if card.lines:
        sheet.room(16)
        sheet.row(("条件", "要求", "现状", "结果与差距", "依据"), CONDITIONS, [MUTED] * 5)
    for line in card.lines:
        told = line.result + (f"：{line.gap}" if line.gap else "")
        colour = next((COLOURS[name] for name, word in NAMES.items() if line.result.startswith(word)), INK)
        sheet.row((line.label, line.need, line.actual, told, line.source), CONDITIONS, (INK, INK, INK, colour, MUTED))
    sheet.set_y(sheet.get_y() + 1.5)
    for title, entries in (("补齐计划", card.steps), ("还要了解", card.questions), ("取得后", card.benefits)):
        if entries:
            sheet.room(12)
            sheet.say(title, 9, MUTED, after=0.2)
            for entry in entries:
                sheet.say(f"· {entry}", 9, INK, 1, 0.6)


def _counts(sheet: Sheet, card: Card) -> None:
    whole = sum(card.counts.values())
    if not whole:
        return
    at, parts, told = 0.0, [], []
    for name, count in card.counts.items():
        end = at + 100 * count / whole
        if count:
            parts.append((at, end, COLOURS[name]))
            told.append(f"{NAMES[name]} {count}")
        at = end
    sheet.bar(parts)
    sheet.say(f"条件：{'，'.join(told)}", 8, MUTED)


def _score(sheet: Sheet, card: Card) -> None:
    score = card.score
    if score is None:
        return
    low, high = float(score.low), float(score.high)
    line = float(score.passing.split()[-1].replace(",", ""))
    most = max(100.0, high, line)
    low_at, high_at, line_at = (100 * value / most for value in (low, high, line))
    sheet.bar([(0, 100, (230, 233, 240)), (0, high_at, PALE), (0, low_at, BLUE), (line_at, line_at + 0.4, PASS)])
    words = f"评分 {score.low}～{score.high} 分，要求 {score.passing} 分（深色为已确定，浅色为可能，红线为要求）"
    sheet.say(words, 8, MUTED)


def _duties(sheet: Sheet, report: Report) -> None:
    if not report.duties:
        return
    _title(sheet, "期限")
    sheet.row(("日期", "类别", "事项", "依据"), DUTIES, [MUTED] * 4)
    for one in report.duties:
        name = one.name + (f"。{one.note}" if one.note else "") + ("（可能变动）" if one.provisional else "")
        cells = (str(one.due), KINDS[one.kind], name, "、".join(one.sources))
        sheet.row(cells, DUTIES, (INK, MUTED, INK, MUTED))


def _xmp(report: Report) -> str:
    """The key AIGC under its own namespace, as the standard's practice guide for documents has it."""
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{mark.SPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<TC260:{mark.KEY}>{escape(mark.metadata(report))}</TC260:{mark.KEY}>"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(mark.words(report))}</rdf:li></rdf:Alt>'
        "</dc:description></rdf:Description></rdf:RDF>"
    )
