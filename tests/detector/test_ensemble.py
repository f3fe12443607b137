"""Prediction and TreeSHAP by tables: LightGBM's own figures, for shallow trees of any shape; others left to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from zombiescope.detector.additive_trees import AdditiveTrees, UnsupportedTrees
from zombiescope.detector.ensemble import BoosterTrees, ensemble

MODELS = Path(__file__).parents[2] / "models"
SHIPPED = sorted(MODELS.glob("*/*fold-*.txt"))

FloatArray = npt.NDArray[np.float64]


def booster(seed: int, *, depth: int, inputs: int = 5, missing: float = 0.2, **more: Any) -> lightgbm.Booster:
    """A booster of made-up rows, some of whose values are missing, zero or the same as others'."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(-4, 5, size=(600, inputs)) * rng.choice([0.5, 1.0, 1e3], size=inputs)
    training_rows = np.where(rng.random(rows.shape) < missing, np.nan, rows)
    label = (rows[:, 0] > 0) ^ (rows[:, 1] * rows[:, 2] > 0) ^ (rng.random(600) < 0.2)
    return lightgbm.train(
        {
            "objective": "binary",
            "max_depth": depth,
            "num_leaves": 2**depth,
            "min_data_in_leaf": 5,
            "learning_rate": 0.3,
            "verbosity": -1,
            "seed": seed,
            "num_threads": 1,
            **more,
        },
        lightgbm.Dataset(training_rows, label.astype(float)),
        num_boost_round=25,
    )


def questions(trees: AdditiveTrees, rows: int, seed: int) -> FloatArray:
    """(rows, inputs) values on, just above and far from the thresholds, zero, infinite and missing."""
    rng = np.random.default_rng(seed)
    columns = []
    for feature in range(trees.inputs):
        limits = trees.thresholds.get(feature, np.array([1.0]))
        odd = [np.nan, np.nan, 0.0, -0.0, 1e-36, -1e-36, np.inf, -np.inf, 1e300]
        values = np.concatenate([limits, np.nextafter(limits, np.inf), limits * 3 - 1, odd])
        columns.append(rng.choice(values, rows))
    return np.stack(columns, axis=1)


@settings(max_examples=examples(30))
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([0.0, 0.2]), st.booleans())
def test_scores_and_effects_are_lightgbms(seed: int, depth: int, missing: float, use_missing: bool) -> None:
    """For trees of depth 1 to 3, with and without missing values in training: scores within the stated bound, effects
    to 1e-9; and one row, a few and many are scored to the same bits."""
    own = booster(seed, depth=depth, missing=missing, use_missing=use_missing)
    trees = AdditiveTrees(own.model_to_string(), 5)
    rows = questions(trees, 200, seed)
    scores = trees.predict(rows)
    assert np.abs(scores - own.predict(rows, raw_score=True, num_threads=1)).max() <= trees.bound <= 2e-12
    effects = trees.contributions(rows)
    np.testing.assert_allclose(
        effects, own.predict(rows, pred_contrib=True, num_threads=1), rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(effects.sum(axis=1), scores, rtol=0, atol=1e-9)
    few = np.concatenate([trees.predict(rows[i : i + 7]) for i in range(0, 200, 7)])
    assert few.tolist() == scores.tolist()
    np.testing.assert_allclose(trees.contributions(rows[:3]), effects[:3], rtol=0, atol=1e-12)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_shipped_models_are_scored_alike(path: Path) -> None:
    """Each shipped booster, on values around all of its thresholds: within the bound of LightGBM's own sums; tables
    where its trees are shallow."""
    own = lightgbm.Booster(model_file=str(path))
    trees = ensemble(path.read_text("utf-8"), own.num_feature())
    if not isinstance(trees, AdditiveTrees):
        pytest.skip("its trees are deeper than tables cover")
    rows = questions(trees, 3_000, 1)
    wanted = own.predict(rows, raw_score=True, num_threads=1)
    assert np.abs(trees.predict(rows) - wanted).max() <= trees.bound <= 2e-12
    effects = own.predict(rows[:200], pred_contrib=True, num_threads=1)
    np.testing.assert_allclose(trees.contributions(rows[:200]), effects, rtol=0, atol=1e-9)


def test_what_tables_do_not_cover_is_left_to_lightgbm() -> None:
    """Deeper trees, zero as the missing value, categories and linear leaves: refused, and predicted all the same."""
    rows = np.random.default_rng(0).normal(size=(50, 5)) * 3
    for own in (
        booster(1, depth=5),
        booster(1, depth=2, zero_as_missing=True),
        booster(1, depth=2, linear_tree=True),
        booster(1, depth=2, boosting="rf", bagging_freq=1, bagging_fraction=0.5),
    ):
        text = own.model_to_string()
        with pytest.raises(UnsupportedTrees):
            AdditiveTrees(text, 5)
        trees = ensemble(text, 5)
        assert isinstance(trees, BoosterTrees)
        np.testing.assert_array_equal(trees.predict(rows), own.predict(rows, raw_score=True, num_threads=1))
        if text.find("is_linear=1") < 0:
            np.testing.assert_array_equal(trees.contributions(rows), own.predict(rows, pred_contrib=True))


def test_trees_without_a_split_are_constants() -> None:
    """An ensemble that stopped splitting still has its constant; one that never split is left to LightGBM."""
    own = booster(3, depth=2)
    text = own.model_to_string()
    first, rest = text.split("\nTree=1\n", 1)
    constant = (
        "Tree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0.25\nleaf_count=600\nis_linear=0\nshrinkage=1\n\n"
    )
    with_constant = AdditiveTrees(f"{first}\n{constant}\nTree=1\n{rest}", 5)
    rows = questions(with_constant, 100, 2)
    difference = with_constant.predict(rows) - AdditiveTrees(text, 5).predict(rows)
    np.testing.assert_allclose(difference, 0.25, atol=1e-12)
    assert isinstance(ensemble(lightgbm_constant(), 5), BoosterTrees)


def lightgbm_constant() -> str:
    """A booster of rows that tell nothing."""
    data = lightgbm.Dataset(np.zeros((100, 5)), np.arange(100) % 2)
    settings_ = {"objective": "binary", "verbosity": -1, "num_threads": 1}
    return str(lightgbm.train(settings_, data, num_boost_round=2).model_to_string())


def test_no_rows_and_no_such_column() -> None:
    """No rows give no scores; a model over more columns than the matrix has is refused."""
    text = booster(4, depth=2).model_to_string()
    trees = AdditiveTrees(text, 5)
    assert trees.predict(np.zeros((0, 5))).shape == (0,)
    assert trees.contributions(np.zeros((0, 5))).shape == (0, 6)
    with pytest.raises(UnsupportedTrees):
        AdditiveTrees(text, 1)
