"""The binned mixture of Barlow & Beeston: the share's likelihood with both templates re-estimated beside it.

A table is the counts of one sample and its two templates in the same bins. For one table the likelihood is

    sum_j n_j log(t A_j + (1-t) B_j) + a_j log A_j + b_j log B_j

with n_j followers, a_j zombie and b_j genuine template rows in bin j, and A and B the classes' true bin
probabilities. Lagrange's conditions give A_j = (a_j + w_j)/(m1 + u), B_j = (b_j + n_j - w_j)/(m0 + n - u),
where w_j is the expected number of zombies in bin j and u its sum. With the odds r = t (m0 + n - u) /
((1-t)(m1 + u)) each bin is one quadratic in w_j: w_j (b_j + n_j - w_j) = r (n_j - w_j)(a_j + w_j). So r alone
traces the whole profile in closed form, for as many tables at once as there is memory for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.share.inputs import Floats, Templates

__all__ = ["BINS", "Fit", "Tables", "bin_edges", "deviance_at", "fit", "profile", "tables"]

BINS = 12
EDGE = 1e-7  # how near to 0 and 1 a share is taken for them
STEPS = 18  # halvings of r/(1 + r): it is known to 4e-6, where the likelihood is flat


@dataclass(frozen=True)
class Tables:
    """Counts per bin, (..., J) float64 each: sample, zombie templates, genuine templates."""

    sample: Floats
    zombie: Floats
    genuine: Floats


@dataclass(frozen=True)
class Fit:
    """The maximum of each table's likelihood.

    share: (...,) the fitted t. zombie, genuine, mixture: (..., J) fitted bin probabilities A, B and tA +
    (1-t)B. deviance: (...,) twice the log-likelihood that the mixture loses to bins free in all three
    samples.
    """

    share: Floats
    zombie: Floats
    genuine: Floats
    mixture: Floats
    deviance: Floats


def bin_edges(templates: Templates, bins: int = BINS) -> Floats:
    """Inner borders of `bins` bins of equal mass under the class-balanced templates; tied borders are merged.

    A score on a border belongs to the bin above it.
    """
    pooled = np.concatenate([templates.zombie, templates.genuine])
    weight = np.concatenate(
        [
            np.full(len(templates.zombie), 0.5 / len(templates.zombie)),
            np.full(len(templates.genuine), 0.5 / len(templates.genuine)),
        ]
    )
    order = np.argsort(pooled, kind="stable")
    mass = np.cumsum(weight[order])
    at = np.searchsorted(mass, np.arange(1, bins) / bins - 1e-12, side="left")
    return np.unique(pooled[order][at])


def tables(scores: Floats, templates: Templates) -> Tables:
    """The table of one sample; bins without a single row are left out."""
    edges = bin_edges(templates)
    counts = np.stack(
        [
            np.bincount(np.searchsorted(edges, rows, side="right"), minlength=len(edges) + 1)
            for rows in (scores, templates.zombie, templates.genuine)
        ]
    ).astype(np.float64)
    sample, zombie, genuine = counts[:, counts.sum(axis=0) > 0]
    return Tables(sample, zombie, genuine)


def fit(at: Tables) -> Fit:
    """The most likely share and templates of every table, by halving on the sign of the profile's slope."""
    sample = at.sample
    n, m1, m0 = (counts.sum(axis=-1) for counts in (at.sample, at.zombie, at.genuine))
    low, high = np.zeros(n.shape), np.ones(n.shape)
    for _ in range(STEPS):
        middle = (low + high) / 2
        expected = _expected(at, middle / (1 - middle))
        zombies = expected.sum(axis=-1)
        # The profile's slope has the sign of u - n t, where t/(1-t) = r (m1 + u)/(m0 + n - u).
        up, down = middle * (m1 + zombies), (1 - middle) * (m0 + n - zombies)
        rising = zombies * (up + down) > n * up
        low = np.where(rising, middle, low)
        high = np.where(rising, high, middle)
    middle = (low + high) / 2
    expected = _expected(at, middle / (1 - middle))
    share = _share(at, middle / (1 - middle), expected)
    zombie, genuine = _templates(at, expected)
    mixture = share[..., None] * zombie + (1 - share[..., None]) * genuine
    deviance = 2 * (
        _log_likelihood(sample, sample / n[..., None])
        + _log_likelihood(at.zombie, at.zombie / at.zombie.sum(axis=-1, keepdims=True))
        + _log_likelihood(at.genuine, at.genuine / at.genuine.sum(axis=-1, keepdims=True))
        - _log_likelihood(sample, mixture)
        - _log_likelihood(at.zombie, zombie)
        - _log_likelihood(at.genuine, genuine)
    )
    return Fit(share, zombie, genuine, mixture, deviance)


def deviance_at(at: Tables, shares: Floats) -> Floats:
    """The deviance of each table (...) at its own share ((...), within [0, 1]); shares 0 and 1 as their limits."""
    n, m1, m0 = (counts.sum(axis=-1) for counts in (at.sample, at.zombie, at.genuine))
    inner = np.clip(shares, EDGE, 1 - EDGE)
    # The odds that belong to these shares if the expected zombies were n t: where they are not, the share is moved a
    # little, by less than the grid's step.
    ratio = inner / (1 - inner) * (m0 + n * (1 - inner)) / (m1 + n * inner)
    many = Tables(*np.broadcast_arrays(at.sample, at.zombie, at.genuine))
    expected = _expected(many, ratio)
    traced = _share(many, ratio, expected)
    zombie, genuine = _templates(many, expected)
    mixture = traced[..., None] * zombie + (1 - traced[..., None]) * genuine
    return np.asarray(
        2
        * (
            _saturated(many.sample)
            + _saturated(many.zombie)
            + _saturated(many.genuine)
            - _log_likelihood(many.sample, mixture)
            - _log_likelihood(many.zombie, zombie)
            - _log_likelihood(many.genuine, genuine)
        )
    )


def _saturated(counts: Floats) -> Floats:
    return _log_likelihood(counts, counts / counts.sum(axis=-1, keepdims=True))


def profile(at: Tables, shares: Floats) -> tuple[Floats, Floats]:
    """One table's profile log-likelihood near each of `shares` ((G,), ascending within [0, 1]).

    Returns the shares it was traced at, (G,), ascending, with 0 and 1 kept exactly, and the log-likelihood
    there.
    """
    n, m1, m0 = at.sample.sum(), at.zombie.sum(), at.genuine.sum()
    inner = shares[(shares > 0) & (shares < 1)]
    # The weights r that belong to these shares if u were n t; the shares they really belong to come back.
    ratio = inner / (1 - inner) * (m0 + n * (1 - inner)) / (m1 + n * inner)
    many = Tables(
        *(np.broadcast_to(counts, (len(inner), len(counts))) for counts in (at.sample, at.zombie, at.genuine))
    )
    expected = _expected(many, ratio)
    traced = _share(many, ratio, expected)
    zombie, genuine = _templates(many, expected)
    mixture = traced[:, None] * zombie + (1 - traced[:, None]) * genuine
    inside = (
        _log_likelihood(many.sample, mixture)
        + _log_likelihood(many.zombie, zombie)
        + _log_likelihood(many.genuine, genuine)
    )
    ends = []
    for expected_end in (np.zeros_like(at.sample), at.sample):
        zombie, genuine = _templates(at, expected_end)
        mixture = genuine if expected_end is not at.sample else zombie
        ends.append(
            _log_likelihood(at.sample, mixture)
            + _log_likelihood(at.zombie, zombie)
            + _log_likelihood(at.genuine, genuine)
        )
    return np.concatenate([[0.0], traced, [1.0]]), np.concatenate([[ends[0]], inside, [ends[1]]])


def _expected(at: Tables, ratio: Floats) -> Floats:
    """Expected zombies per bin, w (..., J), that belong to each table's odds r (...)."""
    r = ratio[..., None]
    linear = at.genuine + at.sample - r * (at.sample - at.zombie)
    constant = r * (at.sample * at.zombie)
    root = np.sqrt(np.maximum(linear * linear + 4 * (r - 1) * constant, 0.0))
    # Two forms of the same root; each is used where it does not subtract nearly equal numbers.
    steady = root + abs(linear)
    positive = linear > 0
    top = np.where(positive, 2 * constant, steady)
    bottom = np.where(positive, steady, 2 * (r - 1))
    # The divisor is 0 only where no zombie can be; what is left of rounding is cut off.
    bottom[bottom == 0] = 1.0
    return np.minimum(top / bottom, at.sample)


def _share(at: Tables, ratio: Floats, expected: Floats) -> Floats:
    """The share t, (...,), at odds r."""
    zombies = expected.sum(axis=-1)
    up = ratio * (at.zombie.sum(axis=-1) + zombies)
    return np.asarray(up / (up + at.genuine.sum(axis=-1) + at.sample.sum(axis=-1) - zombies))


def _templates(at: Tables, expected: Floats) -> tuple[Floats, Floats]:
    zombie = at.zombie + expected
    genuine = at.genuine + at.sample - expected
    return zombie / zombie.sum(axis=-1, keepdims=True), genuine / genuine.sum(axis=-1, keepdims=True)


def _log_likelihood(counts: Floats, probabilities: Floats) -> Floats:
    """Counts times log probability, summed over bins; nothing times log 0 is 0, something is -inf."""
    logs = np.log(probabilities, out=np.full(np.shape(probabilities), -np.inf), where=probabilities > 0)
    terms = np.multiply(counts, logs, out=np.zeros(np.shape(counts)), where=counts > 0)
    return np.asarray(terms.sum(axis=-1))
