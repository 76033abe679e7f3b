"""How far the work is, as one organisation may see it: the job, its steps, and the files that organisation may open."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from knowledge.base.calendar import add_workdays
from knowledge.base.tenancy import TenantSession
from knowledge.services import Sop, SopStep
from workflows import states
from workflows.case import Case
from workflows.copies import EvidenceCopy, Handle, JobCopy, Requirement, StepCopy
from workflows.tables.executing import EvidenceRow, JobRow, StepRow

DONE = ("evidenced", "checked")
PROPOSED = "proposed"  # the state shown of a job that is only offered


@dataclass(frozen=True)
class Progress:
    """The job's rows as they are now, with the procedure they follow."""

    job: JobRow
    steps: tuple[StepRow, ...]
    sop: Sop


def read(case: Case) -> Progress | None:
    """None before anyone has the work."""
    job = case.job()
    return Progress(job, tuple(case.steps()), Sop.model_validate(job.sop)) if job else None


def job_copy(progress: Progress | None, audience: TenantSession, executor: str) -> JobCopy | None:
    """The job with the files of `audience`'s own evidence rows; `executor` is the name it may know."""
    if progress is None:
        return None
    job, files = progress.job, files_of(audience, progress.job.order_id)
    return JobCopy(
        id=job.id,
        state=job.state,
        executor=executor,
        subcontracted=job.subcontracted,
        due_on=job.due_on,
        steps=tuple(_step(row, progress.sop.steps[row.no - 1], files.get(row.id, ())) for row in progress.steps),
    )


def preview(case: Case, executor: str, since: date) -> JobCopy:
    """Scope, procedure and deadline for whoever is asked: nothing is begun yet."""
    service = case.service
    steps = [
        StepCopy(
            id=f"{case.id}-s{step.no}",
            no=step.no,
            name=step.name,
            role=step.role,
            subcontract=step.subcontract,
            state="todo",
            state_label=states.words("step", "todo"),
            materials=step.materials,
            requires=_requirements(step),
            evidence=(),
            due_on=None,
            late=False,
            article=step.article,
        )
        for step in service.sop.steps
    ]
    return JobCopy(
        id=f"{case.id}-j",
        state=PROPOSED,
        executor=executor,
        subcontracted=True,
        due_on=add_workdays(since, service.days),
        steps=tuple(steps),
    )


def handles(progress: Progress | None) -> tuple[Handle, ...]:
    """The job and its steps as things to address; a step is ready when the one before has its evidence."""
    if progress is None:
        return ()
    job = progress.job
    found = [_job_handle(job)]
    before = True
    for row in progress.steps:
        ready = before and job.state == "started"
        found.append(
            Handle(
                machine="step",
                id=row.id,
                state=row.state,
                version=row.version,
                no=row.no,
                doers=tuple(row.doers),
                ready=ready,
            )
        )
        before = row.state in DONE
    return tuple(found)


def files_of(session: TenantSession, order_id: str) -> dict[str, tuple[EvidenceRow, ...]]:
    """The order's files the session's organisation may open, by step."""
    found: dict[str, tuple[EvidenceRow, ...]] = {}
    statement = (
        select(EvidenceRow)
        .where(EvidenceRow.order_id == order_id, EvidenceRow.org_id == session.org_id)
        .order_by(col(EvidenceRow.uploaded_at), col(EvidenceRow.id))
    )
    for row in session.exec(statement):
        found[row.step_id] = (*found.get(row.step_id, ()), row)
    return found


def lacking(step: SopStep, files: tuple[EvidenceRow, ...]) -> tuple[str, ...]:
    """What evidence a step still needs, in words; empty when the set is whole."""
    wanted: dict[str, int] = {}
    labels: dict[str, list[str]] = {}
    for need in step.evidence:
        wanted[need.type] = wanted.get(need.type, 0) + need.count
        labels.setdefault(need.type, []).append(need.label)
    have = {name: sum(file.type == name for file in files) for name in wanted}
    return tuple(
        f"“{'、'.join(labels[name])}”还差 {count - have[name]} 份"
        for name, count in wanted.items()
        if have[name] < count
    )


def _job_handle(job: JobRow) -> Handle:
    doers = (job.submitted_by,) if job.submitted_by else ()
    return Handle(machine="job", id=job.id, state=job.state, version=job.version, doers=doers)


def _step(row: StepRow, step: SopStep, files: tuple[EvidenceRow, ...]) -> StepCopy:
    return StepCopy(
        id=row.id,
        no=row.no,
        name=step.name,
        role=step.role,
        subcontract=step.subcontract,
        state=row.state,
        state_label=states.words("step", row.state),
        materials=step.materials,
        requires=_requirements(step),
        evidence=tuple(
            EvidenceCopy(
                id=file.id,
                type=file.type,
                filename=file.filename,
                sha256=file.sha256,
                size=file.size,
                uploaded_at=file.uploaded_at,
                uploader=file.uploader,
            )
            for file in files
        ),
        due_on=row.due_on,
        late=row.late,
        article=step.article,
    )


def _requirements(step: SopStep) -> tuple[Requirement, ...]:
    return tuple(Requirement(type=need.type, label=need.label, count=need.count) for need in step.evidence)
