"""Whom each person labels next: thirty in common, the others new, and all of it a random draw."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from zombiescope.share.annotators import OVERLAP
from zombiescope.storage import LabelRow
from zombiescope.usecases.label_queue import label_queue, unlabelled_before_last

ORDER = [str(i) for i in range(120)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def row(follower: str, annotator: str) -> LabelRow:
    return LabelRow(follower, "zombie", annotator, NOW)


def test_the_first_person_goes_along_the_order() -> None:
    """Nobody else labelled, so nobody is shared."""
    labels = [row(who, "ann") for who in ORDER[:5]]
    assert label_queue(ORDER, labels, "ann") == ORDER[5:]


def test_the_second_person_begins_with_thirty_of_the_first_ones() -> None:
    """Then come those that nobody labelled, and last the others' remaining ones."""
    labels = [row(who, "ann") for who in ORDER[:50]]
    queue = label_queue(ORDER, labels, "bob")
    assert queue == [*ORDER[:30], *ORDER[50:], *ORDER[30:50]]


@given(st.lists(st.sampled_from("abc"), max_size=150))
def test_whoever_labels_when_all_labels_are_the_first_of_the_order(turns: list[str]) -> None:
    """Any turns of three people: nobody is left out, nobody is asked twice, overlaps come to thirty."""
    labels: list[LabelRow] = []
    for who in turns:
        queue = label_queue(ORDER, labels, who)
        if queue:
            labels.append(row(queue[0], who))
    assert unlabelled_before_last(ORDER, {one.follower for one in labels}) == 0
    assert len({(one.follower, one.annotator) for one in labels}) == len(labels)
    new = len(ORDER) - len({one.follower for one in labels})
    for who in set(turns):
        mine = {one.follower for one in labels if one.annotator == who}
        shared = mine & {one.follower for one in labels if one.annotator != who}
        assert new == 0 or len(shared) <= 2 * OVERLAP


def test_a_gap_is_counted() -> None:
    """Two of the first five have no label."""
    assert unlabelled_before_last(ORDER, {"0", "2", "4"}) == 2
    assert unlabelled_before_last(ORDER, set()) == 0
