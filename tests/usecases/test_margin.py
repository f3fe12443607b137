"""What margin drawing can reach is said before anything is drawn."""

from __future__ import annotations

import re

from doubles import RuleDetector
from zombiescope.usecases.margin import margin_notice


def test_a_margin_out_of_reach_is_said_with_the_labels_that_reach_it() -> None:
    """The spread between vendors and studies does not shrink with the sample."""
    notice = margin_notice(0.001, RuleDetector(), "weibo")
    assert notice.startswith("--margin 0.001: drawing alone leaves about 0.")
    labels = re.search(r"about (\d+) labels of followers reach 0.001", notice)
    assert labels is not None
    assert int(labels[1]) > 100_000


def test_a_wide_margin_can_be_reached() -> None:
    """Where drawing suffices nothing else is advised."""
    assert "can be reached by drawing" in margin_notice(0.45, RuleDetector(), "weibo")
