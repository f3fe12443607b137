"""Parts: platforms whose accounts have boosters, calibration and templates of their own within one model.

On Weibo the counts mean other things than elsewhere: with its accounts among the others', one unseen genuine Twitter
account in eight was flagged; apart, one in a hundred (docs/detector.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from zombiescope.features.catalogue import INDEX

__all__ = ["APART", "fold_file", "part_of", "parts_of"]

# The platform, and the feature that tells its accounts.
APART: Mapping[str, str] = {"weibo": "on_weibo"}


def fold_file(part: str, fold: int) -> str:
    """The name of a fold model's file."""
    return f"{part}-fold-{fold}.txt" if part else f"fold-{fold}.txt"


def part_of(platform: str, held: Sequence[str] | Mapping[str, object]) -> str:
    """The part that scores a platform's accounts, of those that a model holds: its own, else "", the common one."""
    return platform if platform in APART and platform in held else ""


def parts_of(
    matrix: npt.NDArray[np.float64], held: Sequence[str] | Mapping[str, object]
) -> Mapping[str, npt.NDArray[np.bool_]]:
    """Which rows each of the held parts scores: part -> (rows,) mask; the masks share no row and leave none out.

    matrix: (rows, features) as `features.extract` gives it.
    """
    masks = {part: matrix[:, INDEX[feature]] == 1 for part, feature in APART.items() if part in held}
    rest = np.ones(len(matrix), dtype=bool)
    for mask in masks.values():
        rest &= ~mask
    return {"": rest, **masks}
