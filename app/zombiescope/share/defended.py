"""The defended interval: limits on the share that hold for fakes of a vendor and people of a study never seen.

With a of the followers at or above a cut, f of genuine accounts and s of zombies there: a = share s + (1 - share) f, so

    low  = max over cuts of (a_low - f_high) / (1 - f_high)        high = min over cuts of a_high / s_low

f_high and s_low are the prediction limits of a study and a vendor never seen (`random_effects`), the reference groups
being scored with the followers' own fields missing. a_low and a_high hold the sampling error with the design effect,
once over all cuts looked at. Followers with different fields missing form strata; a share of the whole is the weighted
sum of the strata's. For the lower limit quiet followers are held against quiet people, the others against the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zombiescope.share.critical import wilson
from zombiescope.share.inputs import Floats, Ints, Reference, ReferenceGroup, Refusal, Scored, Stratum
from zombiescope.share.random_effects import exceedance, prediction_limit

__all__ = ["Defended", "Limits", "attainable", "defended", "limits", "ranks"]

CUTS = 40
# One-sided levels of the prediction limits, and the caution beyond them, chosen on the shipped model's reference groups
# and tested on pairs of a vendor and a study left out together (benchmarks/stress.py; docs/method.md).
STUDY_LEVEL = 0.95
VENDOR_LEVEL = 0.9
LEAST_SPREAD = 0.3  # of a rate's log-odds between groups
FOREIGN_SPREAD = 2.0  # times the spread between studies, where no study of the platform's own people is known
VENDOR_CAUTION = 0.7  # on the least sensitivity: vendors differ more than the few known ones do
# Of any vendor against any study left out; below it fields are missing without which nothing is told.
LEAST_AUC = 0.7
# Cuts at which more people than this may be flagged, or fewer zombies, say nothing: there the limits hang on the one
# row in a thousand of a group that is not flagged, or is.
MOST_FALSE_POSITIVES = 0.7
LEAST_SENSITIVITY = 0.1
ENDLESS = 1e12  # followers
LEAST_ROWS = 20  # of followers, or of a study's people like them; of fewer nothing is said


@dataclass(frozen=True)
class Limits:
    """What a new study and a new vendor may score at each cut.

    cuts, false_positives (most), sensitivity (least): (cuts,). foreign_people, foreign_vendors: no study, no vendor of
    the followers' platform is known. auc: how well the worst pair of groups left out is ranked; None without a pair.
    """

    cuts: Floats
    false_positives: Floats
    sensitivity: Floats
    foreign_people: bool
    foreign_vendors: bool
    auc: float | None

    @property
    def blind(self) -> bool:
        """Whether the detector ranks too near to chance, with these fields missing, for a lower limit."""
        return self.auc is None or self.auc < LEAST_AUC


@dataclass(frozen=True)
class Defended:
    """The interval, and what it is made of.

    low, high: of the share among the reached followers. blind: part of the followers (0 to 1) with fields missing
    without which nothing is told; missing: those fields. foreign_people, foreign_vendors: as in `Limits`, of any
    stratum. refused: part of the followers of whom nothing can be said without labels; refusal: why, of most of them.
    platforms: of these, where their platform is why.
    """

    low: float
    high: float
    blind: float = 0.0
    missing: frozenset[str] = frozenset()
    foreign_people: bool = False
    foreign_vendors: bool = False
    refused: float = 0.0
    refusal: Refusal | None = None
    platforms: tuple[str, ...] = ()


def limits(groups: tuple[ReferenceGroup, ...], platform: str) -> Limits:
    """The limits of a new study and a new vendor, from groups left out."""
    people = [one for one in groups if one.kind == "study"]
    vendors = [one for one in groups if one.kind == "vendor"]
    if not people or not vendors:
        # Without a group of either class nothing is known: an empty set of cuts gives 0 and 1.
        nothing = np.zeros(0)
        return Limits(nothing, nothing, nothing, not people, not vendors, None)
    ends = np.clip([[one.scores.min(), one.scores.max()] for one in groups], 1e-9, 1 - 1e-9)
    logits = np.log(ends) - np.log1p(-ends)
    cuts = 1 / (1 + np.exp(-np.linspace(logits.min(), logits.max(), CUTS)))
    rates = exceedance([one.scores for one in people], cuts)
    caught = exceedance([one.scores for one in vendors], cuts)
    foreign_people = all(one.platform != platform for one in people)
    false_positives = _new_study(rates, foreign_people)
    sensitivity = prediction_limit(caught, VENDOR_LEVEL, upper=False, least_spread=LEAST_SPREAD)
    return Limits(
        cuts,
        false_positives,
        VENDOR_CAUTION * sensitivity,
        foreign_people,
        all(one.platform != platform for one in vendors),
        ranks(vendors, people),
    )


def _new_study(rates: Floats, foreign: bool) -> Floats:
    """(cuts,) the most of a new study's people that may score at or above each cut.

    rates: (studies, cuts). foreign: none of the studies is of the followers' platform.
    """
    return prediction_limit(
        rates,
        STUDY_LEVEL,
        upper=True,
        least_spread=LEAST_SPREAD,
        widened=FOREIGN_SPREAD if foreign else 1.0,
    )


def ranks(vendors: list[ReferenceGroup], people: list[ReferenceGroup]) -> float:
    """The least AUC of a vendor against a study."""
    sides = [np.sort(one.scores) for one in people]

    def auc(zombie: Floats, genuine: Floats) -> float:
        below = np.searchsorted(genuine, zombie, side="left") + np.searchsorted(genuine, zombie, side="right")
        return float(below.mean() / (2 * len(genuine)))

    return min(auc(one.scores, genuine) for one in vendors for genuine in sides)


def defended(
    scored: Scored,
    reference: Reference,
    *,
    design_effect: float = 1.0,
    level: float = 0.95,
    endless: bool = False,
) -> Defended:
    """The defended interval of a sample's share.

    design_effect: factor on the variance of the flagged share; below 1 it is not used, since it was told from the
    scores' mean. endless: without the sampling error, as an endless sample would have it. Followers outside every
    stratum, in a small one, or with fields missing without which nothing is told may all be genuine or all zombies.
    """
    n = len(scored.scores)
    if n == 0:
        return Defended(0.0, 1.0)
    low, high, blind = 0.0, 1.0, 0.0
    missing: frozenset[str] = frozenset()
    foreign_people = foreign_vendors = False
    refused: dict[Refusal, float] = {}
    platforms: list[str] = []
    for stratum in reference.strata:
        weight = len(stratum.rows) / n
        if stratum.refused is not None:
            refused[stratum.refused] = refused.get(stratum.refused, 0.0) + weight
            platforms += [stratum.platform] * (stratum.refused == "platform")
            missing |= stratum.missing
            continue
        at = limits(stratum.groups, stratum.platform)
        foreign_people |= at.foreign_people
        foreign_vendors |= at.foreign_vendors
        if at.blind and len(stratum.rows):
            blind += weight
            missing |= stratum.missing
        if len(stratum.rows) >= LEAST_ROWS and len(at.cuts):
            least, most = _stratum(
                scored.scores, stratum, at, 0.0 if endless else max(design_effect, 1.0), level
            )
            low += weight * least
            high -= weight * (1 - most)
    low, high = min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)
    return Defended(
        low,
        max(low, high),
        blind,
        missing,
        foreign_people,
        foreign_vendors,
        sum(refused.values()),
        max(refused.items(), key=lambda one: one[1])[0] if refused else None,
        tuple(sorted(set(platforms))),
    )


def attainable(groups: tuple[ReferenceGroup, ...], platform: str, share: float) -> float:
    """The half-width that an endless sample would leave of a list of which `share` are zombies.

    The list's zombies and people score as the known vendors and studies do on average.
    """
    at = limits(groups, platform)
    if len(at.cuts) == 0:
        return 0.5
    zombie, genuine = (
        exceedance([one.scores for one in groups if one.kind == kind], at.cuts).mean(axis=0)
        for kind in ("vendor", "study")
    )
    flagged = share * zombie + (1 - share) * genuine
    least = 0.0 if at.blind else _least(flagged, ENDLESS, at.false_positives, 0.5)
    return (max(least, _most(flagged, ENDLESS, at, 0.5)) - least) / 2


def _stratum(
    scores: Floats, stratum: Stratum, at: Limits, design_effect: float, level: float
) -> tuple[float, float]:
    """The interval within one stratum."""
    rows = scores[stratum.rows]
    # Bonferroni's correction over ten cuts: neighbouring ones of the grid flag nearly the same followers.
    each = 1 - (1 - level) / 10
    most = _most(_flagged(rows, at.cuts), len(rows) / design_effect if design_effect else ENDLESS, at, each)
    if at.blind:
        return 0.0, most
    least = 0.0
    for part, people in _parts(stratum, at):
        if len(part) >= LEAST_ROWS:
            flagged = _flagged(rows[part], at.cuts)
            n = len(part) / design_effect if design_effect else ENDLESS
            least += len(part) / len(rows) * _least(flagged, n, people, each)
    return least, most


def _parts(stratum: Stratum, at: Limits) -> Iterator[tuple[Ints, Floats]]:
    """The quiet followers and the others, each with the most of a new study's people like them that score as high.

    How many of a list's people are quiet differs from list to list, and quiet people score higher: without this a list
    of quiet people would be taken for one with zombies. A study with few such people does not count.
    """
    if stratum.quiet is None or any(one.quiet is None for one in stratum.groups):
        yield np.arange(len(stratum.rows)), at.false_positives
        return
    for few in (True, False):
        alike = [
            (one.platform, one.scores[one.quiet == few]) for one in stratum.groups if one.kind == "study"
        ]
        alike = [(platform, rows) for platform, rows in alike if len(rows) >= LEAST_ROWS]
        if alike:
            foreign = all(platform != stratum.platform for platform, _ in alike)
            rates = exceedance([rows for _, rows in alike], at.cuts)
            yield np.flatnonzero(stratum.quiet == few), _new_study(rates, foreign)


def _flagged(rows: Floats, cuts: Floats) -> Floats:
    """(cuts,) the part of some scores at or above each cut."""
    return (len(rows) - np.searchsorted(np.sort(rows), cuts, side="left")) / len(rows)


def _least(flagged: Floats, n: float, people: Floats, level: float) -> float:
    """The lower limit where `flagged` ((cuts,)) of `n` followers, and at most `people` of people, score so high."""
    telling = people <= MOST_FALSE_POSITIVES
    lower = np.array([wilson(rate * n, n, level)[0] for rate in flagged[telling].tolist()])
    return float(((lower - people[telling]) / (1 - people[telling])).max(initial=0.0))


def _most(flagged: Floats, n: float, at: Limits, level: float) -> float:
    """The upper limit where `flagged` ((cuts,)) of `n` followers score so high."""
    caught = at.sensitivity >= LEAST_SENSITIVITY
    if at.foreign_vendors or not caught.any():
        return 1.0
    upper = np.array([wilson(rate * n, n, level)[1] for rate in flagged[caught].tolist()])
    return float((upper / at.sensitivity[caught]).min(initial=1.0))
