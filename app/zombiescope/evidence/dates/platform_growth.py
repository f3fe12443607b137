"""How whole platforms grew, as was published: registrations by period, and days of unusually many (docs/evidence.md).

Platforms that are not here have no figures of registrations by date that could be found; users who were active in a
month, which companies report, are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zombiescope.domain import Wave

__all__ = ["PERIODS", "WAVES", "Period"]

MILLION = 1_000_000


@dataclass(frozen=True)
class Period:
    """Accounts registered on a platform from `first` to `last` (days, both in)."""

    first: date
    last: date
    accounts: int
    source: str


PERIODS: dict[str, tuple[Period, ...]] = {
    "weibo": (
        Period(
            date(2009, 8, 14), date(2011, 9, 30), 227 * MILLION, "Sina, results for the third quarter of 2011"
        ),
        Period(date(2011, 10, 1), date(2012, 2, 29), 73 * MILLION, "Sina, statistics of May 2012"),
        Period(
            date(2012, 3, 1), date(2012, 6, 30), 68 * MILLION, "Sina, results for the second quarter of 2012"
        ),
        Period(date(2012, 7, 1), date(2012, 12, 31), 132 * MILLION, "Sina, figures for the year 2012"),
    ),
    "bluesky": (
        Period(date(2022, 11, 16), date(2023, 9, 12), MILLION, "Bluesky, 12 September 2023"),
        Period(date(2023, 9, 13), date(2023, 11, 16), MILLION, "Bluesky, 16 November 2023"),
        Period(date(2023, 11, 17), date(2024, 2, 5), MILLION, "Bluesky, 6 February 2024"),
        Period(date(2024, 2, 6), date(2024, 2, 7), MILLION, "Bluesky, 7 February 2024"),
        Period(date(2024, 2, 8), date(2024, 8, 27), 2_400_000, "Bluesky, 2 September 2024"),
        Period(date(2024, 8, 28), date(2024, 9, 6), 2_600_000, "Bluesky, 6 September 2024"),
        Period(date(2024, 9, 7), date(2024, 9, 15), MILLION, "Bluesky, 15 September 2024"),
        Period(date(2024, 9, 16), date(2024, 10, 31), 3 * MILLION, "Bluesky, by AP of 16 November 2024"),
        Period(date(2024, 11, 1), date(2024, 11, 13), 2 * MILLION, "Bluesky, 13 November 2024"),
        Period(date(2024, 11, 14), date(2024, 11, 20), 5 * MILLION, "Bluesky, 20 November 2024"),
        Period(
            date(2024, 11, 21),
            date(2024, 12, 3),
            4 * MILLION,
            "public counters, by Tech Times of 4 December 2024",
        ),
        Period(date(2024, 12, 4), date(2025, 1, 28), 6 * MILLION, "Bluesky, 29 January 2025"),
    ),
}

# times: registrations a day from `first` to `last` over those of the period before.
WAVES: dict[str, tuple[Wave, ...]] = {
    "bluesky": (
        Wave(
            what="Bluesky opened to everybody on 6 February 2024; a million people registered within about a day",
            first=date(2024, 2, 6),
            last=date(2024, 2, 12),
            times=11.5,
            source="Bluesky, 7 February 2024",
        ),
        Wave(
            what="Brazil suspended X on 30 August 2024, and 2.6 million people registered on Bluesky within a week",
            first=date(2024, 8, 28),
            last=date(2024, 9, 8),
            times=22.0,
            source="Bluesky, 6 September 2024",
        ),
        Wave(
            what="About 10 million people registered on Bluesky in the four weeks after the election in the United "
            "States of 5 November 2024",
            first=date(2024, 11, 6),
            last=date(2024, 12, 3),
            times=5.5,
            source="Bluesky, 20 November 2024, and public counters, by Tech Times of 4 December 2024",
        ),
    ),
    "mastodon": (
        Wave(
            what="After Twitter changed hands on 27 October 2022, about 1.8 million accounts were added on Mastodon "
            "within six weeks",
            first=date(2022, 10, 27),
            last=date(2022, 12, 4),
            times=27.0,
            source="E. Rochko, 7 November 2022; TechCrunch, 7 November 2022; H. Bastian, PLOS, 5 December 2022",
        ),
    ),
}
