"""One step: begun when the one before has its evidence, checked by someone who didn't work on it."""

from typing import Any

from knowledge.base.calendar import add_workdays
from knowledge.base.clock import today
from knowledge.base.errors import GuardFailed, Refused
from knowledge.services import SopStep
from workflows import timers
from workflows.allowed import step_titles
from workflows.case import Case
from workflows.progress import DONE
from workflows.tables.executing import JobRow, StepRow


def sop_step(case: Case, row: StepRow) -> SopStep:
    return case.service.sop.steps[row.no - 1]


def as_worker(case: Case, row: StepRow) -> Case:
    """The same case with the person's titles on this step added."""
    step, job = sop_step(case, row), job_of(case)
    doing = case.doing
    found = step_titles(step.role, step.subcontract, job.subcontracted, tuple(row.doers), doing.actor, doing.titles)
    return case.titled(*found)


def job_of(case: Case) -> JobRow:
    job = case.job()
    assert job is not None  # a step was found, so its job is there
    return job


def start(case: Case, row: StepRow, _body: dict[str, Any]) -> None:
    """The deadline counts from here, in workdays."""
    step = sop_step(case, row)
    _ready(case, row)
    row.due_on = add_workdays(today(case.doing.clock), step.sla_workdays)
    worked(case, row)
    case.move(row, "start", detail=f"{step.no} {step.name}")
    work = case.doing.work
    timers.set_timer(work, f"sla:{row.id}", "step_sla", row.org_id, row.id, timers.end_of(row.due_on))


def check(case: Case, row: StepRow, _body: dict[str, Any]) -> None:
    _other_than_doer(case, row)
    step = sop_step(case, row)
    case.move(row, "check", detail=f"{step.no} {step.name}")


def return_(case: Case, row: StepRow, body: dict[str, Any]) -> None:
    _other_than_doer(case, row)
    step = sop_step(case, row)
    case.move(row, "return", detail=f"{step.no} {step.name}：{body['reason']}")


def worked(case: Case, row: StepRow) -> None:
    """Remember who worked on it: they may not check it."""
    user = case.doing.actor.user_id
    if user not in row.doers:
        row.doers = [*row.doers, user]


def _ready(case: Case, row: StepRow) -> None:
    reasons = []
    if job_of(case).state != "started":
        reasons.append("还没有开工")
    before = [step for step in case.steps() if step.no == row.no - 1]
    if before and before[0].state not in DONE:
        reasons.append(f"第 {row.no - 1} 步的凭证还没有齐")
    if reasons:
        raise GuardFailed(f"{'、'.join(reasons)}；请按步骤顺序办理。", reasons=tuple(reasons))


def _other_than_doer(case: Case, row: StepRow) -> None:
    if case.doing.actor.user_id in row.doers:
        raise Refused("做这一步的人不能自己检查；请由另一位同事检查。")
