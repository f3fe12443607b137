"""Joint draws of an account's numbers: a Gaussian copula over margins given by their quantiles (Nelsen 2006, ch. 2)."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from zombiescope.arrays import FloatArray
from zombiescope_training.simulate.forms import PROBABILITIES, TRAITS, Population, Quantiles

__all__ = ["joint", "level", "quantile"]


OLDEST_LEVEL = 0.999  # the level that an account older than its margin reaches is drawn above


def quantile(margin: Quantiles, u: FloatArray) -> FloatArray:
    """(n,) values of the margin at levels `u` in [0, 1]: linear in log(1 + value) between its quantiles."""
    return np.expm1(np.interp(u, PROBABILITIES, np.log1p(margin)))


def level(margin: Quantiles, values: FloatArray) -> FloatArray:
    """(n,) levels in [0, 1] at which the margin passes `values`: the inverse of `quantile`."""
    return np.interp(np.log1p(values), np.log1p(margin), PROBABILITIES)


def joint(
    population: Population, size: int, rng: np.random.Generator, *, youngest: FloatArray | None = None
) -> dict[str, FloatArray]:
    """`size` accounts' traits by name (TRAITS), each (size,) float64, in the units of the margins.

    youngest: (size,) days; the traits are drawn given that the account is at least so old (bought followers exist
    before they follow), or, where the margin does not reach so far, given that it is among the oldest.
    """
    # Pearson's correlation of the normal scores that has the given rank correlation (Pearson 1907); the nearest
    # positive definite matrix is found by lifting the eigenvalues, since measured ranks need not be consistent.
    pearson = 2 * np.sin(np.pi / 6 * np.asarray(population.correlation, dtype=np.float64))
    values, vectors = np.linalg.eigh(pearson)
    root = vectors * np.sqrt(np.maximum(values, 1e-6))
    covariance = root @ root.T
    scale = np.sqrt(np.diag(covariance))
    factor = np.linalg.cholesky(covariance / np.outer(scale, scale))
    normal = rng.standard_normal((size, len(TRAITS)))
    if youngest is not None:
        # The age is the first trait and so rests on the first normal alone: cutting that one conditions all the others.
        floor = np.minimum(level(population.age, youngest), OLDEST_LEVEL)
        normal[:, 0] = ndtri(floor + (1 - floor) * ndtr(normal[:, 0]))
    u = ndtr(normal @ factor.T)
    return {trait: quantile(getattr(population, trait), u[:, i]) for i, trait in enumerate(TRAITS)}
