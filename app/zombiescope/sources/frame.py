"""The frame of a live list, gathered page by page: each follower once, in the order shown."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from zombiescope import records
from zombiescope.domain import AccountInfo, Follower, Frame, Order, Refused
from zombiescope.errors import HiddenFollowers
from zombiescope.sources.base import Listing
from zombiescope.sources.walk import Visited

__all__ = ["Gathered"]

_CUT = {
    "cursor repeated": "the server led in a circle, so the list may go on where it was left",
    "empty pages": "the server went on with pages without followers, so the list may go on",
}


class Gathered:
    """What a walk has listed so far. Rows are held as Arrow tables, a page each."""

    def __init__(self, account: AccountInfo, order: Order) -> None:
        self._account = account
        self._order = order
        self._pages: list[pa.Table] = []
        self._seen: set[str] = set()
        self._skipped: dict[int, str] = {}
        self._refused: list[Refused] = []
        self._notes: dict[str, None] = {}
        self._twice = 0
        self._complete = True
        self.listed = 0

    def add(self, visited: Visited) -> None:
        """Take one page in; a follower that was on an earlier one is counted once."""
        page = visited.page
        rows: list[Follower] = []
        for index, row in enumerate(page.rows):
            if row.id in self._seen:
                self._twice += 1
                continue
            self._seen.add(row.id)
            if index in page.skipped:
                self._skipped[self.listed + len(rows)] = page.skipped[index]
            rows.append(row)
        if rows:
            table = records.from_followers(rows)
            places = pa.array(np.arange(self.listed, self.listed + len(rows)), type=pa.int64())
            for name, column in (("position", places), ("observed_at", records.times(visited.at, len(rows)))):
                at = records.SCHEMA.get_field_index(name)
                table = table.set_column(at, records.SCHEMA.field(at), column)
            self._pages.append(table)
            self.listed += len(rows)
        self._refused.extend(page.refused)
        self._notes.update(dict.fromkeys(page.notes))
        self._order = page.order or self._order
        if page.window or visited.end in _CUT:
            self._complete = False
        if visited.end in _CUT:
            self._notes[_CUT[visited.end]] = None

    def listing(self, *, requests: int, money: float) -> Listing:
        """The whole. Raises HiddenFollowers where there should be followers and none is shown."""
        declared = self._account.followers_count
        if not self.listed and declared:
            raise HiddenFollowers(
                f"{self._account.ref} has {declared:,} followers but shows none of them",
                "The account hides its list; nothing can be drawn from it.",
            )
        notes = list(self._notes)
        if self._twice:
            notes.append(f"{self._twice:,} rows of the list repeat a follower; each follower is counted once")
        return Listing(
            account=self._account,
            frame=Frame(
                declared=declared,
                listed=self.listed,
                complete=self._complete,
                order=self._order,
                warnings=tuple(notes),
            ),
            rows=pa.concat_tables(self._pages).combine_chunks() if self._pages else records.empty(),
            skipped=self._skipped,
            refused=tuple(self._refused),
            requests=requests,
            money=money,
        )
