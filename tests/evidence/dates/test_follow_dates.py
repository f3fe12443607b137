"""Bounds on follow dates: nobody follows before being created, and the order of the list carries that on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.evidence.dates.follow_dates import NEVER, follow_dates

DAY = 86_400_000_000


def days(*values: float) -> np.ndarray:
    return np.array([v * DAY for v in values], dtype=np.int64)


def test_the_running_maximum_of_creation_dates_is_the_lower_bound() -> None:
    """Whoever stands behind a new account followed after that account was created."""
    dates = follow_dates(days(5, 2, 9, 1), days(0, 0, 0, 0), np.zeros(4, dtype=bool), as_of=20 * DAY)
    assert dates.earliest.tolist() == days(5, 5, 9, 9).tolist()
    assert dates.latest.tolist() == days(20, 20, 20, 20).tolist()


def test_unknown_creation_dates_bound_nothing() -> None:
    """Before the first known date nothing is known."""
    created = np.array([NEVER, 3 * DAY, NEVER], dtype=np.int64)
    dates = follow_dates(created, days(0, 0, 0), np.zeros(3, dtype=bool), as_of=9 * DAY)
    assert dates.earliest.tolist() == [NEVER, 3 * DAY, 3 * DAY]


def test_told_dates_bound_their_neighbours_and_forged_ones_do_not() -> None:
    """A told date holds for the places around it; one against the order, or before its account, is counted out."""
    created = days(1, 1, 1, 1, 8)
    stated = days(3, 99, 5, 4.5, 2)
    dates = follow_dates(created, stated, np.ones(5, dtype=bool), as_of=10 * DAY)
    assert dates.exact == 2
    assert dates.contradicted == 3
    assert dates.earliest[0] == 3 * DAY == dates.latest[0]
    assert dates.latest[1] <= 5 * DAY
    assert dates.earliest[4] == 8 * DAY


@given(st.data())
def test_true_follow_dates_lie_within_the_bounds(data: st.DataObject) -> None:
    """Whatever is told of them, as long as it is true."""
    count = data.draw(st.integers(1, 30))
    followed = np.sort(np.array(data.draw(st.lists(st.integers(0, 10**6), min_size=count, max_size=count))))
    ages = np.array(data.draw(st.lists(st.integers(0, 10**6), min_size=count, max_size=count)))
    known = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    dates = follow_dates(followed - ages, followed, known, as_of=10**6)
    assert (dates.earliest <= followed).all()
    assert (followed <= dates.latest).all()
    assert dates.exact == known.sum()
    assert dates.contradicted == 0
