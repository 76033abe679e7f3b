"""Outcomes of applications for the command line and HTTP: recorded and reported within one's own organisation."""

from collections.abc import Iterable
from typing import Any

from api.house import House
from api.principal import Principal
from knowledge.base.errors import QifuError, Refused
from knowledge.companies.importing import Problem
from knowledge.companies.outcomes import Outcome, compare, record_outcome

STAFF = frozenset({"sales", "manager", "delivery", "hq"})
READERS = STAFF | {"auditor"}


def record(home: House, who: Principal, outcome: Outcome) -> dict[str, Any]:
    """`{id}`."""
    _may(who, STAFF)
    with home.database.work() as work:
        session = work.session(who.org_id)
        return {"id": record_outcome(session, home.desk.book, outcome, who.user_id, home.clock)}


def bring_in(home: House, who: Principal, rows: Iterable[Outcome | Problem]) -> dict[str, Any]:
    """`{recorded, problems[]}`: each row by itself, so that one that can't be taken leaves the rest."""
    _may(who, STAFF)
    recorded, problems = 0, list[dict[str, Any]]()
    for number, row in enumerate(rows, 2):
        if isinstance(row, Problem):
            problems.append(row.model_dump())
            continue
        try:
            record(home, who, row)
            recorded += 1
        except QifuError as error:
            problems.append({"row": number, "column": error.field, "reason": error.message})
    return {"recorded": recorded, "problems": problems}


def report(home: House, who: Principal) -> dict[str, Any]:
    """The shape of `Report`."""
    _may(who, READERS)
    with home.database.read() as work:
        return compare(work.session(who.org_id), home.desk.book).model_dump(mode="json")


def _may(who: Principal, roles: frozenset[str]) -> None:
    if not roles & set(who.roles):
        raise Refused("申报结果由经办机构的人员记录和查看；请用机构账号登录。")
