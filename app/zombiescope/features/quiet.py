"""Quiet accounts: few followers and few posts. People among them score as zombies far more often than others do."""

from __future__ import annotations

import numpy as np

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.features.catalogue import INDEX

__all__ = ["QUIET", "quiet"]

QUIET = 30  # followers and posts below which an account is quiet


def quiet(matrix: FloatArray) -> BoolArray:
    """(rows,) True where the counts of followers and posts, as far as they are known, are both under `QUIET`.

    matrix: (rows, features) as `extract` gives it. Where neither count is known the account is not quiet.
    """
    counts = matrix[:, [INDEX["followers_count"], INDEX["posts_count"]]]
    known = ~np.isnan(counts)
    return np.asarray(known.any(axis=1) & (~known | (counts < QUIET)).all(axis=1), dtype=bool)
