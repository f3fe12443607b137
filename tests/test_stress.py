"""The stress table's short forms: no change of detector or estimate may bring a confident wrong number back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.share_detector import data_folder
from benchmarks.stress import left_out_audits, shipped_audits
from benchmarks.stress_audits import StressAudit
from benchmarks.stress_detectors import LeftOutDetectors
from benchmarks.stress_groups import FAULTS, groups_of
from benchmarks.stress_reference import reference_audits, without
from benchmarks.stress_table import goals, picture, tables

from training.made_up import table
from zombiescope.detector import Detector
from zombiescope.features import extract
from zombiescope.wiring import settings
from zombiescope.wiring.models import artefact
from zombiescope_training.data import sets
from zombiescope_training.data.labelled import of_table
from zombiescope_training.model.recipe import Recipe

WHOLE, NO_POST_COUNT, COUNTS = FAULTS[0], FAULTS[4], FAULTS[6]
FORM = (WHOLE, NO_POST_COUNT, COUNTS)
RECIPE = Recipe(folds=2, seeds=1, rounds=10, draws=1, leaf_rows=10)


def audit(truth: float, low: float, high: float) -> StressAudit:
    """An audit with nothing but its figures."""
    return StressAudit("v", "s", "whole", True, True, 1000, truth, truth, low, high, None)


def test_what_is_counted_as_a_false_accusation() -> None:
    """More than two points beside the truth is wrong, on either side."""
    assert audit(0.5, 0.53, 0.6).accuses
    assert not audit(0.5, 0.515, 0.6).accuses
    assert audit(0.5, 0.2, 0.47).acquits
    assert not audit(0.5, 0.2, 0.485).acquits
    counted = goals([audit(0.0, 0.1, 0.2), audit(0.5, 0.25, 1.0)])
    assert [goal.value for goal in counted] == pytest.approx([0.5, 1.0, 0.0, 0.425, 0.425, 0.5])


def test_made_up_groups_go_the_whole_way(tmp_path: Path) -> None:
    """From records to tables: both groups of a pair are out of training, and models are found again in the cache."""
    labelled = of_table(table(150))
    detectors = LeftOutDetectors(labelled, RECIPE, 1, tmp_path)
    audited = left_out_audits(detectors, 1, faults=(WHOLE, NO_POST_COUNT), shares=(0.0, 0.5), sizes=(100,))
    assert len(audited) == 4 * 2 * 2
    assert not any(one.accuses or one.acquits for one in audited)
    held = sorted(tmp_path.iterdir())
    again = LeftOutDetectors(labelled, RECIPE, 1, tmp_path).detector(
        ("vendor", "vendor a"), ("study", "study a")
    )
    assert sorted(tmp_path.iterdir()) == held
    assert {one.name for one in again.reference_scores(frozenset())} == {"vendor b", "study b"}
    assert any("| whole | 8 |" in line for line in tables(audited))
    assert picture(audited)["data"]["values"]


def test_a_pair_is_not_in_its_own_training(tmp_path: Path) -> None:
    """The models of a pair are those of a training without either group."""
    labelled = of_table(table(120))
    pair = ("vendor", "vendor a"), ("study", "study a")
    detector = LeftOutDetectors(labelled, RECIPE, 1, tmp_path).detector(*pair)
    left = labelled.take(~np.isin(labelled.groups, ["vendor a", "study a"]))
    alone = LeftOutDetectors(left, RECIPE, 1, tmp_path / "alone")
    matrix, ids = extract(labelled.table).matrix, labelled.table["id"].to_pylist()
    np.testing.assert_array_equal(
        detector.score(matrix, ids), alone.detector(("vendor", "-"), ("study", "-")).score(matrix, ids)
    )


def test_the_shipped_models_groups_are_not_accused() -> None:
    """Each vendor with each study that the shipped model's trainings left out, against the other groups."""
    rows = reference_audits(
        artefact(settings(), None), 1, shares=(0.0, 0.1, 0.5, 1.0), sizes=(1000,), faults=FORM
    )
    assert len(rows) >= 100
    unmet = [goal for goal in goals(rows) if not goal.met]
    assert not unmet


def test_sets_that_the_shipped_model_never_saw_are_not_accused() -> None:
    """Fakes of a platform in no training among people of a study in none, whole and with fields missing."""
    names = ("instagram-parma-2020", "botometer-repository/verified-2019")
    root = data_folder()
    if not set(names) <= set(sets.names(root)):
        pytest.skip("needs the published sets: set ZOMBIESCOPE_DATA")
    table, _ = sets.merge([sets.load(name, root) for name in names])
    groups = groups_of(of_table(table), 400)
    shipped = artefact(settings(), None)
    never_seen = [("vendor", "instagram-parma-2020"), ("study", "instagram-parma-2020")]
    detector = Detector(without(shipped, never_seen))
    rows = shipped_audits(
        groups, detector, 1, faults=(WHOLE, NO_POST_COUNT, COUNTS), shares=(0.0, 0.1, 0.5, 1.0), sizes=(1000,)
    )
    assert not any(one.accuses for one in rows)
    assert not any(one.acquits for one in rows)
