"""The gate: does a mixture of the model's own zombies and genuine accounts explain this sample at all?"""

from __future__ import annotations

import numpy as np

from zombiescope.share.inputs import Floats
from zombiescope.share.mixture import Tables, fit

__all__ = ["FAILS_AT", "goodness_of_fit"]

FAILS_AT = 0.01


def goodness_of_fit(counts: Tables, rng: np.random.Generator, refits: int = 199) -> float:
    """Bootstrap p-value of the sample's whole counts against the fitted mixture.

    Sample and both templates are redrawn from the fit and refitted `refits` times, since the deviance's
    chi-square law fails with sparse bins and shares at 0 or 1. 1.0 where there is nothing to test (under
    two bins). The p-value is at least 1/(refits + 1).
    """
    if len(counts.sample) < 2 or counts.sample.sum() == 0:
        return 1.0
    observed = fit(counts)

    def redraw(counts: Floats, chances: Floats) -> Floats:
        return rng.multinomial(int(counts.sum()), chances, size=refits).astype(np.float64)

    drawn = Tables(
        redraw(counts.sample, observed.mixture),
        redraw(counts.zombie, observed.zombie),
        redraw(counts.genuine, observed.genuine),
    )
    # A hair of slack, so that equal tables count as equal whatever the rounding.
    beyond = np.count_nonzero(fit(drawn).deviance >= float(observed.deviance) - 1e-9)
    return (1 + int(beyond)) / (1 + refits)
