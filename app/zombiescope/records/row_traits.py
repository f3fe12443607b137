"""What rows have in common, counted over a file: of its rejected rows and of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Trait", "counted"]

Bools = npt.NDArray[np.bool_]

_TEXTS = ("handle", "display_name", "bio", "location", "url")
_COUNTS = ("followers_count", "following_count", "posts_count", "likes_count")
_FLAGS = ("has_avatar", "verified", "protected")


@dataclass(frozen=True)
class Trait:
    """Something that is true of some rows: `field` of the record, and what it says of it, after "have"."""

    field: str
    text: str


def counted(table: pa.Table) -> Counter[Trait]:
    """How many rows of a table (columns of `records.SCHEMA`) have each trait."""
    counts: Counter[Trait] = Counter()
    if table.num_rows:
        for trait, rows in _traits(table):
            counts[trait] += int(rows.sum())
    return counts


def _traits(table: pa.Table) -> Iterator[tuple[Trait, Bools]]:
    rows = table.num_rows
    for field in (*_TEXTS, *_COUNTS, *_FLAGS, "created_at"):
        column = table[field]
        if column.null_count == rows:
            continue
        yield Trait(field, "no value in {}"), np.asarray(column.is_null(), dtype=bool)
        if field in _TEXTS:
            beyond = pc.not_equal(pc.binary_length(column), pc.utf8_length(column))
            yield Trait(field, "a letter beyond ASCII in {}"), _true(beyond)
            yield Trait(field, "an empty {}"), _true(pc.equal(column, ""))
            yield Trait(field, "a quote or a comma in {}"), _true(pc.match_substring_regex(column, "[\"',;]"))
        elif field in _COUNTS:
            yield Trait(field, "0 in {}"), _true(pc.equal(column, 0))
            yield Trait(field, "1,000 or more in {}"), _true(pc.greater_equal(column, 1000))
        elif field in _FLAGS:
            yield Trait(field, "true in {}"), _true(column)
        else:
            years = pc.fill_null(pc.year(column), 0)
            for year in pc.unique(years).to_pylist():
                if year:
                    yield Trait(field, f"the year {year} in {{}}"), _true(pc.equal(years, year))


def _true(mask: pa.ChunkedArray) -> Bools:
    """(rows,) bool; null is False."""
    return np.asarray(pc.fill_null(mask, False), dtype=bool)
