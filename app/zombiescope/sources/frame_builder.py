"""The frame of a live list, gathered page by page: each follower once, in the order shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import AccountInfo, Frame, Order, RejectedRow
from zombiescope.errors import HiddenFollowers
from zombiescope.records import schema
from zombiescope.sources.base import Listing
from zombiescope.sources.paging import Visited

__all__ = ["FrameBuilder"]

_CUT = {
    "cursor repeated": "the server led in a circle, so the list may go on where it was left",
    "empty pages": "the server went on with pages without followers, so the list may go on",
}


_BLOCK = 64  # pages that are laid together: hundreds of small tables take twice their rows' memory


class FrameBuilder:
    """The followers listed so far, as Arrow tables."""

    def __init__(self, account: AccountInfo, order: Order) -> None:
        self._account = account
        self._order = order
        self._blocks: list[pa.Table] = []
        self._pages: list[pa.Table] = []
        self._skipped: dict[int, str] = {}
        self._refused: list[RejectedRow] = []
        self._notes: dict[str, None] = {}
        self._complete = True
        self.listed = 0

    def add(self, visited: Visited) -> None:
        """Take one page in."""
        page = visited.page
        if page.rows:
            table = schema.from_followers(page.rows)
            fetched = schema.times(visited.at, len(page.rows))
            self._pages.append(_with(table, "observed_at", fetched))
            if len(self._pages) == _BLOCK:
                self._blocks.append(pa.concat_tables(self._pages).combine_chunks())
                self._pages.clear()
            self._skipped.update({self.listed + index: reason for index, reason in page.skipped.items()})
            self.listed += len(page.rows)
        self._refused.extend(page.refused)
        self._notes.update(dict.fromkeys(page.notes))
        self._order = page.order or self._order
        if page.window or visited.end in _CUT:
            self._complete = False
        if visited.end in _CUT:
            self._notes[_CUT[visited.end]] = None

    def listing(self, *, requests: int, money: float) -> Listing:
        """The whole, each follower once, at its first place.

        Raises HiddenFollowers where there should be followers and none is shown.
        """
        declared = self._account.followers_count
        if not self.listed and declared:
            raise HiddenFollowers(
                f"{self._account.ref} has {declared:,} followers but shows none of them",
                "The account hides its list; nothing can be drawn from it.",
            )
        rows = pa.concat_tables([schema.empty(), *self._blocks, *self._pages]).combine_chunks()
        self._blocks.clear()
        self._pages.clear()
        first = _first_places(rows["id"])
        notes = list(self._notes)
        skipped = self._skipped
        if len(first) < rows.num_rows:
            twice = rows.num_rows - len(first)
            notes.append(f"{twice:,} rows of the list repeat a follower; each follower is counted once")
            rows = rows.take(pa.array(first)).combine_chunks()
            place = {old: new for new, old in enumerate(first.tolist())}
            skipped = {place[old]: reason for old, reason in skipped.items() if old in place}
        places = pa.array(np.arange(rows.num_rows), type=pa.int64())
        return Listing(
            account=self._account,
            frame=Frame(
                declared=declared,
                listed=rows.num_rows,
                complete=self._complete,
                order=self._order,
                warnings=tuple(notes),
            ),
            rows=_with(rows, "position", places),
            skipped=skipped,
            refused=tuple(self._refused),
            requests=requests,
            money=money,
        )


def _first_places(ids: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """The first position of each id, ascending."""
    places = np.arange(len(ids))
    if pc.count_distinct(ids).as_py() == len(ids):
        return places
    table = pa.table({"id": ids, "place": places}).group_by("id").aggregate([("place", "min")])
    return np.sort(np.asarray(table["place_min"]))


def _with(rows: pa.Table, name: str, column: pa.Array) -> pa.Table:
    at = schema.SCHEMA.get_field_index(name)
    return rows.set_column(at, schema.SCHEMA.field(at), column)
