"""A file of bytes of which a piece can be looked at before it is taken."""

from __future__ import annotations

from typing import IO

from zombiescope.records.lines import TORN

__all__ = ["ByteStream"]

_STEP = 2**20


class ByteStream:
    """What `readline` and `take` hand out moves the stream on, `ahead` does not.

    A compressed file that breaks off is told by the read that goes beyond what could be unpacked.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held = b""
        self._at = 0
        self._error: Exception | None = None
        self._end = False

    @property
    def ended(self) -> bool:
        """Whether what `ahead` returned last goes to the end of a file that is whole."""
        return self._end and self._error is None

    def ahead(self, size: int) -> memoryview:
        """The next `size` bytes, fewer only where the file ends or breaks off."""
        while len(self._held) - self._at < size and not self._end:
            try:
                # One read of what is below: what was unpacked before the break is not lost with it.
                block = self._file.read1(max(size - (len(self._held) - self._at), _STEP))  # type: ignore[attr-defined]
            except TORN as error:
                self._error, block = error, b""
            self._held = self._held[self._at :] + block
            self._at = 0
            self._end = not block
        return memoryview(self._held)[self._at : self._at + size]

    def take(self, size: int) -> None:
        """Pass over bytes that were looked at."""
        self._at += size

    def readline(self, size: int) -> bytes:
        """A line, or its first `size` bytes. Raises what the file raised where it breaks off."""
        step = 2**16
        while True:
            ahead = self.ahead(min(step, size))
            cut = self._held.find(b"\n", self._at, self._at + len(ahead)) + 1 or None
            if cut is not None or len(ahead) >= size or self._end:
                break
            step *= 4
        line = bytes(ahead) if cut is None else self._held[self._at : cut]
        if cut is None and self._error is not None and len(line) < size:
            raise self._error
        self._at += len(line)
        return line
