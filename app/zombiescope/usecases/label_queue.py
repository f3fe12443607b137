"""Whom a person labels next: a random draw, of which two people share thirty followers."""

from __future__ import annotations

from collections.abc import Sequence

from zombiescope.domain import Follower
from zombiescope.records.schema import to_followers
from zombiescope.share.annotators import OVERLAP
from zombiescope.storage import LabelRow, StoredAudit
from zombiescope.usecases.audit_store import label_order

__all__ = ["followers_to_label", "label_queue", "unlabelled_before_last"]


def followers_to_label(stored: StoredAudit) -> list[Follower]:
    """The sample's followers in the order to label them: any first k are a random draw."""
    return list(to_followers(stored.rows.take(label_order(stored))))


def label_queue(order: Sequence[str], labels: Sequence[LabelRow], annotator: str) -> list[str]:
    """Ids that this person has not labelled, in the order to label them.

    order: ids as `followers_to_label` has them. While a person has fewer than 30 followers in common with others, those
    come first that somebody else labelled; then those that nobody did. So all labels together stay a random draw: whom
    they are of depends on the order and on how many were labelled, not on what was said.
    """
    mine = {one.follower for one in labels if one.annotator == annotator}
    others = {one.follower for one in labels if one.annotator != annotator}
    shared = [who for who in order if who in others and who not in mine]
    first = shared[: max(0, OVERLAP - len(mine & others))]
    new = [who for who in order if who not in mine and who not in others]
    return [*first, *new, *shared[len(first) :]]


def unlabelled_before_last(order: Sequence[str], labelled: set[str]) -> int:
    """How many followers without any label stand before the last one labelled: a draw that is no longer random."""
    places = [place for place, who in enumerate(order) if who in labelled]
    return places[-1] + 1 - len(places) if places else 0
