"""How fast a host is asked: the documented limit over any window, and what its headers say."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.contract import QUICK
from sources.fakes.server import Reply, Server
from zombiescope.sources.budget import Budget, RequestMeter
from zombiescope.sources.http import Http
from zombiescope.sources.rate_limit import HostRateLimit, HostRateLimits, asked_wait, exhausted, reset_wait
from zombiescope.sources.ssrf_guard import SsrfGuard

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0", "x-ratelimit-reset": "60"}, 0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=9), usegmt=True)}, 9),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "", "ratelimit-reset": "30"}, 30),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 12)}, 12),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 12)}, 12),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 12)}, 12),
        ({"x-ratelimit-reset": str((int(NOW.timestamp()) + 12) * 1000)}, 12),
        ({"x-ratelimit-reset": "2026-01-01T00:00:45.000000Z"}, 45),
        ({"x-ratelimit-reset": "2026-01-01T01:00:45+01:00"}, 45),
        ({"x-ratelimit-reset": "2025-01-01T00:00:00Z"}, 0),
        ({"x-ratelimit-reset": "nan"}, None),
        ({"x-ratelimit-reset": "-5"}, None),
        ({"x-ratelimit-reset": "1e300"}, None),
        # A host whose clock is an hour ahead: its reset is taken against its own Date.
        (
            {
                "x-ratelimit-reset": str(int(NOW.timestamp()) + 3612),
                "date": format_datetime(NOW + timedelta(hours=1), usegmt=True),
            },
            12,
        ),
    ],
)
def test_the_wait_that_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After first, then a reset as unix seconds, milliseconds, ISO 8601 or seconds from now."""
    assert asked_wait(headers, NOW) == (None if seconds is None else pytest.approx(seconds))


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "date"]), st.text(max_size=40)))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    """Whatever a host writes, the wait is a time or nothing."""
    for wait in (asked_wait(headers, NOW), reset_wait(headers, NOW)):
        assert wait is None or wait >= 0


def test_remaining_requests() -> None:
    """Only a plain zero says that none is left."""
    assert exhausted({"x-ratelimit-remaining": "0"})
    assert exhausted({"ratelimit-remaining": " 0 "})
    assert not exhausted({"x-ratelimit-remaining": "1"})
    assert not exhausted({})


@given(st.integers(1, 20), st.integers(1, 80), st.floats(0.5, 50))
def test_no_window_holds_more_than_the_limit(limit: int, requests: int, window: float) -> None:
    """Reserved times never put more than `limit` in a window, wherever it begins; nobody waits before that."""
    pace = HostRateLimit(limit, window, clock=lambda: 0.0)
    at = [pace.reserve() for _ in range(requests)]
    assert at == sorted(at)
    for first, beyond in zip(at, at[limit:], strict=False):
        assert beyond - first >= window * (1 - 1e-9)
    assert at[-1] == pytest.approx(pace.seconds(requests))
    assert at[: min(limit, requests)] == [0.0] * min(limit, requests)


def test_a_pace_is_shared_by_name() -> None:
    """Two sources of one host wait for each other."""
    host_rate_limits = HostRateLimits()
    assert host_rate_limits.of("a.test", 5, 1.0) is host_rate_limits.of("a.test", 5, 1.0)
    assert host_rate_limits.of("a.test", 5, 1.0) is not host_rate_limits.of("b.test", 5, 1.0)


def test_a_window_used_up_is_waited_for() -> None:
    """An answer that says "0 remaining" holds the next request until the reset that it names."""
    used = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.3"}
    with Server(lambda asked: Reply({}, headers=used)) as server:

        async def twice() -> None:
            async with Http(
                server.url,
                guard=SsrfGuard(private=True),
                meter=RequestMeter(Budget()),
                pace=HostRateLimit(100, 1.0),
                limits=QUICK,
            ) as http:
                await http.get("/")
                await http.get("/")

        asyncio.run(twice())
        assert server.times[1] - server.times[0] >= 0.28


def test_a_429_holds_back_everyone() -> None:
    """While one caller waits out a 429, the others that share its pace wait too."""
    with Server(lambda asked: Reply({})) as server:
        from sources.fakes.server import Fault

        server.faults.append(Fault(Reply(status=429, headers={"retry-after": "0.3"})))

        async def run() -> None:
            pace = HostRateLimit(100, 1.0)
            meter = RequestMeter(Budget())
            async with Http(
                server.url, guard=SsrfGuard(private=True), meter=meter, pace=pace, limits=QUICK
            ) as http:
                first = asyncio.create_task(http.get("/first"))
                while pace.held() <= 0:
                    await asyncio.sleep(0.005)
                await http.get("/second")
                await first

        asyncio.run(run())
        assert server.asked[0].path == "/first"
        assert server.times[1] - server.times[0] >= 0.28
        assert len(server.asked) == 3
