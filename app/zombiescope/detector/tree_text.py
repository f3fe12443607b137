"""LightGBM's text form of a boosted ensemble, parsed without LightGBM (whose import takes two seconds)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["NEAR_ZERO", "Tree", "UnsupportedTrees", "parse", "zero_as_lightgbm"]

NEAR_ZERO = float(np.float32(1e-35))  # LightGBM reads what is no further from 0 as 0 (kZeroThreshold)

_MISSING_ZERO, _MISSING_NAN = 1, 2
_CATEGORICAL, _DEFAULT_LEFT = 1, 2  # bits of decision_type; the missing type stands in bits 2 and 3


class UnsupportedTrees(Exception):
    """The ensemble has something that the fast prediction does not cover; the message says what."""


@dataclass(frozen=True)
class Tree:
    """One regression tree. Nodes are numbered from 0, the root; a child below 0 is leaf `-child - 1`.

    feature, threshold, left, right, nan_left, cover: (nodes,); value, leaf_cover: (leaves,).
    A row goes left where its value is at most the threshold; a missing value (NaN) where `nan_left`.
    cover: training rows of each node or leaf, the weights of path-dependent TreeSHAP.
    """

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    nan_left: list[bool]
    cover: list[float]
    value: list[float]
    leaf_cover: list[float]


def parse(text: str) -> Iterator[Tree]:
    """The trees of a model's text, in order.

    Raises UnsupportedTrees for what is not a sum of numeric trees of one score: several classes, averaged output,
    categorical splits, linear leaves, zero as the missing value.
    """
    head, *blocks = text.split("end of trees", 1)[0].split("\nTree=")
    settings = _fields(head)
    if settings.get("num_class", "1") != "1" or settings.get("num_tree_per_iteration", "1") != "1":
        raise UnsupportedTrees("several classes")
    if "average_output" in head.split("\n"):
        raise UnsupportedTrees("averaged trees")
    for block in blocks:
        yield _tree(_fields(block))


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.split("\n") if "=" in line)


def _tree(fields: dict[str, str]) -> Tree:
    if fields.get("num_cat", "0") != "0":
        raise UnsupportedTrees("categorical splits")
    if fields.get("is_linear", "0") != "0":
        raise UnsupportedTrees("linear leaves")
    value = _floats(fields["leaf_value"])
    if len(value) == 1:  # no split: a constant
        return Tree([], [], [], [], [], [], value, [1.0])
    threshold = _floats(fields["threshold"])
    nan_left = []
    for kind, limit in zip(_integers(fields["decision_type"]), threshold, strict=True):
        missing = kind >> 2 & 3
        if kind & _CATEGORICAL or missing == _MISSING_ZERO:
            raise UnsupportedTrees("categorical splits, or zero as the missing value")
        # Without missing values in training LightGBM reads NaN as 0.
        nan_left.append(bool(kind & _DEFAULT_LEFT) if missing == _MISSING_NAN else limit >= 0.0)
    return Tree(
        feature=_integers(fields["split_feature"]),
        threshold=threshold,
        left=_integers(fields["left_child"]),
        right=_integers(fields["right_child"]),
        nan_left=nan_left,
        cover=_floats(fields["internal_count"]),
        value=value,
        leaf_cover=_floats(fields["leaf_count"]),
    )


def _floats(text: str) -> list[float]:
    return [float(item) for item in text.split()]


def _integers(text: str) -> list[int]:
    return [int(item) for item in text.split()]


def zero_as_lightgbm(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The values, those near 0 as 0: LightGBM drops them when it reads a dense row."""
    return np.where(np.abs(values) <= NEAR_ZERO, 0.0, values)
