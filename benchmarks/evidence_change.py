"""The difference between two audits of one account made with one model: how often its interval holds, its width."""

from __future__ import annotations

import numpy as np

from share.simulated import binormal, sample, templates
from zombiescope.compare.correlation import correlation, mover
from zombiescope.domain import Interval
from zombiescope.share.critical import wilson
from zombiescope.share.estimate import estimate

__all__ = ["CHANGES", "change"]

CHANGES = 1_000  # pairs of audits a cell
DRAWN = 1_000


def change() -> list[str]:
    """Coverage and width of the difference between two audits with one model, at score AUC .95."""
    out = [
        "| template rows a class | in both samples | the interval holds | as if independent | width, of that |",
        "|---|---|---|---|---|",
    ]
    for rows in (150, 1_000):
        for common in (0.0, 0.5, 0.9):
            rng = np.random.default_rng([11, rows, int(10 * common)])
            held = lenient_json = 0
            widths: list[tuple[float, float]] = []
            for _ in range(CHANGES):
                known = templates(0.95, rows, rng)
                share, rise = float(rng.choice([0.02, 0.1, 0.3, 0.6])), float(rng.choice([0.0, 0.2]))
                common_rows = np.arange(round(common * DRAWN))
                first = binormal(rng.random(DRAWN) < share, 0.95, rng)
                new = binormal(rng.random(DRAWN - len(common_rows)) < share + rise, 0.95, rng)
                pair = (first, np.concatenate((first[common_rows], new)))
                estimates = [estimate(s, known, fraction=0.001, level=0.95, rng=rng, refits=1) for s in pair]
                ends = [Interval(one.point, one.low, one.high) for one in estimates]
                one, other = ((sample(scores), known) for scores in pair)
                near = mover(ends[0], ends[1], correlation(one, other, (common_rows, common_rows)))
                wide = mover(ends[0], ends[1])
                truth = (1 - common) * rise
                held += near[0] <= truth <= near[1]
                lenient_json += wide[0] <= truth <= wide[1]
                widths.append((near[1] - near[0], wide[1] - wide[0]))
            part = np.array(widths).mean(axis=0)
            out.append(
                f"| {rows} | {common:.0%} | {_rate(held)} | {_rate(lenient_json)} | {part[0] / part[1]:.2f} |"
            )
    return out


def _rate(hits: int) -> str:
    """A rate with its Monte Carlo interval."""
    low, high = wilson(hits, CHANGES)
    return f"{hits} of {CHANGES} ({100 * hits / CHANGES:.1f}%, {100 * low:.1f}-{100 * high:.1f}%)"
