"""Words: every feature of the catalogue is told in plain words, whatever its value."""

from __future__ import annotations

import numpy as np
import pytest

from zombiescope.detector import reason_text
from zombiescope.features.catalogue import CATALOGUE, INDEX, Feature


def of(name: str) -> Feature:
    return CATALOGUE[INDEX[name]]


@pytest.mark.parametrize("feature", CATALOGUE, ids=lambda f: f.name)
def test_every_feature_has_words(feature: Feature) -> None:
    """Each value gives a sentence's half without a placeholder, a feature's name or a bare meaning."""
    for value in (0.0, 1.0, 0.37, 312.0):
        text = reason_text.value_text(feature, value)
        assert text
        assert "{" not in text
        assert feature.name not in text
        assert not text.startswith(f"{feature.meaning}:")
    assert reason_text.value_text(feature, np.nan) == f"{reason_text.named(feature.name)}: not known"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("follows_per_day", 312.0, "312 follows a day of age"),
        ("posts_per_day", 0.4, "0.4 posts a day of age"),
        ("posts_count", 1.0, "1 post"),
        ("posts_count", 1234.0, "1,234 posts"),
        ("followers_count", 21.0, "21 followers"),
        ("following_to_followers", 1.0, "follows 1 account for each follower"),
        ("account_age", 10.0, "the account is about 2.8 years old"),
        ("account_age", 5.0, "the account is about 32 days old"),
        ("days_since_post", 0.0, "last posted within two days before it was looked at"),
        ("days_since_post", 4.0, "last posted about 16 days before it was looked at"),
        ("has_bio", 0.0, "no bio"),
        ("has_bio", 1.0, "a bio"),
        ("link_share", 0.25, "25% of its posts have a link"),
    ],
)
def test_the_sentences(name: str, value: float, text: str) -> None:
    """Numbers are written as people write them, and one is not many."""
    assert reason_text.value_text(of(name), value) == text


def test_a_feature_to_come_is_told_by_its_meaning() -> None:
    """A feature without words of its own falls back on the catalogue's."""
    new = Feature("moons", "moons", "moons in the bio", "nobody", "profile", ("bio",))
    assert reason_text.value_text(new, 3.0) == "moons in the bio: 3"
    assert reason_text.named("moons") == "moons"
