"""Boosters: one LightGBM fit, and the boosters of several seeds merged into one text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from zombiescope_training.data.rows import Rows
from zombiescope_training.model.recipe import Recipe

__all__ = ["fit", "merge"]

SCALED = ("leaf_value", "internal_value")
TREE = re.compile(r"^Tree=\d+\n", re.MULTILINE)


def fit(
    rows: Rows, columns: Sequence[int], recipe: Recipe, seed: int, base: str | None = None, *, depth: int = 0
) -> str:
    """One booster's text.

    columns: the features it is given. depth: of its trees (0: the recipe's).
    base: a booster's text to go on from (LightGBM's init_model).
    """
    import lightgbm

    depth = depth or recipe.depth

    data = lightgbm.Dataset(
        rows.matrix[:, columns],
        label=rows.zombie.astype(np.float64),
        weight=rows.weight,
        params={"verbosity": -1, "num_threads": recipe.threads},
        free_raw_data=True,
    )
    parameters: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": recipe.learning_rate,
        "num_leaves": 2**depth,
        "max_depth": depth,
        "min_data_in_leaf": recipe.leaf_rows,
        "lambda_l2": recipe.l2,
        "feature_fraction": recipe.columns,
        "boost_from_average": False,  # the prior is balanced by the weights; and a base must add up
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": recipe.threads,
        "verbosity": -1,
    }
    booster = lightgbm.train(
        parameters,
        data,
        num_boost_round=recipe.rounds,
        init_model=lightgbm.Booster(model_str=base) if base else None,
    )
    return str(booster.model_to_string())


def merge(texts: Sequence[str]) -> str:
    """One booster whose raw score is the mean of the given ones' raw scores.

    LightGBM has no public merge: its text form is a list of trees, so the trees are set one after another with their
    leaves divided by the number of boosters.
    """
    if len(texts) == 1:
        return texts[0]
    head = texts[0][: texts[0].index("\nTree=0\n") + 1]
    tail = texts[0][texts[0].index("\nend of trees\n") + 1 :]
    trees: list[str] = []
    for text in texts:
        body = text[text.index("\nTree=0\n") + 1 : text.index("\nend of trees\n") + 1]
        for tree in TREE.split(body)[1:]:
            lines = [_scaled(line, len(texts)) for line in tree.splitlines()]
            trees.append(f"Tree={len(trees)}\n" + "\n".join(lines).rstrip("\n") + "\n\n\n")
    sizes = " ".join(str(len(tree.encode())) for tree in trees)
    head = re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", head, flags=re.MULTILINE)
    # Importances and parameters at the end are one seed's: they say nothing of the merged trees.
    importances = tail.index("feature_importances:")
    parameters = tail.index("parameters:")
    return head + "".join(trees) + tail[:importances] + "feature_importances:\n\n" + tail[parameters:]


def _scaled(line: str, by: int) -> str:
    name, _, values = line.partition("=")
    if name not in SCALED:
        return line
    return f"{name}=" + " ".join(f"{float(v) / by:.17g}" for v in values.split())
