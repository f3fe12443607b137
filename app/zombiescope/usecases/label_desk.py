"""What a person needs to judge a follower, and how far the labels of an audit have come."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from zombiescope import formatting, share
from zombiescope.domain import Follower, FollowerScore, Labels
from zombiescope.errors import InputError
from zombiescope.records.schema import to_followers
from zombiescope.storage import LabelRow, StoredAudit
from zombiescope.usecases.audit_store import label_covariates, label_order
from zombiescope.usecases.label_queue import label_queue

__all__ = ["FollowerContext", "LabelDesk", "Neighbour"]

NEIGHBOURS = 4  # on each side, of those in the sample
LETTERS = 4  # at the beginning that alike handles share
ALIKE = 8  # of them that are shown


@dataclass(frozen=True)
class Neighbour:
    """A follower of the sample near another in the list. place: 1 is the list's first."""

    place: int
    created: datetime | None


@dataclass(frozen=True)
class FollowerContext:
    """Where a follower stands, beside its record. No score and nothing made of scores of it alone.

    before, after: the nearest in the sample, in the order of the list. run: the letter of the run that it stands in,
    and what the audit says of it. families: what the audit says of those that it is in. alike: handles of the sample
    that begin with the same letters, and how many there are.
    """

    place: int
    listed: int | None
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    run: tuple[str, str] | None
    families: tuple[str, ...]
    alike: tuple[str, ...]
    alike_count: int


class LabelDesk:
    """A stored audit as one person labels its sample."""

    def __init__(self, stored: StoredAudit, labels: Sequence[LabelRow], annotator: str) -> None:
        self._stored, self._labels, self._annotator = stored, labels, annotator
        self._ids: list[str] = stored.rows["id"].to_pylist()
        self._row_of = {who: row for row, who in enumerate(self._ids)}
        self._scores = stored.audit.followers or ()

    @property
    def mine(self) -> dict[str, LabelRow]:
        """This person's labels by follower, the oldest first."""
        return {one.follower: one for one in self._labels if one.annotator == self._annotator}

    @property
    def size(self) -> int:
        """How many followers the sample has."""
        return len(self._ids)

    def next(self) -> str | None:
        """The id of the follower to label next; None where this person has labelled all."""
        return next(iter(self.queue()), None)

    def queue(self) -> list[str]:
        """The ids of the followers that this person has not labelled, in the order in which to label them."""
        order = [self._ids[row] for row in label_order(self._stored)]
        return label_queue(order, self._labels, self._annotator)

    def last(self) -> LabelRow | None:
        """This person's newest label."""
        return max(self.mine.values(), key=lambda one: one.at, default=None)

    def follower(self, who: str) -> Follower:
        """A follower's record. Raises InputError for one that is not in the sample."""
        return next(iter(to_followers(self._stored.rows.slice(self._row(who), 1))))

    def score(self, who: str) -> FollowerScore:
        """What the detector says: to be shown once a person has answered."""
        return self._scores[self._row(who)]

    def progress(self) -> Labels:
        """The share as all labels so far give it, and what 20 more would."""
        labels = [
            share.LabelledFollower(self._row_of.get(one.follower), one.label, one.annotator)
            for one in self._labels
        ]
        enough = len(labels) >= share.LEAST_LABELS
        return share.label_progress(
            self._stored.scored,
            self._stored.templates,
            labels,
            covariates=label_covariates(self._stored) if enough else None,
        )

    def context(self, who: str) -> FollowerContext:
        """Where a follower stands."""
        row = self._row(who)
        audit, position = self._stored.audit, self._scores[row].position
        evidence = audit.evidence
        runs = () if evidence is None else evidence.blocks
        run = next(
            (
                (formatting.letter(i), block.text or "")
                for i, block in enumerate(runs)
                if block.from_ <= position <= block.to
            ),
            None,
        )
        families = () if evidence is None else evidence.families or ()
        by_place = np.argsort([one.position for one in self._scores], kind="stable")
        at = int(np.flatnonzero(by_place == row)[0])
        alike = self._alike(row)
        return FollowerContext(
            place=position + 1,
            listed=None if audit.frame is None else audit.frame.listed,
            before=self._neighbours(by_place[max(0, at - NEIGHBOURS) : at].tolist()),
            after=self._neighbours(by_place[at + 1 : at + 1 + NEIGHBOURS].tolist()),
            run=run,
            families=tuple(one.text or "" for one in families if position in one.places),
            alike=tuple(alike[:ALIKE]),
            alike_count=len(alike),
        )

    def _row(self, who: str) -> int:
        if who not in self._row_of:
            raise InputError(
                f"{who[:80]!r} is no follower of this audit's sample", "Go on from the audit's page."
            )
        return self._row_of[who]

    def _neighbours(self, rows: Sequence[int]) -> tuple[Neighbour, ...]:
        created = self._stored.rows["created_at"]
        return tuple(Neighbour(self._scores[row].position + 1, created[row].as_py()) for row in rows)

    def _alike(self, row: int) -> list[str]:
        handles = self._stored.rows["handle"].to_pylist()
        own = _folded(handles[row])
        if len(own) < LETTERS:
            return []
        start = own[:LETTERS]
        return sorted(
            handle
            for other, handle in enumerate(handles)
            if other != row and _folded(handle).startswith(start)
        )


def _folded(handle: str | None) -> str:
    return unicodedata.normalize("NFKC", handle or "").casefold()
