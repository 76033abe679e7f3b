"""The report as one HTML page: no script, no outside file; bars are inline SVG. Everything from outside is escaped."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from api.report import mark
from api.report.content import LABEL, Brief, Card, Line, Report, money
from api.report.deadlines import KINDS

STYLE = Path(__file__).with_name("page.css")
COLOURS = {"met": "#2b8a57", "unmet": "#c23b3b", "unknown": "#c98a1b", "manual": "#5b6b8c"}
NAMES = {"met": "满足", "unmet": "不满足", "unknown": "待确认", "manual": "需专家判断"}


def render(report: Report) -> str:
    body = "".join(
        (
            _head(report),
            _section("诊断结果", "".join(_card(card) for card in report.cards)),
            _section("信息不足、暂不作结论的项目", _briefs(report.briefs)),
            _section("期限", _duties(report)),
            _section("每年价值", _worth(report)),
            _section("前置与互斥", _list(report.notes)),
            _section("建议的服务", _services(report)),
            _section("依据", _origins(report)),
            f'<footer><p class="label">{escape(mark.words(report))}</p><p>{escape(mark.caution(report))}</p></footer>',
        )
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="{mark.KEY}" content="{escape(mark.metadata(report))}">'
        f"<title>{escape(report.company)} 资质诊断报告</title><style>{STYLE.read_text('utf-8')}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def _head(report: Report) -> str:
    return (
        f'<header><p class="label">{LABEL}</p><h1>{escape(report.company)} 资质诊断报告</h1>'
        f"<p>{escape(report.about)}</p><p>按 {report.as_of} 有效的规定 · 有效至 {report.valid_until}</p>"
        f'<p class="summary">{escape(report.summary)}</p></header>'
    )


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{title}</h2>{inner}</section>" if inner else ""


def _card(card: Card) -> str:
    rows = "".join(_row(line) for line in card.lines)
    table = (
        "<table><thead><tr><th>条件</th><th>要求</th><th>现状</th><th>结果与差距</th><th>依据</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
    return (
        f'<article class="{card.result}"><h3>{escape(card.name)}<span class="pill">{escape(card.told)}</span></h3>'
        f'<p class="muted">{escape(card.horizon)}{"；" if card.when else ""}{escape(card.when)}</p>'
        f"{_counts(card)}{_score(card)}{table}"
        f"{_titled('补齐计划', card.steps)}{_titled('还要了解', card.questions)}"
        f"{_titled('取得后', card.benefits)}</article>"
    )


def _row(line: Line) -> str:
    gap = f'<br><span class="gap">{escape(line.gap)}</span>' if line.gap else ""
    cells = (line.label, line.need, line.actual)
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{told}<td>{escape(line.result)}{gap}</td><td>{escape(line.source)}</td></tr>"


def _counts(card: Card) -> str:
    """A bar whose parts are the conditions met, unmet, open and for experts."""
    whole = sum(card.counts.values())
    if not whole:
        return ""
    at, parts, names = 0.0, [], []
    for name, count in card.counts.items():
        width = 100 * count / whole
        if count:
            parts.append(f'<rect x="{at:.2f}" width="{width:.2f}" height="6" fill="{COLOURS[name]}"/>')
            names.append(f"{NAMES[name]} {count}")
        at += width
    told = "，".join(names)
    return (
        f'<figure><svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{told}">'
        f"{''.join(parts)}</svg><figcaption>条件：{told}</figcaption></figure>"
    )


def _score(card: Card) -> str:
    """The score that is sure, the score that is possible, and the line to pass."""
    score = card.score
    if score is None:
        return ""
    low, high = float(score.low), float(score.high)
    line = float(score.passing.split()[-1].replace(",", ""))
    most = max(100.0, high, line)
    low_at, high_at, line_at = (100 * value / most for value in (low, high, line))
    told = f"评分 {score.low}～{score.high} 分，要求 {score.passing} 分"
    return (
        f'<figure><svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{escape(told)}">'
        '<rect width="100" height="6" fill="#e6e9f0"/>'
        f'<rect width="{high_at:.2f}" height="6" fill="#b9c7e8"/><rect width="{low_at:.2f}" height="6" fill="#3a62b8"/>'
        f'<rect x="{line_at:.2f}" width="0.6" height="6" fill="#c23b3b"/></svg>'
        f"<figcaption>{escape(told)}（深色为已确定，浅色为可能，红线为要求）</figcaption></figure>"
    )


def _titled(title: str, entries: Iterable[str]) -> str:
    inner = _list(entries)
    return f"<h4>{title}</h4>{inner}" if inner else ""


def _list(entries: Iterable[str]) -> str:
    rows = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    return f"<ul>{rows}</ul>" if rows else ""


def _briefs(briefs: Iterable[Brief]) -> str:
    return _list(f"{one.name}：{one.told}{f'。{one.question}' if one.question else ''}" for one in briefs)


def _duties(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{one.due}{'（可能变动）' if one.provisional else ''}</td><td>{KINDS[one.kind]}</td>"
        f"<td>{escape(one.name)}<br><span class='muted'>{escape(one.note)}</span></td>"
        f"<td>{escape('、'.join(one.sources))}</td></tr>"
        for one in report.duties
    )
    head = "<thead><tr><th>日期</th><th>类别</th><th>事项</th><th>依据</th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>" if rows else ""


def _worth(report: Report) -> str:
    return _list(f"{one.name}：{one.words}" for one in report.worth)


def _services(report: Report) -> str:
    found = []
    for item in report.recommendations:
        when = "现在可办" if item.horizon == "now" else "以后可办"
        value = f"，每年约值 {money(item.value_fen)}" if item.value_fen else ""
        found.append(f"{item.name}（{when}{value}）：{'；'.join(item.reasons)}")
    return _list(found)


def _origins(report: Report) -> str:
    rows = []
    for one in report.origins:
        # A link is only made of an address of the web: nothing else may be clicked.
        safe = one.url if one.url and one.url.startswith(("https://", "http://")) else None
        title = (
            f'<a href="{escape(safe)}" rel="noreferrer">{escape(one.title or one.doc_no)}</a>'
            if safe
            else escape(one.title)
        )
        rows.append(f"<li>{escape(one.doc_no)} {title}（{escape(one.dated)}）</li>")
    return f"<ul>{''.join(rows)}</ul>" if rows else ""
