"""Deadlines as an iCalendar file: all-day entries that keep their identity from one export to the next."""

from datetime import UTC, datetime, time, timedelta

from assistant.outlook.values import Duty, Plan
from knowledge.base.ids import digest

KINDS = {"tax": "税务", "report": "公示", "capital": "出资", "window": "申报", "renewal": "续办"}
# Days ahead on which the calendar reminds: renewals and applications need preparation.
AHEAD = {"tax": 3, "report": 14, "capital": 60, "window": 30, "renewal": 90}


def render(plan: Plan, company: str) -> bytes:
    """RFC 5545. The same plan gives the same bytes; an entry's UID depends on the company, its kind and its name."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//qifu//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{company or '企业'}期限")
    for duty in plan.duties:
        event = Event()
        event.add("uid", f"{digest([company, duty.kind, duty.name, duty.due.year])[:24]}@qifu")
        event.add("dtstamp", datetime.combine(plan.as_of, time(), UTC))
        event.add("dtstart", duty.due)
        event.add("dtend", duty.due + timedelta(days=1))
        event.add("summary", f"【{KINDS[duty.kind]}】{duty.name}{'（可能变动）' if duty.provisional else ''}")
        event.add("description", _description(duty))
        event.add("categories", [KINDS[duty.kind]])
        event.add("status", "TENTATIVE" if duty.provisional else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", duty.name)
        alarm.add("trigger", timedelta(days=-AHEAD[duty.kind], hours=9))
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(duty: Duty) -> str:
    sources = f"依据：{'、'.join(duty.sources)}" if duty.sources else ""
    return "\n".join(part for part in (duty.note, sources) if part)
