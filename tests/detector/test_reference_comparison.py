"""Models of different training files are compared on the accounts that both hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zombiescope.detector import ModelRegistry
from zombiescope.detector.artefact import Artefact
from zombiescope.detector.reference_comparison import on_common_reference

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def shipped() -> Artefact:
    """The model that audits use."""
    return ModelRegistry([MODELS], writable=MODELS).load()


def changed(artefact: Artefact, change: Any) -> Artefact:
    """The same with each reference group changed."""
    groups = [change(dict(group)) for group in artefact.reference["groups"]]
    return replace(artefact, reference_json=json.dumps({"groups": groups}).encode())


def reversed_order(group: dict[str, Any]) -> dict[str, Any]:
    """A model that scores in the opposite order."""
    return {**group, "curve": {**group["curve"], "slope": -group["curve"]["slope"]}}


def other_accounts(group: dict[str, Any]) -> dict[str, Any]:
    """A group of the same name whose last account is another."""
    values = {name: [*rows[:-1], 12345.0] for name, rows in group["values"].items()}
    return {**group, "values": values}


def test_the_same_accounts_are_found_and_compared(shipped: Artefact) -> None:
    """A model is as good as itself, and better than one that scores in the opposite order."""
    same = on_common_reference(shipped, shipped)
    assert same is not None
    accounts, ours, theirs = same
    assert "vendors that both hold" in accounts
    assert ours == theirs
    worse = on_common_reference(changed(shipped, reversed_order), shipped)
    assert worse is not None
    assert worse[1]["auc"] < worse[2]["auc"] == ours["auc"]


def test_other_accounts_under_the_same_name_are_not_compared(shipped: Artefact) -> None:
    """A name says nothing of which accounts are in a group."""
    assert on_common_reference(changed(shipped, other_accounts), shipped) is None


def test_real_and_simulated_have_nothing_in_common(shipped: Artefact) -> None:
    """So neither can take the other's place unasked."""
    simulated = ModelRegistry([MODELS], writable=MODELS).load("sample-3")
    assert on_common_reference(simulated, shipped) is None
    assert on_common_reference(shipped, simulated) is None
