"""The card: who is wrongly flagged, what carries the model, and what is doubtful of the sample."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pytest

from training.made_up import followers
from zombiescope.detector import ModelRegistry
from zombiescope.errors import ModelError
from zombiescope.records import schema
from zombiescope_training.data.labelled import of_table
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.train import Trained, train
from zombiescope_training.publish import artefact
from zombiescope_training.publish.card import markdown
from zombiescope_training.validation.slices import FAR, false_positives, slices_of, warned


@pytest.fixture(scope="module")
def trained() -> Trained:
    """Of a sample in which a tenth of one study's people look like zombies: no posts, few followers."""
    people = []
    for n, f in enumerate(followers(110)):
        if f.label_source == "study b" and n % 10 == 0:
            f = msgspec.structs.replace(
                f, posts_count=0, followers_count=2, likes_count=0, listed_count=0, has_avatar=False,
                recent_posts=(), display_name="李雷", bio="", location="", protected=True,
            )  # fmt: skip
        people.append(f)
    labelled = of_table(schema.from_followers(people))
    return train(labelled, Recipe(folds=2, seeds=1, rounds=60, draws=1, leaf_rows=10), seed=1)


@pytest.fixture(scope="module")
def card(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("models") / "mine-1"
    source = {"name": "made up", "zombie": 220, "genuine": 220, "sha256": {}}
    artefact.write(trained, out, [source], checks=["the sample is made up."])
    return dict(json.loads((out / "card.json").read_text()))


def test_slices_hold_who_they_say(trained: Trained) -> None:
    """The planted accounts are in each slice that they belong to; unknown fields put nobody into a slice."""
    quiet = (trained.labelled.groups == "study b") & (np.arange(440) % 10 == 0)
    held = slices_of(trained.labelled)
    for name in ("no posts", "no picture of its own", "name beyond the Latin script", "protected"):
        assert held[name][quiet].all(), name
    assert held["protected"].sum() == quiet.sum()
    assert held["under 10 followers"][quiet].all()


def test_quiet_people_who_are_flagged_are_told_of(trained: Trained) -> None:
    """The slice of the planted accounts has a rate far above that of all, with its interval, and a sentence."""
    rates = false_positives(trained)
    for how in ("out of fold, with posts", "left out, without posts"):
        everybody, quiet = rates["all"][how], rates["no posts"][how]
        assert everybody["n"] == 220
        assert quiet["low"] <= quiet["rate"] <= quiet["high"]
        if everybody["rate"]:
            assert quiet["times"] == pytest.approx(quiet["rate"] / everybody["rate"], rel=0.01)
    assert rates["no posts"]["left out, without posts"]["times"] > FAR
    assert any("“no posts”" in line for line in warned(rates))


def test_a_slice_without_people_or_a_model_without_errors_says_so() -> None:
    """No rate of nobody, and no ratio to nothing."""
    none = {"n": 0, "rate": None, "low": None, "high": None, "times": None}
    fine = {"n": 50, "rate": 0.02, "low": 0.0, "high": 0.1, "times": FAR}
    assert warned({"a": {"out of fold": none}, "b": {"out of fold": fine}}) == []
    assert warned({"b": {"out of fold": {**fine, "times": FAR + 0.1}}})


def test_the_picture_names_what_carries_the_model(card: dict[str, Any]) -> None:
    """Each vendor's zombies and each study's people have their blocks and leading features."""
    assert set(card["picture"]) == {
        "genuine: study a", "genuine: study b", "zombies: vendor a", "zombies: vendor b",
    }  # fmt: skip
    for group in card["picture"].values():
        assert sum(group["blocks"].values()) > 0.1
        assert len(group["features"]) == 8


def test_the_page_has_them_all(card: dict[str, Any]) -> None:
    """Tables and sentences are on the card's page; a card of before has a page without them."""
    page = markdown(card)
    for text in (
        "## Genuine accounts taken for zombies",
        "## What carries the model",
        "the sample is made up.",
    ):
        assert text in page
    assert "| no posts |" in page
    assert "times as often as all are" in page
    old = {k: v for k, v in card.items() if k not in ("slices", "picture", "checks")}
    assert "## What carries the model" not in markdown(old)


def test_ranking_is_given_with_fields_missing_and_beside_a_rule(card: dict[str, Any]) -> None:
    """Every mask has its pairs; without any count hardly anything ranks; the rule has an AUC for each vendor."""
    ranking = card["ranking"]
    assert {"whole", "counts only", "names only", "without posts_count"} <= set(ranking)
    assert ranking["names only"]["mean"] <= ranking["whole"]["mean"] + 0.02
    assert all(one["worst"] <= one["mean"] for one in ranking.values())
    assert set(card["rule"]) == {"vendor a", "vendor b"}
    text = markdown(card)
    assert "Ranking where fields are missing" in text
    assert "What it knows of each platform" in text


def test_a_model_is_installed_from_any_folder(
    trained: Trained, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Under the name of its card, once; another model of that name is not overwritten."""
    folder = tmp_path_factory.mktemp("elsewhere")
    source = {"name": "made up", "zombie": 220, "genuine": 220, "sha256": {}}
    artefact.write(trained, folder / "mine", [source])
    registry = ModelRegistry([folder / "home"], folder / "home")
    assert registry.install(folder / "mine") == "mine-1"
    assert registry.install(folder / "mine") == "mine-1"
    assert registry.names() == ("mine-1",)
    artefact.write(trained, folder / "other" / "mine", [source], checks=["another one"])
    with pytest.raises(ModelError, match="another model"):
        registry.install(folder / "other" / "mine")
