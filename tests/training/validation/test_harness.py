"""The harness: what is left out is left out, whole audits are right on known kinds, and evaluation prints it all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest

from training.made_up import followers, table
from zombiescope.errors import InputError
from zombiescope.records import schema
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.model.fit import fit
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.validation import harness
from zombiescope_training.validation.evaluate import evaluate_recipe, table_text

RECIPE = Recipe(folds=2, seeds=1, rounds=20, draws=1, leaf_rows=10)
YEARS = {"vendor a": "old-2013", "study a": "mine/study a", "vendor b": "new-2017", "study b": "new-2017"}


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    return of_table(table(110))


def dated() -> Labelled:
    """Two groups of 2013 (one by its name, one by its observation), two of a set named for 2017."""
    people = [
        msgspec.structs.replace(
            f,
            label_source=YEARS[f.label_source or ""],
            observed_at=datetime(2013, 5, 1, tzinfo=UTC) if f.label_source == "study a" else f.observed_at,
        )
        for f in followers(110)
    ]
    return of_table(schema.from_followers(people))


@pytest.mark.parametrize("kind", harness.GROUPS)
def test_what_is_tested_is_not_trained_on(labelled: Labelled, kind: str) -> None:
    """No row is on both sides of a split, and both classes are there to learn from."""
    splits = harness.splits(dated() if kind == "years" else labelled, kind, seed=0)
    assert splits
    for split in splits:
        for mine in split.tested.values():
            assert mine.any()
            assert not (mine & split.train).any()


def test_groups_are_left_out_whole(labelled: Labelled) -> None:
    """A vendor's split trains on none of its zombies, a pair's on none of either."""
    for split in harness.splits(labelled, "vendors", 0):
        (name,) = split.tested
        assert not (
            split.train & labelled.zombie & (labelled.groups == name.removeprefix("left out: "))
        ).any()
    pairs = [name for split in harness.splits(labelled, "pairs", 0) for name in split.tested]
    assert len(pairs) == 4
    assert "pair left out: vendor a | study b" in pairs
    studies = [name for split in harness.splits(labelled, "studies", 0) for name in split.tested]
    assert studies == ["genuine left out: study a", "genuine left out: study b"]


def test_pairs_are_of_one_platform() -> None:
    """A vendor of Weibo is not held against people of Twitter."""
    people = [
        msgspec.structs.replace(
            f, platform="weibo" if f.label_source in ("vendor b", "study b") else "twitter"
        )
        for f in followers(30)
    ]
    splits = harness.splits(of_table(schema.from_followers(people)), "pairs", 0)
    assert [name for split in splits for name in split.tested] == [
        "pair left out: vendor a | study a",
        "pair left out: vendor b | study b",
    ]


def test_years_are_of_the_name_or_the_observation() -> None:
    """A set named for its year has it; another has that of its last observation. Older ones train, newer ones test."""
    sample = dated()
    year = harness.years(sample)
    assert {str(g): int(year[sample.groups == g][0]) for g in np.unique(sample.groups)} == {
        "mine/study a": 2013,
        "new-2017": 2017,
        "old-2013": 2013,
    }
    (split,) = harness.splits(sample, "years", 0)
    assert list(split.tested) == ["trained up to 2013: new-2017"]
    assert set(sample.groups[split.train]) == {"old-2013", "mine/study a"}
    assert harness.splits(sample, "years", 0, until=2020) == []


def test_lists_of_known_kinds_are_estimated_well() -> None:
    """Of kinds trained on, the estimate errs little and its interval holds; a class that lacks is lent.

    By the whole recipe: twenty rounds of one draw know these kinds too badly for an interval to be about.
    """
    recipe = Recipe(leaf_rows=10)
    sample = of_table(table(200))
    train, test = np.flatnonzero(np.arange(800) % 2 == 0), np.flatnonzero(np.arange(800) % 2)
    own, part = sample.take(train), sample.take(test)
    models = fit(own, recipe, 0)
    for drawn in (part, part.take(~part.zombie)):
        audits = harness.lists_of(models, drawn, own, 0)
        assert audits is not None
        assert audits.error < 0.04
        assert audits.held >= 0.8
    assert harness.lists_of(models, part.take(np.arange(10)), own.take(np.arange(10)), 0) is None


def test_evaluation_has_every_figure_of_every_slice(tmp_path: Path) -> None:
    """Random split and vendors, with posts and without, with whole audits; as JSON and as text."""
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in followers(110)))
    card = evaluate_recipe([str(file)], tmp_path, recipe=RECIPE, groups=("vendors",), folds=2, jobs=1)
    card = json.loads(json.dumps(card))
    assert list(card["slices"]) == [
        "random 2-fold",
        "left out: vendor a",
        "left out: vendor b",
    ]
    for name, slices in card["slices"].items():
        for values in slices.values():
            assert values["list_error"] is not None
            assert None not in [values[c] for c in ("auc", "ap", "mcc", "f1", "brier", "ece")], name
    text = table_text(card)
    assert "left out: vendor b" in text
    assert "Doubt: 220 zombies are few" in text
    with pytest.raises(InputError, match="there is no such group"):
        evaluate_recipe([str(file)], tmp_path, recipe=RECIPE, groups=("moons",))
