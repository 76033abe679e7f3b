"""The client's report over HTTP, for a company given in the request: nothing is stored.

A page by default; `Accept: application/pdf` gives the PDF, `Accept: text/calendar` the deadlines.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import HTMLResponse, Response

from api.deps import Anyone, HouseDep
from api.report import deadlines, page, pdf
from api.report.content import make_report
from api.routes.diagnoses import DiagnosisRequest
from assistant.diagnose import diagnose
from assistant.outlook.plan import plan_from
from knowledge.base.clock import today
from knowledge.companies import parse_company

router = APIRouter(prefix="/api/v1")
OTHER_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}, "text/calendar": {}}}}


@router.post("/reports", response_class=HTMLResponse, responses=OTHER_FORMS)
def reports(
    home: HouseDep, _principal: Anyone, body: DiagnosisRequest, accept: Annotated[str, Header()] = "text/html"
) -> Response:
    """Takes what `POST /api/v1/diagnoses` takes."""
    desk, company, when = home.desk, parse_company(body.company), body.as_of or today(home.clock)
    verdicts = diagnose(desk.book, company, tuple(body.programmes), when, region=body.region).verdicts
    if accept.startswith("text/calendar"):
        plan = plan_from(desk.book, company, verdicts, when, region=body.region)
        return _file(deadlines.render(plan, company.name), "text/calendar", "deadlines.ics")
    made = make_report(
        desk.book, desk.catalogue, company, verdicts, when, region=body.region, providers=desk.orders.providers
    )
    if accept.startswith("application/pdf"):
        return _file(pdf.render(made), "application/pdf", "report.pdf")
    return HTMLResponse(page.render(made))


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
