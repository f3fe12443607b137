"""The values of a JSON array, or of JSON objects one after the other, a value at a time from a file of any
size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from zombiescope.records.lines import LONGEST, TORN, Broken

__all__ = ["values"]

_STEP = 2**20
_BETWEEN = " \t\r\n,;"


def values(file: IO[bytes], *, longest: int = LONGEST) -> Iterator[tuple[int, bytes | Broken]]:
    """Each value as JSON text, with the line it begins on, from 1.

    A fault between values cannot be stepped over as in a file of lines: the file is Broken there, for good.
    """
    scan = json.JSONDecoder().raw_decode
    held, at, line, ended, torn, begun = "", 0, 1, False, False, False
    step = _STEP
    while True:
        at, line, begun = _skip(held, at, line, begun)
        if at < len(held):
            try:
                _, end = scan(held, at)
            except (ValueError, RecursionError) as error:
                fault = str(error).split(":")[0]
            else:
                yield line, held[at:end].encode("utf-8", "surrogateescape")
                line += held.count("\n", at, end)
                at, step = end, _STEP
                continue
        if torn:
            yield line, Broken("the compressed data breaks off here: what follows is lost", last=True)
            return
        if ended:
            if at < len(held):
                yield line, Broken(f"is not JSON ({fault}): what follows is lost", last=True)
            elif begun:
                yield line, Broken("the array is not closed: the file may be cut off", last=True)
            return
        if len(held) - at > longest:
            yield line, Broken(f"is not JSON, or a value of more than {longest // 2**20} MB", last=True)
            return
        try:
            read = file.read1(step)  # type: ignore[attr-defined] # a whole read would lose what precedes a break
        except TORN:
            read, torn = b"", True
        ended = not read and not torn
        held, at = held[at:] + read.decode("utf-8", "surrogateescape"), 0
        step *= 2  # a value that did not fit is scanned again from its start: doubling keeps that linear


def _skip(held: str, at: int, line: int, begun: bool) -> tuple[int, int, bool]:
    """Step over what stands between values: where, on which line, and within an array or not."""
    while at < len(held):
        char = held[at]
        if char == "[" and not begun:
            begun = True
        elif char == "]" and begun:
            begun = False  # another array may follow: files of one series are joined so
        elif char not in _BETWEEN and char != "\ufeff":
            break
        line += char == "\n"
        at += 1
    return at, line, begun
