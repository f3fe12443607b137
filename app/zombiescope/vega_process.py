"""Vega-Lite drawn in a process of its own: vl-convert holds Python's lock while it draws.

Its JavaScript engine takes over a second to start and a chart up to a tenth of one, in which a service would answer
nobody. A service starts the process with itself, so that the first report finds it ready.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["VEGA_LITE", "VegaProcess"]

VEGA_LITE = (
    "6.4"  # the version drawn; the Vega that it compiles for is the one bundled in report/static/vega.js
)
_FIRST = '{"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x"}}}'


class VegaProcess:
    """Calls functions of vl-convert in another process, one at a time; a process that has ended is replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Any = None
        self._ours: Connection | None = None

    def start(self) -> None:
        """Start the process and return at once."""
        with self._lock:
            self._connection()

    def call(self, function: str, spec: str, **options: Any) -> Any:
        """What `vl_convert.function(spec, **options)` gives. Raises ValueError as it does, for a specification it
        cannot draw."""
        with self._lock:
            try:
                answer = self._asked(function, spec, options)
            except (EOFError, OSError):  # it was ended from outside: of memory, say
                self._end()
                answer = self._asked(function, spec, options)
        drawn, value = answer
        if not drawn:
            raise ValueError(value)
        return value

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _asked(self, function: str, spec: str, options: dict[str, Any]) -> tuple[bool, Any]:
        connection = self._connection()
        connection.send((function, spec, options))
        answer: tuple[bool, Any] = connection.recv()
        return answer

    def _connection(self) -> Connection:
        if self._ours is None:
            # Not forked: a copy of a process with threads can stand still for ever.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._process, self._ours = process, ours
        return self._ours

    def _end(self) -> None:
        if self._ours is not None:
            self._ours.close()
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._ours = None


def _serve(connection: Connection) -> None:
    """Draw what is asked for until the service is gone, which closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the service decides
    if hasattr(os, "nice"):
        os.nice(2)
    import vl_convert

    vl_convert.vegalite_to_svg(_FIRST, vl_version=VEGA_LITE)
    while True:
        try:
            function, spec, options = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, getattr(vl_convert, function)(spec, vl_version=VEGA_LITE, **options))
        except ValueError as error:
            answer = (False, str(error))
        connection.send(answer)
