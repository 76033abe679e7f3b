"""Who looks after the knowledge: headquarters for everyone, a manager of a branch or channel for their own."""

from sqlmodel import Session, select

from knowledge.base.errors import Refused
from knowledge.base.identity import Org
from knowledge.ingest.review import Reviewer

NOT_YOURS = "只有总部和直营、自有渠道的经理可以维护知识；有疑问请联系您的顾问。"


def check_staff(who: Reviewer) -> None:
    """Raises `Refused` for everyone else."""
    if not (who.headquarters or who.manages):
        raise Refused(NOT_YOURS, field="role")


def readable(session: Session, who: Reviewer) -> frozenset[str]:
    """Organisations whose questions and companies this person may see."""
    check_staff(who)
    return frozenset(session.exec(select(Org.id)).all()) if who.headquarters else frozenset({who.org_id})
