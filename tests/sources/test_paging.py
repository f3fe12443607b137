"""The durable walk: what is kept, what is asked for again, and how it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from zombiescope.domain import Follower, RejectedRow
from zombiescope.sources.paging import EMPTY, MemoryPages, Page, Visited, stored_pages, walk

START = datetime(2026, 1, 1, tzinfo=UTC)


class List:
    """A list of pages by cursor, that counts who asks, on a clock that moves with each page."""

    def __init__(self, pages: dict[str | None, Page], *, pause: timedelta = timedelta(minutes=1)) -> None:
        self.pages = pages
        self.pause = pause
        self.asked: list[str | None] = []
        self.time = START

    def now(self) -> datetime:
        return self.time

    async def step(self, cursor: str | None) -> Page:
        self.asked.append(cursor)
        self.time += self.pause
        return self.pages[cursor]


def follower(n: int) -> Follower:
    """The nth follower."""
    return Follower(platform="x", id=str(n), created_at=START)


def straight(pages: int) -> dict[str | None, Page]:
    """A list of so many pages of two."""
    return {
        None if n == 0 else f"c{n}": Page(
            rows=(follower(2 * n), follower(2 * n + 1)),
            next=f"c{n + 1}" if n + 1 < pages else None,
            notes=("a note",),
            skipped={1: "suspended"},
            refused=(RejectedRow(where="row 3 of a page", field="id", reason="absent"),),
        )
        for n in range(pages)
    }


def go(source: List, store: MemoryPages, *, stop: int | None = None) -> list[Visited]:
    """Walk, up to `stop` pages."""

    async def run() -> list[Visited]:
        pages_seen = []
        async for visited in walk(source.step, store, "x:a", "followers/1", now=source.now):
            pages_seen.append(visited)
            if len(pages_seen) == stop:
                break
        return pages_seen

    return asyncio.run(run())


def test_a_walk_goes_to_the_end_and_is_kept() -> None:
    """Every page once; a second walk asks for none and sees the same."""
    source, store = List(straight(4)), MemoryPages()
    first = go(source, store)
    assert [one.end for one in first] == [None, None, None, "end"]
    again = go(source, store)
    assert again == first
    assert source.asked == [None, "c1", "c2", "c3"]


def test_a_walk_cut_off_goes_on() -> None:
    """What was seen is not asked for again."""
    source, store = List(straight(5)), MemoryPages()
    go(source, store, stop=2)
    source.asked.clear()
    assert [row.id for one in go(source, store) for row in one.page.rows] == [str(n) for n in range(10)]
    assert source.asked == ["c2", "c3", "c4"]


def test_a_walk_is_as_fresh_as_its_newest_page() -> None:
    """A walk of days that was cut off an hour ago goes on; one that lay for a day begins anew."""
    source, store = List(straight(6), pause=timedelta(hours=20)), MemoryPages()
    go(source, store, stop=4)
    source.time += timedelta(hours=1)
    source.asked.clear()
    go(source, store)
    assert source.asked == ["c4", "c5"]
    source.time += timedelta(days=1)
    source.asked.clear()
    go(source, store, stop=1)
    assert source.asked == [None]
    # The pages of the older walk that are still there are none of this one.
    go(source, store)
    assert source.asked == [None, "c1", "c2", "c3", "c4", "c5"]


def test_a_page_lost_from_the_store_is_asked_for_again() -> None:
    """And so are those behind it, whose cursors hang on it."""
    source, store = List(straight(4)), MemoryPages()
    go(source, store)
    del store._kept["x:a", "followers/1/1"]
    source.asked.clear()
    go(source, store)
    assert source.asked == ["c1", "c2", "c3"]


def test_a_server_that_leads_in_a_circle_is_left() -> None:
    """A cursor that comes again ends the walk, and says so."""
    pages = {None: Page(rows=(follower(0),), next="a"), "a": Page(rows=(follower(1),), next="b")}
    pages["b"] = Page(rows=(follower(2),), next="a")
    source = List(pages)
    assert go(source, MemoryPages())[-1].end == "cursor repeated"
    assert source.asked == [None, "a", "b"]


def test_empty_pages_are_walked_past_but_not_for_ever() -> None:
    """A few pages without rows are no end; a long run of them is."""
    pages: dict[str | None, Page] = {None: Page(rows=(), next="0")}
    pages |= {str(n): Page(rows=(follower(n),) if n % 5 == 4 else (), next=str(n + 1)) for n in range(30)}
    pages |= {str(n): Page(rows=(), next=str(n + 1)) for n in range(30, 100)}
    pages_read = go(List(pages), MemoryPages())
    assert pages_read[-1].end == "empty pages"
    assert sum(len(one.page.rows) for one in pages_read) == 6
    assert not any(one.page.rows for one in pages_read[-EMPTY:])


@pytest.mark.parametrize("hours", [0, 23, 24, 48])
def test_kept_pages_are_counted_while_they_are_fresh(hours: int) -> None:
    """For the estimate: pages that need no request."""
    source, store = List(straight(3)), MemoryPages()
    go(source, store)
    now = source.time + timedelta(hours=hours)
    assert stored_pages(store, "x:a", "followers/1", now=now) == (3 if hours < 24 else 0)
    assert stored_pages(store, "x:b", "followers/1", now=now) == 0
