"""Statements of one audit agree: deliveries enter once, parts stand within the whole, dormant within genuine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from present import present
from share.simulated import binormal, reference, sample, templates
from zombiescope.domain import Block, Deliveries, Evidence, Family, Interval, Share
from zombiescope.share import assess, evidence_within
from zombiescope.share.consistency import dormant_within
from zombiescope.share.moments import move

WHOLE = Share(
    estimate=0.3,
    low=0.2,
    high=0.4,
    level=0.95,
    method="m",
    assumes="known kinds",
    if_known=Interval(0.3, 0.25, 0.35),
    whole_frame=None,
    whole_account=None,
)


def block(followers: int, share: float) -> Block:
    """A run with an estimated share."""
    return Block(
        from_=0,
        to=followers,
        followers=followers,
        created_from=None,
        created_to=None,
        share=share,
        p_value=0.0,
    )


def evidence(*blocks: Block, families: tuple[Family, ...] | None = None) -> Evidence:
    """What a search of 1,000 followers has."""
    return Evidence(
        blocks=blocks, sign_ups=(), basis="list", examined=1000, dated=1000, families=families, spikes=None,
        cohorts=None, follow_dates=None, clock=None,
    )  # fmt: skip


def test_what_deliveries_raise_is_raised_everywhere() -> None:
    """Low, the bounds of frame and account, the dormant share and the posteriors come from one raised share."""
    rng = np.random.default_rng(1)
    zombie = rng.random(1000) < 0.5
    scored = sample(
        binormal(zombie, 0.95, rng), declared=1_100_000, silent=(rng.random(1000) < 0.9).astype(np.float64)
    )
    given = (scored, templates(0.95, 800, rng), reference(0.95, scored, rng, spread=1.0))
    bound = Deliveries(low=0.45, excess=0.48, runs=2, in_runs=0.5, separation=0.99)
    plain, raised = (
        assess(*given, rng=np.random.default_rng(2), claim=0.4, deliveries=one) for one in (None, bound)
    )
    assert plain.share.low < 0.4 < raised.share.low == 0.45
    assert present(raised.claim).verdict == "too low"
    assert present(raised.share.whole_frame).low == pytest.approx(0.45, abs=0.01)
    assert present(raised.share.whole_account).low > present(plain.share.whole_account).low
    assert present(raised.dormant).high <= 1 - 0.45
    assert raised.posterior == pytest.approx(move(scored.scores, present(raised.share.estimate)))


def test_parts_stand_within_the_whole() -> None:
    """A block whose zombies alone would be more than the whole's upper limit has no printed share."""
    within = evidence_within(evidence(block(300, 0.9), block(500, 0.9), block(900, 0.02)), WHOLE)
    assert [one.share for one in within.blocks] == [0.9, None, None]
    family = Family(
        kind="handle", shared="a", followers=100, expected=None, p_value=None, places=(), share=0.5
    )
    assert evidence_within(evidence(families=(family,)), WHOLE).families == (family,)


def test_parts_are_withheld_with_the_wholes_estimate() -> None:
    """The parts' shares assume known kinds; where the whole's estimate by that assumption is withheld, so are they."""
    unsound = Share(
        estimate=None, low=0.2, high=0.4, level=0.95, method="m", whole_frame=None, whole_account=None
    )
    assert evidence_within(evidence(block(300, 0.3)), unsound).blocks[0].share is None


@pytest.mark.parametrize(
    ("dormant", "expected"),
    [
        ((0.3, 0.1, 0.9), (0.3, 0.2, 0.8)),
        ((0.95, 0.9, 0.99), (0.8, 0.8, 0.8)),
        ((None, 0.0, 1.0), (None, 0.2, 0.8)),
    ],
)
def test_dormant_and_zombies_fit_into_one_list(dormant: Any, expected: Any) -> None:
    """With 20% to 40% zombies and 60% silent, 20% to 80% are dormant: silent and genuine."""
    within = dormant_within(Interval(*dormant), Interval(0.6, 0.6, 0.65), WHOLE)
    assert (within.estimate, within.low, within.high) == pytest.approx(expected)
