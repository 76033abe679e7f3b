"""What the frozen agreement makes of an order's price, for whoever executes; and the posting at acceptance."""

from workflows import network, trace
from workflows.case import Case, org_name
from workflows.copies import SplitLineCopy
from workflows.money import split as money
from workflows.money.split import AgreementTerms, Parties, Split

ANYONE = ""  # the key of the terms that name no executor


def terms_for(case: Case, executor_org: str) -> AgreementTerms:
    """The terms frozen at signing for this executor, else those that name none."""
    frozen = case.order.terms
    return AgreementTerms.model_validate(frozen.get(executor_org) or frozen[ANYONE])


def parties(case: Case, executor_org: str) -> Parties:
    return Parties(
        platform=network.headquarters(case.doing.work),
        seller=case.order.org_id,
        executor=executor_org,
        referrer=case.order.referrer_org,
    )


def executor_price(case: Case, executor_org: str) -> int:
    """What this executor gets for the work, in 分, by the terms frozen on the order."""
    split = money.compute(terms_for(case, executor_org), case.order.price_fen, parties(case, executor_org))
    return sum(line.amount_fen for line in split.lines if line.role == "executor")


def settle(case: Case, acceptance_id: str) -> Split:
    """Recognise the price and split it: posted in the seller's book, mirrored in headquarters', once per order."""
    order, doing = case.order, case.doing
    assert order.executor_org is not None
    hq = network.headquarters(doing.work)
    split = money.recognise_and_split(
        case.seller,
        order_id=order.id,
        terms=terms_for(case, order.executor_org),
        gross_fen=order.price_fen,
        parties=parties(case, order.executor_org),
        key=f"split:{order.id}",
        actor=doing.actor.user_id,
        clock=doing.clock,
        hq=doing.session(hq) if hq != order.org_id else None,
    )
    order.split = [
        SplitLineCopy(
            payee_org=line.payee_org,
            payee=org_name(case.seller, line.payee_org),
            role=line.role,
            amount_fen=line.amount_fen,
            basis=line.basis,
        ).model_dump(mode="json")
        for line in split.lines
    ]
    seller = (order.org_id,)
    recognition = ("recognition", split.recognise_journal_id)
    trace.link(doing.work, seller, ("acceptance", acceptance_id), recognition, doing.clock)
    for number, line in enumerate(split.lines, 1):
        trace.link(doing.work, seller, recognition, ("split_line", f"{split.split_id}:{number}"), doing.clock)
        if line.payee_org == order.executor_org != order.org_id:
            target = ("split_line", f"{split.split_id}:{number}")
            trace.link(doing.work, (line.payee_org,), ("acceptance", acceptance_id), target, doing.clock)
    return split
