"""The shipped simulated lists as accounts: `sample:NAME`."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zombiescope.domain import AccountInfo, Frame
from zombiescope.errors import InputError, UnknownAccount
from zombiescope.records.timelines import newest
from zombiescope.sources.base import Fetched, Listing, Progressed, silent
from zombiescope.sources.sample import compact
from zombiescope.sources.sample.truth import Truth, truth_of

__all__ = ["SampleSource"]


class SampleSource:
    """The simulated lists in `folder` (data/sample of the checkout, or the package's own copy).

    A list shows profiles; posts are fetched. Who is suspended or deleted is in the list by id alone, as on a
    platform, and is found out by fetching.
    """

    platform = "sample"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """The accounts there are."""
        return tuple(account["name"] for account in self._accounts())

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The simulated account `handle` and its list, newest follower first.

        Raises UnknownAccount, naming those there are, and InputError where the sample's files are missing.
        """
        account = self._account(handle)
        rows = compact.profiles(self._table(f"{handle}.parquet", compact.PROFILE.names), self._sentences())
        progress(rows.num_rows, rows.num_rows, 0)
        return Listing(
            account=AccountInfo(
                ref=f"sample:{handle}",
                platform=account["platform"],
                id=handle,
                handle=handle,
                display_name=account["display_name"],
                followers_count=account["declared"],
                created_at=datetime.fromisoformat(account["created_at"]),
            ),
            frame=Frame(
                declared=account["declared"], listed=rows.num_rows, complete=True, order=account["order"]
            ),
            rows=rows,
            simulated=True,
        )

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The followers at `places` (ascending), each with up to `posts` newest posts of those in the sample."""
        name = listing.account.ref.removeprefix("sample:")
        reasons = self._unreachable(name)
        ids = listing.rows["id"]
        skipped = {place: reasons[i] for place in places if (i := ids[place].as_py()) in reasons}
        reached = np.array([place for place in places if place not in skipped], dtype=np.int64)
        if posts:
            table = self._table(f"{name}.parquet", compact.SCHEMA.names).take(pa.array(reached))
            rows = compact.followers(table, self._sentences()).combine_chunks()
            column = rows.schema.get_field_index("recent_posts")
            rows = rows.set_column(column, rows.schema.field(column), newest(rows["recent_posts"], posts))
        else:
            rows = listing.rows.take(pa.array(reached)).combine_chunks()
        progress(len(places), len(places), 0)
        return Fetched(rows=rows, places=reached, skipped=skipped)

    def truth(self, handle: str) -> Truth:
        """What is known of the list. For the demo and tests: nothing of an audit reads it."""
        self._account(handle)
        return truth_of(self._table(f"truth/{handle}.parquet", ["id", "truth", "kind", "reached"]))

    def _account(self, handle: str) -> dict[str, Any]:
        for account in self._accounts():
            if account["name"] == handle:
                return account
        known = ", ".join(f"sample:{name}" for name in self.names())
        raise UnknownAccount(f"there is no simulated account {handle!r}", f"There are: {known}.")

    def _accounts(self) -> list[dict[str, Any]]:
        with self._open("accounts.json") as file:
            accounts: list[dict[str, Any]] = json.load(file)
        return accounts

    def _unreachable(self, name: str) -> dict[str, str]:
        with self._open("unreachable.csv") as file:
            return {row["id"]: row["reason"] for row in csv.DictReader(file) if row["account"] == name}

    def _sentences(self) -> pa.Array:
        return self._table("sentences.parquet", ["text"])["text"].combine_chunks()

    def _table(self, file: str, columns: Sequence[str]) -> pa.Table:
        path = self._folder / file
        if not path.is_file():
            raise self._missing(file)
        return pq.read_table(path, columns=list(columns))

    def _open(self, file: str) -> Any:
        try:
            return (self._folder / file).open(encoding="utf-8", newline="")
        except FileNotFoundError:
            raise self._missing(file) from None

    def _missing(self, file: str) -> InputError:
        return InputError(
            f"the simulated sample has no file {file} in {self._folder}",
            "Install the package again, or run `make sample` in a checkout.",
        )
