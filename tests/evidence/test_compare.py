"""Two audits of one account: the difference has an interval, blocks are new or gone, purges are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from report.audits import AS_OF, BLOCK, full, share
from zombiescope.domain import AccountInfo, Audit, Evidence, Frame
from zombiescope.errors import InputError
from zombiescope.evidence import compare


def earlier(**sections: Any) -> Audit:
    return full(**{"as_of": AS_OF - timedelta(days=90), **sections})


def test_the_interval_of_the_difference() -> None:
    """Each audit's own limits make it, so that it need not be symmetric (Newcombe 1998)."""
    found = compare(
        earlier(share=share(estimate=0.30, low=0.26, high=0.35)),
        full(share=share(estimate=0.42, low=0.37, high=0.48)),
    ).share
    assert found.estimate == pytest.approx(0.12)
    assert found.low == pytest.approx(0.12 - np.hypot(0.05, 0.05))
    assert found.high == pytest.approx(0.12 + np.hypot(0.06, 0.04))


def test_the_interval_covers_the_true_difference() -> None:
    """By simulation with Wilson's intervals, 95% in about 95 of 100 cases."""
    from zombiescope.share.critical import wilson

    rng = np.random.default_rng(0)
    held, cases = 0, 2_000
    for _ in range(cases):
        truth = rng.uniform(0, 1, 2)
        audits = []
        for share_of in truth:
            hits = int(rng.binomial(400, share_of))
            low, high = wilson(hits, 400)
            audits.append(share(estimate=hits / 400, low=low, high=high))
        found = compare(earlier(share=audits[0]), full(share=audits[1])).share
        held += found.low <= truth[1] - truth[0] <= found.high
    assert 0.93 <= held / cases <= 0.98


def test_bounds_alone_give_bounds_alone() -> None:
    """Where an audit has no estimate the difference has none either."""
    found = compare(
        earlier(share=share(estimate=None, low=0.2, high=0.6)), full(share=share(low=0.5, high=0.9))
    ).share
    assert found.estimate is None
    assert (found.low, found.high) == pytest.approx((-0.1, 0.7))


def test_new_blocks_and_gone_ones() -> None:
    """A block is known again by when its accounts were made, wherever it has moved."""
    moved = msgspec.structs.replace(BLOCK, from_=500, to=690)
    other = msgspec.structs.replace(
        BLOCK,
        created_from=BLOCK.created_from - timedelta(days=400),
        created_to=BLOCK.created_to - timedelta(days=390),
    )
    found = compare(
        earlier(evidence=Evidence(blocks=(BLOCK, other))),
        full(evidence=Evidence(blocks=(moved,))),
    )
    assert found.new == ()
    assert found.gone == (other,)
    found = compare(earlier(evidence=None), full(evidence=Evidence(blocks=(moved,))))
    assert found.new == (moved,)


def test_a_purge_shows_in_the_list_and_before_a_block() -> None:
    """Nobody can join in front of an old block: if it has moved up, others have left."""
    frame = Frame(declared=1_000, listed=1_000, complete=True, order="oldest-first")
    moved = msgspec.structs.replace(BLOCK, from_=250, to=449)
    found = compare(
        earlier(frame=frame, evidence=Evidence(blocks=(BLOCK,))),
        full(frame=frame, evidence=Evidence(blocks=(moved,))),
    )
    assert found.purged == 50
    assert found.grown == found.listed == 0
    smaller = Frame(declared=900, listed=880, complete=True, order="oldest-first")
    found = compare(earlier(frame=frame), full(frame=smaller))
    assert (found.purged, found.grown, found.listed) == (120, -100, -120)
    window = Frame(declared=900, listed=500, complete=False, order="oldest-first")
    assert compare(earlier(frame=window), full(frame=smaller)).purged is None


def test_what_cannot_be_compared() -> None:
    """Two accounts, an unfinished audit, the wrong order: one clear line each."""
    with pytest.raises(InputError, match="two accounts"):
        compare(earlier(), full(account=AccountInfo(ref="weibo:other", platform="weibo")))
    with pytest.raises(InputError, match="no answer"):
        compare(earlier(share=None), full())
    with pytest.raises(InputError, match="later one"):
        compare(full(), earlier())
