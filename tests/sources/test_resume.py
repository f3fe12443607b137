"""A walk that is killed goes on where it was: the same sample, the same answer, hardly a request twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sources.contract import BLUESKY
from sources.fakes.bluesky import FakeBluesky
from sources.fakes.server import Asked, Reply, Server
from sources.fakes.world import World

SCRIPT = Path(__file__).with_name("auditor.py")
SAMPLE = 60


class Killer:
    """A fake that kills the process that asks, at the nth request whose path holds `path`."""

    def __init__(self, world: World) -> None:
        self._fake = FakeBluesky(world)
        self.path, self.nth, self.victim = "", 0, 0

    def __call__(self, asked: Asked) -> Reply:
        """One answer; the fatal request gets none in time."""
        if self.victim and self.path in asked.path:
            self.nth -= 1
            if self.nth == 0:
                os.kill(self.victim, signal.SIGKILL)
        return self._fake(asked)


def start(server: Server, database: Path) -> subprocess.Popen[bytes]:
    """An auditor at work."""
    command = [sys.executable, str(SCRIPT), server.url, str(database), str(SAMPLE)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> Any:
    """What it printed; None where it was killed."""
    out, trouble = process.communicate(timeout=60)
    if process.returncode == -signal.SIGKILL:
        return None
    assert process.returncode == 0, trouble.decode()
    return msgspec.json.decode(out)


def asked_for(server: Server) -> Counter[tuple[str, str]]:
    """How often each thing was asked for."""
    return Counter((one.path, str(sorted(one.query.items()))) for one in server.asked)


def world() -> World:
    """An account of 750 followers, a few of them gone."""
    network = BLUESKY.world(750)
    for n in range(0, 750, 50):
        network.followers[n].reach = "deactivated"
    return network


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Counter[tuple[str, str]]]:
    """What a run that nobody kills finds, and what it asks for."""
    with Server(FakeBluesky(world())) as server:
        return finish(start(server, tmp_path_factory.mktemp("whole") / "s.sqlite")), asked_for(server)


@pytest.mark.parametrize(("path", "nth"), [("getFollowers", 4), ("getAuthorFeed", 20)])
def test_killed_and_run_again(
    tmp_path: Path, path: str, nth: int, undisturbed: tuple[Any, Counter[tuple[str, str]]]
) -> None:
    """kill -9 in the walk and among the posts."""
    whole, alone = undisturbed
    killer = Killer(world())
    with Server(killer, delay=0.005) as server:
        killer.path, killer.nth = path, nth
        process = start(server, tmp_path / "killed.sqlite")
        killer.victim = process.pid
        assert finish(process) is None
        killer.victim = 0
        again = finish(start(server, tmp_path / "killed.sqlite"))

        assert again == whole
        both = asked_for(server)
        twice = Counter({key: n - alone[key] for key, n in both.items() if n > alone[key]})
        pages = sum(n for (asked, _), n in twice.items() if "getFollowers" in asked)
        assert pages <= 1
        # Profiles and posts are fetched eight at a time: those under way are asked for again, no others.
        assert sum(twice.values()) <= (1 if path == "getFollowers" else 8)
