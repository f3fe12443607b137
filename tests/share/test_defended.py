"""The defended interval: its formula, its properties, and what it does where knowledge ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from examples import examples
from share.simulated import binormal, reference, sample
from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.share import Reference, ReferenceGroup, Stratum, defended
from zombiescope.share.defended import limits
from zombiescope.share.inputs import Scored
from zombiescope.share.random_effects import exceedance, prediction_limit


def drawn(
    share: float, rng: np.random.Generator, *, auc: float = 0.97, shift: float = 0.0, n: int = 1000
) -> Scored:
    """A sample at a share, whose zombies and people are `shift` log-odds from the groups' mean."""
    scores = binormal(rng.random(n) < share, auc, rng)
    return sample(1 / (1 + np.exp(-(np.log(scores) - np.log1p(-scores) + shift))))


def test_prediction_limit_is_the_textbooks() -> None:
    """mean + t(.95, K - 1) sd sqrt(1 + 1/K) on the logit scale (Higgins, Thompson & Spiegelhalter 2009)."""
    rates = np.array([[0.01], [0.02], [0.05], [0.03]])
    logits = np.log(rates / (1 - rates))
    reach = t.ppf(0.95, 3) * logits.std(ddof=1) * (1 + 1 / 4) ** 0.5
    assert prediction_limit(rates, 0.95, upper=True)[0] == pytest.approx(
        1 / (1 + np.exp(-(logits.mean() + reach)))
    )


def test_spread_is_at_least_a_floor_and_wider_for_another_kind() -> None:
    """Groups alike by chance do not make a limit of no width; a group of another kind may lie further off."""
    alike = np.full((5, 1), 0.02)
    middle, floored = (prediction_limit(alike, 0.95, upper=True, least_spread=one)[0] for one in (0.0, 0.3))
    assert middle == pytest.approx(0.02)
    reach = t.ppf(0.95, 4) * 0.3 * (1 + 1 / 5) ** 0.5
    assert np.log(floored / (1 - floored)) == pytest.approx(np.log(0.02 / 0.98) + reach)
    wide = prediction_limit(alike, 0.95, upper=True, least_spread=0.3, widened=2.0)[0]
    assert np.log(wide / (1 - wide)) == pytest.approx(np.log(0.02 / 0.98) + 2 * reach)


@pytest.mark.parametrize("groups", [0, 1, 2])
def test_few_groups_limit_nothing(groups: int) -> None:
    """With fewer than three groups of a class a new one may score in any way."""
    rates = np.full((groups, 3), 0.2)
    assert (prediction_limit(rates, 0.9, upper=True) == 1).all()
    assert (prediction_limit(rates, 0.9, upper=False) == 0).all()


def test_exceedance_counts_the_cut_itself() -> None:
    """A score on the cut is at or above it; half a row on either side keeps rates off 0 and 1."""
    assert exceedance([np.array([0.2, 0.5, 0.9])], np.array([0.5, 1.0])).tolist() == [[2.5 / 4, 0.5 / 4]]


def test_new_groups_are_covered() -> None:
    """New vendors and studies that differ as the known ones do: low above the truth by .02 in at most 5%."""
    rng = np.random.default_rng(1)
    accused = acquitted = rounds = 0
    for share in (0.0, 0.1, 0.5, 0.87):
        for _ in range(40):
            scored = drawn(share, rng, shift=rng.normal(0, 0.5))
            limits = defended(scored, reference(0.97, scored, rng, spread=0.5))
            accused += limits.low > share + 0.02
            acquitted += limits.high < share - 0.02
            rounds += 1
    assert accused <= 0.05 * rounds
    assert acquitted <= 0.05 * rounds


def test_more_spread_between_groups_is_wider() -> None:
    """The more the groups left out differ, the less is defended, however many followers are drawn."""
    rng = np.random.default_rng(2)
    scored = drawn(0.5, rng, n=5000)
    near, far = (defended(scored, reference(0.97, scored, rng, spread=spread)) for spread in (0.1, 1.5))
    assert far.low < near.low < near.high <= far.high


def test_without_a_study_of_the_platform_less_is_defended() -> None:
    """A platform whose people no study shows: more false positives are allowed for; without a vendor high is 1."""
    rng = np.random.default_rng(3)
    scored = drawn(0.5, rng)
    known = reference(0.97, scored, rng)
    foreign = Reference(tuple(Stratum(s.rows, s.missing, "elsewhere", s.groups) for s in known.strata))
    home, away = defended(scored, known), defended(scored, foreign)
    assert away.foreign_people
    assert away.foreign_vendors
    assert away.low <= home.low
    assert away.high == 1.0


def test_fields_without_which_nothing_is_told_give_no_lower_limit() -> None:
    """Where a vendor left out ranks below AUC .7 against a study, low is 0 and the missing fields are named."""
    rng = np.random.default_rng(4)
    scored = drawn(0.9, rng, auc=0.7)
    limits = defended(scored, reference(0.7, scored, rng, missing=frozenset({"posts_count"})))
    assert limits.low == 0.0
    assert limits.blind == 1.0
    assert limits.missing == {"posts_count"}


@pytest.mark.parametrize(
    ("stratum", "why"),
    [
        ({"missing": frozenset({"posts_count", "followers_count"})}, "counts"),
        ({"platform_known": False}, "platform"),
    ],
)
def test_followers_who_cannot_be_judged_are_refused(stratum: dict[Any, Any], why: str) -> None:
    """With fewer than two counts, or on a platform that the model knows nobody of, no score says anything."""
    rng = np.random.default_rng(8)
    scored = drawn(0.9, rng)
    (known,) = reference(0.97, scored, rng).strata
    limits = defended(scored, Reference((replace(known, **stratum),)))
    assert (limits.low, limits.high, limits.refused, limits.refusal) == (0.0, 1.0, 1.0, why)
    assert limits.platforms == (("x",) if why == "platform" else ())
    half = replace(known, rows=known.rows[::2], **stratum), replace(known, rows=known.rows[1::2])
    mixed = defended(scored, Reference(half))
    assert mixed.refused == 0.5
    assert mixed.high - mixed.low >= 0.5


def test_followers_of_no_stratum_may_be_anything() -> None:
    """Those of whom nothing is known widen the interval by their part of the sample."""
    rng = np.random.default_rng(5)
    scored = drawn(0.5, rng)
    (whole,) = reference(0.97, scored, rng).strata
    half = Stratum(whole.rows[::2], whole.missing, whole.platform, whole.groups)
    limits = defended(scored, Reference((half,)))
    assert limits.high - limits.low >= 0.5


def test_nothing_known_defends_nothing() -> None:
    """Without reference groups the interval is [0, 1]."""
    rng = np.random.default_rng(6)
    limits = defended(drawn(0.5, rng), Reference())
    assert (limits.low, limits.high) == (0.0, 1.0)


def test_an_endless_sample_is_narrower_and_not_a_point() -> None:
    """Without sampling error the spread between groups stays."""
    rng = np.random.default_rng(7)
    scored = drawn(0.5, rng, n=300)
    known = reference(0.97, scored, rng)
    some, endless = defended(scored, known), defended(scored, known, endless=True)
    assert some.low <= endless.low < endless.high <= some.high


def quiet_people(
    rng: np.random.Generator, share: float, *, quiet: float, flagged: float = 0.15, n: int = 1000
) -> tuple[Scored, Stratum]:
    """A list and groups whose quiet people are flagged far more often; `quiet` of the list's people are quiet."""

    def people(rows: int, few: BoolArray) -> FloatArray:
        unlike = rng.random(rows) < np.where(few, flagged, 0.01)
        return np.where(unlike, rng.uniform(0.8, 1, rows), rng.uniform(0, 0.2, rows))

    def group(name: str, kind: Literal["vendor", "study"]) -> ReferenceGroup:
        few = rng.random(800) < (0.9 if kind == "vendor" else 0.05)
        scores = rng.uniform(0.8, 1, 800) if kind == "vendor" else people(800, few)
        return ReferenceGroup(name, kind, "x", scores, few)

    zombie = rng.random(n) < share
    few = rng.random(n) < np.where(zombie, 0.9, quiet)
    scored = sample(np.where(zombie, rng.uniform(0.8, 1, n), people(n, few)))
    kinds: tuple[Literal["vendor", "study"], ...] = ("vendor", "study")
    groups = tuple(group(f"{kind} {k}", kind) for kind in kinds for k in range(6))
    return scored, Stratum(np.arange(n), frozenset(), "x", groups, quiet=few)


def test_a_list_of_quiet_people_is_not_accused() -> None:
    """Held against all people, quiet ones would be taken for zombies; held against quiet people they are not."""
    scored, stratum = quiet_people(np.random.default_rng(9), 0.0, quiet=1.0)
    assert defended(scored, Reference((replace(stratum, quiet=None),))).low > 0.05
    assert defended(scored, Reference((stratum,))).low <= 0.02


def test_zombies_among_active_people_are_seen_as_well() -> None:
    """Fakes are quiet and most people are not: the quiet followers are nearly all zombies, and are said to be."""
    scored, stratum = quiet_people(np.random.default_rng(10), 0.5, quiet=0.05)
    apart, together = (defended(scored, Reference((one,))) for one in (stratum, replace(stratum, quiet=None)))
    assert apart.low >= 0.4
    assert apart.low >= together.low - 0.05
    assert apart.high == together.high


@settings(max_examples=examples(60))
@given(st.integers(0, 2**32), st.floats(0, 1), st.integers(0, 199), st.floats(0, 1))
def test_a_higher_score_never_lowers_either_end(seed: int, share: float, row: int, raised: float) -> None:
    """Monotone: whoever scores higher can only raise what is defended."""
    rng = np.random.default_rng(seed)
    scored = drawn(share, rng, n=200)
    known = reference(0.97, scored, rng, groups=3, rows=80)
    more = scored.scores.copy()
    more[row] = max(more[row], raised)
    before, after = defended(scored, known), defended(sample(more), known)
    assert after.low >= before.low - 1e-12
    assert after.high >= before.high - 1e-12


def test_limits_of_one_class_alone() -> None:
    """Vendors without a study: nothing is known of people, and the limits are empty."""
    at = limits((ReferenceGroup("v", "vendor", "x", np.array([0.9, 0.8])),), "x")
    assert len(at.cuts) == 0
    assert at.blind
