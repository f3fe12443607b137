"""The share from human labels and scores together: PPI++, which holds whatever the detector's errors are."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from zombiescope.domain import Interval, Label, Labels
from zombiescope.errors import EstimateError
from zombiescope.share.critical import t_quantile
from zombiescope.share.inputs import Floats, Ints, LabelledFollower

__all__ = ["LABELS_NEEDED", "Labelled", "cohen_kappa", "gather", "label_order", "labels_for", "ppi"]

LABELS_NEEDED = 30  # labels from which they carry the headline
PSEUDO = np.array([1.0, 1.0, 0.0, 0.0])  # pseudo-labels, each of score .5 (Agresti & Coull's "plus four")


@dataclass(frozen=True)
class Labelled:
    """Labels by follower of the sample.

    index: (k,) int64, ascending, rows of the sample. zombie: (k,) float64, the part of the follower's
    annotators who said zombie: .5 where two disagree. summary: for the report. undecided: verdicts "cannot
    tell", dropped; outside: verdicts on followers that are not in the sample, not used.
    """

    index: Ints
    zombie: Floats
    summary: Labels
    undecided: int
    outside: int


def label_order(n: int, rng: np.random.Generator) -> Ints:
    """The sample's rows in the order to label them, (n,) int64: any first k are a random draw."""
    return rng.permutation(n).astype(np.int64)


def labels_for(half_width: float) -> int:
    """How many labels of a random part of the sample give an interval of about that half-width, at share .5.

    Half of the labels' variance is taken for explained by the score, as measured on vendors never seen.
    """
    return max(LABELS_NEEDED, math.ceil(0.5 * 0.25 * (1.96 / half_width) ** 2 / 10) * 10)


def gather(labels: Iterable[LabelledFollower], n: int) -> Labelled:
    """The labels of a sample of `n`, one row a follower; an annotator's last word on a follower counts.

    Raises EstimateError for an index that no row has.
    """
    by_follower: dict[int, dict[str, Label | None]] = defaultdict(dict)
    outside = 0
    for label in labels:
        if label.index is None:
            outside += 1
        elif 0 <= label.index < n:
            by_follower[label.index][label.annotator] = label.label
        else:
            raise EstimateError(
                f"A label names row {label.index} of a sample of {n}.",
                "Import labels of this audit's followers.",
            )
    decided = {
        index: {who: what for who, what in verdicts.items() if what is not None}
        for index, verdicts in by_follower.items()
    }
    index = sorted(row for row, verdicts in decided.items() if verdicts)
    zombie = [sum(what == "zombie" for what in decided[row].values()) / len(decided[row]) for row in index]
    annotators = {who for verdicts in decided.values() for who in verdicts}
    pairs = [
        (verdicts[one], verdicts[other])
        for verdicts in decided.values()
        for one, other in combinations(sorted(verdicts), 2)
    ]
    return Labelled(
        index=np.array(index, dtype=np.int64),
        zombie=np.array(zombie, dtype=np.float64),
        summary=Labels(count=len(index), annotators=len(annotators), kappa=cohen_kappa(pairs)),
        undecided=sum(what is None for verdicts in by_follower.values() for what in verdicts.values()),
        outside=outside,
    )


def cohen_kappa(pairs: Iterable[tuple[Label, Label]]) -> float | None:
    """Agreement of two annotators beyond chance (Cohen 1960), over the followers that both labelled.

    None without common followers, or where both only ever said the same one word: chance would agree as well.
    Of more than two annotators the pairs are pooled.
    """
    verdicts = np.array([(one == "zombie", other == "zombie") for one, other in pairs], dtype=np.float64)
    if len(verdicts) == 0:
        return None
    agreed = float(np.mean(verdicts[:, 0] == verdicts[:, 1]))
    one, other = verdicts.mean(axis=0)
    by_chance = float(one * other + (1 - one) * (1 - other))
    if by_chance >= 1:
        return None
    return (agreed - by_chance) / (1 - by_chance)


def ppi(
    moved: Floats,
    labelled: Labelled,
    *,
    listed: int,
    drawn: int,
    level: float = 0.95,
    composition: float = 0.0,
    pages: int | None = None,
) -> Interval:
    """PPI++ with "plus four" (Angelopoulos, Duchi & Zrnic 2023), for a random part of a sample.

    moved: (n,) float64, the sample's scores moved to about its share. The labels' mean, plus lambda times
    how much the whole sample's mean score differs from the labelled part's; lambda is the labels'
    regression on the scores, so useless scores cost nothing. The variance has both phases: which followers
    are in the sample (times `composition` where the design makes that vary more, never less, since it was
    told from scores), and which of those are labelled. Interval by Student's t with k - 1 degrees of
    freedom, or one less than the sampled pages where those are fewer. A list labelled whole is exact.
    Raises EstimateError with no label.
    """
    n, k = len(moved), len(labelled.index)
    if k == 0:
        raise EstimateError("No follower of the sample is labelled.", "Label at least 30 followers.")
    if k == listed:
        share = float(labelled.zombie.mean())
        return Interval(share, share, share)
    zombie = np.concatenate([labelled.zombie, PSEUDO])
    score = np.concatenate([moved[labelled.index], np.full(len(PSEUDO), 0.5)])
    rows = len(zombie)
    variance = float(np.var(score, ddof=1))
    weight = 0.0 if variance == 0 else max(0.0, float(np.cov(zombie, score)[0, 1]) / variance)
    point = float(zombie.mean()) + weight * (float(moved.mean()) - float(score.mean()))
    first = max(composition, 1 - drawn / listed) * float(np.var(zombie, ddof=1)) / n
    second = (1 - k / n) * float(np.var(zombie - weight * score, ddof=1)) / rows
    spread = math.sqrt(first + second)
    half = t_quantile(level, (k if pages is None else min(k, pages)) - 1) * spread if spread > 0 else 0.0
    point = min(max(point, 0.0), 1.0)
    return Interval(point, max(0.0, point - half), min(1.0, point + half))
