"""MadeUpList-up lists as the search for blocks sees them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evidence.lists import END, MadeUpList
from zombiescope.domain import Block
from zombiescope.evidence.dates.follow_dates import follow_dates
from zombiescope.evidence.likeness.handle_forms import forms
from zombiescope.evidence.runs.blocks import Followers, blocks

__all__ = ["look", "search", "stratified"]


def look(
    planted: MadeUpList,
    rows: npt.NDArray[np.int64] | None = None,
    *,
    scores: bool = True,
    ordered: bool = True,
) -> Followers:
    """Some rows of the list, or all."""
    chosen = np.arange(len(planted.created)) if rows is None else rows
    created = planted.created[chosen]
    dates = follow_dates(created, created, np.zeros(len(created), dtype=bool), as_of=END)
    unknown = np.full(len(created), np.nan)
    known = planted.scores[chosen] if scores else unknown
    handles = forms(pa.nulls(len(created), pa.string()))
    return Followers(chosen, created, dates if ordered else None, known, unknown, {}, handles)


def search(followers: Followers) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Blocks and sign-ups, without estimated shares."""
    return blocks(followers, lambda rows: None)


def stratified(planted: MadeUpList, size: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """One row at random in each of equal strata."""
    edges = np.linspace(0, len(planted.created), size + 1).astype(np.int64)
    return rng.integers(edges[:-1], edges[1:])
