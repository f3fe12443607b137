"""The share when zombies and genuine accounts are mixtures of kinds, known ones and ones like them.

A vendor's fakes score unlike another's, and a list's people are seldom the studies' in the templates' proportions.
Here each class is any mixture of kinds: every vendor or study as it is, as its pseudo-groups would score (vendor
augmentation), and as it scored when it was left out of training. The share's profile likelihood is maximised over
both mixtures, then the composed templates are re-estimated with their sampling error (Barlow & Beeston 1993).

The mixtures are found by EM (Dempster, Laird & Rubin 1977) with the kinds' bins as they are, all candidate shares at
once; that is a little short of the joint maximum, alike in the sample and in the gate's bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.share.inputs import Floats, Templates, Validation
from zombiescope.share.mixture import BINS, Tables, deviance_at

__all__ = ["CRITICAL", "Kinds", "Mixed", "mixed", "unexplained"]

# The likelihood's critical value. 3.84 would be right if a new vendor were a mixture of these kinds; it is only like
# one. With 10 the intervals held the share of vendors and people left out (docs/method.md).
CRITICAL = 10.0
ROUNDS = 40  # of EM
ENDLESS = 1e4  # times the sample: what is left of the interval then is the templates'
GRID = np.unique(
    np.round(
        np.concatenate(
            [np.arange(0, 0.03, 2e-3), np.arange(0.03, 0.97, 1e-2), np.arange(0.97, 1 + 1e-9, 2e-3)]
        ),
        6,
    )
)


@dataclass(frozen=True)
class Kinds:
    """The scores of each kind of zombies and of genuine accounts; (rows,) each."""

    zombie: tuple[Floats, ...]
    genuine: tuple[Floats, ...]

    @classmethod
    def of(cls, templates: Templates, validation: Validation) -> Kinds | None:
        """All kinds that a model knows, also as they scored when left out; None where its templates have no kinds."""
        if not templates.by_kind:
            return None
        return cls(
            (*templates.zombie_kinds, *(rows for rows in validation.vendors.values() if len(rows))),
            (*templates.genuine_kinds, *(rows for rows in validation.studies.values() if len(rows))),
        )


@dataclass(frozen=True)
class Mixed:
    """share: the most likely one. low, high: the likelihood's interval. p_value: of the fit's bootstrap test.

    endless: the half-width that an endless sample would leave.
    """

    share: float
    low: float
    high: float
    p_value: float
    endless: float


def mixed(
    scores: Floats, kinds: Kinds, *, design_effect: float, rng: np.random.Generator, refits: int
) -> Mixed:
    """The share of a sample ((n,) scores, n >= 1) as a mixture of kinds.

    design_effect divides the sample's counts in the interval (Rao & Scott 1981), not in the test.
    """
    edges = _edges(kinds)
    sample = _counts(scores, edges)
    zombie = np.stack([_counts(rows, edges) for rows in kinds.zombie])
    genuine = np.stack([_counts(rows, edges) for rows in kinds.genuine])
    kept = sample + zombie.sum(axis=0) + genuine.sum(axis=0) > 0
    sample, zombie, genuine = sample[kept], zombie[:, kept], genuine[:, kept]
    if len(sample) < 2:
        return Mixed(0.5, 0.0, 1.0, 1.0, 0.5)
    low, high = _interval(sample / design_effect, zombie, genuine)
    endless = _interval(sample * ENDLESS, zombie, genuine)
    share, seen, chances = _fit(sample, zombie, genuine, None)

    def redraw(counts: Floats) -> Floats:
        """(refits, kinds, bins): each kind drawn anew from its own bins."""
        return np.stack(
            [
                rng.multinomial(int(rows.sum()), p, size=refits)
                for rows, p in zip(counts, _smooth(counts), strict=True)
            ],
            axis=1,
        ).astype(np.float64)

    drawn = rng.multinomial(int(sample.sum()), chances, size=refits).astype(np.float64)
    beyond = np.count_nonzero(_fit(drawn, redraw(zombie), redraw(genuine), None)[1] >= float(seen) - 1e-9)
    return Mixed(
        min(max(float(share), low), high),
        low,
        high,
        (1 + int(beyond)) / (1 + refits),
        (endless[1] - endless[0]) / 2,
    )


def unexplained(scores: Floats, genuine: tuple[Floats, ...]) -> float:
    """The part of a sample ((n,) scores, n >= 1) that no mixture of these kinds of genuine accounts explains.

    The largest mixture that stays under the sample's share of every bin, give or take a standard error, is taken away
    (a linear program); what is left may be zombies of a kind that scores low.
    """
    from scipy.optimize import linprog

    edges = _edges(Kinds(genuine, genuine))
    seen = _counts(scores, edges) / len(scores)
    chances = _smooth(np.stack([_counts(rows, edges) for rows in genuine]))
    slack = np.sqrt(seen * (1 - seen) / len(scores)) + 1 / len(scores)
    found = linprog(-np.ones(len(genuine)), A_ub=chances.T, b_ub=seen + slack, bounds=(0, 1))
    taken = 0.0 if found.x is None else float(found.x.sum())
    return min(max(1 - taken, 0.0), 1.0)


def _interval(sample: Floats, zombie: Floats, genuine: Floats) -> tuple[float, float]:
    """All shares whose deviance is within the critical value of the least; their hull."""
    deviance = _fit(np.broadcast_to(sample, (len(GRID), len(sample))), zombie, genuine, GRID)[1]
    held = np.flatnonzero(deviance <= deviance.min() + CRITICAL)
    return _end(deviance, int(held[0]), -1), _end(deviance, int(held[-1]), 1)


def _end(deviance: Floats, last: int, step: int) -> float:
    """Where the deviance crosses the critical value beyond the grid's `last` share that it holds, interpolated."""
    beyond = last + step
    if not 0 <= beyond < len(GRID):
        return float(GRID[last])
    floor = float(deviance.min()) + CRITICAL
    part = (floor - deviance[last]) / (deviance[beyond] - deviance[last])
    return float(GRID[last] + min(part, 1.0) * (GRID[beyond] - GRID[last]))


def _edges(kinds: Kinds) -> Floats:
    """Inner borders of bins of equal mass, classes weighing the same and within a class its kinds."""
    pooled = np.concatenate([*kinds.zombie, *kinds.genuine])
    weight = np.concatenate(
        [
            np.full(len(rows), 0.5 / len(side) / len(rows))
            for side in (kinds.zombie, kinds.genuine)
            for rows in side
        ]
    )
    order = np.argsort(pooled, kind="stable")
    at = np.searchsorted(np.cumsum(weight[order]), np.arange(1, BINS) / BINS - 1e-12, side="left")
    return np.unique(pooled[order][np.minimum(at, len(pooled) - 1)])


def _counts(rows: Floats, edges: Floats) -> Floats:
    return np.bincount(np.searchsorted(edges, rows, side="right"), minlength=len(edges) + 1).astype(
        np.float64
    )


def _smooth(counts: Floats) -> Floats:
    """(..., bins) chances of each bin, half a row spread over all bins so that none is impossible."""
    chances = counts + 0.5 / counts.shape[-1]
    return np.asarray(chances / chances.sum(axis=-1, keepdims=True))


def _fit(
    sample: Floats, zombie: Floats, genuine: Floats, shares: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """Share, deviance and mixture of each table: sample (..., bins), kinds (..., kinds, bins), shares (...) or free."""
    zombies, people = _smooth(zombie), _smooth(genuine)
    share = np.full(sample.shape[:-1], 0.5) if shares is None else shares
    alpha = np.full((*sample.shape[:-1], zombie.shape[-2]), 1 / zombie.shape[-2])
    beta = np.full((*sample.shape[:-1], genuine.shape[-2]), 1 / genuine.shape[-2])
    for _ in range(ROUNDS):
        one, other = _composed(alpha, zombies), _composed(beta, people)
        ratio = sample / np.maximum(share[..., None] * one + (1 - share[..., None]) * other, 1e-300)
        alpha = alpha * (ratio[..., None, :] * zombies).sum(axis=-1)
        beta = beta * (ratio[..., None, :] * people).sum(axis=-1)
        all_zombies, all_people = alpha.sum(axis=-1), beta.sum(axis=-1)
        if shares is None:
            up, down = share * all_zombies, (1 - share) * all_people
            share = up / (up + down)
        alpha, beta = alpha / all_zombies[..., None], beta / all_people[..., None]
    tables = Tables(sample, _template(alpha, zombie), _template(beta, genuine))
    mixture = share[..., None] * _composed(alpha, zombies) + (1 - share[..., None]) * _composed(beta, people)
    return share, deviance_at(tables, share), mixture / mixture.sum(axis=-1, keepdims=True)


def _composed(weights: Floats, chances: Floats) -> Floats:
    """(..., bins) the kinds' chances in these proportions."""
    return np.asarray((weights[..., None] * chances).sum(axis=-2))


def _template(weights: Floats, counts: Floats) -> Floats:
    """(..., bins) counts of the composed template, as many rows as its variance is worth, never more than there are."""
    rows = counts.sum(axis=-1)
    worth = np.minimum(1 / (weights**2 / rows).sum(axis=-1), rows.max(axis=-1))
    return np.asarray(_composed(weights, counts / rows[..., None]) * worth[..., None])
