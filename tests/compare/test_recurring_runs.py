"""Recurring runs: golden cases on both sides of what makes two runs one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zombiescope.compare.recurring_runs import recurring
from zombiescope.domain import Audit, Block, Evidence

FIRST = datetime(2016, 3, 1, tzinfo=UTC)


def audit(*, created: int = 0, days: int = 9, followed: int = 0) -> Audit:
    """An audit with one run, created from `created` days on and followed `followed` days after March 2016."""
    start = FIRST + timedelta(days=created)
    block = Block(
        from_=0,
        to=100,
        followers=100,
        created_from=start,
        created_to=start + timedelta(days=days),
        followed_from=FIRST + timedelta(days=100 + followed),
        share=None,
        p_value=0.001,
    )
    return Audit(id="a", status="done", created_at=FIRST, evidence=Evidence(blocks=(block,), basis="list"))


@pytest.mark.parametrize(("followed", "same"), [(0, True), (45, True), (46, False), (-46, False)])
def test_the_bound_of_follow_dates_moves_by_45_days_at_most(followed: int, same: bool) -> None:
    """Further apart they are two runs of the same creation dates."""
    assert len(recurring(audit(), audit(followed=followed))) == same


@pytest.mark.parametrize(("created", "same"), [(0, True), (3, True), (4, False), (20, False)])
def test_half_of_both_bands_of_creation_dates(created: int, same: bool) -> None:
    """Ten days each: moved by three they share 7 of 13, by four 6 of 14."""
    assert len(recurring(audit(), audit(created=created))) == same
