"""A day, an hour and a minute in the units that times are counted in: microseconds, seconds, minutes."""

from __future__ import annotations

__all__ = ["DAY_MICROS", "DAY_MINUTES", "DAY_SECONDS", "HOUR_MICROS", "MINUTE_MICROS", "SECOND_MICROS"]

SECOND_MICROS = 1_000_000
MINUTE_MICROS = 60 * SECOND_MICROS
HOUR_MICROS = 60 * MINUTE_MICROS
DAY_MICROS = 24 * HOUR_MICROS
DAY_SECONDS = 86_400.0
DAY_MINUTES = 1_440
