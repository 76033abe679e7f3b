"""What follows from a rule alone is worked out once for each rule, not once for each company."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from knowledge.policies.programme import Programme

Found = TypeVar("Found")
MOST = 512  # several times the versions that ship; made-up rules of tests push the oldest out


def once(work: Callable[[Programme], Found]) -> Callable[[Programme], Found]:
    """The work with its results kept. A programme is told by identity: it is frozen, and comparing two of them whole
    would cost more than the work; the result keeps it alive, so no other can take its place.
    """
    kept: OrderedDict[int, tuple[Programme, Found]] = OrderedDict()

    def found(programme: Programme) -> Found:
        entry = kept.get(id(programme))
        if entry is None:
            entry = kept[id(programme)] = programme, work(programme)
            while len(kept) > MOST:
                kept.popitem(last=False)
        return entry[1]

    return found
