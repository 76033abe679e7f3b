"""An accepted order's price becomes revenue, VAT and shares, in the seller's book and mirrored in headquarters'."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from knowledge.base.clock import Clock, today
from knowledge.base.errors import BadInput, Fault, GuardFailed
from knowledge.base.ids import new_id
from knowledge.base.money import share, yuan
from knowledge.base.tenancy import TenantSession
from workflows.money.ledger import Line, balance, post, replayed
from workflows.money.shares import Parties, ShareLine, Split, compute
from workflows.money.split_rows import SplitLineRow, SplitRow
from workflows.money.terms import AgreementTerms


def recognise_and_split(
    session: TenantSession,
    *,
    order_id: str,
    terms: AgreementTerms,
    gross_fen: int,
    parties: Parties,
    key: str,
    actor: str,
    clock: Clock,
    hq: TenantSession | None = None,
) -> Split:
    """Recognise `gross_fen` of an order (all of it, or a milestone) and divide it by its frozen terms.

    The session's book is the seller's. With `hq`, the session of the platform's organisation, what the seller owes
    it stands in both books. The same key gives the first split. `GuardFailed` when less has been received or billed.
    """
    _check_books(session, hq, terms, parties)
    split = compute(terms, gross_fen, parties)
    request = {
        "gross_fen": gross_fen,
        "sha256": terms.sha256,
        "parties": parties.model_dump(mode="json"),
        "mirrored": hq is not None,
    }
    subject = {"subject_type": "order", "subject_id": order_id}
    common: dict[str, Any] = {**subject, "request": request, "actor": actor, "clock": clock}
    if replayed(session, key=f"{key}:recognise", kind="recognise", request=request, **subject) is not None:
        return _load(session, key)
    unearned = -balance(session, f"contract_liab:{order_id}")
    if unearned < gross_fen:
        raise GuardFailed(
            f"订单已收而未确认的金额是 {yuan(max(unearned, 0))} 元，不足以确认 {yuan(gross_fen)} 元；请先收款。",
            reasons=("收款不足",),
        )
    clearing = f"clearing:{order_id}"
    recognised = post(
        session,
        key=f"{key}:recognise",
        kind="recognise",
        lines=_nonzero(
            Line(f"contract_liab:{order_id}", gross_fen),
            Line("vat_output", -split.vat_fen),
            Line(clearing, -split.net_fen),
        ),
        **common,
    )
    accounts = [_account(session, line, parties) for line in split.lines]
    shared = post(
        session,
        key=f"{key}:split",
        kind="split",
        lines=_nonzero(
            Line(clearing, split.net_fen),
            *(Line(account, -line.amount_fen) for account, line in zip(accounts, split.lines, strict=True)),
        ),
        **common,
    )
    if balance(session, clearing) != 0:
        raise Fault(f"订单 {order_id} 分账后过渡账户不为零；已撤回，请联系运维。")
    if hq is not None:
        owed = sum(
            line.amount_fen
            for account, line in zip(accounts, split.lines, strict=True)
            if account.startswith("due_to:")
        )
        mirror(hq, session.org_id, owed, key=f"{key}:split", kind="split_due", **common)
    done = split.model_copy(
        update={
            "split_id": new_id(),
            "recognise_journal_id": recognised.journal_id,
            "split_journal_id": shared.journal_id,
        }
    )
    _keep(session, done, accounts, order_id=order_id, terms=terms, key=key, clock=clock, mirrored=hq is not None)
    return done


def mirror(hq: TenantSession, seller_org: str, owed_fen: int, *, key: str, **common: Any) -> None:
    """What a seller owes headquarters (negative: owes less by) in headquarters' book, under the same event."""
    if owed_fen:
        lines = [Line(f"due_from:{seller_org}", owed_fen), Line("revenue:platform", -owed_fen)]
        post(hq, key=f"{seller_org}:{key}", lines=lines, **common)


def splits_of(session: TenantSession, order_id: str) -> tuple[Split, ...]:
    """The splits of an order in this book, oldest first."""
    rows = session.exec(
        select(SplitRow)
        .where(SplitRow.org_id == session.org_id, SplitRow.order_id == order_id)
        .order_by(col(SplitRow.no))
    )
    return tuple(_view(session, row) for row in rows.all())


def _check_books(session: TenantSession, hq: TenantSession | None, terms: AgreementTerms, parties: Parties) -> None:
    if parties.seller != session.org_id or terms.seller_org != session.org_id:
        raise BadInput(f"seller：分账记在销售方 {session.org_id} 的账簿，协议与订单的销售方须是它。", field="seller")
    if terms.executor_org not in (None, parties.executor):
        raise BadInput(f"executor：协议只适用于执行方 {terms.executor_org}；请按执行方重新选定协议。", field="executor")
    if hq is not None and (hq.org_id != parties.platform or hq.org_id == session.org_id):
        raise BadInput(f"hq：往来应记在平台 {parties.platform} 的账簿，且只在销售方不是平台时记。", field="hq")


def _account(session: TenantSession, line: ShareLine, parties: Parties) -> str:
    if line.role != "platform":
        return f"pending:{line.payee_org}"
    return "revenue:platform" if parties.platform == session.org_id else f"due_to:{parties.platform}"


def _keep(
    session: TenantSession,
    split: Split,
    accounts: list[str],
    *,
    order_id: str,
    terms: AgreementTerms,
    key: str,
    clock: Clock,
    mirrored: bool,
) -> None:
    before = session.exec(select(SplitRow.no).where(SplitRow.org_id == session.org_id, SplitRow.order_id == order_id))
    session.add(
        SplitRow(
            id=split.split_id,
            org_id=session.org_id,
            order_id=order_id,
            no=max(before.all(), default=0) + 1,
            key=key,
            agreement_id=terms.agreement_id,
            agreement_version=terms.version,
            agreement_sha256=terms.sha256,
            gross_fen=split.gross_fen,
            vat_fen=split.vat_fen,
            net_fen=split.net_fen,
            vat_ppm=terms.vat_ppm,
            vest_on=today(clock) + timedelta(days=terms.vesting_days),
            mirrored=mirrored,
            recognise_journal_id=split.recognise_journal_id,
            split_journal_id=split.split_journal_id,
            created_at=clock.now(),
        )
    )
    session.flush()
    session.add_all(
        SplitLineRow(
            split_id=split.split_id,
            no=no,
            org_id=session.org_id,
            **line.model_dump(),
            holdback_fen=share(line.amount_fen, terms.holdback_ppm) if account.startswith("pending:") else 0,
            account=account,
        )
        for no, (account, line) in enumerate(zip(accounts, split.lines, strict=True), 1)
    )
    session.flush()


def _load(session: TenantSession, key: str) -> Split:
    return _view(
        session, session.exec(select(SplitRow).where(SplitRow.org_id == session.org_id, SplitRow.key == key)).one()
    )


def _view(session: TenantSession, row: SplitRow) -> Split:
    lines = session.exec(
        select(SplitLineRow)
        .where(SplitLineRow.org_id == session.org_id, SplitLineRow.split_id == row.id)
        .order_by(col(SplitLineRow.no))
    )
    about = {name: getattr(row, name) for name in Split.model_fields if name not in ("lines", "split_id")}
    return Split(
        **about,
        split_id=row.id,
        lines=tuple(
            ShareLine(**{name: getattr(line, name) for name in ShareLine.model_fields}) for line in lines.all()
        ),
    )


def _nonzero(*lines: Line) -> list[Line]:
    return [line for line in lines if line.amount_fen]
