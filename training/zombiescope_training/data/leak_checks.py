"""Checks of a labelled sample before it trains a model: what would let a model learn the set instead of the account.

Each finding is one plain line for the training output and the card. None stops the training: a sample that cannot
train at all is refused elsewhere (`train.check`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import FloatArray
from zombiescope.features import CATALOGUE, FIELDS, INDEX, extract
from zombiescope.features.columns import micros
from zombiescope.features.fields import availability
from zombiescope_training.data.labelled import Labelled

__all__ = ["SEPARATES", "findings", "separation"]


SEPARATES = 0.99  # AUC from which something by itself tells the classes apart
UNEVEN = 0.4  # difference between the classes in how often a field is known
ENOUGH = 50  # rows a class in which something must be known to be judged
TEMPLATES = 1_000  # rows a class from which templates no longer widen an audit's interval
BINS = 32
MOST = 10_000  # rows whose features are looked at: more would say the same


def findings(labelled: Labelled, dropped: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """What is doubtful of a sample, one line each; none where nothing is.

    dropped: rows left out when inputs were merged, by reason.
    """
    return (
        *_torn(dropped or {}),
        *_sizes(labelled),
        *_groups(labelled),
        *_platforms(labelled),
        *_columns(labelled),
        *_features(labelled),
        *_fields(labelled),
    )


def separation(values: FloatArray, zombie: npt.NDArray[np.bool_]) -> float:
    """How well one column by itself tells the classes apart: an AUC in [.5, 1], of rows where it is known.

    Each quantile bin is ranked by its share of zombies, so that a band in the middle separates as well as an end does.
    Half where a class has too few rows to say.
    """
    known = ~np.isnan(values)
    values, zombie = values[known], zombie[known]
    ones, zeros = int(zombie.sum()), int((~zombie).sum())
    if min(ones, zeros) < ENOUGH:
        return 0.5
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, values, side="left")
    held = [np.bincount(place[zombie == z], minlength=len(edges) + 1) for z in (True, False)]
    some = held[0] + held[1] > 0
    z, g = held[0][some] / ones, held[1][some] / zeros
    order = np.argsort(z / (z + g))
    z, g = z[order], g[order]
    return float((z * (np.cumsum(g) - g / 2)).sum())


def _torn(dropped: Mapping[str, int]) -> Iterator[str]:
    rows = dropped.get("labelled both ways", 0)
    if rows:
        yield f"{rows} rows are of accounts labelled both ways and were left out; check how the labels were made."


def _sizes(labelled: Labelled) -> Iterator[str]:
    for what, zombie in (("zombies", True), ("genuine accounts", False)):
        rows = int((labelled.zombie == zombie).sum())
        if rows < TEMPLATES:
            yield f"{rows} {what} are few: below {TEMPLATES:,} the intervals of audits widen for it."


def _groups(labelled: Labelled) -> Iterator[str]:
    for what, names in (("zombies", labelled.vendors), ("genuine accounts", labelled.studies)):
        if len(names) == 1:
            yield (
                f"All {what} come from one label_source ({names[0]}): none can be left out, so nothing is known of "
                "other kinds, and what marks the source is taken for what marks the class."
            )


def _platforms(labelled: Labelled) -> Iterator[str]:
    platforms = np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
    for platform in np.unique(platforms):
        here = labelled.zombie[platforms == platform]
        if here.all() or not here.any():
            yield (
                f"All accounts of {platform} are {'zombies' if here.all() else 'genuine'}: "
                "its ways are taken for the class."
            )


def _columns(labelled: Labelled) -> Iterator[str]:
    """Dates, ids and order: a model is not given them, but its ages and what stands in the list come from them."""
    table = labelled.table
    columns = {
        "The dates of observation": _dates(table, "observed_at"),
        "The creation dates": _dates(table, "created_at"),
        "The ids": np.array([_number(i) for i in table["id"].to_pylist()], dtype=np.float64),
        "The places in the list": np.asarray(
            table["position"].combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False)
        ),
    }
    for what, values in columns.items():
        area = separation(values, labelled.zombie)
        if area >= SEPARATES:
            yield (
                f"{what} by themselves tell the classes apart (AUC {area:.3f}): zombies and genuine accounts were "
                "gathered at other times or places, and features of age or activity may only tell which."
            )


def _features(labelled: Labelled) -> Iterator[str]:
    rows = np.sort(np.random.default_rng(0).permutation(len(labelled.zombie))[:MOST])
    drawn = labelled.take(rows)
    matrix = extract(drawn.table).matrix
    for feature in CATALOGUE:
        area = separation(matrix[:, INDEX[feature.name]], drawn.zombie)
        if area >= SEPARATES:
            yield (
                f"{feature.name} ({feature.meaning}) by itself tells the classes apart (AUC {area:.3f}): true fakes "
                "are seldom so plain; check how the accounts were chosen."
            )


def _fields(labelled: Labelled) -> Iterator[str]:
    known = availability(labelled.table)
    for k, field in enumerate(FIELDS):
        there = [float(known[labelled.zombie == z, k].mean()) for z in (True, False)]
        if abs(there[0] - there[1]) >= UNEVEN:
            yield (
                f"{field} is known of {there[0]:.0%} of the zombies and {there[1]:.0%} of the genuine accounts: "
                "whether it was fetched must not tell the class (training hides fields at random against that)."
            )


def _dates(table: pa.Table, name: str) -> FloatArray:
    values, known = micros(table[name].combine_chunks())
    return np.where(known, values, np.nan).astype(np.float64)


def _number(name: str) -> float:
    return float(name) if name.isascii() and name.isdigit() and len(name) < 300 else np.nan
