"""Progress on stderr, where it is a terminal and the work takes over two seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from zombiescope.usecases.audit_request import ProgressCallback

__all__ = ["progress"]

DELAY = 2.0  # seconds before a bar appears


@contextmanager
def progress() -> Iterator[ProgressCallback]:
    """A reporter that draws one bar at a time; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda what, done, of: None
        return
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def report_progress(what: str, done: int, of: int | None) -> None:
        bar = bars.get(what)
        if bar is None:
            for other in bars.values():
                other.close()
            bar = bars[what] = tqdm(desc=what, total=of, delay=DELAY, leave=False, file=sys.stderr)
        if of is not None:
            bar.total = of
        bar.n = done
        bar.refresh()

    try:
        yield report_progress
    finally:
        for bar in bars.values():
            bar.close()
