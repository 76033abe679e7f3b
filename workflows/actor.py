"""Who acts: a person in one organisation, or the system on behalf of one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`roles` are the person's roles in `org_id`; `org_kind` is that organisation's kind."""

    user_id: str
    name: str
    org_id: str
    org_kind: str
    roles: tuple[str, ...]


def system(org_id: str) -> Actor:
    """The house itself: timers, derived states. Not a person, so it never counts as maker or checker."""
    return Actor("system", "系统", org_id, "system", ("system",))
