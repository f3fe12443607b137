"""Which margin drawing followers can reach, known before any is drawn."""

from __future__ import annotations

import numpy as np

from zombiescope import share
from zombiescope.detector import Detector
from zombiescope.usecases.scored_sample import reference_at

__all__ = ["margin_notice"]

SHARES = (0.1, 0.5)  # of zombies, that the notice speaks of


def margin_notice(margin: float, detector: Detector, platform: str) -> str:
    """What margin drawing leaves however many are drawn, with all record fields known, and how many labels reach it.

    Of a platform that the model knows nobody of, as of a list on one that it does.
    """
    groups = [one for one in detector.reference_scores(frozenset()) if one.left_out]
    known = platform if any(one.platform == platform for one in groups) or not groups else groups[0].platform
    (stratum,) = reference_at(detector, [(known, frozenset())], np.zeros(1, dtype=bool)).strata
    tenth, half = (share.attainable(stratum.groups, known, one) for one in SHARES)
    if max(tenth, half) <= margin:
        return f"--margin {margin:g} can be reached by drawing where the followers' fields are all known"
    return (
        f"--margin {margin:g}: drawing alone leaves about {half:.2f} where half of the followers are zombies, and "
        f"{tenth:.2f} where a tenth are, however many are drawn, since vendors and people differ; about "
        f"{share.labels_for(margin)} labels of followers reach {margin:g}"
    )
