"""Memory of a process and its children, sampled while something happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Peak", "children", "resident", "watched"]

MEGA = 1024  # kB


@dataclass
class Peak:
    """The most MiB so far. server: resident in the server's process. tree: of it and all its descendants, pages that
    several share counted once (PSS)."""

    server: float = 0.0
    tree: float = 0.0


def children(pid: int) -> list[int]:
    """The descendants of a process."""
    direct: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct += [int(one) for one in task.read_text().split()]
        except OSError:  # it has ended
            continue
    return [*direct, *(grandchild for one in direct for grandchild in children(one))]


def resident(pid: int) -> Peak:
    """As it is now."""
    return Peak(_kib(pid, "Rss"), sum(_kib(one, "Pss") for one in (pid, *children(pid))))


def _kib(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / MEGA for line in lines if line.startswith(f"{name}:")), 0.0)


@contextmanager
def watched(pid: int, every: float = 0.05) -> Iterator[Peak]:
    """The peak of what is sampled within."""
    peak, ended = Peak(), threading.Event()

    def sample() -> None:
        while not ended.is_set():
            now = resident(pid)
            peak.server, peak.tree = max(peak.server, now.server), max(peak.tree, now.tree)
            time.sleep(every)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()
