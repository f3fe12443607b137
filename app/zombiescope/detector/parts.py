"""Parts: platforms whose accounts have boosters, calibration and templates of their own within one model.

On Weibo the counts mean other things than elsewhere: with its accounts among the others', one unseen genuine Twitter
account in eight was flagged; apart, one in a hundred (docs/detector.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.detector.fold_assignment import fold_of
from zombiescope.features.catalogue import INDEX

__all__ = ["APART", "chosen", "fold_file", "part_of", "parts_of"]

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


def chosen(
    matrix: npt.NDArray[np.float64], ids: Sequence[str], boosters: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[str, npt.NDArray[np.int64], Any]]:
    """Each booster with its part and the rows it scores: those of its part whose id chooses its fold.

    matrix: (rows, features); ids: (rows,). boosters: part -> one a fold. Boosters that score no row are passed over.
    """
    for part, mask in parts_of(matrix, boosters).items():
        mine = np.flatnonzero(mask)
        folds = fold_of([ids[i] for i in mine.tolist()], len(boosters[part]))
        for k, booster in enumerate(boosters[part]):
            rows = mine[folds == k]
            if len(rows):
                yield part, rows, booster
