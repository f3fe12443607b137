"""Whether so many rows are rejected that what is left is another list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError

__all__ = ["check", "counted"]

_MOST = 0.02  # of the rows: above it the rejected rows may be a kind of account of their own
_FEWEST = 5
_REPEATED = "is there twice"


def counted(rejected: Sequence[RejectedRow]) -> list[tuple[str, int]]:
    """The rejected rows by field and reason, without the values, the commonest first."""
    return Counter(_kind(row) for row in rejected).most_common()


def check(rejected: Sequence[RejectedRow], rows: int, *, name: str) -> None:
    """Raise InputError where more than 2% of `rows` rows (and at least five) are rejected. A repeated account is no
    rejected follower."""
    lost = [row for row in rejected if _REPEATED not in row.reason]
    if len(lost) < _FEWEST or len(lost) <= _MOST * rows:
        return
    reason, count = counted(lost)[0]
    first = next(row for row in lost if _kind(row) == reason)
    raise InputError(
        f"{name}: {len(lost)} of {rows} rows are rejected, {count} of them because {reason} "
        f"({first.where}: {first.reason})",
        "Rejected rows may be a kind of account of their own: correct the file, or read it otherwise (--map, "
        "--decimal, --date-order, --encoding); --accept-rejected goes on without them.",
    )


def _kind(row: RejectedRow) -> str:
    """The field and the reason without the cell's value."""
    reason = row.reason
    if reason[:1] in "'\"" and (end := reason.rfind(reason[0])) > 0:
        reason = reason[end + 1 :].strip()
    return f"{row.field} {reason}" if row.field else f"the row {reason}"
