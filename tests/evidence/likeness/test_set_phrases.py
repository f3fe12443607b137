"""Set phrases: golden values on both sides of the part of others who may write them too."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zombiescope.evidence.likeness.set_phrases import RARE, distinctive

OWN = "buy cheap followers"
OTHER = "we love good tea"


@pytest.mark.parametrize(("others", "expected"), [(0, 1.0), (2, 1.0), (3, 0.0)])
def test_a_tenth_as_many_others_may_write_it(others: int, expected: float) -> None:
    """Of twenty members two others may write the same words; with a third the phrase is everybody's."""
    assert RARE == 0.1
    texts = pa.array([OWN] * (20 + others) + [OTHER] * 50)
    assert distinctive(texts, [np.arange(20)]) == [expected]


def test_the_part_of_the_pairs() -> None:
    """Of the two word pairs one is the group's own; a text of one word has none."""
    texts = pa.array([OWN] * 20 + ["cheap followers"] * 9 + ["tea"] * 5)
    assert distinctive(texts, [np.arange(20), np.arange(29, 34)]) == [0.5, 0.0]
    assert distinctive(texts, []) == []
