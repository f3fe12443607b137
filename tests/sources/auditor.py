"""A process that lists and samples a Bluesky account of a fake, keeping its pages in SQLite, to be killed."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from zombiescope import sampling
from zombiescope.records import schema
from zombiescope.sources import bluesky
from zombiescope.sources.budget import Budget
from zombiescope.sources.live import LiveSource
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.storage import opened, sqlite_url


def main(url: str, database: str, sample: int) -> None:
    """Print the sample's ids, and a digest of all that was fetched of it."""
    store = opened(sqlite_url(Path(database)))
    connector = bluesky.connector(appview=url, guard=SsrfGuard(private=True))
    source = LiveSource(connector, store=store.pages, budget=Budget(), sample=sample, posts=5)
    listing = source.listing("fan0.test")
    places = sampling.draw(listing.frame.listed, sample, np.random.default_rng(7)).tolist()
    fetched = source.fetch(listing, places, posts=5)
    rows = fetched.rows.drop_columns(["observed_at"]).to_pylist()
    digest = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
    ids = fetched.rows["id"].to_pylist()
    sys.stdout.write(
        json.dumps(
            {"ids": ids, "digest": digest, "skipped": len(fetched.skipped), "listed": listing.frame.listed}
        )
    )
    assert fetched.rows.schema == schema.SCHEMA
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
