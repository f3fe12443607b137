"""Valid inputs, hurt: bytes and whole values changed by a seeded generator, so that a run can be repeated."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import msgspec
import numpy as np

__all__ = ["mutated"]

# What parsers stumble over: ends of ranges, other types, nesting, torn text, other programs' syntax.
PIECES = (
    b"null", b"true", b"[]", b"{}", b'""', b"-1", b"0", b"1e400", b"-0.0", b"NaN", b"9007199254740993",
    b"18446744073709551616", b"1" * 400, b"[" * 300, b'{"a":' * 50, b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\\ud800", b"\xe2\x80\xae", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59.999999+14:00", b"2016-02-30", b"\r\n",
    b"\n\n", b",", b'"', b"'", b"=1+1", b"\t", b"\x1f\x8b", b"PAR1", b"%00", b"%", b"+", b"..", b"/etc/passwd",
    "１２３".encode(), "٣".encode(), "1.2万".encode(), b"\xf0\x9f\x98\x80", b"A" * 5000, b"9" * 5000,
)  # fmt: skip
VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 2**53 + 1, 10**30, 1.5, -0.0, 1e308, "", " ", "x", "0",
    "-1", "1.2万", "٣", "\x00", "\u202e",
    "A" * 5000, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+14:00", "2016-02-30T00:00:00Z", "0", "1e400",
    [], {},
    [None], [[]], [{}], {"": None}, "Thu Sep 08 11:39:49 +0800 9999", "at://", "<a", "&#x110000;", "http://[",
    "ﬀ", "🤖" * 99,
)  # fmt: skip
_ENDS = np.array([0, 1, 127, 128, 254, 255], dtype=np.uint8)


def mutated(rng: np.random.Generator, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after one to four changes; of JSON every other time whole values, so that it stays JSON."""
    seed = seeds[int(rng.integers(len(seeds)))]
    if seed[:1] in (b"{", b"[") and rng.integers(2):
        return _revalued(rng, seed)
    data = bytearray(seed)
    for kind in rng.integers(0, 8, int(rng.integers(1, 5))).tolist():
        size = len(data)
        at, to = sorted(rng.integers(0, size + 1, 2).tolist())
        to = min(to, at + 64)
        if kind == 0 and size:
            data[min(at, size - 1)] ^= 1 << int(rng.integers(8))
        elif kind == 1 and size:
            data[min(at, size - 1)] = int(_ENDS[rng.integers(_ENDS.size)])
        elif kind == 2:
            del data[at:to]
        elif kind == 3:
            data[at:at] = data[at:to] * int(rng.integers(1, 4))
        elif kind == 4:
            data[at:at] = PIECES[int(rng.integers(len(PIECES)))]
        elif kind == 5:
            _replace_value(data, at, PIECES[int(rng.integers(len(PIECES)))])
        elif kind == 6:
            del data[at:]
        else:
            other = seeds[int(rng.integers(len(seeds)))]
            cut = int(rng.integers(len(other) + 1))
            data[at:] = other[cut:]
    return bytes(data)


def _revalued(rng: np.random.Generator, seed: bytes) -> bytes:
    value = msgspec.json.decode(seed.partition(b"\n")[0])
    for _ in range(int(rng.integers(1, 5))):
        inner, other = value, copy.deepcopy(VALUES[int(rng.integers(len(VALUES)))])
        for _ in range(int(rng.integers(1, 7))):
            keys = list(inner) if isinstance(inner, dict) else range(len(inner))
            if not keys:
                break
            key = keys[int(rng.integers(len(keys)))]
            if isinstance(inner[key], dict | list) and inner[key] and rng.integers(4):
                inner = inner[key]
            else:
                inner[key] = other
                break
    return msgspec.json.encode(value) + (b"\n" if seed.endswith(b"\n") else b"")


def _replace_value(data: bytearray, at: int, piece: bytes) -> None:
    """Put `piece` in the place of the value that stands at or behind `at`, as JSON and CSV part their values."""
    begin = min((place for mark in b":,=\n" if (place := data.find(mark, at)) >= 0), default=-1)
    if begin < 0:
        return
    end = min((place for mark in b",}]&\n" if (place := data.find(mark, begin + 1)) >= 0), default=len(data))
    data[begin + 1 : end] = piece
