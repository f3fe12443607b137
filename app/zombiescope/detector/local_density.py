"""Crowding: which followers stand where the list is dense and known genuine accounts are sparse.

A kind of fake unlike any that the detector learnt from scores as people do, yet many of a kind in one list stand
together. For each feature the list's share of a follower's bin is held against that of genuine accounts in training;
the mean of the log-ratios over features (naive Bayes without its independence: a ranking, no probability) orders the
followers. It needs no label, and is a reason to look, never a part of the share: people whom training lacks stand
together too. docs/detector.md has what it ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zombiescope.arrays import FloatArray
from zombiescope.detector.drift import FEWEST, FLOOR
from zombiescope.detector.parts import parts_of
from zombiescope.domain import Crowd, Crowded
from zombiescope.features.catalogue import INDEX

__all__ = ["crowd", "crowding"]


LOOKED_AT = 10  # followers named
LISTED = 3  # features named
DENSER = 3.0  # a feature is reported where the list is this many times as dense as genuine accounts


def crowding(
    tables: Mapping[str, Any] | None, matrix: FloatArray, features: Sequence[str]
) -> FloatArray | None:
    """(rows,) mean log-ratio of the list's density to that of genuine accounts; NaN where no feature is known.

    tables: each part's features as `drift.table_of` makes them. matrix: (rows, features of the catalogue) of one
    sample. features: the names of those that count. Followers of another part than most are not compared (NaN). None
    where the model has no tables.
    """
    ratios = _ratios(tables, matrix, features)
    return None if ratios is None else ratios.mean


def crowd(
    tables: Mapping[str, Any] | None,
    matrix: FloatArray,
    features: Sequence[str],
    scores: FloatArray,
    ids: Sequence[str],
) -> Crowd | None:
    """Whom to look at first among those that the model takes for people (score at most .5), and what they share.

    None where the model has no tables, or no feature sets them apart.
    """
    ratios = _ratios(tables, matrix, features)
    if ratios is None:
        return None
    missed = np.flatnonzero((scores <= 0.5) & ~np.isnan(ratios.mean))
    chosen = missed[np.argsort(-ratios.mean[missed], kind="stable")][:LOOKED_AT]
    if len(chosen) == 0:
        return None
    crowded = []
    for j, name in enumerate(ratios.features):
        here, known = ratios.here[chosen, j], ratios.known[chosen, j]
        known_here = ~np.isnan(here)
        if 2 * known_here.sum() > len(chosen):
            a, b = float(here[known_here].mean()), float(known[known_here].mean())
            if a > DENSER * b:
                crowded.append(Crowded(feature=name, here=round(a, 4), known=round(b, 4)))
    crowded.sort(key=lambda one: (-one.here / max(one.known, FLOOR), one.feature))
    if not crowded:
        return None
    return Crowd(followers=tuple(ids[i] for i in chosen), features=tuple(crowded[:LISTED]))


class _Ratios:
    """here, known: (rows, features) share of the list, and of genuine accounts, in each follower's bin; NaN unknown."""

    def __init__(self, features: list[str], here: FloatArray, known: FloatArray) -> None:
        self.features, self.here, self.known = features, here, known
        ratios = np.log(here / known)
        count = (~np.isnan(ratios)).sum(axis=1)
        self.mean = np.where(count > 0, np.nansum(ratios, axis=1) / np.maximum(count, 1), np.nan)


def _ratios(tables: Mapping[str, Any] | None, matrix: FloatArray, features: Sequence[str]) -> _Ratios | None:
    rows = parts_of(matrix, tables or {})
    part = max(rows, key=lambda name: int(rows[name].sum()))
    if not tables or part not in tables:
        return None
    names, here, known = [], [], []
    for name in features:
        values = matrix[:, INDEX[name]]
        mine = rows[part] & ~np.isnan(values)
        table = tables[part].get(name)
        if table is None or mine.sum() < FEWEST:
            continue
        people = [shares for kind, shares in table.items() if kind.startswith("genuine")]
        if not people:
            continue
        bins = len(table["edges"]) + 1
        place = np.searchsorted(table["edges"], values[mine], side="left")
        # A follower does not count towards the crowd that he stands in.
        others = np.bincount(place, minlength=bins)[place] - 1
        columns = np.full((2, len(values)), np.nan)
        columns[0, mine] = (others + 0.5) / (mine.sum() - 1 + 0.5 * bins)
        columns[1, mine] = np.maximum(np.mean(people, axis=0), FLOOR)[place]
        names.append(name)
        here.append(columns[0])
        known.append(columns[1])
    return _Ratios(names, np.stack(here, axis=1), np.stack(known, axis=1)) if names else None
