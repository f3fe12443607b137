"""Dormant followers: genuine but silent. Dormant is not zombie."""

from __future__ import annotations

import math

from zombiescope.domain import Interval, Span

__all__ = ["dormant", "product"]


def product(one: Interval, other: Interval) -> Interval:
    """The interval of a product of two independent shares, by variance recovery (Zou & Donner 2008).

    Without a point in either, the products of the ends.
    """
    if one.estimate is None or other.estimate is None:
        return Interval(None, one.low * other.low, one.high * other.high)
    point = one.estimate * other.estimate
    down = math.hypot((one.estimate - one.low) * other.estimate, (other.estimate - other.low) * one.estimate)
    up = math.hypot((one.high - one.estimate) * other.estimate, (other.high - other.estimate) * one.estimate)
    return Interval(point, max(0.0, point - down), min(1.0, point + up))


def dormant(silent: Interval, zombies_among_them: Interval | Span) -> Interval:
    """The share of followers that are silent and genuine.

    silent: the share that is silent. zombies_among_them: the zombie share among the silent, a point with
    its interval or bounds alone.
    """
    point = zombies_among_them.estimate if isinstance(zombies_among_them, Interval) else None
    genuine = Interval(
        None if point is None else 1 - point, 1 - zombies_among_them.high, 1 - zombies_among_them.low
    )
    return product(silent, genuine)
