"""The client's report as a page, for a company given in the request: nothing is stored."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.deps import Anyone, HouseDep
from api.report import page
from api.report.content import make_report
from api.routes.diagnoses import DiagnosisRequest
from assistant.diagnose import diagnose
from knowledge.base.clock import today
from knowledge.companies import parse_company

router = APIRouter(prefix="/api/v1")


@router.post("/reports", response_class=HTMLResponse)
def reports(home: HouseDep, _principal: Anyone, body: DiagnosisRequest) -> HTMLResponse:
    """Takes what `POST /api/v1/diagnoses` takes; the page of `qifu report`."""
    desk, company, when = home.desk, parse_company(body.company), body.as_of or today(home.clock)
    verdicts = diagnose(desk.book, company, tuple(body.programmes), when, region=body.region).verdicts
    made = make_report(
        desk.book, desk.catalogue, company, verdicts, when, region=body.region, providers=desk.orders.providers
    )
    return HTMLResponse(page.render(made))
