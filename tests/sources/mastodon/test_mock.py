"""An account of known making on mastodon_mock, other people's idea of a Mastodon server, with its faults on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from mastodon_mock.config import SeedAccount, SeedConfig, SeedFollow, SeedStatus
from mastodon_mock.testing import MockServer

from sources.contract import Unhurried
from zombiescope.errors import RateLimited, SourceError, UnknownAccount
from zombiescope.sources import mastodon
from zombiescope.sources.http import Limits
from zombiescope.sources.live import LiveSource
from zombiescope.sources.paging import MemoryPages, PageStore
from zombiescope.sources.ssrf_guard import SsrfGuard

FOLLOWERS = 84  # three pages of the 40 that the mock gives


def seed() -> SeedConfig:
    """84 followers; every third is silent, the others have two posts, one of them a reply."""
    names = [f"fan{n}" for n in range(FOLLOWERS)]
    return SeedConfig(
        accounts=[
            SeedAccount(username="embassy", display_name="The Embassy"),
            *(
                SeedAccount(username=name, note=f"I am <b>{name}</b>", locked=name.endswith("7"))
                for name in names
            ),
        ],
        follows=[SeedFollow(follower=name, following="embassy") for name in names],
        statuses=[
            SeedStatus(account=name, text=text, ref=f"{name}/{text[:5]}", reply_to=reply)
            for n, name in enumerate(names)
            if n % 3
            for text, reply in ((f"first of {name}", None), (f"again, {name}", f"{name}/first"))
        ],
    )


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """The mock, on loopback."""
    with MockServer(seed=seed()) as running:
        yield running


@pytest.fixture(autouse=True)
def sound(server: MockServer) -> Iterator[None]:
    """No fault is left over."""
    yield
    for rule in httpx.get(f"{server.base_url}/api/v1/_mock/faults").json():
        httpx.delete(f"{server.base_url}/api/v1/_mock/faults/{rule['id']}")


def spoil(server: MockServer, path: str, *, count: int | None = 1, **effect: Any) -> None:
    """Add a rule to the mock's faults."""
    rule = {"match": {"path_regex": path}, "effect": effect, "count": count}
    httpx.post(f"{server.base_url}/api/v1/_mock/faults", json=rule).raise_for_status()


def source(*, store: PageStore | None = None, total: float = 60.0) -> LiveSource:
    """Ours, trying again at once; total: seconds that one request may take."""
    limits = Limits(attempts=6, backoff=0.01, total=total, patience=3.0)
    connector = mastodon.connector(guard=SsrfGuard(private=True), host_rate_limits=Unhurried(), limits=limits)
    return LiveSource(connector, store=store, sample=FOLLOWERS, posts=5)


def handle(server: MockServer) -> str:
    """The embassy's."""
    return f"embassy@127.0.0.1:{server.port}"


def test_everything_is_as_it_was_made(server: MockServer) -> None:
    """The list, the profiles and the posts of each follower; the mock pages by account id, so its order says
    nothing."""
    live = source()
    listing = live.listing(handle(server))
    assert (listing.frame.declared, listing.frame.listed, listing.frame.complete) == (FOLLOWERS,) * 2 + (
        True,
    )
    assert listing.frame.order == "unknown"
    assert listing.requests == 1 + 3
    names = listing.rows["handle"].to_pylist()
    assert sorted(names) == sorted(f"fan{n}" for n in range(FOLLOWERS))

    fetched = live.fetch(listing, range(FOLLOWERS), posts=5)
    assert fetched.skipped == {}
    assert fetched.requests == sum(int(name[3:]) % 3 > 0 for name in names)
    for row in fetched.rows.to_pylist():
        n = int(row["handle"][3:])
        assert row["bio"] == f"I am fan{n}"
        assert (row["followers_count"], row["following_count"]) == (0, 1)
        assert row["posts_count"] == (2 if n % 3 else 0)
        assert row["protected"] is False  # the locked ones too: their posts are public
        assert abs(row["created_at"] - datetime.now(UTC)) < timedelta(minutes=10)
        assert row["has_avatar"] is False
        texts = [post["text"] for post in row["recent_posts"]]
        assert sorted(texts) == ([f"again, fan{n}", f"first of fan{n}"] if n % 3 else [])
        assert [post["is_reply"] for post in row["recent_posts"]].count(True) == bool(n % 3)


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "status", "status": 500},
        {"type": "status", "status": 503, "body": {"error": "Service temporarily unavailable"}},
        {"type": "ratelimit", "headers": {"Retry-After": "0"}},
        {"type": "ratelimit", "headers": {"Retry-After": "", "X-RateLimit-Reset": "1700000000"}},
        {"type": "malformed", "truncate": True},
        {"type": "malformed", "truncate": False},
        {"type": "latency", "delay_ms": 300},
        {"type": "timeout"},
    ],
    ids=lambda effect: effect["type"],
)
def test_passing_faults_leave_no_trace(server: MockServer, effect: dict[str, Any]) -> None:
    """Each fault of the mock, once in the walk and once among the posts."""
    whole = source().listing(handle(server))
    spoil(server, r"/followers$", **effect)
    spoil(server, r"/statuses$", **effect)
    live = source(total=3.0 if effect["type"] == "timeout" else 60.0)
    listing = live.listing(handle(server))
    assert listing.rows["id"].equals(whole.rows["id"])
    fetched = live.fetch(listing, range(0, FOLLOWERS, 9), posts=5)
    assert fetched.skipped == {}
    assert all(posts is not None for posts in fetched.rows["recent_posts"].to_pylist())


def test_lasting_faults_are_one_line_and_what_was_fetched_is_kept(server: MockServer) -> None:
    """A server that fails on the second page: an error, then a run that goes on from there."""
    store = MemoryPages()
    spoil(server, r"/followers$", count=1, type="latency")
    spoil(server, r"/followers$", count=6, type="status", status=502)
    with pytest.raises(SourceError, match="HTTP 502"):
        source(store=store).listing(handle(server))
    listing = source(store=store).listing(handle(server))
    assert listing.frame.listed == FOLLOWERS
    assert listing.requests == 2


def test_a_limit_of_five_minutes_is_told_at_once(server: MockServer) -> None:
    """The mock's rate limit asks for 300 seconds, more than this test has."""
    spoil(server, r"/followers$", count=None, type="ratelimit")
    with pytest.raises(RateLimited, match="asks to wait 5 minutes"):
        source().listing(handle(server))


def test_nobody_is_nobody(server: MockServer) -> None:
    """An unknown name is said to be unknown."""
    with pytest.raises(UnknownAccount, match="knows nobody called atlantis"):
        source().listing(f"atlantis@127.0.0.1:{server.port}")
