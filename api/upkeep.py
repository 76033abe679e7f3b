"""What the upkeep routes and commands share: sessions over the right organisations, and the question put again."""

from datetime import date
from typing import Any

from api.house import House
from api.principal import DIRECTORY
from assistant.converse import ask, keep_gap
from assistant.speaker import Speaker
from knowledge.base.clock import today
from knowledge.companies.company import EMPTY
from knowledge.ingest.review import Reviewer
from knowledge.upkeep import staff, unanswered


def questions(home: House, who: Reviewer, state: str | None) -> list[dict[str, Any]]:
    with home.database.read() as work:
        reads = staff.readable(work.session(DIRECTORY), who)
        return unanswered.listed(work.session(who.org_id, reads=reads), state)


def settle(
    home: House, who: Reviewer, identifier: str, state: str, article: str | None, note: str | None
) -> dict[str, Any]:
    with home.database.work() as work:
        reads = staff.readable(work.session(DIRECTORY), who)
        row = unanswered.get(work.session(who.org_id, reads=reads), identifier)
        owner = work.session(row.org_id)
        return unanswered.settle(owner, row.id, state, article, note, who.user_id, home.clock.now())


def ask_again(home: House, who: Reviewer, identifier: str, as_of: date | None = None) -> dict[str, Any]:
    """The reply of now beside the row as it then stands."""
    with home.database.read() as work:
        reads = staff.readable(work.session(DIRECTORY), who)
        row = unanswered.shown(unanswered.get(work.session(who.org_id, reads=reads), identifier))
    speaker = Speaker(who.user_id, "", row["org_id"], "visitor", ("visitor",), row["role"])
    reply = ask(home.desk, speaker, row["text"], company=EMPTY, as_of=as_of or today(home.clock), region=row["region"])
    with home.database.work() as work:
        session = work.session(row["org_id"])
        if reply.outcome == "answered":
            keep_gap(session, speaker, reply, home.clock)
        row = unanswered.shown(unanswered.get(session, row["id"]))
    return {"question": row, "reply": reply.model_dump(mode="json")}
