"""The growth curve of a watched account: one point each time it was audited. No I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zombiescope.domain.follower import learn
from zombiescope.domain.share import Interval

__all__ = ["Alert", "Point"]

Alert = Literal["rose", "fell", "delivery"]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a watch: a point of the account's growth curve, and what changed since the one before.

    declared, listed: followers that the platform says and shows. share: zombies among those reached. change: the
    later share less the earlier, `change_low` to `change_high` its interval by itself. alerts: `rose` or `fell` where
    the change lies beyond an interval that is wide enough for all comparisons of this watch together; `delivery` where
    a delivery is seen that was not there before. reason: why there is no audit, no share or no comparison.
    """

    number: int
    at: datetime
    audit: str | None
    status: str
    as_of: datetime | None = None
    declared: int | None = None
    listed: int | None = None
    share: Interval | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    alerts: tuple[Alert, ...] = ()
    reason: str | None = None


learn(Point)
