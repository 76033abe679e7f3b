"""ULIDs: 26 characters, sortable by time, no coordination (https://github.com/ulid/spec)."""

import hashlib
import json
import os
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A fresh ULID; ids made in the same millisecond are in random order."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def digest(value: object) -> str:
    """SHA-256 of a JSON value in canonical form: the same content always has the same digest."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
