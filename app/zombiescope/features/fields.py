"""Record fields that features are made of: which are missing of each follower, and a feature matrix without some."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.features.catalogue import CATALOGUE, INDEX
from zombiescope.features.columns import BoolArray, FloatArray, valid

__all__ = ["FIELDS", "availability", "hide_fields", "known_fields", "missing_fields", "without_fields"]

# The record fields that features are made of.
FIELDS: tuple[str, ...] = (
    "handle",
    "display_name",
    "bio",
    "location",
    "url",
    "created_at",
    "followers_count",
    "following_count",
    "posts_count",
    "likes_count",
    "listed_count",
    "has_avatar",
    "has_banner",
    "recent_posts",
)

# A feature that is known exactly where the field is.
_TELLS: dict[str, int] = {
    field: INDEX[name]
    for field, name in zip(
        FIELDS,
        (
            "handle_length",
            "name_length",
            "has_bio",
            "has_location",
            "has_url",
            "account_age",
            "followers_count",
            "following_count",
            "posts_count",
            "likes_count",
            "listed_count",
            "has_avatar",
            "has_banner",
            "timeline_empty",
        ),
        strict=True,
    )
}
_NEEDS: npt.NDArray[np.bool_] = np.array([[field in f.needs for f in CATALOGUE] for field in FIELDS])
_FILLED = [INDEX[name] for name in ("has_avatar", "has_bio", "has_location", "has_url")]
_SHARE_FILLED = INDEX["profile_filled"]


def availability(table: pa.Table) -> BoolArray:
    """(rows, fields) True where a follower's field is known; fields are `FIELDS`."""
    flat = table.combine_chunks()
    columns = [
        np.concatenate([valid(chunk) for chunk in flat[name].chunks] or [np.zeros(0, bool)])
        for name in FIELDS
    ]
    return np.stack(columns, axis=1)


def missing_fields(table: pa.Table) -> list[frozenset[str]]:
    """(rows,) the record fields that each follower lacks, of `FIELDS`.

    table: columns of `records.SCHEMA`. Rows of the same pattern share one set.
    """
    patterns, which = np.unique(availability(table), axis=0, return_inverse=True)
    sets = [frozenset(f for f, known in zip(FIELDS, row, strict=True) if not known) for row in patterns]
    return [sets[k] for k in which.ravel()]


def known_fields(matrix: FloatArray) -> BoolArray:
    """(rows, fields) as `availability`, of a feature matrix.

    A creation date after the date of the audit gives no age: it is not known here.
    """
    return ~np.isnan(matrix[:, [_TELLS[field] for field in FIELDS]])


def without_fields(matrix: FloatArray, missing: Iterable[str]) -> FloatArray:
    """A copy of a feature matrix as it would be were some record fields not known of any row.

    missing: names of `FIELDS`; others are passed over, since no feature is made of them.
    """
    hidden = np.zeros((len(matrix), len(FIELDS)), dtype=bool)
    hidden[:, [FIELDS.index(name) for name in missing if name in FIELDS]] = True
    out = matrix.copy()
    hide_fields(out, hidden)
    return out


def hide_fields(matrix: FloatArray, hidden: BoolArray) -> None:
    """Set the features of hidden fields to NaN, in place.

    matrix: (rows, features). hidden: (rows, fields) True where a field is not to be known.
    """
    for k in range(len(FIELDS)):
        rows = np.flatnonzero(hidden[:, k])
        if len(rows):
            matrix[np.ix_(rows, np.flatnonzero(_NEEDS[k]))] = np.nan
    parts = matrix[:, _FILLED]
    known = (~np.isnan(parts)).sum(axis=1)
    filled = np.divide(np.nansum(parts, axis=1), known, out=np.full(len(parts), np.nan), where=known > 0)
    matrix[:, _SHARE_FILLED] = filled
