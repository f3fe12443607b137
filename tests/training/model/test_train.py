"""Training: same bytes for the same seed, templates out of fold, and serving equal to training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from training.made_up import table
from zombiescope.detector import Detector, explain, read
from zombiescope.detector.calibration import sigmoid
from zombiescope.detector.fold_assignment import fold_of
from zombiescope.errors import ModelError, TrainingError
from zombiescope.features import CATALOGUE, INDEX, NAMES, extract, missing_fields, without_fields
from zombiescope.features.fields import known_fields
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.data.rows import Rows, rows_of
from zombiescope_training.model import boosters
from zombiescope_training.model.fit import fit, inputs
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.train import Trained, train
from zombiescope_training.publish import artefact

RECIPE = Recipe(folds=3, seeds=2, rounds=30, draws=1, leaf_rows=10)


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    return of_table(table(150))


@pytest.fixture(scope="module")
def trained(labelled: Labelled) -> Trained:
    return train(labelled, RECIPE, seed=3)


@pytest.fixture(scope="module")
def model(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "mine-2.1"
    artefact.write(trained, out, [{"name": "made up", "zombie": 300, "genuine": 300, "sha256": {}}])
    return out


def test_the_same_seed_gives_the_same_bytes(
    trained: Trained, labelled: Labelled, model: Path, tmp_path: Path
) -> None:
    """A second run, with two processes instead of one, writes the same files to the byte."""
    again = train(labelled, RECIPE, seed=3, jobs=2)
    artefact.write(
        again, tmp_path / "mine-2.1", [{"name": "made up", "zombie": 300, "genuine": 300, "sha256": {}}]
    )
    files = sorted(f.name for f in model.iterdir())
    assert files == sorted(f.name for f in (tmp_path / "mine-2.1").iterdir())
    for file in files:
        assert (model / file).read_bytes() == (tmp_path / "mine-2.1" / file).read_bytes(), file


def test_another_seed_gives_another_model(trained: Trained, labelled: Labelled) -> None:
    """The seed does something."""
    assert fit(labelled, RECIPE, 4).parts[""].texts != trained.models.parts[""].texts


def test_serving_scores_as_training_did(trained: Trained, labelled: Labelled, model: Path) -> None:
    """The detector read from disk gives the scores that the templates were made of, bit for bit."""
    detector = Detector(read(model))
    score = detector.score(extract(labelled.table).matrix, labelled.table["id"].to_pylist())
    np.testing.assert_array_equal(score, trained.random.held.score)


def test_templates_are_out_of_fold(labelled: Labelled) -> None:
    """An account is scored by the fold model that did not see it: with labels shuffled, scores rank at random."""
    shuffled = Labelled(
        labelled.table, np.random.default_rng(0).permutation(labelled.zombie), np.full(600, "all")
    )
    models = fit(shuffled, replace(RECIPE, rounds=60), 0)
    score = models.score(labelled.table)
    ranks = np.argsort(np.argsort(score))
    ones = shuffled.zombie.sum()
    auc = (ranks[shuffled.zombie].sum() - ones * (ones - 1) / 2) / (ones * (len(ranks) - ones))
    assert 0.4 < auc < 0.6


def test_known_accounts_are_scored_at_the_fields_of_the_list(model: Path, labelled: Labelled) -> None:
    """What a list lacks is hidden of the known accounts too, and each is scored by the fold that did not see it."""
    detector = Detector(read(model))
    missing = {"posts_count", "created_at", "recent_posts"}
    table = labelled.table
    for name in missing:
        k = table.schema.get_field_index(name)
        table = table.set_column(k, table.schema.field(k), pa.nulls(len(table), table.schema.field(k).type))
    known = detector.known("twitter", missing_fields(table)[0])
    expected = detector.score(extract(table).matrix, labelled.table["id"].to_pylist())
    for side, mine in ((known.zombie, labelled.zombie), (known.genuine, ~labelled.zombie)):
        # Reference features are rounded to three digits.
        assert abs(float(side.mean()) - float(expected[mine].mean())) < 0.03
    assert known.zombie.mean() > known.genuine.mean() + 0.2


def test_a_merged_booster_is_the_mean(labelled: Labelled) -> None:
    """Merging seeds gives the mean of their raw scores."""
    import lightgbm

    rows = _rows(labelled)
    texts = [boosters.fit(rows, inputs(RECIPE), RECIPE, seed) for seed in (1, 2, 3)]
    apart = [
        lightgbm.Booster(model_str=t).predict(rows.matrix[:, inputs(RECIPE)], raw_score=True, num_threads=1)
        for t in texts
    ]
    merged = lightgbm.Booster(model_str=boosters.merge(texts))
    np.testing.assert_allclose(
        merged.predict(rows.matrix[:, inputs(RECIPE)], raw_score=True, num_threads=1),
        np.mean(apart, axis=0),
        rtol=0,
        atol=1e-12,
    )


def test_going_on_from_a_base_adds_trees(labelled: Labelled) -> None:
    """--base goes on from the given booster: its trees come first, unchanged in what they say."""
    import lightgbm

    rows = _rows(labelled)
    first = boosters.fit(rows, inputs(RECIPE), RECIPE, 1)
    more = boosters.fit(rows, inputs(RECIPE), RECIPE, 2, base=first)
    old = lightgbm.Booster(model_str=first).predict(
        rows.matrix[:, inputs(RECIPE)], raw_score=True, num_threads=1
    )
    new = lightgbm.Booster(model_str=more).predict(
        rows.matrix[:, inputs(RECIPE)], raw_score=True, num_threads=1, num_iteration=RECIPE.rounds
    )
    np.testing.assert_allclose(old, new, atol=1e-12)


def _rows(labelled: Labelled, recipe: Recipe = RECIPE) -> Rows:
    matrix = extract(labelled.table).matrix
    return rows_of(matrix, labelled.zombie, labelled.groups, recipe, np.random.default_rng(0))


def test_a_missing_field_says_nothing_of_the_class(labelled: Labelled) -> None:
    """Of zombies and genuine accounts the same weight is seen in each pattern of fields, and with posts."""
    recipe = replace(RECIPE, single=0.0, exclude=(), draws=8)
    rows = _rows(labelled, recipe)
    known = known_fields(rows.matrix)
    for pattern in np.unique(known, axis=0):
        mine = (known == pattern).all(axis=1)
        sums = [rows.weight[mine & (rows.zombie == z)].sum() for z in (True, False)]
        assert sums[0] == pytest.approx(sums[1])
    assert known[:, -1].any()
    assert len(np.unique(known, axis=0)) > 20


def test_classes_without_a_field_in_common_are_refused(labelled: Labelled) -> None:
    """Where all fakes lack what all people have, only that could be learnt."""
    matrix = extract(labelled.table).matrix
    matrix[np.ix_(labelled.zombie, np.array([k for k, f in enumerate(CATALOGUE) if f.block != "naming"]))] = (
        np.nan
    )
    matrix[
        np.ix_(~labelled.zombie, np.array([k for k, f in enumerate(CATALOGUE) if f.block == "naming"]))
    ] = np.nan
    with pytest.raises(TrainingError, match="no fields in common"):
        rows_of(matrix, labelled.zombie, labelled.groups, RECIPE, np.random.default_rng(0))


def test_nothing_known_scores_the_prior(model: Path) -> None:
    """An account of which no feature is known scores near one half, whatever part of the trees it meets."""
    detector = Detector(read(model))
    nothing = np.full((3, len(NAMES)), np.nan)
    assert detector.score(nothing, ["1", "2", "3"]) == pytest.approx(0.5, abs=0.3)


def test_a_missing_feature_has_no_effect(model: Path, labelled: Labelled) -> None:
    """Its share of the score is in the base; no reason names it."""
    detector = Detector(read(model))
    matrix = without_fields(extract(labelled.table).matrix[:60], {"posts_count", "bio"})
    ids = labelled.table["id"].to_pylist()[:60]
    gone = [k for k, name in enumerate(detector.inputs) if np.isnan(matrix[:, INDEX[name]]).all()]
    assert len(gone) > 4
    for one in explain(detector, matrix, ids):
        assert (one.effects[gone] == 0).all()
        assert all(reason.value is not None for reason in one.reasons)
    reasons = explain(detector, matrix, ids)
    whole = np.array([one.base + one.effects.sum() for one in reasons])
    np.testing.assert_allclose(sigmoid(whole), detector.score(matrix, ids), rtol=0, atol=1e-9)


def test_reference_groups_are_scored_by_models_that_never_saw_them(
    trained: Trained, labelled: Labelled, model: Path
) -> None:
    """Every vendor and study; rounded features change little; a masked field changes the scores of all."""
    detector = Detector(read(model))
    groups = detector.reference_scores(frozenset())
    assert {(g.name, g.kind) for g in groups} == {
        ("vendor a", "vendor"),
        ("vendor b", "vendor"),
        ("study a", "study"),
        ("study b", "study"),
    }
    slices = {s.name: s for s in (*trained.vendors, *trained.studies)}
    for group in groups:
        assert group.left_out
        assert group.platform == "twitter"
        slice_ = slices[group.name]
        mine = labelled.groups[slice_.held.rows] == group.name
        assert len(group.scores) == 150
        gap = np.abs(np.sort(group.scores) - np.sort(slice_.held.score[mine]))
        assert np.median(gap) < 0.01
    less = detector.reference_scores(frozenset({"following_count", "recent_posts"}))
    assert all((a.scores != b.scores).mean() > 0.5 for a, b in zip(groups, less, strict=True))
    assert detector.reference_scores(frozenset()) is groups
    assert "ann_lee" not in (model / "reference.json").read_text()


def test_the_vendors_and_studies_of_a_platform(model: Path) -> None:
    """Counted for the platform alone; none where the sample had none."""
    detector = Detector(read(model))
    assert detector.groups_of("twitter") == (2, 2)
    assert detector.groups_of("bluesky") == (0, 0)


def test_effects_add_up_to_the_score(model: Path, labelled: Labelled) -> None:
    """Base and effects are the score's log-odds to 1e-9 (TreeSHAP is additive), and reasons name the strongest."""
    detector = Detector(read(model))
    matrix, ids = extract(labelled.table).matrix[:50], labelled.table["id"].to_pylist()[:50]
    reasons = explain(detector, matrix, ids)
    whole = np.array([e.base + e.effects.sum() for e in reasons])
    np.testing.assert_allclose(sigmoid(whole), detector.score(matrix, ids), rtol=0, atol=1e-9)
    for one in reasons:
        effects = [abs(r.effect) for r in one.reasons]
        assert effects == sorted(effects, reverse=True)
        assert effects[0] == pytest.approx(np.abs(one.effects).max())
        assert all(r.text for r in one.reasons)


def test_the_fold_is_the_ids(model: Path, labelled: Labelled) -> None:
    """The same features under another id may be scored by another fold model; under the same id never."""
    detector = Detector(read(model))
    matrix = extract(labelled.table).matrix[:1]
    ids = [f"x{k}" for k in range(40)]
    score = detector.score(np.repeat(matrix, 40, axis=0), ids)
    folds = fold_of(ids, 3)
    for k in range(3):
        assert len(set(score[folds == k])) == 1


def test_an_altered_model_is_refused(model: Path, tmp_path: Path) -> None:
    """Every file is checked against the card: a changed byte, a missing file, another schema."""
    import shutil

    copy = tmp_path / "mine-2.1"
    shutil.copytree(model, copy)
    text = (copy / "fold-0.txt").read_text()
    (copy / "fold-0.txt").write_text(text.replace("leaf_value=", "leaf_value= ", 1))
    with pytest.raises(ModelError, match=r"fold-0\.txt is not the file its card names"):
        read(copy)
    (copy / "fold-0.txt").unlink()
    with pytest.raises(ModelError, match=r"fold-0\.txt is missing"):
        read(copy)
    card = json.loads((model / "card.json").read_text())
    card["feature_schema"] = "other"
    (copy / "card.json").write_text(json.dumps({**card, "files": {}}))
    with pytest.raises(ModelError, match="another version of the features"):
        read(copy)
    (copy / "card.json").write_text("{")
    with pytest.raises(ModelError, match=r"card\.json cannot be read"):
        read(copy)


def test_too_few_rows_are_refused() -> None:
    """Under a hundred of a class there is nothing to learn and nothing to test."""
    with pytest.raises(TrainingError, match="too few"):
        train(of_table(table(20)), RECIPE, 0)


def test_unlabelled_rows_are_counted() -> None:
    """A row without a label trains nothing and is not lost sight of; a file without labels is refused."""
    rows = table(4)
    index = rows.schema.get_field_index("label")
    labels = rows["label"].to_pylist()
    half = rows.set_column(index, rows.schema.field(index), pa.array([*labels[:10], *[None] * 6]))
    assert of_table(half).unlabelled == 6
    none = rows.set_column(index, rows.schema.field(index), pa.nulls(16, pa.string()))
    with pytest.raises(TrainingError, match="no row is labelled"):
        of_table(none)


def test_the_card_says_what_must_be_said(model: Path) -> None:
    """Sets, left-out figures beside the random ones, and the limits; no date and no machine."""
    page = (model / "card.md").read_text()
    assert "vendor left out: vendor a" in page
    assert "flatters" in page
    assert "no proof about a person" in page
    card = json.loads((model / "card.json").read_text())
    assert card["name"] == "mine"
    assert card["version"] == "2.1"
    assert set(card["files"]) == {f.name for f in model.iterdir() if f.name not in ("card.json", "card.md")}
