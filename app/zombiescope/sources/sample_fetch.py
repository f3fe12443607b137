"""The drawn followers of a live account: completed step by step, each step stored as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from zombiescope.domain import AccountInfo, Follower
from zombiescope.errors import NotAuthorised, RateLimited, SourceError, Untrusted
from zombiescope.sources.budget import spending
from zombiescope.sources.connector import Client, Completed, Gone, Posts
from zombiescope.sources.paging import FRESH, PageStore

__all__ = ["SampleFetch"]

T = TypeVar("T")


class SampleFetch:
    """Followers by their place in the list; one that turns out to be out of reach becomes the reason why.

    store: for profiles, details and posts, under `account`. now: dates what is stored.
    """

    def __init__(
        self,
        client: Client,
        account: AccountInfo,
        rows: Mapping[int, Follower],
        store: PageStore,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._account = account
        self._store = store
        self._now = now
        self._failed = 0
        self._drawn = len(rows)
        self.reached = dict(rows)
        self.skipped: dict[int, str] = {}

    async def complete(self) -> None:
        """Fetch the profiles of rows that the list leaves incomplete, in chunks."""
        lacking = {place: row for place, row in self.reached.items() if self._client.incomplete(row)}
        stored = self._stored("profile", lacking.values(), Completed)
        missing = []
        for place, row in lacking.items():
            if row.id in stored:
                self._settle(place, stored[row.id])
            else:
                missing.append(place)

        async def fetch(places: Sequence[int]) -> None:
            rows = [lacking[place] for place in places]
            completed = await self._client.complete(self._account, rows)
            self._keep({f"profile/{row.id}": one for row, one in zip(rows, completed, strict=True)})
            for place, one in zip(places, completed, strict=True):
                self._settle(place, one)

        size = self._client.chunk
        await _each(
            [missing[i : i + size] for i in range(0, len(missing), size)], fetch, self._client.workers
        )

    async def deepen(self, posts: int, on_progress: Callable[[int], None]) -> None:
        """Get what takes a call a follower: details, where the platform has any, and `posts` newest posts.

        A timeline that the server fails to give stays unknown; where many fail, SourceError is raised.
        """
        rows = list(self.reached.values())
        details = self._stored("detail", filter(self._client.undetailed, rows), Completed)
        timelines = self._stored("posts", rows, Posts) if posts else {}
        done = 0

        async def one(place: int) -> None:
            nonlocal done
            try:
                await self._detail(place, details)
                await self._timeline(place, timelines, posts)
            except Gone as gone:
                self._skip(place, gone.reason)
            except (NotAuthorised, RateLimited, Untrusted):
                raise
            except SourceError:
                self._failed += 1
                if self._failed > 1 + self._drawn // 50:
                    raise
            done += 1
            on_progress(done)

        await _each(list(self.reached), one, self._client.workers)

    async def _detail(self, place: int, stored: Mapping[str, Completed]) -> None:
        row = self.reached[place]
        if not self._client.undetailed(row):
            return
        completed = stored.get(row.id)
        if completed is None:
            try:
                completed = Completed(follower=await self._client.detail(row))
            except Gone as gone:
                completed = Completed(skipped=gone.reason)
            self._keep({f"detail/{row.id}": completed})
        if completed.follower is None:
            raise Gone(completed.skipped or "gone")
        self.reached[place] = msgspec.structs.replace(
            completed.follower, position=row.position, observed_at=row.observed_at
        )

    async def _timeline(self, place: int, stored: Mapping[str, Posts], number: int) -> None:
        row = self.reached[place]
        if not number or not self._client.shows_posts(row):
            return
        if row.posts_count == 0:
            self.reached[place] = msgspec.structs.replace(row, recent_posts=())
            return
        posts = stored.get(row.id)
        if posts is None or (posts.asked < number and posts.skipped is None):
            try:
                posts = Posts(asked=number, posts=await self._client.posts(row, number))
            except Gone as gone:
                posts = Posts(asked=number, skipped=gone.reason)
            self._keep({f"posts/{row.id}": posts})
        if posts.skipped is not None:
            raise Gone(posts.skipped)
        self.reached[place] = msgspec.structs.replace(row, recent_posts=posts.posts[:number])

    def _settle(self, place: int, completed: Completed) -> None:
        if completed.skipped is not None:
            self._skip(place, completed.skipped)
        elif completed.follower is not None:
            self.reached[place] = _onto(self.reached[place], completed.follower)

    def _skip(self, place: int, reason: str) -> None:
        self.reached.pop(place, None)
        self.skipped[place] = reason

    def _keep(self, steps: Mapping[str, msgspec.Struct]) -> None:
        bodies = {name: msgspec.json.encode(value) for name, value in steps.items()}
        self._store.put(self._account.ref, bodies, self._now())

    def _stored(self, kind: str, rows: Iterable[Follower], type_: type[T]) -> dict[str, T]:
        """The stored and still fresh results of the rows, by id."""
        since = self._now() - FRESH
        pages = self._store.get(self._account.ref, [f"{kind}/{row.id}" for row in rows])
        return {
            name.partition("/")[2]: msgspec.json.decode(page.body, type=type_)
            for name, page in pages.items()
            if page.at > since
        }


def _onto(row: Follower, follower: Follower) -> Follower:
    """What was found, with what only the list row knows."""
    known = {
        name: getattr(row, name)
        for name in row.__struct_fields__
        if getattr(follower, name) is None and getattr(row, name) is not None
    }
    known |= {"position": row.position, "observed_at": row.observed_at}
    return msgspec.structs.replace(follower, **known)


async def _each(items: Iterable[T], work: Callable[[T], Awaitable[None]], workers: int) -> None:
    """Do the work for each item, so many at once; the first trouble stops all and is raised as it is."""
    waiting = iter(items)

    async def worker() -> None:
        spending()
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(worker())
    except BaseExceptionGroup as many:
        first: BaseException = many
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
