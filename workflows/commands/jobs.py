"""The work as a whole: begun by its executor, submitted when each step is checked, passed or sent back."""

from typing import Any

from knowledge.base.calendar import add_workdays
from knowledge.base.clock import today
from knowledge.base.errors import GuardFailed, Refused
from knowledge.base.money import yuan
from workflows import outbox, trace
from workflows.case import Case
from workflows.commands.acceptances import ask
from workflows.tables.executing import JobRow, StepRow


def begin(case: Case, executor_org: str, cause: tuple[str, str], *, subcontracted: bool) -> JobRow:
    """Job and step rows in the executor's own organisation, by the procedure frozen on the order."""
    order, work, clock = case.order, case.doing.work, case.doing.clock
    service, now = case.service, clock.now()
    common: dict[str, Any] = {"org_id": executor_org, "created_at": now, "updated_at": now, "order_id": case.id}
    job = JobRow(
        id=f"{case.id}-j",
        state="assigned",
        seller_org=order.org_id,
        service_id=order.service_id,
        sop=service.sop.model_dump(mode="json"),
        subcontracted=subcontracted,
        due_on=add_workdays(today(clock), service.days),
        **common,
    )
    order.executor_org, order.job_id = executor_org, job.id
    case.create(job)
    known = dict.fromkeys((order.org_id, executor_org))
    trace.link(work, known, cause, ("job", job.id), clock)
    for step in service.sop.steps:
        row = StepRow(id=f"{case.id}-s{step.no}", state="todo", job_id=job.id, no=step.no, **common)
        case.create(row, detail=f"{step.no} {step.name}")
        trace.link(work, (*known, order.client_org), ("job", job.id), ("step", row.id), clock)
    trace.link(work, (order.client_org,), ("order", case.id), ("job", job.id), clock)
    trace.link(work, (executor_org,), ("order", case.id), cause, clock)
    case.follow(order, "begin")
    outbox.tell(work, executor_org, "assigned", case.id, clock)
    return job


def start(case: Case, row: JobRow, _body: dict[str, Any]) -> None:
    case.move(row, "start")


def resume(case: Case, row: JobRow, _body: dict[str, Any]) -> None:
    case.move(row, "resume")


def submit(case: Case, row: JobRow, _body: dict[str, Any]) -> None:
    """Every step must have been checked by a second person."""
    sop = case.service.sop
    open_ = tuple(
        f"第 {step.no} 步“{sop.steps[step.no - 1].name}”还没有检查通过"
        for step in case.steps()
        if step.state != "checked"
    )
    if open_:
        raise GuardFailed(f"{open_[0]}；请先完成各步骤并由另一人检查。", reasons=open_)
    row.submitted_by = case.doing.actor.user_id
    case.move(row, "submit")
    outbox.tell(case.doing.work, case.order.org_id, "submitted", case.id, case.doing.clock)


def pass_(case: Case, row: JobRow, _body: dict[str, Any]) -> None:
    """Quality passed: the client is asked to accept. By then the price is paid, or agreed to be paid later."""
    _other_than_submitter(case, row)
    owed = sum(one.due_fen for one in case.payments() if one.state == "pending")
    if owed and not case.order.credit:
        reason = f"余款 {yuan(owed)} 元还没有登记到账"
        raise GuardFailed(f"{reason}；请财务登记到账后再交付。", reasons=(reason,))
    case.move(row, "pass")
    case.follow(case.order, "deliver")
    ask(case)


def rework(case: Case, row: JobRow, body: dict[str, Any]) -> None:
    """Back to one step, with a reason; its files stay and new ones are added."""
    _other_than_submitter(case, row)
    number, reason = int(body["step"]), str(body["reason"])
    step = next(one for one in case.steps() if one.no == number)
    row.reworks += 1
    case.move(row, "rework", detail=f"从第 {number} 步返工：{reason}")
    case.follow(step, "redo", detail=reason)
    outbox.tell(case.doing.work, row.org_id, "rework", case.id, case.doing.clock)


def _other_than_submitter(case: Case, row: JobRow) -> None:
    if row.submitted_by == case.doing.actor.user_id:
        raise Refused("提交成果的人不能给自己质检；请由另一位经理办理。")
