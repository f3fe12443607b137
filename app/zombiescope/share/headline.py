"""The audit's answer: the defended interval or the labels', the best estimate, and what a reader must know."""

from __future__ import annotations

import msgspec
import numpy as np

from zombiescope.domain import Deliveries, Share, Span
from zombiescope.share.bounds import whole_account, whole_frame
from zombiescope.share.consistency import MOST, if_known_within, refusal
from zombiescope.share.defended import Defended
from zombiescope.share.deliveries import with_deliveries
from zombiescope.share.estimate import PLAIN, Estimate
from zombiescope.share.inputs import Scored
from zombiescope.share.label_answer import LabelAnswer
from zombiescope.share.labels import LABELS_NEEDED, Labelled

__all__ = ["headline"]

LEAST_PAGES = 50
LEAST_KAPPA = 0.6
METHOD = "prediction limits of a random-effects meta-analysis"


def headline(
    scored: Scored,
    bounds: Defended,
    known_kinds: Estimate | None,
    labelled: Labelled,
    answer: LabelAnswer | None,
    level: float,
    *,
    deliveries: Deliveries | None = None,
) -> Share:
    """The share in full: from labels where there are enough, else the defended interval, raised by deliveries.

    bounds: what is defended without labels. known_kinds: the estimate if the fakes are of known kinds; None where no
    follower was reached. answer: of the labels; None without labels. deliveries: as in `assess`. The frame's and the
    account's bounds are made of the interval that is reported.
    """
    by_labels = None if answer is None else answer.headline
    known, withheld = if_known_within(known_kinds, bounds)
    if answer is not None and by_labels is not None:
        share, method = Span(by_labels.low, by_labels.high), answer.method
        estimate, withheld = by_labels.estimate, None
        if known is not None and not (
            known.estimate is not None and by_labels.low <= known.estimate <= by_labels.high
        ):
            known = None
    else:
        share, method = Span(bounds.low, bounds.high), METHOD
        estimate = None if known is None else known.estimate
        if known is not None:
            method = f"{METHOD}; best estimate: {PLAIN}"
    reached = with_deliveries(
        Share(
            estimate=estimate,
            low=share.low,
            high=share.high,
            level=level,
            method=method,
            assumes="labels" if by_labels is not None else None if known is None else "known kinds",
            withheld=withheld,
            if_known=known,
            refused=None if by_labels is not None else refusal(bounds),
            whole_frame=None,
            whole_account=None,
            warnings=(
                *_sample_warnings(scored),
                *([] if by_labels is not None else _model_warnings(bounds)),
                *_label_warnings(labelled),
                *([] if answer is None else answer.warnings),
            ),
        ),
        deliveries,
    )
    if reached.low > share.low:
        # What the order shows of deliveries holds whatever the followers' scores say.
        reached = msgspec.structs.replace(reached, refused=None)
    frame = whole_frame(
        Span(reached.low, reached.high),
        scored=len(scored.scores),
        drawn=scored.drawn,
        listed=scored.listed,
        level=level,
    )
    account = whole_account(frame, listed=scored.listed, declared=scored.declared)
    return msgspec.structs.replace(reached, whole_frame=frame, whole_account=account)


def _sample_warnings(scored: Scored) -> list[str]:
    warnings = []
    if len(scored.scores) == 0:
        warnings.append(f"None of the {scored.drawn} followers drawn could be reached.")
    if not scored.complete:
        warnings.append(
            f"Only a window of {scored.listed} followers could be seen; the share is of that window, "
            "the whole-account bounds are of all."
        )
    if scored.declared is None:
        warnings.append("The declared follower count is unknown, so there are no whole-account bounds.")
    elif scored.declared < scored.listed:
        warnings.append(f"The platform declares {scored.declared} followers but lists {scored.listed}.")
    unknown = 0 if scored.silent is None else int(np.count_nonzero(np.isnan(scored.silent)))
    if unknown:
        warnings.append(
            f"The activity of {unknown} of {len(scored.scores)} followers is unknown: not in the dormant share."
        )
    if scored.clusters is not None and len(scored.clusters):
        pages = len(np.unique(scored.clusters))
        if pages < LEAST_PAGES:
            warnings.append(
                f"The sample comes from {pages} pages only; from {LEAST_PAGES} on the interval narrows."
            )
    return warnings


def _model_warnings(bounds: Defended) -> list[str]:
    warnings = []
    if 0 < bounds.refused < MOST:
        warnings.append(
            f"{bounds.refused:.0%} of these followers cannot be judged (too few counts are known of them, or nobody on "
            "their platform): they may all be genuine or all zombies."
        )
    if bounds.blind > 0:
        whom = "these followers" if bounds.blind >= 1 else f"{bounds.blind:.0%} of these followers"
        warnings.append(
            f"The detector cannot rank {whom} with the fields they have: none of them counts towards the lower limit."
        )
    if bounds.foreign_people:
        warnings.append(
            "No study of people on this platform is known: they may differ from known people twice as much as these do."
        )
    if bounds.foreign_vendors:
        warnings.append("No vendor on this platform is known, so there is no upper limit.")
    return warnings


def _label_warnings(labelled: Labelled) -> list[str]:
    summary, warnings = labelled.summary, []
    if 0 < summary.count < LABELS_NEEDED:
        warnings.append(
            f"{summary.count} followers are labelled; labels carry the estimate from {LABELS_NEEDED} on."
        )
    if labelled.undecided:
        warnings.append(f"{labelled.undecided} verdicts were 'cannot tell' and are not used.")
    if labelled.outside:
        warnings.append(f"{labelled.outside} labels are of followers outside the sample and are not used.")
    if summary.kappa is not None and summary.kappa < LEAST_KAPPA:
        warnings.append(f"The annotators agree little beyond chance (Cohen's kappa {summary.kappa:.2f}).")
    return warnings
