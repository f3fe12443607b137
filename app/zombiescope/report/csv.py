"""The scored followers as CSV, one row each, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zombiescope.domain import Audit, FollowerScore
from zombiescope.records.formula_guard import cell
from zombiescope.report.view import SIMULATED

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["COLUMNS", "cell", "render"]

COLUMNS = ("platform", "id", "handle", "position", "score", "posterior", "created_at", "reasons")


def render(audit: Audit, rows: pa.Table | None) -> str:
    """The followers' table; a simulated one begins with a comment line that says so.

    rows: their records, in the same order; without them platform is the account's and created_at is empty.
    Raises ValueError when rows and followers differ in number.
    """
    followers = audit.followers or ()
    out = io.StringIO()
    if audit.simulated:
        out.write(f"# {SIMULATED}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    if rows is None:
        platform = "" if audit.account is None else audit.account.platform
        platforms, created = [platform] * len(followers), [None] * len(followers)
    else:
        platforms, created = rows.column("platform").to_pylist(), rows.column("created_at").to_pylist()
    for follower, where, when in zip(followers, platforms, created, strict=True):
        writer.writerow(_row(follower, where, when))
    return out.getvalue()


def _row(follower: FollowerScore, platform: str | None, created: datetime | None) -> list[str]:
    return [
        cell(platform or ""),
        cell(follower.id),
        cell(follower.handle or ""),
        str(follower.position),
        repr(follower.score),
        "" if follower.posterior is None else repr(follower.posterior),
        "" if created is None else created.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        cell("; ".join(reason.text for reason in follower.reasons or ())),
    ]
