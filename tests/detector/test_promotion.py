"""Which model may take another's place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zombiescope.detector import ModelRegistry
from zombiescope.detector.promotion import at_chance, below_rule, worse
from zombiescope.errors import ModelError


def card(name: str, auc: float, *, sets: str = "a", zombies: int = 50, **more: Any) -> dict[str, Any]:
    """A card with one vendor left out."""
    figures = {"auc": auc, "mcc": auc, "genuine": 100, "zombies": zombies}
    return {
        "name": name,
        "version": "1",
        "sets": [{"name": "set:x", "sha256": sets}],
        "metrics": {"vendor_left_out": {"vendor": {"without posts": figures}}},
        **more,
    }


def test_models_are_compared_on_common_groups() -> None:
    """The same vendor of the same files: the lower figure is worse, an equal one is not."""
    assert "its AUC on the worst of 1 common vendors" in (worse(card("new", 0.8), card("old", 0.9)) or "")
    assert worse(card("new", 0.9), card("old", 0.9)) is None


@pytest.mark.parametrize("other", [{"sets": "b"}, {"zombies": 51}])
def test_figures_on_different_data_are_not_compared(other: dict[str, Any]) -> None:
    """A model of simulated accounts looks perfect on its own data; it does not take a real one's place unasked."""
    assert "no common accounts" in (worse(card("simulated", 1.0, **other), card("real", 0.9)) or "")
    assert "no common accounts" in (worse(card("real", 0.9), card("simulated", 1.0, **other)) or "")


def test_a_comparison_on_the_same_rows_counts_for_both() -> None:
    """What training measured on the same rows decides, whichever of the two came later."""
    pair = {"with": "old-1", "rows": 10, "new": {"auc": 0.9}, "current": {"auc": 0.8}}
    new, old = card("new", 0.1, sets="b", compared=pair), card("old", 0.9)
    assert worse(new, old) is None
    assert "its AUC on the same 10 rows is 0.800, that of new-1 0.900" in (worse(old, new) or "")


def test_the_reference_groups_decide_where_nothing_else_does() -> None:
    """Two models of different files: what both hold is compared, after what training measured."""
    new, old = card("new", 0.9, sets="b"), card("old", 0.9)
    common = "the worst of 2 vendors that both hold", {"auc": 0.7}, {"auc": 0.8}
    assert "that both hold is 0.700, that of old-1 0.800" in (worse(new, old, lambda: common) or "")
    assert worse(old, new, lambda: (common[0], common[2], common[1])) is None
    assert worse(card("new", 0.9), old, lambda: common) is None


class Shelf(ModelRegistry):
    """A registry whose models are cards alone."""

    def load(self, name: str | None = None) -> Any:
        """The card, as an artefact has it."""
        known = {"real-1": card("real", 0.9), "simulated-1": card("simulated", 1.0, sets="b")}
        if name not in known:
            raise ModelError(f"there is no model {name!r}")
        empty: dict[str, Any] = {"reference": {"groups": []}, "left_out_texts": {}, "boosters": {}}
        return type("Loaded", (), {"card": {"inputs": [], **known[name]}, **empty})()

    def path(self, name: str | None = None) -> Path:
        """Any."""
        return self.writable


def test_going_back_to_a_former_model_always_works(tmp_path: Path) -> None:
    """A forced exchange can be undone, by name as by rollback, though the two have no data in common."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "CURRENT").write_text("real-1\n")
    models = Shelf([tmp_path / "home", shipped], writable=tmp_path / "home")
    with pytest.raises(ModelError, match="no common accounts"):
        models.activate("simulated-1")
    models.activate("simulated-1", force=True)
    assert models.activate("real-1") == "simulated-1"
    assert models.activate("simulated-1") == "real-1"
    assert models.rollback() == "real-1"


def test_a_model_at_chance_is_told() -> None:
    """By its random split, or by most of its vendors left out; one vendor alone on its platform does not do it."""

    def metrics(random: float, *vendors: float) -> dict[str, Any]:
        return {
            "random": {"without posts": {"auc": random}},
            "vendor_left_out": {str(k): {"without posts": {"auc": auc}} for k, auc in enumerate(vendors)},
        }

    assert at_chance(metrics(0.99, 0.49, 0.98, 0.97)) is None
    assert "the random split" in (at_chance(metrics(0.51)) or "")
    assert "the median of the vendors" in (at_chance(metrics(0.9, 0.5, 0.55)) or "")


def test_a_model_at_chance_is_not_activated(tmp_path: Path) -> None:
    """Also where no other is in use; --force uses it."""

    class Guessing(ModelRegistry):
        def load(self, name: str | None = None) -> Any:
            guess = card("guess", 0.5, metrics={"random": {"without posts": {"auc": 0.5}}})
            return type("Loaded", (), {"card": guess})()

    models = Guessing([tmp_path], writable=tmp_path)
    with pytest.raises(ModelError, match="accuse people at random"):
        models.activate("guess-1")
    assert models.activate("guess-1", force=True) is None


def test_a_model_below_a_rule_that_needs_none_is_of_no_use() -> None:
    """The medians over the vendors left out are compared; a card without the rule is not judged by it."""
    poor = {"rule": {"a": {"model": 0.7, "rule": 0.9}, "b": {"model": 0.8, "rule": 0.85}}}
    good = {"rule": {"a": {"model": 0.9, "rule": 0.9}, "b": {"model": 0.95, "rule": 0.85}}}
    assert "accounts followed for each follower alone" in (below_rule(poor) or "")
    assert below_rule(good) is None
    assert below_rule({}) is None
