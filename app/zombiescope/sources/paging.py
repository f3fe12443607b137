"""Paging through a list: each page is stored as it arrives, and an interrupted run resumes where it stopped.

A step takes a cursor and gives a page: rows and the next cursor, nothing else, so that a job engine can wrap
it unchanged. Cursors are opaque, and only a missing one ends the list: short and empty pages do not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from zombiescope.domain import Follower, Order, RejectedRow, learn

__all__ = [
    "FRESH",
    "MemoryPages",
    "Page",
    "PageStore",
    "Step",
    "StoredPage",
    "Visited",
    "stored_pages",
    "walk",
]

FRESH = timedelta(days=1)  # pages younger than this are not fetched again
EMPTY = 20  # so many empty pages on end, each with a cursor, are no list that comes to an end


@dataclass(frozen=True)
class StoredPage:
    """The stored result of one step, and when it was fetched (aware UTC)."""

    body: bytes
    at: datetime


class PageStore(Protocol):
    """Stores what was fetched, by account (`bluesky:example.org`) and step (`posts/did:plc:abc`).

    Calls come from any thread. A later `put` of the same step replaces the earlier one.
    """

    def get(self, account: str, steps: Sequence[str]) -> Mapping[str, StoredPage]:
        """Those of `steps` that are stored."""
        ...

    def put(self, account: str, pages: Mapping[str, bytes], at: datetime) -> None:
        """Store pages by step, all of them or none; durable once it returns."""
        ...


class MemoryPages:
    """A PageStore that forgets with the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], StoredPage] = {}

    def get(self, account: str, steps: Sequence[str]) -> Mapping[str, StoredPage]:
        """Those of `steps` that are stored."""
        return {step: self._kept[account, step] for step in steps if (account, step) in self._kept}

    def put(self, account: str, pages: Mapping[str, bytes], at: datetime) -> None:
        """Store pages by step."""
        self._kept.update({(account, step): StoredPage(body, at) for step, body in pages.items()})


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a follower list. `next` None: the list ends here.

    notes: warnings for the report. skipped: rows that the list marks as unavailable, with the reason.
    refused: rejected rows. window: the platform shows only a part of the list.
    order: which end comes first, where only the page shows it.
    """

    rows: tuple[Follower, ...]
    next: str | None = None
    notes: tuple[str, ...] = ()
    skipped: dict[int, str] = {}
    refused: tuple[RejectedRow, ...] = ()
    window: bool = False
    order: Order | None = None


Step = Callable[[str | None], Awaitable[Page]]


@dataclass(frozen=True)
class Visited:
    """One page of the list, and when it was fetched; `end` is why paging ends here, where it does."""

    page: Page
    at: datetime
    end: str | None


class _Head(msgspec.Struct, frozen=True):
    """The number of stored pages; written with each page, so its date is that of the newest."""

    pages: int


learn(Page, _Head)


def stored_pages(
    store: PageStore, account: str, name: str, *, now: datetime, fresh: timedelta = FRESH
) -> int:
    """The number of stored pages of the list `name`, 0 where its newest page is older than `fresh`."""
    head = store.get(account, [name]).get(name)
    if head is None or now - head.at >= fresh:
        return 0
    return msgspec.json.decode(head.body, type=_Head).pages


async def walk(
    step: Step,
    store: PageStore,
    account: str,
    name: str,
    *,
    now: Callable[[], datetime],
    fresh: timedelta = FRESH,
) -> AsyncIterator[Visited]:
    """The pages of `account`'s list `name`: first the stored ones, then those `step` gives, each stored before it is
    seen.

    Stored pages are used where the newest is younger than `fresh`. `end` of the last page is "end" where
    the list ended, "cursor repeated" where a server led in a circle, "empty pages" where it went on without
    rows.
    """
    stored_count = stored_pages(store, account, name, now=now(), fresh=fresh)
    cursor: str | None = None
    visited: set[str] = set()
    empty = 0
    number = 0
    while True:
        key = f"{name}/{number}"
        stored_page = store.get(account, [key]).get(key) if number < stored_count else None
        if stored_page is not None:
            page, at = msgspec.json.decode(stored_page.body, type=Page), stored_page.at
        else:
            stored_count = number  # a page lost from the middle of a store makes those behind it useless
            page, at = await step(cursor), now()
            body = msgspec.json.encode(page)
            store.put(account, {key: body, name: msgspec.json.encode(_Head(number + 1))}, at)
        number += 1
        empty = 0 if page.rows else empty + 1
        end = None
        if page.next is None:
            end = "end"
        elif page.next in visited:
            end = "cursor repeated"
        elif empty >= EMPTY:
            end = "empty pages"
        yield Visited(page, at, end)
        if end is not None or page.next is None:
            return
        cursor = page.next
        visited.add(cursor)
