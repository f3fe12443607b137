"""Which of the intervals is the audit's answer, and what a reader must be warned of."""

from __future__ import annotations

import numpy as np

from zombiescope.domain import Interval, Share, Span
from zombiescope.share.bounds import ENOUGH as ENOUGH_GROUPS
from zombiescope.share.bounds import Cut, unseen_vendor, whole_account, whole_frame
from zombiescope.share.cross_prediction import cross_predict, label_estimate
from zombiescope.share.estimate import BY_KIND, Estimate
from zombiescope.share.inputs import Floats, Scored, Validation
from zombiescope.share.labels import ENOUGH, Labelled, ppi
from zombiescope.share.moments import move

__all__ = ["headline"]

TELLING_SAMPLE = 400  # below this, or
TELLING_SHARE = 0.1  # below this share, passing the gate is no evidence
LEAST_PAGES = 50
LEAST_KAPPA = 0.6


def headline(
    scored: Scored,
    validation: Validation,
    cut: Cut,
    found: Estimate | None,
    labelled: Labelled,
    level: float,
    *,
    covariates: Floats | None = None,
    by_kind: bool = False,
    unexplained: float = 0.0,
) -> Share:
    """The share in full: from labels where there are enough, else from the scores, else bounds.

    cut: for the unseen-vendor bounds. found: the in-domain estimate; None where no follower was reached. covariates:
    as in `assess`. by_kind:
    the model's templates come in kinds, which stand in where too few vendors were left out. unexplained: the part of
    the sample that known genuine accounts do not explain, where the gate failed.
    """
    unseen = None
    if found is not None:
        unseen = unseen_vendor(
            scored.scores,
            cut,
            design_effect=found.effect.design_effect,
            level=level,
            unexplained=unexplained,
        )
    answer, method = _answer(scored, found, unseen, labelled, level, covariates)
    frame = whole_frame(
        Span(answer.low, answer.high),
        scored=len(scored.scores),
        drawn=scored.drawn,
        listed=scored.listed,
        level=level,
    )
    return Share(
        estimate=answer.estimate,
        low=answer.low,
        high=answer.high,
        level=level,
        method=method,
        in_domain=_in_domain(len(scored.scores), found),
        unseen_vendor=unseen,
        whole_frame=frame,
        whole_account=whole_account(frame, listed=scored.listed, declared=scored.declared),
        warnings=(
            *_sample_warnings(scored),
            *_model_warnings(scored, validation, found, by_kind),
            *_label_warnings(labelled),
        ),
    )


def _answer(
    scored: Scored,
    found: Estimate | None,
    unseen: Span | None,
    labelled: Labelled,
    level: float,
    covariates: Floats | None,
) -> tuple[Interval, str]:
    if found is None or unseen is None:
        return Interval(None, 0.0, 1.0), "none: no follower was reached"
    count = labelled.summary.count
    if count >= ENOUGH or count == scored.listed:
        pages = None if scored.clusters is None else len(np.unique(scored.clusters))
        if covariates is not None:
            by_labels = label_estimate(
                cross_predict(covariates, scored.scores, labelled),
                labelled,
                n=len(scored.scores),
                listed=scored.listed,
                drawn=scored.drawn,
                level=level,
                composition=found.effect.composition,
                pages=pages,
            )
            return by_labels.interval, f"cross-prediction, {count} labels"
        moved = move(scored.scores, found.moved_to)
        answer = ppi(
            moved,
            labelled,
            listed=scored.listed,
            drawn=scored.drawn,
            level=level,
            composition=found.effect.composition,
            pages=pages,
        )
        return answer, f"PPI++, {count} labels"
    if not found.sound:
        return Interval(None, unseen.low, unseen.high), "unseen-vendor bounds"
    return Interval(found.point, found.low, found.high), found.method


def _in_domain(n: int, found: Estimate | None) -> bool | None:
    """False where the gate failed; None where passing it is no evidence."""
    if found is None:
        return None
    if not found.sound:
        return False
    return None if n < TELLING_SAMPLE or (found.point or 0.0) < TELLING_SHARE else True


def _sample_warnings(scored: Scored) -> list[str]:
    said = []
    if len(scored.scores) == 0:
        said.append(f"None of the {scored.drawn} followers drawn could be reached.")
    if not scored.complete:
        said.append(
            f"Only a window of {scored.listed} followers could be seen; the share is of that window, "
            "the whole-account bounds are of all."
        )
    if scored.declared is None:
        said.append("The declared follower count is unknown, so there are no whole-account bounds.")
    elif scored.declared < scored.listed:
        said.append(f"The platform declares {scored.declared} followers but lists {scored.listed}.")
    unknown = 0 if scored.silent is None else int(np.count_nonzero(np.isnan(scored.silent)))
    if unknown:
        said.append(
            f"The activity of {unknown} of {len(scored.scores)} followers is unknown: not in the dormant share."
        )
    if scored.clusters is not None and len(scored.clusters):
        pages = len(np.unique(scored.clusters))
        if pages < LEAST_PAGES:
            said.append(
                f"The sample comes from {pages} pages only; from {LEAST_PAGES} on the interval narrows."
            )
    return said


def _model_warnings(
    scored: Scored, validation: Validation, found: Estimate | None, by_kind: bool
) -> list[str]:
    if found is None:
        return []
    said = []
    if found.point is None:
        said.append(
            "The model's templates do not tell zombies from genuine accounts: train it on more accounts."
        )
    if not found.sound:
        said.append(
            "These followers do not look like a mixture of the accounts the detector knows "
            f"(p = {found.p_value:.3g}): only bounds are given. "
            f"Label at least {ENOUGH} followers for an estimate."
        )
    elif found.method == BY_KIND:
        said.append(
            "These followers look like variants of the accounts the detector knows, not like those accounts: the "
            "estimate is of a mixture of such variants."
        )
    elif _in_domain(len(scored.scores), found) is None:
        said.append(
            f"With fewer than {TELLING_SAMPLE} followers or a share below {TELLING_SHARE:.0%} fakes of an "
            "unknown kind can go unnoticed: see the unseen-vendor bounds."
        )
    said.append(_whom_bounds_cover(len(validation.vendors), by_kind))
    return said


def _whom_bounds_cover(vendors: int, by_kind: bool) -> str:
    """The sentence on what the unseen-vendor bounds rest on."""
    if vendors < ENOUGH_GROUPS and not by_kind:
        return "Fewer than two vendors were left out of training: the unseen-vendor bounds end at 100%."
    worst = (
        f"the worst of {vendors} vendors left out of training"
        if vendors >= ENOUGH_GROUPS
        else "the hardest variant of the vendors known (too few were left out of training)"
    )
    return (
        f"The unseen-vendor bounds allow for half the sensitivity to {worst}, and twice the false positives; fakes "
        "still harder to see are not covered."
    )


def _label_warnings(labelled: Labelled) -> list[str]:
    summary, said = labelled.summary, []
    if 0 < summary.count < ENOUGH:
        said.append(f"{summary.count} followers are labelled; labels carry the estimate from {ENOUGH} on.")
    if labelled.undecided:
        said.append(f"{labelled.undecided} verdicts were 'cannot tell' and are not used.")
    if labelled.outside:
        said.append(f"{labelled.outside} labels are of followers outside the sample and are not used.")
    if summary.kappa is not None and summary.kappa < LEAST_KAPPA:
        said.append(f"The annotators agree little beyond chance (Cohen's kappa {summary.kappa:.2f}).")
    return said
