"""What each source is put through in the contract: how to stand it up over a made-up world."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sources.fakes import bluesky as fake_bluesky
from sources.fakes import mastodon as fake_mastodon
from sources.fakes import weibo as fake_weibo
from sources.fakes import x as fake_x
from sources.fakes.server import Asked, Reply, Server
from sources.fakes.world import Person, World
from zombiescope.sources import bluesky, mastodon, weibo, x
from zombiescope.sources.base import Source
from zombiescope.sources.budget import Budget
from zombiescope.sources.connector import Connector
from zombiescope.sources.file import FileSource
from zombiescope.sources.http import Limits
from zombiescope.sources.live import LiveSource
from zombiescope.sources.paging import PageStore
from zombiescope.sources.rate_limit import HostRateLimit, HostRateLimits
from zombiescope.sources.ssrf_guard import SsrfGuard

# Trouble is tried again at once, and given up soon: the tests have no time to wait.
QUICK = Limits(attempts=4, backoff=0.01, total=60.0, patience=3.0)
# For the tests of a host that is slow: the only ones in which a loaded machine may cost another attempt.
IMPATIENT = Limits(attempts=8, backoff=0.01, total=2.0, patience=3.0)


class Unhurried(HostRateLimits):
    """Paces that nobody reaches."""

    def of(self, name: str, limit: int, window: float) -> HostRateLimit:
        """One for each name, so that a host that asks to wait is still heeded."""
        return super().of(name, 100_000, 1.0)


@dataclass(frozen=True)
class Opened:
    """A source that is ready, and the server behind it."""

    source: Source
    handle: str
    server: Server | None
    world: World


@dataclass(frozen=True)
class Platform:
    """How one source is stood up.

    forms: other ways to write the handle H at the host of URL. wrong: what is no handle. row_page: followers on one
    page of its list. profiles: it asks for each drawn follower's profile. posts: it reads posts.
    """

    name: str
    person: Callable[..., Person]
    fake: Callable[[World], Callable[[Asked], Reply]]
    connector: Callable[[str, Limits], Connector]
    forms: tuple[str, ...]
    wrong: tuple[str, ...]
    followers: str  # part of the path of the list
    row_page: int
    profiles: bool = False
    posts: bool = True
    hosted: bool = False

    def handle(self, world: World, server: Server) -> str:
        """The handle of the world's owner."""
        return f"{world.owner.handle}@127.0.0.1:{server.port}" if self.hosted else world.owner.handle

    def world(self, followers: int, **more: object) -> World:
        """An account with so many followers."""
        people = [self.person(n, posts=n % 4) for n in range(1, followers + 1)]
        return World(owner=self.person(0), followers=people, newcomer=self._newcomer, **more)  # type: ignore[arg-type]

    def _newcomer(self, n: int) -> Person:
        return self.person(1000 + n)

    @contextmanager
    def open(
        self,
        world: World,
        *,
        store: PageStore | None = None,
        budget: Budget | None = None,
        fake: Callable[[Asked], Reply] | None = None,
        limits: Limits = QUICK,
    ) -> Iterator[Opened]:
        """The source over a fake of the world."""
        with Server(fake or self.fake(world)) as server:
            source = self.source(server, store=store, budget=budget, limits=limits)
            yield Opened(source, self.handle(world, server), server, world)

    def source(
        self,
        server: Server,
        *,
        store: PageStore | None = None,
        budget: Budget | None = None,
        limits: Limits = QUICK,
    ) -> LiveSource:
        """A new source over a running fake."""
        rich = budget or Budget(money=1000.0)
        return LiveSource(self.connector(server.url, limits), store=store, budget=rich, sample=10, posts=3)


def _private() -> SsrfGuard:
    return SsrfGuard(private=True)


BLUESKY = Platform(
    name="bluesky",
    person=fake_bluesky.person,
    fake=fake_bluesky.FakeBluesky,
    connector=lambda url, limits: bluesky.connector(
        appview=url, guard=_private(), host_rate_limits=Unhurried(), limits=limits
    ),
    forms=("@{h}", "{H}", "at://{h}", "https://bsky.app/profile/{h}", " \u202a{h}\u202c", "{id}"),
    wrong=("nodot", "two words.test", "-.test", "did:plc:", "x" * 300 + ".test"),
    followers="getFollowers",
    row_page=100,
    profiles=True,
)
MASTODON = Platform(
    name="mastodon",
    person=fake_mastodon.person,
    fake=fake_mastodon.FakeMastodon,
    connector=lambda url, limits: mastodon.connector(
        guard=_private(), host_rate_limits=Unhurried(), limits=limits
    ),
    forms=("@{h}", "acct:{h}", "{H}", "https://{host}/@{user}", "https://{host}/users/{user}"),
    wrong=("nohost", "@user", "user@", "us er@host.test", "a@b@c", "user@host/path"),
    followers="/followers",
    row_page=80,
    hosted=True,
)
WEIBO = Platform(
    name="weibo",
    person=fake_weibo.person,
    fake=fake_weibo.FakeWeibo,
    connector=lambda url, limits: weibo.connector(
        cookie=fake_weibo.COOKIE, base=url, guard=_private(), host_rate_limits=Unhurried(), limits=limits
    ),
    forms=("@{h}", "{id}", "https://weibo.com/u/{id}", "https://weibo.com/n/{h}", " {h} "),
    wrong=("", "two words", "a/b", "x" * 60),
    followers="/friends",
    row_page=20,
)
X = Platform(
    name="x",
    person=fake_x.person,
    fake=fake_x.FakeX,
    connector=lambda url, limits: x.connector(
        token=fake_x.TOKEN, base=url, guard=_private(), host_rate_limits=Unhurried(), limits=limits
    ),
    forms=("@{h}", "{H}", "https://x.com/{h}", "https://twitter.com/{h}?lang=en"),
    wrong=("", "much_too_long_a_handle", "dash-ed", "two words"),
    followers="/followers",
    row_page=100,
    posts=False,
)
LIVE = (BLUESKY, MASTODON, WEIBO, X)


def file_source(folder: Path) -> tuple[FileSource, str]:
    """A file of ten followers as a source."""
    path = folder / "followers.jsonl"
    rows = [
        {"platform": "weibo", "id": str(n), "handle": f"fan{n}", "followers_count": n, "recent_posts": []}
        for n in range(10)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return FileSource(), str(path)
