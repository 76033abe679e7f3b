"""What a client takes away: the report as a page or a PDF, the deadlines as a calendar file."""

from pathlib import Path
from typing import Any

from api.cli.options import company_file, day
from api.cli.shown import exits, line, show
from knowledge.base.errors import BadInput


def report(file: str, out: str, programmes: list[str], as_of: str | None, region: str | None, as_json: bool) -> None:
    with exits(as_json):
        path = _target(out, (".html", ".pdf"), "report.pdf")
        from api.live import book_at_hand
        from api.report import page, pdf
        from api.report.content import make_report
        from api.wiring import find_providers
        from assistant.diagnose import diagnose
        from knowledge.services import load_catalogue

        book, company, when = book_at_hand(), company_file(file), day(as_of)
        verdicts = diagnose(book, company, tuple(programmes), when, region=region).verdicts
        with find_providers() as providers:
            made = make_report(book, load_catalogue(), company, verdicts, when, region=region, providers=providers)
        body = pdf.render(made) if path.suffix.lower() == ".pdf" else page.render(made).encode("utf-8")
        value: dict[str, Any] = {
            "file": str(path),
            "bytes": _write(path, body),
            "as_of": when.isoformat(),
            "valid_until": made.valid_until.isoformat(),
            "programmes": len(made.cards) + len(made.briefs),
            "number": made.number,
        }
        show(value, as_json, lambda told: line(f"报告已写到 {told['file']}（有效至 {told['valid_until']}）。"))


def calendar(file: str, out: str, as_of: str | None, region: str | None, as_json: bool) -> None:
    with exits(as_json):
        path = _target(out, (".ics",), "deadlines.ics")
        from api.live import book_at_hand
        from api.report import deadlines
        from assistant.outlook.plan import look_ahead

        company = company_file(file)
        plan = look_ahead(book_at_hand(), company, day(as_of), region=region)
        size = _write(path, deadlines.render(plan, company.name))
        value = {
            "file": str(path),
            "bytes": size,
            "as_of": plan.as_of.isoformat(),
            "deadlines": [duty.model_dump(mode="json") for duty in plan.duties],
        }
        show(value, as_json, _calendar)


def _calendar(value: dict[str, Any]) -> None:
    for duty in value["deadlines"]:
        line(f"{duty['due']}  {duty['name']}{'（可能变动）' if duty['provisional'] else ''}")
    line(f"日历已写到 {value['file']}，可以导入手机或电脑的日历。")


def _target(out: str, endings: tuple[str, ...], example: str) -> Path:
    path = Path(out)
    if path.suffix.lower() not in endings:
        raise BadInput(f"--out：文件名应以 {' 或 '.join(endings)} 结尾，例如 {example}。", field="out")
    if not path.parent.is_dir():
        raise BadInput(f"--out：目录 {path.parent} 不存在；请先建好目录，例如 --out {example}。", field="out")
    return path


def _write(path: Path, body: bytes) -> int:
    """Beside the target first, so that a reader never sees half a file."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(body)
        beside.replace(path)
    except OSError as error:
        raise BadInput(f"--out：写不了 {path}（{error.strerror}）；请换一个可以写的位置。", field="out") from None
    return len(body)
