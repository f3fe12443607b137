"""An account of known making on mastodon_mock, its faults on, audited by the command line and by POST."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mastodon_mock.testing import MockServer

from e2e.running import asked_for, command, posted, service
from sources.mastodon.test_mock import FOLLOWERS, seed, spoil

pytestmark = [pytest.mark.e2e, asked_for]

POSTING = sum(n % 3 > 0 for n in range(FOLLOWERS))
PAGES = 3


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The mock, on loopback."""
    with MockServer(seed=seed()) as running:
        yield running


def settings(home: Path) -> dict[str, str]:
    """Of a user of this instance."""
    return {"ZOMBIESCOPE_HOME": str(home), "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": "1"}


def faults(server: MockServer) -> int:
    """One of each kind, in the walk and among the posts; how many requests they cost."""
    spoil(server, r"/followers$", type="status", status=500)
    spoil(server, r"/followers$", type="malformed")
    spoil(server, r"/followers$", type="ratelimit", headers={"Retry-After": "1"})
    spoil(server, r"/statuses$", type="status", status=503)
    spoil(server, r"/statuses$", type="malformed", truncate=False)
    spoil(server, r"/statuses$", type="latency", delay_ms=500)
    return 5


def numbers(audit: Any) -> None:
    """What was made is what is found."""
    assert audit["status"] == "done"
    frame = audit["frame"]
    assert (frame["declared"], frame["listed"], frame["complete"]) == (FOLLOWERS, FOLLOWERS, True)
    sample = audit["sample"]
    assert (sample["design"], sample["drawn"], sample["scored"]) == ("census", FOLLOWERS, FOLLOWERS)
    assert sample["skipped"] == {}
    assert sorted(one["handle"] for one in audit["followers"]) == sorted(f"fan{n}" for n in range(FOLLOWERS))
    assert audit["unknown"]["estimate"] == 0


def test_by_the_command_line(server: MockServer, tmp_path: Path) -> None:
    """The numbers that were made, whatever the faults; a second audit asks for nothing."""
    account = f"mastodon:embassy@127.0.0.1:{server.port}"
    words = ("audit", account, "--sample", str(FOLLOWERS), "--posts", "10", "--format", "json")
    more = faults(server)
    done = command(settings(tmp_path), *words)
    assert done.returncode == 0, done.stderr
    first = msgspec.json.decode(done.stdout)
    numbers(first)
    assert first["cost"]["requests"] == PAGES + POSTING + more
    again = msgspec.json.decode(command(settings(tmp_path), *words).stdout)
    assert again["cost"]["requests"] == 0
    assert again["share"] == first["share"]


def test_by_post(server: MockServer, tmp_path: Path) -> None:
    """The service gives the same."""
    faults(server)
    order = {"account": f"mastodon:embassy@127.0.0.1:{server.port}", "sample": FOLLOWERS, "posts": 10}
    with service(settings(tmp_path)) as client:
        numbers(posted(client, order))
