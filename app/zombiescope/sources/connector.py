"""The interface of a platform connector: the calls of one platform, each a step that can be repeated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from zombiescope.domain import AccountInfo, Follower, Order, Post, learn
from zombiescope.sources.budget import Plan, RequestMeter
from zombiescope.sources.http import Http
from zombiescope.sources.paging import Page

__all__ = ["LATENCY", "Client", "Completed", "Connector", "Gone", "Posts"]

LATENCY = 0.25  # seconds that a call takes, for estimates


class Gone(Exception):
    """A follower cannot be reached any more; `reason` is how the report names it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn follower's profile, or why there is none."""

    follower: Follower | None = None
    skipped: str | None = None


class Posts(msgspec.Struct, frozen=True, kw_only=True):
    """The newest posts of a follower, as many as were asked for; or why it is out of reach."""

    asked: int
    posts: tuple[Post, ...] = ()
    skipped: str | None = None


learn(Completed, Posts)


class Client(ABC):
    """One platform's calls, within `async with`. Subclasses make each HTTP session with `self._session`.

    chunk: followers that one `complete` takes. workers: calls under way at once. page: followers a list page.
    order: which end of the list comes first.
    """

    chunk = 1
    workers = 8
    page_size = 100
    order: Order = "unknown"

    def __init__(self) -> None:
        self._sessions = AsyncExitStack()
        self._unopened: list[Http] = []

    def _session(self, http: Http) -> Http:
        """The session, which opens and closes with this client."""
        self._unopened.append(http)
        return http

    async def __aenter__(self) -> Self:
        for http in self._unopened:
            await self._sessions.enter_async_context(http)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self._sessions.__aexit__(kind, error, trace)

    @abstractmethod
    async def account(self, handle: str) -> AccountInfo:
        """The account itself. Raises UnknownAccount, AccountError or NotAuthorised."""

    @abstractmethod
    async def page(self, account: AccountInfo, cursor: str | None) -> Page:
        """One page of its followers; `cursor` None: the first."""

    @abstractmethod
    async def posts(self, follower: Follower, number: int) -> tuple[Post, ...]:
        """Up to `number` newest posts. Raises Gone."""

    @abstractmethod
    def plan(self, account: AccountInfo, *, stored_pages: int, sample: int, posts: int) -> Plan:
        """What an audit takes from here on, with `stored_pages` pages of the list already stored."""

    def incomplete(self, row: Follower) -> bool:
        """Whether the list row lacks fields that `complete` would fill."""
        return False

    async def complete(self, account: AccountInfo, chunk: Sequence[Follower]) -> Sequence[Completed]:
        """The profiles of up to `chunk` list rows, in their order."""
        raise NotImplementedError

    def undetailed(self, row: Follower) -> bool:
        """Whether `detail` would add to what is known of a follower."""
        return False

    async def detail(self, follower: Follower) -> Follower:
        """The follower with what takes a call of its own. Raises Gone."""
        raise NotImplementedError

    def shows_posts(self, row: Follower) -> bool:
        """Whether asking for posts can give any; a protected account shows none."""
        return not row.protected


@dataclass(frozen=True)
class Connector:
    """A platform: its name, how its handles are written, and its client.

    normal: a handle in its one form; raises AccountError. connect: a client for a handle in that form.
    """

    platform: str
    normal: Callable[[str], str]
    connect: Callable[[str, RequestMeter], Client]
