"""Labellers' errors: what share the answers of two or more people allow, and what a published experiment would imply.

Latent classes (Dawid & Skene 1979; Hui & Walter 1980): the true class is hidden, each person misses some zombies and
accuses some genuine accounts, independently given the class. Two people's answers seldom tell all of that apart, so
the share is not estimated but bounded: by the profile likelihood over all error rates that a labeller may have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri

from zombiescope.domain import Interval, LabellerErrors, Span
from zombiescope.share.critical import wilson
from zombiescope.share.inputs import Floats, LabelledFollower

__all__ = ["OVERLAP", "LatentClasses", "if_as_published", "latent_classes"]

OVERLAP = 30  # followers that two people labelled from which their errors are looked at
STEP = 0.01  # of the shares that are tried
STARTS = 6  # of each; the likelihood has several peaks
STEPS = 300  # of expectation maximisation
LEAST = 1e-9  # keeps logarithms finite
# A labeller finds a zombie and clears a person at least so often, and does better than chance. In Cresci et al. 2017
# people found .67 of the bought accounts and cleared .63 of the real ones, and .39 of real accounts drawn at random.
SENSITIVITY, SPECIFICITY = 0.5, 0.35
FOUND, ACCUSED = 0.67, 0.37  # of bought accounts, and of real users, called bought in that experiment


@dataclass(frozen=True)
class LatentClasses:
    """share: the shares that the answers do not exclude. likeliest: among them. overlap: followers labelled by two.

    errors: each labeller's over these shares, with the error of drawing (Wilson).
    """

    share: Span
    likeliest: float
    errors: tuple[LabellerErrors, ...]
    overlap: int


def latent_classes(labels: Iterable[LabelledFollower], *, level: float = 0.95) -> LatentClasses | None:
    """The shares that labels leave possible if labellers err; None where no 30 followers have two labels.

    An annotator's last label of a follower counts; "cannot tell" is none. The share belongs to the followers that the
    labelled ones were drawn from. Where both labellers are misled by the same accounts their errors are not
    independent, and the true share may lie outside. Same labels, same answer.
    """
    answers: dict[int, dict[str, bool]] = {}
    for label in labels:
        if label.index is None:
            continue
        verdicts = answers.setdefault(label.index, {})
        verdicts.pop(label.annotator, None)
        if label.label is not None:
            verdicts[label.annotator] = label.label == "zombie"
    overlap = sum(len(verdicts) > 1 for verdicts in answers.values())
    if overlap < OVERLAP:
        return None
    people = sorted({who for verdicts in answers.values() for who in verdicts})
    cells: dict[tuple[int, ...], int] = {}
    for verdicts in answers.values():
        if verdicts:
            pattern = tuple(int(verdicts[who]) if who in verdicts else -1 for who in people)
            cells[pattern] = cells.get(pattern, 0) + 1
    patterns = np.array(sorted(cells))
    counts = np.array([cells[tuple(pattern)] for pattern in patterns.tolist()], dtype=np.float64)
    shares = np.linspace(0.0, 1.0, round(1 / STEP) + 1)
    likelihood, errors = _profile(patterns, counts, shares)
    possible = 2 * (likelihood.max() - likelihood) <= chdtri(1, 1 - level)
    return LatentClasses(
        _span(shares[possible], STEP / 2),
        float(shares[likelihood.argmax()]),
        tuple(
            LabellerErrors(
                annotator=who,
                missed=_rates(errors.misses[possible, i], errors.zombies[possible, i], level),
                accused=_rates(errors.alarms[possible, i], errors.genuine[possible, i], level),
            )
            for i, who in enumerate(people)
        ),
        overlap,
    )


def if_as_published(
    share: Interval, *, sensitivity: float = FOUND, false_positives: float = ACCUSED
) -> Interval:
    """What the share would be had the labellers erred as people did in a published experiment (Rogan & Gladen 1978).

    share: by labels as they stand. In the experiment people called 67% of the bought accounts bought, and 37% of the
    real users too (Cresci et al. 2017). Clipped to [0, 1].
    """

    def corrected(value: float) -> float:
        return min(max((value - false_positives) / (sensitivity - false_positives), 0.0), 1.0)

    return Interval(
        None if share.estimate is None else corrected(share.estimate),
        corrected(share.low),
        corrected(share.high),
    )


@dataclass(frozen=True)
class _Errors:
    """(shares, people) expected zombies labelled and missed, genuine accounts labelled and accused."""

    zombies: Floats
    misses: Floats
    genuine: Floats
    alarms: Floats


def _profile(patterns: npt.NDArray[np.int64], counts: Floats, shares: Floats) -> tuple[Floats, _Errors]:
    """Log-likelihood of each share, (shares,), at the errors that fit it best, and these.

    patterns: (cells, people) 1 zombie, 0 genuine, -1 not labelled. counts: (cells,) followers.
    """
    people = patterns.shape[1]
    yes, no = (patterns == 1).astype(np.float64), (patterns == 0).astype(np.float64)
    share = np.repeat(shares, STARTS)[:, None]
    rng = np.random.default_rng(0)
    sensitivity = rng.uniform(SENSITIVITY, 1, (len(share), people))
    specificity = rng.uniform(SENSITIVITY, 1, (len(share), people))
    for _ in range(STEPS):
        zombies = np.exp(_log_joint(share, sensitivity, specificity, yes, no)[1]) * counts
        genuine = counts - zombies
        hits, misses, alarms, clear = zombies @ yes, zombies @ no, genuine @ yes, genuine @ no
        sensitivity = np.clip((hits + LEAST) / (hits + misses + LEAST), SENSITIVITY, 1)
        specificity = np.clip((clear + LEAST) / (clear + alarms + LEAST), SPECIFICITY, 1)
        # No better than chance: then the same part of both classes is called zombie.
        alike = np.clip((hits + alarms) / (yes + no).T.dot(counts), SENSITIVITY, 1 - SPECIFICITY)
        chance = sensitivity + specificity < 1
        sensitivity = np.where(chance, alike, sensitivity)
        specificity = np.where(chance, 1 - alike, specificity)
    likelihood = _log_joint(share, sensitivity, specificity, yes, no)[0] @ counts
    best = likelihood.reshape(-1, STARTS).argmax(axis=1) + np.arange(len(shares)) * STARTS
    return likelihood[best], _Errors(
        (hits + misses)[best], misses[best], (clear + alarms)[best], alarms[best]
    )


def _log_joint(
    share: Floats, sensitivity: Floats, specificity: Floats, yes: Floats, no: Floats
) -> tuple[Floats, Floats]:
    """(rows, cells) log-probability of a pattern, and of "zombie" given the pattern."""
    zombie = np.log(share + LEAST) + np.log(sensitivity) @ yes.T + np.log(1 - sensitivity + LEAST) @ no.T
    genuine = np.log(1 - share + LEAST) + np.log(1 - specificity + LEAST) @ yes.T + np.log(specificity) @ no.T
    either: Floats = np.logaddexp(zombie, genuine)
    return either, zombie - either


def _span(values: Floats, margin: float) -> Span:
    return Span(max(0.0, float(values.min()) - margin), min(1.0, float(values.max()) + margin))


def _rates(errors: Floats, labelled: Floats, level: float) -> Span:
    """All rates that these numbers of errors leave possible."""
    pairs = zip(errors.tolist(), labelled.tolist(), strict=True)
    ends = [wilson(k, n, level) if n > LEAST else (0.0, 1.0) for k, n in pairs]
    return Span(min(low for low, _ in ends), max(high for _, high in ends))
