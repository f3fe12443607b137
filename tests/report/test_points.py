"""The points of the follow-order picture."""

from __future__ import annotations

import msgspec
import pytest

from report.audits import full, rows, scored
from zombiescope.domain import Frame
from zombiescope.report import view


def test_the_picture_runs_from_the_oldest_follower() -> None:
    """A newest-first list is turned round, blocks with it; followers without a date are counted."""
    audit = full(followers=scored(40))
    newest = view(audit, rows(audit, undated=3)).picture
    assert newest is not None
    assert newest.x[0] == 1_000 - (audit.followers or ())[3].position
    assert (newest.bands[0].letter, newest.bands[0].start, newest.bands[0].stop) == ("A", 500.5, 700.5)
    assert newest.caption.endswith("Not drawn: 3 followers whose creation date is not known.")
    unknown = msgspec.structs.replace(
        audit.frame or Frame(declared=None, listed=0, complete=True, order="unknown"), order="unknown"
    )
    as_listed = view(full(followers=scored(40), frame=unknown), rows(audit)).picture
    assert as_listed is not None
    assert as_listed.x[0] == 1
    assert (as_listed.bands[0].start, as_listed.bands[0].stop) == (300.5, 500.5)
    assert "in an order that is unknown" in as_listed.caption


def test_a_picture_needs_dates_and_as_many_records_as_followers() -> None:
    """Without records or dates there is no picture; records of other followers are refused."""
    audit = full()
    assert view(audit).picture is None
    assert view(audit, rows(audit, undated=60)).picture is None
    with pytest.raises(ValueError, match="3 records for 60 scored followers"):
        view(audit, rows(audit).slice(0, 3))


def test_more_than_10000_points_are_thinned_evenly() -> None:
    """10,000 points are drawn of a larger sample, over the whole list, and the caption says so."""
    audit = full(followers=scored(12_000, listed=120_000), frame=None)
    picture = view(audit, rows(audit)).picture
    assert picture is not None
    assert len(picture.x) == 10_000
    assert picture.x.max() - picture.x.min() > 118_000
    assert "10,000 of 12,000 are drawn" in picture.caption
