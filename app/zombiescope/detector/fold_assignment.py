"""Which fold model scores an account: chosen by a hash of its id, in training and in serving alike.

Templates are scored out of fold, so a follower must be scored by one fold model too (docs/method.md). With the fold
taken from the id, an account of the training sets that turns up in an audit is scored by the model that never saw it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

__all__ = ["fold_of"]


def fold_of(ids: Iterable[str], folds: int) -> npt.NDArray[np.int64]:
    """(ids,) the fold of each account, 0 to folds - 1 (CRC-32 of the id, modulo)."""
    return np.array([zlib.crc32(i.encode("utf-8", "surrogatepass")) % folds for i in ids], dtype=np.int64)
