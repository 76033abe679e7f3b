"""Programmes that each place has under one name: 省级企业技术中心 is that of the client's province."""

from assistant.desk import Desk
from assistant.understand.lexicon import lexicon
from assistant.understand.values import Understanding
from knowledge.base.regions import contains


def with_local(desk: Desk, read: Understanding, region: str | None) -> Understanding:
    """The reading with the region's own programmes added, where a name of `lexicon.yaml` (regional) is said."""
    place = read.entities.region or region
    if place is None or read.entities.programmes:
        return read
    named = {name for word, names in lexicon().regional if word in read.text for name in names}
    here = tuple(
        dict.fromkeys(one.id for one in desk.book.programme_versions if one.id in named and contains(one.region, place))
    )
    if not here:
        return read
    return read.model_copy(update={"entities": read.entities.model_copy(update={"programmes": here})})
