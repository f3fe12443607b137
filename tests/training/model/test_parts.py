"""Platforms apart: boosters of their own within one model, served as trained, kept when a model is gone on from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from training.made_up import table
from zombiescope.detector import Artefact, Detector, explain, read
from zombiescope.features import extract, missing_fields
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.model.fit import split
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.train import Trained, train
from zombiescope_training.publish import artefact

RECIPE = Recipe(folds=2, seeds=1, rounds=20, draws=1, leaf_rows=10)
SOURCE = [{"name": "made up", "zombie": 1, "genuine": 1, "sha256": {}}]


def on(platform: str, rows: pa.Table) -> pa.Table:
    """The same accounts on another platform, of other studies and with other ids."""
    for name, values in (
        ("platform", [platform] * rows.num_rows),
        ("id", [f"{platform}{i}" for i in rows["id"].to_pylist()]),
        ("label_source", [f"{platform} {name}" for name in rows["label_source"].to_pylist()]),
    ):
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(at), pa.array(values, rows.schema.field(at).type))
    return rows


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    rows = table(120)
    return of_table(pa.concat_tables([on("twitter", rows), on("weibo", rows)]))


@pytest.fixture(scope="module")
def trained(labelled: Labelled) -> Trained:
    return train(labelled, RECIPE, seed=3)


@pytest.fixture(scope="module")
def model(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "both-1"
    artefact.write(trained, out, SOURCE)
    return out


def test_a_platform_apart_needs_both_classes_there_and_elsewhere(labelled: Labelled) -> None:
    """Weibo has its own part beside others; alone, or with one class, it has not."""
    weibo = np.array([p == "weibo" for p in labelled.table["platform"].to_pylist()])
    assert {name: len(rows) for name, rows in split(labelled).items()} == {
        "": int((~weibo).sum()),
        "weibo": int(weibo.sum()),
    }
    assert list(split(labelled.take(weibo))) == [""]
    assert list(split(labelled.take(~weibo | labelled.zombie))) == [""]


def test_each_part_is_served_as_trained(trained: Trained, model: Path, labelled: Labelled) -> None:
    """The loaded model scores every account as its training did, through its platform's boosters and curve."""
    detector = Detector(read(model))
    assert set(detector.boosters) == {"", "weibo"}
    matrix, ids = extract(labelled.table).matrix, labelled.table["id"].to_pylist()
    np.testing.assert_allclose(
        detector.score(matrix, ids), trained.models.score(labelled.table), rtol=0, atol=1e-12
    )
    reasons = explain(detector, matrix, ids)
    whole = np.array([one.base + one.effects.sum() for one in reasons])
    scores = detector.score(matrix, ids)
    np.testing.assert_allclose(whole, np.log(scores) - np.log1p(-scores), rtol=0, atol=1e-9)


def test_templates_and_groups_left_out_are_of_the_same_part(model: Path, labelled: Labelled) -> None:
    """A list on Weibo is compared with Weibo's accounts alone, and another platform's with those of the common part."""
    detector = Detector(read(model))
    weibo = np.array([p == "weibo" for p in labelled.table["platform"].to_pylist()])
    for rows, mine in ((weibo, "weibo"), (~weibo, "x")):
        some = labelled.table.filter(pa.array(rows))
        known = detector.known(mine, missing_fields(some)[0])
        here = detector.score(extract(some).matrix, some["id"].to_pylist())
        zombie = labelled.zombie[rows]
        # Out of fold and at the same fields: what the rows themselves score, features rounded to three digits.
        assert abs(known.zombie.mean() - here[zombie].mean()) < 0.03
        assert abs(known.genuine.mean() - here[~zombie].mean()) < 0.03


def test_going_on_from_a_model_keeps_what_it_knew(model: Path, labelled: Labelled, tmp_path: Path) -> None:
    """New Twitter accounts alone: Weibo's part stays to the byte, the old templates and groups stay beside the new."""
    base: Artefact = read(model)
    new = of_table(on("x", table(120)))
    artefact.write(train(new, RECIPE, seed=4, base=base), tmp_path / "more-1", SOURCE)
    more = read(tmp_path / "more-1")
    assert more.boosters["weibo"] == base.boosters["weibo"]
    assert more.calibration["apart"] == base.calibration["apart"]
    assert more.boosters[""] != base.boosters[""]
    old, new_names = ({group["name"] for group in one.reference["groups"]} for one in (base, more))
    assert old < new_names
    assert any(name.startswith("x ") for name in new_names)
    assert set(more.templates["drift"]) == {"", "weibo"}
