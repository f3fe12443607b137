"""A live account as a source: its list page by page, the drawn followers' profiles and posts, all stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import AccountInfo
from zombiescope.records import schema
from zombiescope.sources.base import Fetched, Listing, Progressed, silent
from zombiescope.sources.budget import Budget, Plan, RequestMeter, spending
from zombiescope.sources.connector import Client, Connector
from zombiescope.sources.frame_builder import FrameBuilder
from zombiescope.sources.paging import FRESH, MemoryPages, PageStore, stored_pages, walk
from zombiescope.sources.sample_fetch import SampleFetch

__all__ = ["LiveSource"]


class LiveSource:
    """An account on a live platform, by its connector.

    store: for pages and profiles as they arrive; what is younger than a day is not fetched again.
    budget: the most that the listing and all fetches of this source may spend together. sample, posts: what
    the audit will ask for, so that its cost is known before it starts.

    Its methods run an event loop of their own: call them from a thread that has none.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        store: PageStore | None = None,
        budget: Budget | None = None,
        sample: int = 1000,
        posts: int = 20,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.platform = connector.platform
        self._connector = connector
        self._store = store if store is not None else MemoryPages()
        self._meter = RequestMeter(budget or Budget())
        self._sample = sample
        self._posts = posts
        self._now = now

    def estimate(self, handle: str, *, sample: int | None = None, posts: int | None = None) -> Plan:
        """What an audit of `handle` takes from here on; asks for the account itself, nothing else.

        Raises UnknownAccount, NotAuthorised or SourceError.
        """
        return asyncio.run(
            self._estimate(
                handle, self._sample if sample is None else sample, self._posts if posts is None else posts
            )
        )

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The account and its frame, walked to the end of what the platform shows.

        Raises UnknownAccount, HiddenFollowers, NotAuthorised, BudgetError or SourceError.
        """
        return asyncio.run(self._listing(handle, progress))

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The followers at `places` (ascending), completed, each with up to `posts` newest posts.

        `at` is when the end of the list was fetched: a run that resumes after an interruption gives the same answer.
        """
        return asyncio.run(self._fetch(listing, places, posts, progress))

    async def _estimate(self, handle: str, sample: int, posts: int) -> Plan:
        name = self._connector.normal(handle)
        async with self._connector.connect(name, self._meter) as client:
            account = await self._account(client, name)
            return self._plan(client, account, sample, posts)

    def _plan(self, client: Client, account: AccountInfo, sample: int, posts: int) -> Plan:
        pages = stored_pages(self._store, account.ref, _list(account), now=self._now())
        return client.plan(account, stored_pages=pages, sample=sample, posts=posts)

    async def _account(self, client: Client, name: str) -> AccountInfo:
        ref = f"{self.platform}:{name}"
        page = self._store.get(ref, ["account"]).get("account")
        if page is not None and self._now() - page.at < FRESH:
            return msgspec.json.decode(page.body, type=AccountInfo)
        account = msgspec.structs.replace(await client.account(name), ref=ref)
        self._store.put(ref, {"account": msgspec.json.encode(account)}, self._now())
        return account

    async def _listing(self, handle: str, progress: Progressed) -> Listing:
        name = self._connector.normal(handle)
        requests, money = self._meter.requests, self._meter.money
        spending()
        async with self._connector.connect(name, self._meter) as client:
            account = await self._account(client, name)
            self._meter.budget.check(self._plan(client, account, self._sample, self._posts))
            gathered = FrameBuilder(account, client.order)
            step = partial(client.page, account)
            async for visited in walk(step, self._store, account.ref, _list(account), now=self._now):
                gathered.add(visited)
                progress(gathered.listed, account.followers_count, self._meter.requests)
        return gathered.listing(requests=self._meter.requests - requests, money=self._meter.money - money)

    async def _fetch(
        self, listing: Listing, places: Sequence[int], posts: int, progress: Progressed
    ) -> Fetched:
        requests, money = self._meter.requests, self._meter.money
        known = {place: listing.skipped[place] for place in places if place in listing.skipped}
        wanted = [place for place in places if place not in known]
        rows = listing.rows.take(pa.array(wanted, type=pa.int64())).combine_chunks()
        by_place = dict(zip(wanted, schema.to_followers(rows), strict=True))
        name = listing.account.ref.partition(":")[2]
        async with self._connector.connect(name, self._meter) as client:
            drawn = SampleFetch(client, listing.account, by_place, self._store, self._now)
            await drawn.complete()
            await drawn.deepen(posts, lambda done: progress(done, len(wanted), self._meter.requests))
        return Fetched(
            rows=schema.from_followers(drawn.reached.values()),
            places=np.array(list(drawn.reached), dtype=np.int64),
            skipped=dict(sorted({**known, **drawn.skipped}.items())),
            at=pc.max(listing.rows["observed_at"]).as_py(),
            requests=self._meter.requests - requests,
            money=self._meter.money - money,
        )


def _list(account: AccountInfo) -> str:
    """The name of the walk: by id, so that a handle given to another account starts a walk of its own."""
    return f"followers/{account.id}"
