"""Two audits of one account: the difference has an interval, blocks are new or gone, who left is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from report.audits import AS_OF, BLOCK, full, scored, share
from share.simulated import binormal, sample, templates
from zombiescope.compare import Change, Compared, compare
from zombiescope.compare.correlation import correlation, mover
from zombiescope.domain import (
    AccountInfo,
    Audit,
    Evidence,
    FollowerScore,
    Frame,
    Interval,
    ModelInfo,
    Sample,
    Span,
)
from zombiescope.errors import InputError
from zombiescope.share import Templates
from zombiescope.share.estimate import estimate

N = 400


def earlier(**sections: Any) -> Audit:
    return full(**{"as_of": AS_OF - timedelta(days=90), "labels": None, **sections})


def later(**sections: Any) -> Audit:
    return full(**{"labels": None, **sections})


def change(one: Audit, other: Audit, **given: Any) -> Change:
    return compare(Compared(one), Compared(other), **given)


def test_the_interval_of_the_difference() -> None:
    """Each audit's own limits make it, so that it need not be symmetric (Newcombe 1998)."""
    difference = change(
        earlier(share=share(estimate=0.30, low=0.26, high=0.35)),
        later(share=share(estimate=0.42, low=0.37, high=0.48)),
    ).share
    assert difference.estimate == pytest.approx(0.12)
    assert difference.low == pytest.approx(0.12 - np.hypot(0.05, 0.05))
    assert difference.high == pytest.approx(0.12 + np.hypot(0.06, 0.04))
    assert (difference.method, difference.verdict) == ("independent", "rose")


def test_the_order_of_the_two_does_not_matter() -> None:
    """Their dates say which is the earlier."""
    one, two = earlier(), later(share=share(estimate=0.5, low=0.45, high=0.55))
    assert change(one, two) == change(two, one)
    assert change(one, two).share.verdict == "fell"


def test_the_interval_covers_the_true_difference() -> None:
    """By simulation with Wilson's intervals, 95% in about 95 of 100 cases."""
    from zombiescope.share.critical import wilson

    rng = np.random.default_rng(0)
    held, cases = 0, 2_000
    for _ in range(cases):
        truth = rng.uniform(0, 1, 2)
        audits: list[Interval] = []
        for share_of in truth:
            hits = int(rng.binomial(400, share_of))
            audits.append(Interval(hits / 400, *wilson(hits, 400)))
        low, high = mover(audits[0], audits[1])
        held += low <= truth[1] - truth[0] <= high
    assert 0.93 <= held / cases <= 0.98


def _estimated(scores: np.ndarray, known: Templates, rng: np.random.Generator) -> Interval:
    interval = estimate(scores, known, fraction=0.001, level=0.95, rng=rng, refits=1)
    return Interval(interval.point, interval.low, interval.high)


@pytest.mark.parametrize("common", [0, 0.5, 0.9])
def test_one_model_and_common_followers_narrow_the_interval_and_it_still_covers(common: float) -> None:
    """Few template rows, so that their error is most of each interval: it moves both estimates alike, and what is
    in both samples cancels out. Coverage stays, the width falls below that of independent audits.
    """
    rng = np.random.default_rng([7, int(10 * common)])
    cases, held, apart = 250, 0, 0
    wide, narrow = [], []
    for _ in range(cases):
        first = float(rng.choice([0.1, 0.3, 0.6]))
        known = templates(0.95, 150, rng)
        shared = round(common * N)
        old, new = rng.random(N) < first, rng.random(N - shared) < first + 0.2
        scores = binormal(old, 0.95, rng)
        rows = np.arange(shared, dtype=np.int64)
        both = scores, np.concatenate((scores[:shared], binormal(new, 0.95, rng)))
        truth = (1 - common) * 0.2
        pair = [_estimated(s, known, rng) for s in both]
        r = correlation((sample(both[0]), known), (sample(both[1]), known), (rows, rows))
        low, high = mover(pair[0], pair[1], r)
        as_independent = mover(pair[0], pair[1])
        held += low <= truth <= high
        apart += as_independent[0] <= truth <= as_independent[1]
        narrow.append(high - low)
        wide.append(as_independent[1] - as_independent[0])
    assert held / cases >= 0.93
    assert apart / cases >= held / cases
    assert np.mean(narrow) < (0.97 if common == 0 else 0.85) * np.mean(wide)


def test_different_templates_are_taken_for_independent() -> None:
    """Two models, or two views of one, do not err alike for sure; without common followers nothing is shared."""
    rng = np.random.default_rng(3)
    scores = binormal(rng.random(N) < 0.3, 0.95, rng)
    none = np.empty(0, dtype=np.int64)
    known, other = templates(0.95, 150, rng), templates(0.95, 150, rng)
    assert correlation((sample(scores), known), (sample(scores), other), (none, none)) == 0
    assert correlation((sample(scores), known), (sample(scores), known), (none, none)) > 0.1


def test_what_no_sample_saw_stays_possible() -> None:
    """The same followers twice differ by nothing; that is no proof that nobody else changed."""
    rng = np.random.default_rng(4)
    scores, known = binormal(rng.random(60) < 0.5, 0.99, rng), templates(0.99, 500, rng)
    one, two = (Compared(audit, sample(scores), known) for audit in (earlier(), later()))
    difference = compare(one, two).share
    assert (difference.estimate, difference.method, difference.in_both) == (0, "dependent", 60)
    assert difference.correlation == pytest.approx(0.99)
    assert difference.low <= -0.05 < 0.05 <= difference.high


def test_bounds_alone_give_bounds_alone() -> None:
    """Where the gate refused an estimate, or the models differ, ends are subtracted and no estimate is given."""
    difference = change(
        earlier(share=share(estimate=None, low=0.2, high=0.6)), later(share=share(low=0.5, high=0.9))
    ).share
    assert (difference.estimate, difference.method) == (None, "bounds")
    assert (difference.low, difference.high) == pytest.approx((-0.1, 0.7))
    other = change(earlier(model=ModelInfo(name="followers", version="2", sha256="cd")), later())
    assert (other.share.estimate, other.share.method) == (None, "bounds")
    assert "different models" in other.warnings[0]
    refused = change(earlier(share=share(in_domain=False, unseen_vendor=Span(0.79, 1.0))), later()).share
    assert refused.estimate is None
    assert refused.low == pytest.approx(0.834 - 1.0)


def test_new_blocks_and_gone_ones() -> None:
    """A block is known again by when its accounts were made, wherever it has moved."""
    moved = msgspec.structs.replace(BLOCK, from_=500, to=690)
    assert BLOCK.created_from is not None
    assert BLOCK.created_to is not None
    other = msgspec.structs.replace(
        BLOCK,
        created_from=BLOCK.created_from - timedelta(days=400),
        created_to=BLOCK.created_to - timedelta(days=390),
    )
    comparison = change(
        earlier(evidence=Evidence(blocks=(BLOCK, other))), later(evidence=Evidence(blocks=(moved,)))
    )
    assert comparison.new == ()
    assert comparison.gone == (other,)
    comparison = change(
        earlier(evidence=Evidence(basis="sample")), later(evidence=Evidence(blocks=(moved,), basis="list"))
    )
    assert comparison.new == (moved,)
    assert any("need not be new or gone" in text for text in comparison.warnings)


def test_blocks_of_the_same_days_are_told_apart_by_when_they_followed() -> None:
    """One vendor's batch delivered in two parts: the second part is new, the first is the old one."""
    first = msgspec.structs.replace(BLOCK, followed_from=AS_OF - timedelta(days=200))
    second = msgspec.structs.replace(BLOCK, followed_from=AS_OF - timedelta(days=20), from_=10, to=200)
    comparison = change(
        earlier(evidence=Evidence(blocks=(first,))), later(evidence=Evidence(blocks=(second, first)))
    )
    assert (comparison.new, comparison.gone) == ((second,), ())


def test_what_one_audit_calls_sign_ups_is_no_new_block() -> None:
    """A run at the head of the earlier list may be a block once others have followed after it."""
    comparison = change(
        earlier(evidence=Evidence(sign_ups=(BLOCK,))), later(evidence=Evidence(blocks=(BLOCK,)))
    )
    assert (comparison.new, comparison.gone) == ((), ())


def test_a_purge_shows_in_the_list_and_before_a_block() -> None:
    """Nobody can join in front of an old block: if it has moved up, others have left."""
    frame = Frame(declared=1_000, listed=1_000, complete=True, order="oldest-first")
    moved = msgspec.structs.replace(BLOCK, from_=250, to=449)
    comparison = change(
        earlier(frame=frame, evidence=Evidence(blocks=(BLOCK,))),
        later(frame=frame, evidence=Evidence(blocks=(moved,))),
    )
    assert comparison.left_at_least == 50
    assert comparison.declared == comparison.listed == 0
    smaller = Frame(declared=900, listed=880, complete=True, order="oldest-first")
    comparison = change(earlier(frame=frame), later(frame=smaller))
    assert (comparison.left_at_least, comparison.declared, comparison.listed) == (120, -100, -120)
    window = Frame(declared=900, listed=500, complete=False, order="oldest-first")
    comparison = change(earlier(frame=window), later(frame=smaller))
    assert comparison.left_at_least is None
    assert comparison.listed is None


def people(number: int) -> tuple[FollowerScore, ...]:
    return scored(number)


def test_who_left_by_the_later_list() -> None:
    """Of the earlier sample those who are not on the later list, with an interval on their part of the whole list,
    and how many of them were zombies by their posteriors.
    """
    sampled = people(400)
    stayed = frozenset(
        one.id for i, one in enumerate(sampled) if i % 4 != 1
    )  # a quarter left, all of them zombies
    one = Compared(earlier(followers=sampled))
    left = compare(one, Compared(later(), listed=stayed)).left
    assert left is not None
    assert (left.looked_up, left.gone, left.basis) == (400, 100, "list")
    assert left.part.estimate == pytest.approx(0.25)
    assert 0.20 < left.part.low < 0.25 < left.part.high < 0.30
    assert left.zombies is not None
    assert left.zombies.low > 0.9
    assert compare(one, Compared(later())).left is None


def test_the_part_that_left_is_covered() -> None:
    """The interval of who left holds the truth in at least 94 of 100 cases."""
    rng = np.random.default_rng(5)
    held, cases, listed = 0, 400, 2_000
    frame = Frame(declared=None, listed=listed, complete=True, order="unknown")
    base = people(1)[0]
    for _ in range(cases):
        left = rng.random(listed) < rng.uniform(0, 0.4)
        drawn = rng.choice(listed, 300, replace=False)
        sampled = tuple(msgspec.structs.replace(base, id=str(i)) for i in drawn.tolist())
        ids = frozenset(str(i) for i in np.flatnonzero(~left).tolist())
        gone_part = compare(
            Compared(earlier(followers=sampled, frame=frame)), Compared(later(), listed=ids)
        ).left
        assert gone_part is not None
        held += gone_part.part.low <= left.mean() <= gone_part.part.high
    assert held / cases >= 0.94


def test_a_census_is_a_list_too() -> None:
    """Where the later audit took everybody, its followers are its list, and nothing is left to sampling error if the
    earlier was a census too.
    """
    frame = Frame(declared=400, listed=400, complete=True, order="newest-first")
    all_of_it = Sample(design="census", seed=0, drawn=400, scored=400)
    sampled = people(400)
    fewer = msgspec.structs.replace(frame, listed=300)
    left = change(
        earlier(frame=frame, sample=all_of_it, followers=sampled),
        later(
            frame=fewer,
            sample=msgspec.structs.replace(all_of_it, drawn=300, scored=300),
            followers=sampled[:300],
        ),
    ).left
    assert left is not None
    assert (left.gone, left.basis) == (100, "census")
    assert left.part == Interval(0.25, 0.25, 0.25)


def test_what_cannot_be_compared() -> None:
    """Two accounts or platforms, simulated and real, an unfinished audit: one clear line each."""
    other = AccountInfo(ref="weibo:other", platform="weibo")
    with pytest.raises(InputError, match="two accounts"):
        change(earlier(), later(account=other))
    assert change(earlier(), later(account=other), same_account=True).account == "weibo:other"
    with pytest.raises(InputError, match="two platforms"):
        change(earlier(), later(account=AccountInfo(ref="x:embassy", platform="x")), same_account=True)
    with pytest.raises(InputError, match="simulated"):
        change(earlier(simulated=True), later())
    with pytest.raises(InputError, match="no answer"):
        change(earlier(share=None), later())
