"""What alone moves an answer is reported; what does not is not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from doubles import NOW, Floats, ListSource, RuleDetector
from zombiescope.features import INDEX
from zombiescope.storage import LabelRow
from zombiescope.usecases import audit, audit_store

AS_OF = datetime(2016, 12, 15, tzinfo=UTC)


class DatedDetector(RuleDetector):
    """Takes every account older than `oldest` (log2 of days) for genuine."""

    inputs: tuple[str, ...] = ("posts_count", "account_age")

    def __init__(self, oldest: float) -> None:
        """oldest: log2 of days."""
        super().__init__()
        self.oldest = oldest

    def score(self, matrix: Floats, ids: Sequence[str]) -> Floats:
        """As the rule, but for accounts too old."""
        return np.where(matrix[:, INDEX["account_age"]] > self.oldest, 0.01, super().score(matrix, ids))


def answer(detector: RuleDetector, **asked: Any) -> audit.AuditResult:
    """One audit of a made-up list of 300."""
    ticks = itertools.count()
    return audit.run(
        audit.AuditRequest(account="weibo:embassy", sample=200, **asked),
        ListSource(embassy=300),
        detector,
        audit_id="a",
        now=NOW,
        clock=lambda: float(next(ticks)),
    )


def test_the_block_that_decides_is_named() -> None:
    """Without post counts the rule sees nothing: the lower limit falls to 0, and the report says so."""
    measured = answer(RuleDetector()).audit
    assert measured.share is not None
    assert measured.share.low > 0.4
    assert measured.sensitivity is not None
    assert [one.what for one in measured.sensitivity] == ["without post counts"]
    assert measured.sensitivity[0].low == 0.0


def test_a_typed_date_that_decides_is_reported() -> None:
    """The same list a year earlier and later, where --as-of was given; a date that is known is not doubted."""
    known = answer(RuleDetector())
    oldest = float(np.nanmax(answer(RuleDetector(), as_of=AS_OF).features.column("account_age")))
    detector = DatedDetector(oldest + 1e-6)
    typed = answer(detector, as_of=AS_OF).audit
    assert "as of 15 December 2017" in [one.what for one in typed.sensitivity or ()]
    assert not any(one.what.startswith("as of") for one in known.audit.sensitivity or ())


def test_labels_leave_nothing_to_move() -> None:
    """What moves the defended interval is not printed beside one that comes from labels."""
    outcome = answer(RuleDetector())
    assert outcome.audit.sensitivity
    rows = [
        LabelRow(one.id, "zombie" if one.score > 0.5 else "genuine", "ann", NOW)
        for one in outcome.audit.followers or ()
    ]
    assert audit_store.estimated(audit_store.stored_audit_of(outcome), rows).audit.sensitivity == ()
