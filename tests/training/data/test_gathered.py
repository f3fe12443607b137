"""Inputs of training: the recipe fits the sample's size, and threads give what processes give."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from training.made_up import followers, table
from zombiescope.domain import Post
from zombiescope.errors import InputError
from zombiescope.records import Choices, schema
from zombiescope_training.commands import train_model
from zombiescope_training.data.gathered import SMALL, gather, lean, side_by_side
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.model.fit import fit
from zombiescope_training.model.recipe import Recipe


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    return of_table(table(50))


def sized(labelled: Labelled, rows: int) -> Labelled:
    """The sample's rows over and over, as many as asked for."""
    return labelled.take(np.resize(np.arange(len(labelled.zombie)), rows))


def test_the_recipe_fits_the_samples_size(labelled: Labelled) -> None:
    """Small: finer leaves. Else as it is."""
    recipe = Recipe()
    assert lean(recipe, sized(labelled, SMALL)) == recipe
    assert lean(recipe, sized(labelled, SMALL // 2)).leaf_rows < recipe.leaf_rows


def test_reactions_are_learnt_where_both_classes_have_them() -> None:
    """A sample whose posts carry reactions trains on them; one whose zombies' do not must not."""
    people = [
        msgspec.structs.replace(f, recent_posts=(Post(likes_count=n % 5),))
        for n, f in enumerate(followers(60))
    ]
    assert "reactions_to_followers" in Recipe().exclude
    both = lean(Recipe(), of_table(schema.from_followers(people)))
    assert "reactions_to_followers" not in both.exclude
    one = [f if f.label == "genuine" else msgspec.structs.replace(f, recent_posts=None) for f in people]
    assert "reactions_to_followers" in lean(Recipe(), of_table(schema.from_followers(one))).exclude


def test_threads_train_the_same_boosters(labelled: Labelled) -> None:
    """A small sample is trained by threads; the boosters are those of one process, to the byte."""
    recipe = Recipe(folds=3, seeds=2, rounds=10, draws=1, leaf_rows=10)
    alone = fit(labelled, recipe, 1)
    with side_by_side(labelled):
        assert fit(labelled, recipe, 1, jobs=3) == alone


def test_files_are_gathered_with_their_doubts(tmp_path: Path) -> None:
    """Two files are merged, each account once; accounts labelled both ways are left out and told of."""
    people = followers(60)
    torn = msgspec.structs.replace(people[0], label="genuine")
    for name, rows in (("a", people[:130]), ("b", [torn, *people[120:]])):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in rows))
    gathered = gather([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")], tmp_path)
    assert gathered.dropped == {"labelled both ways": 2, "repeated": 10}
    assert len(gathered.labelled.zombie) == 239
    assert gathered.doubts[0].startswith("2 rows are of accounts labelled both ways")
    with pytest.raises(InputError, match="no such field"):
        gather([str(tmp_path / "a.jsonl")], tmp_path, group="moon")


def test_shuffled_labels_are_noticed(tmp_path: Path) -> None:
    """A sample whose labels were shuffled trains a model that says of itself that it guesses."""
    people = followers(60)
    order = np.random.default_rng(0).permutation(len(people))
    shuffled = [
        msgspec.structs.replace(f, label=people[k].label, label_source=None)
        for f, k in zip(people, order, strict=True)
    ]
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in shuffled))
    recipe = Recipe(folds=2, seeds=1, rounds=20, draws=1)
    card, _ = train_model([str(file)], tmp_path, tmp_path / "mine-1", recipe=recipe, jobs=1)
    assert any("Labels that are shuffled" in doubt for doubt in card["checks"])


def test_a_table_of_counts_and_labels_in_words_is_a_sample(tmp_path: Path) -> None:
    """Labels as people write them, no dates, and the platform given: what a spreadsheet has is enough."""
    file = tmp_path / "sheet.csv"
    lines = ["handle,followers,following,posts,label"]
    lines += [f"name{n},{n},{2 * n},{n % 7},{'是' if n % 2 else '否'}" for n in range(1, 41)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    labelled = gather([str(file)], tmp_path, choices=Choices(constants={"platform": "instagram"})).labelled
    assert labelled.zombie.tolist() == [n % 2 == 1 for n in range(1, 41)]
    assert set(labelled.table["platform"].to_pylist()) == {"instagram"}


def test_dates_without_a_date_of_observation_are_asked_for(tmp_path: Path) -> None:
    """An age cannot be counted from nothing; the line says which option gives the date."""
    file = tmp_path / "sheet.csv"
    rows = [f"name{n},{n},{2 * n},{n % 7},2013-05-{n:02d},fake" for n in range(1, 20)]
    file.write_text("\n".join(["handle,followers,following,posts,created_at,label", *rows]) + "\n", "utf-8")
    given = Choices(constants={"platform": "x"})
    with pytest.raises(InputError, match="19 rows have dates but no observed_at"):
        gather([str(file)], tmp_path, choices=given)
    dated = Choices(constants={"platform": "x", "observed_at": "2014-01-01"})
    assert gather([str(file)], tmp_path, choices=dated).labelled.zombie.all()
