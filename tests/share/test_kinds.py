"""The share as a mixture of kinds: held where the vendor is new but like known ones, and never an absurd answer."""

import numpy as np
import pytest

from share.simulated import binormal, sample
from zombiescope.share import Templates, Validation, assess
from zombiescope.share.kinds import Kinds, mixed


def logit(scores):
    return np.log(scores / (1 - scores))


def moved(scores, by):
    """Scores of accounts `by` log-odds harder to tell."""
    return 1 / (1 + np.exp(-(logit(scores) - by)))


def known(rng, rows=600):
    """Two vendors, three pseudo-groups of each from as sure to less sure, and two studies likewise."""
    zombies = [binormal(np.ones(rows), 0.99, rng) for _ in range(2)]
    people = [binormal(np.zeros(rows), 0.99, rng) for _ in range(2)]
    return Templates(
        np.concatenate(zombies),
        np.concatenate(people),
        tuple(moved(rows, by) for rows in zombies for by in (0.0, 1.0, 2.5)),
        tuple(moved(rows, -by) for rows in people for by in (0.0, 0.5)),
    )


@pytest.mark.parametrize("share", [0.1, 0.5, 0.87])
def test_a_vendor_between_known_kinds_is_held(share):
    """Fakes that score as no known vendor's do, but as a variant would: the interval holds and is no [0, 1]."""
    rng = np.random.default_rng(int(1000 * share))
    held, widths = 0, []
    for _ in range(40):
        zombie = rng.random(600) < share
        scores = binormal(zombie, 0.99, rng)
        scores = np.where(zombie, moved(scores, 1.8), scores)
        answer = assess(sample(scores), known(rng), Validation(), rng=rng).share
        held += answer.low <= share <= answer.high
        widths.append(answer.high - answer.low)
    assert held >= 37
    assert np.mean(widths) < 0.3


def test_what_no_mixture_explains_fails_the_gate():
    """Scores that no kind gives are told so, however flexible the mixture."""
    rng = np.random.default_rng(4)
    scores = np.clip(rng.normal(0.5, 0.01, 800), 0, 1)
    answer = assess(sample(scores), known(rng), Validation(), rng=rng).share
    assert answer.in_domain is False
    assert answer.estimate is None
    assert answer.method == "unseen-vendor bounds"


def test_templates_without_kinds_are_as_before():
    """A model without kinds gives the plain hull to the last digit."""
    rng = np.random.default_rng(5)
    full = known(rng)
    scores = binormal(rng.random(500) < 0.3, 0.99, rng)
    plain = Templates(full.zombie, full.genuine)
    one, other = (
        assess(sample(scores), templates, Validation(), rng=np.random.default_rng(1)).share
        for templates in (plain, Templates(full.zombie, full.genuine, (), full.genuine_kinds))
    )
    assert one == other
    assert one.method == "aPACC and profile likelihood"


@pytest.mark.parametrize("scores", [[0.9], [0.5] * 50, [0.0] * 30, [1.0] * 30, [0.0, 1.0]])
@pytest.mark.parametrize("rows", [1, 2, 300])
def test_no_sample_gives_nan(scores, rows):
    """One follower, all one score, kinds of one row: bounds within [0, 1] with the share inside."""
    rng = np.random.default_rng(6)
    full = known(rng, rows)
    found = mixed(
        np.array(scores), Kinds(full.zombie_kinds, full.genuine_kinds), design_effect=1.0, rng=rng, refits=19
    )
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert 0 < found.p_value <= 1
    assert np.isfinite(found.endless)


def test_left_out_groups_are_kinds():
    """How a vendor scored when it was left out counts as a kind of its own."""
    rng = np.random.default_rng(7)
    full = known(rng)
    kinds = Kinds.of(full, Validation({"a": full.zombie}, {"b": full.genuine}))
    assert kinds is not None
    assert len(kinds.zombie) == len(full.zombie_kinds) + 1
    assert len(kinds.genuine) == len(full.genuine_kinds) + 1
    assert Kinds.of(Templates(full.zombie, full.genuine), Validation()) is None


def test_too_few_vendors_left_out_are_stood_in_for_by_kinds():
    """With kinds the unseen-vendor bounds end below 1 though no vendor was left out; without they do not."""
    rng = np.random.default_rng(8)
    full = known(rng)
    scores = binormal(rng.random(1000) < 0.1, 0.99, rng)
    with_kinds = assess(sample(scores), full, Validation(), rng=rng).share
    without = assess(sample(scores), Templates(full.zombie, full.genuine), Validation(), rng=rng).share
    assert with_kinds.unseen_vendor.high < 1
    assert without.unseen_vendor.high == 1
    assert any("end at 100%" in line for line in without.warnings)
    assert any("variant of the vendors known" in line for line in with_kinds.warnings)
