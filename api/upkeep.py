"""What the upkeep routes and commands share: sessions over the right organisations, and the question put again."""

from dataclasses import asdict
from datetime import date
from typing import Any

from api.house import House
from api.principal import DIRECTORY
from assistant.converse import ask, keep_gap
from assistant.speaker import Speaker
from knowledge.base.clock import today
from knowledge.base.errors import BadInput
from knowledge.companies.company import EMPTY
from knowledge.ingest.review import Reviewer
from knowledge.upkeep import proposals, staff, unanswered
from knowledge.upkeep.effects import effects
from knowledge.upkeep.examination import examine


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
    question = unanswered.without_blanks(row["text"])
    reply = ask(home.desk, speaker, question, company=EMPTY, as_of=as_of or today(home.clock), region=row["region"])
    with home.database.work() as work:
        session = work.session(row["org_id"])
        if reply.outcome == "answered":
            keep_gap(session, speaker, reply.model_copy(update={"question": row["text"]}), home.clock)
        row = unanswered.shown(unanswered.get(session, row["id"]))
    return {"question": row, "reply": reply.model_dump(mode="json")}


def propose(home: House, who: Reviewer, text: str, reason: str) -> dict[str, Any]:
    """Kept as a draft, with what it would change."""
    book, day = home.desk.book, today(home.clock)
    with home.database.work() as work:
        row = proposals.propose(work.session(DIRECTORY), book, who, text, reason, day, home.clock.now())
        identifier = row.id
    return proposal(home, who, identifier)


def proposal(home: House, who: Reviewer, identifier: str) -> dict[str, Any]:
    """The draft with its text, warnings, and the verdicts it would turn among the companies this person may see."""
    book, day = home.shipped.book, today(home.clock)
    with home.database.read() as work:
        directory = work.session(DIRECTORY)
        row = proposals.get(directory, who, identifier)
        if row.state != "published":
            book = proposals.merged(directory, book)
        found = examine(book, row.text, day)
        session = work.session(who.org_id, reads=staff.readable(directory, who))
        made = effects(session, book, found.rule)
        return proposals.shown(row) | {
            "text": row.text,
            "replaces": found.replaces,
            "examples": found.examples,
            "faults": list(found.faults),
            "warnings": list(found.warnings),
            "companies": made.companies,
            "changed": [asdict(one) for one in made.changed],
            "sums": list(made.sums),
        }


def list_proposals(home: House, who: Reviewer, state: str | None) -> list[dict[str, Any]]:
    if state not in (None, "draft", "published", "withdrawn"):
        raise BadInput("state：应为 draft、published、withdrawn 之一，或不写看全部。", field="state")
    with home.database.read() as work:
        return [proposals.shown(row) for row in proposals.proposals(work.session(DIRECTORY), who, state)]


def publish(home: House, who: Reviewer, identifier: str) -> dict[str, Any]:
    book = home.desk.book
    with home.database.work() as work:
        session = work.session(DIRECTORY)
        row = proposals.publish(session, book, who, identifier, today(home.clock), home.clock.now())
        return proposals.shown(row)


def withdraw(home: House, who: Reviewer, identifier: str) -> dict[str, Any]:
    with home.database.work() as work:
        return proposals.shown(proposals.withdraw(work.session(DIRECTORY), who, identifier, home.clock.now()))
