"""A later version of a rule: proposed by one person, in force only after a second one has published it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from knowledge.base.errors import Conflict, GuardFailed, Missing, QifuError, Refused
from knowledge.base.identity import Org, OrgKind
from knowledge.base.ids import digest, new_id
from knowledge.ingest.review import Reviewer
from knowledge.policies import RuleBook
from knowledge.policies.published import Rule, with_versions
from knowledge.upkeep.examination import examine, read_rule
from knowledge.upkeep.staff import check_staff
from knowledge.upkeep.tables import RuleProposalRow


def propose(
    session: Session, book: RuleBook, who: Reviewer, text: str, reason: str, day: date, at: datetime
) -> RuleProposalRow:
    """Keep a draft. Raises `Refused` for whoever may not, `BadInput` for what is no rule, `GuardFailed` with every
    fault of one that is; the same text again gives the first draft.
    """
    check_staff(who)
    found = examine(book, text, day)
    if found.faults:
        raise GuardFailed("这个版本还不能提交；请按下面的各条改正后重试。", reasons=found.faults, field="text")
    same = select(RuleProposalRow).where(
        RuleProposalRow.content_hash == digest(text),
        RuleProposalRow.state == "draft",
        RuleProposalRow.author == who.user_id,
    )
    row = session.exec(same).first()
    if row is None:
        row = RuleProposalRow(
            id=new_id(),
            shelf=found.shelf,
            rule_id=found.rule.id,
            name=str(getattr(found.rule, "name", "") or getattr(found.rule, "topic", "")),
            valid_from=found.rule.valid_from,
            text=text,
            content_hash=digest(text),
            reason=reason[:500],
            author=who.user_id,
            author_org=who.org_id,
            created_at=at,
        )
        session.add(row)
        session.flush()
    return row


def proposals(session: Session, who: Reviewer, state: str | None = None) -> tuple[RuleProposalRow, ...]:
    """Those this person may see, newest first."""
    check_staff(who)
    query = select(RuleProposalRow).order_by(col(RuleProposalRow.created_at).desc()).limit(200)
    if state is not None:
        query = query.where(RuleProposalRow.state == state)
    if not who.headquarters:
        query = query.where(
            or_(
                col(RuleProposalRow.author_org).in_({who.org_id, *_headquarters(session)}),
                RuleProposalRow.state == "published",
            )
        )
    return tuple(session.exec(query))


def get(session: Session, who: Reviewer, identifier: str) -> RuleProposalRow:
    """Raises `Missing` for what isn't there or isn't theirs to see."""
    check_staff(who)
    row = next((one for one in proposals(session, who) if one.id == identifier), None)
    if row is None:
        raise Missing(f"没有编号为 {identifier[:40]} 的规则提案；请从列表里取编号。", field="proposal_id")
    return row


def publish(
    session: Session, book: RuleBook, who: Reviewer, identifier: str, day: date, at: datetime
) -> RuleProposalRow:
    """In force from its start. Twice is the same as once. Raises `Refused` for its author and for whoever may not,
    `Conflict` for one withdrawn, `GuardFailed` when the book has moved on since it was proposed.
    """
    row = get(session, who, identifier)
    if row.state == "published":
        return row
    _check_second(session, who, row)
    if row.state != "draft":
        raise Conflict("这个提案已经撤回；要用它请重新提交。", field="state")
    found = examine(book, row.text, day)
    if found.faults:
        raise GuardFailed("规则书在提交之后有变化，这个版本现在不能发布。", reasons=found.faults, field="text")
    return _decide(session, row, "published", who, at)


def withdraw(session: Session, who: Reviewer, identifier: str, at: datetime) -> RuleProposalRow:
    """Its author takes a draft back; a published one leaves the book only by a second person."""
    row = get(session, who, identifier)
    if row.state == "withdrawn":
        return row
    if row.state == "published" or row.author != who.user_id:
        _check_second(session, who, row)
    return _decide(session, row, "withdrawn", who, at)


def last_number(session: Session) -> int:
    """Rises with every decision, two at once included: a book made at this number is still the book."""
    return int(session.exec(select(func.sum(RuleProposalRow.number))).one() or 0)


def merged(session: Session, book: RuleBook) -> RuleBook:
    """The book with every published version."""
    query = select(RuleProposalRow).where(RuleProposalRow.state == "published").order_by(col(RuleProposalRow.number))
    return with_versions(book, _readable(session.exec(query)))


def _readable(rows: Any) -> Iterator[Rule]:
    """A text that a newer product can't read any more is left out rather than stopping everything."""
    for row in rows:
        try:
            yield read_rule(row.text)[1]
        except QifuError:
            continue


def shown(row: RuleProposalRow) -> dict[str, Any]:
    names = ("id", "shelf", "rule_id", "name", "valid_from", "reason", "state", "author", "author_org", "created_at")
    return {name: getattr(row, name) for name in (*names, "reviewer", "decided_at")}


def _decide(session: Session, row: RuleProposalRow, state: str, who: Reviewer, at: datetime) -> RuleProposalRow:
    newest = session.exec(select(func.max(RuleProposalRow.number))).one() or 0
    row.state, row.reviewer, row.decided_at, row.number = state, who.user_id, at, newest + 1
    session.add(row)
    session.flush()
    return row


def _check_second(session: Session, who: Reviewer, row: RuleProposalRow) -> None:
    if row.author == who.user_id:
        raise Refused("提案人不能批准自己的规则；请另一位总部人员或经理复核。", field="reviewer")
    if not who.headquarters and not (who.manages and row.author_org in _headquarters(session)):
        raise Refused("下级机构的提案由总部批准；总部的提案可由直营或渠道经理批准。", field="reviewer")


def _headquarters(session: Session) -> frozenset[str]:
    return frozenset(session.exec(select(Org.id).where(Org.kind == OrgKind.HQ)))
