"""Reasons: exact in log-odds, and held against genuine accounts of the same age."""

from __future__ import annotations

import numpy as np
import pytest

from training.made_up import table
from zombiescope.detector import Detector, explain, read
from zombiescope.features import INDEX, extract
from zombiescope_training.data.labelled import of_table
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.train import train
from zombiescope_training.publish import artefact


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    trained = train(of_table(table(110)), Recipe(folds=2, seeds=2, rounds=20, draws=1, leaf_rows=10), seed=1)
    out = tmp_path_factory.mktemp("models") / "mine-1"
    artefact.write(trained, out, [{"name": "made up", "zombie": 220, "genuine": 220, "sha256": {}}])
    return Detector(read(out))


def test_base_and_effects_are_the_log_odds(detector: Detector) -> None:
    """To 1e-9, for accounts known wholly, partly and not at all."""
    held = table(40, seed=9)
    matrix, ids = extract(held).matrix, held["id"].to_pylist()
    matrix[::3, ::2] = np.nan
    matrix[5] = np.nan
    score = detector.score(matrix, ids)
    odds = np.log(score) - np.log1p(-score)
    assert (
        np.abs(odds).max() < 12
    )  # further out a score in floating point no longer holds its log-odds to 1e-9
    whole = np.array([reasons.base + reasons.effects.sum() for reasons in explain(detector, matrix, ids)])
    np.testing.assert_allclose(whole, odds, rtol=0, atol=1e-9)


def test_reasons_name_genuine_accounts_of_the_same_age(detector: Detector) -> None:
    """A reason on a count says what is usual among genuine accounts of that age; of an unknown age it says nothing."""
    held = table(40, seed=9)
    matrix, ids = extract(held).matrix, held["id"].to_pylist()
    texts = [r.text for reasons in explain(detector, matrix, ids, most=50) for r in reasons.reasons]
    assert any("followers; genuine accounts of this age: " in text for text in texts)
    matrix[:, INDEX["account_age"]] = np.nan
    texts = [r.text for reasons in explain(detector, matrix, ids, most=50) for r in reasons.reasons]
    assert not any("genuine accounts" in text for text in texts)
