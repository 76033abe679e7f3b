"""Every command on an order, in one transaction: find it, whose is it, who may, is it fresh, does the state allow it.

`POST /{aggregate}/{id}/{command}`: 404 out of scope, 403 without the title, 409 stale, 422 with reasons when a guard
fails. The row moves, the event is written, money is posted, timers and notices are set and everyone's copy is brought
up to date together, or none of it is.
"""

from collections.abc import Callable
from typing import Any

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.errors import Conflict, Missing, Refused
from knowledge.services import Catalogue
from workflows import allowed, case, composing, given, handover, intake, keys, machine, states, view
from workflows.actor import Actor
from workflows.case import Case
from workflows.commands import acceptances, dispatches, evaluations, jobs, offers, payments, steps
from workflows.copies import SellerCopy
from workflows.find import row_of
from workflows.tables.executing import StepRow
from workflows.view import OrderView

MACHINES = {plural: name for name, plural in allowed.PLURAL.items()}
EFFECTS: dict[tuple[str, str], Callable[[Case, Any, dict[str, Any]], None]] = {
    ("payment", "capture"): payments.capture,
    ("order", "allow_credit"): payments.allow_credit,
    ("order", "cancel"): payments.cancel,
    ("dispatch", "confirm"): dispatches.confirm,
    ("dispatch", "override"): dispatches.override,
    ("dispatch", "renew"): dispatches.renew,
    ("offer", "accept"): offers.accept,
    ("offer", "decline"): offers.decline,
    ("offer", "withdraw"): offers.withdraw,
    ("job", "start"): jobs.start,
    ("job", "submit"): jobs.submit,
    ("job", "pass"): jobs.pass_,
    ("job", "rework"): jobs.rework,
    ("job", "resume"): jobs.resume,
    ("step", "start"): steps.start,
    ("step", "check"): steps.check,
    ("step", "return"): steps.return_,
    ("acceptance", "accept"): acceptances.accept,
    ("acceptance", "reject"): acceptances.reject,
    ("evaluation", "give"): evaluations.give,
}


def execute(
    work: Work,
    actor: Actor,
    aggregate: str,
    identifier: str,
    command: str,
    body: dict[str, Any],
    *,
    key: str,
    expected_version: int | None,
    clock: Clock,
    catalogue: Catalogue,
) -> OrderView:
    """The order as the person sees it afterwards. The same key and input gives the first answer."""
    name = MACHINES.get(aggregate)
    if name == "quote" and command == "accept":
        request = intake.OrderRequest(
            client_org=actor.org_id, quote_id=identifier, shown_sha256=str(body.get("sha256", ""))
        )
        return intake.open_order(work, request, key=key, actor=actor, catalogue=catalogue, clock=clock)
    if name is None or (name, command) not in EFFECTS:
        raise Missing(f"没有“{aggregate}/{command}”这个操作；可办的操作见订单的 commands。")

    found = case.load(work, actor, identifier, clock)  # locked before the key is looked up: twins take turns

    def produce() -> OrderView:
        _carry_out(found, name, identifier, command, body, expected_version)
        handover.publish(found)
        return shown(found)

    asked = [aggregate, identifier, command, body, actor.user_id]
    return keys.once(work, actor.org_id, key, asked, OrderView, produce, clock)


def shown(found: Case) -> OrderView:
    """The order as the person who acted may see it now."""
    return view.order(case.scope(found.doing.work, found.doing.actor), found.id, found.doing.actor)


def _carry_out(
    found: Case, name: str, identifier: str, command: str, body: dict[str, Any], expected_version: int | None
) -> None:
    row = row_of(found, name, identifier)
    if isinstance(row, StepRow):
        found = steps.as_worker(found, row)
    doing = found.doing
    who = states.may(name, command)
    maker_checks = isinstance(row, StepRow) and doing.actor.user_id in row.doers  # told apart by the command itself
    if not who & doing.titles and not maker_checks:
        raise Refused(f"您的岗位不能办理“{_label(name, command)}”；请由有权限的同事办理。")
    if expected_version is not None and row.version != expected_version:
        raise Conflict(machine.STALE)
    if states.find(name, row.state, command) is None:
        raise machine.wrong_state(row, command)
    copy = SellerCopy.model_validate(found.order.shown)
    wanted = allowed.fields(name, command, copy, composing.handle(row))
    EFFECTS[name, command](found, row, given.check(wanted, body))


def _label(name: str, command: str) -> str:
    return next(one.label for one in states.TRANSITIONS if (one.machine, one.command) == (name, command))
