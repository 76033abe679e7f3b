"""What was learned for the question side of e5 (`python -m eval learn query`): small matrices beside its attention.

Texts keep their vectors; only a question is read a little differently, nearer to the legal words that answer it.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.ingest.embedders.graph import Deltas

LEARNED = Path(__file__).with_name("query.npz")


@cache
def learned(path: Path = LEARNED) -> tuple[Deltas, str]:
    """The matrices by layer and part, and a mark of their content; ({}, "") where nothing was learned."""
    import numpy as np

    if not path.exists():
        return {}, ""
    with np.load(path, allow_pickle=False) as kept:
        names = sorted({name.rpartition(".")[0] for name in kept.files})
        pairs = {
            name: (kept[f"{name}.down"].astype(np.float32), kept[f"{name}.up"].astype(np.float32)) for name in names
        }
    return pairs, hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def write_learned(deltas: Mapping[str, tuple[object, object]], path: Path = LEARNED) -> None:
    """float16: half the size, and finer than the 4-bit weights beside them."""
    import numpy as np

    arrays = {}
    for name, (down, up) in sorted(deltas.items()):
        arrays[f"{name}.down"] = np.asarray(down, np.float16)
        arrays[f"{name}.up"] = np.asarray(up, np.float16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # numpy's stub takes its own options for names
