"""What labels say of the share: their interval, labellers' errors, and what further labels would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from zombiescope.domain import Interval, Labels, Span
from zombiescope.share.annotators import LatentClasses, if_as_published, latent_classes
from zombiescope.share.cross_prediction import CrossPredictions, LabelEstimate, cross_predict, label_estimate
from zombiescope.share.design import effect
from zombiescope.share.inputs import Floats, LabelledFollower, Scored, Templates
from zombiescope.share.labels import LABELS_NEEDED, Labelled, gather
from zombiescope.share.moments import moments, move
from zombiescope.share.pacc import apacc

__all__ = ["LEAST_LABELS", "MORE", "LabelAnswer", "label_answer", "label_progress"]

LEAST_LABELS = 10  # from which an interval is given; the headline takes it from 30 on
MORE = 20  # further labels whose gain is foretold


@dataclass(frozen=True)
class LabelAnswer:
    """summary: for the report. headline: what carries the audit's answer; None where labels do not.

    method: how the headline was made. warnings: why it is wider than the labels alone, or is not theirs.
    """

    summary: Labels
    headline: Interval | None
    method: str
    warnings: tuple[str, ...] = ()


def label_answer(
    scored: Scored,
    labelled: Labelled,
    labels: Sequence[LabelledFollower],
    *,
    composition: float,
    moved: Floats,
    covariates: Floats | None,
    unlabelled: Span,
    level: float = 0.95,
) -> LabelAnswer:
    """The answer of the labels of a sample.

    labels: as `gather` took them. composition: as in `labels.ppi`. moved: (n,) the scores at about the sample's share,
    the predictions where `covariates` ((n, d) normal scores of the features) are not known. unlabelled: the interval
    that is defended without labels.

    Where two people labelled 30 followers or more and disagree on any, the headline is the hull of the labels' interval
    and of all shares that labellers who err leave possible; where that is wider than the interval defended without
    labels, labels do not carry the answer. "Labels are right" is not assumed against evidence.
    """
    count, listed = len(labelled.index), scored.listed
    everybody = count > 0 and count == listed
    if count < LEAST_LABELS and not everybody:
        return LabelAnswer(labelled.summary, None, "")
    answer = _estimate(scored, labelled, composition, moved, covariates, level)
    latent = latent_classes(labels, level=level)
    agreed = latent is None or labelled.summary.kappa in (None, 1.0)
    errs = None if latent is None or agreed else _hull(latent.share, answer.interval)
    summary = msgspec.structs.replace(
        labelled.summary,
        overlap=_overlap(labels),
        interval=answer.interval,
        anytime=Span(answer.anytime.low, answer.anytime.high),
        with_20_more=answer.with_more,
        if_labellers_err=errs,
        errors=() if latent is None else latent.errors,
        if_as_published=if_as_published(answer.interval),
    )
    name = "PPI++" if covariates is None else "cross-prediction"
    if count < LABELS_NEEDED and not everybody:
        return LabelAnswer(summary, None, "")
    if errs is None or latent is None:
        return LabelAnswer(summary, answer.interval, f"{name}, {count} labels")
    return _allowing_for_errors(summary, answer.interval, errs, latent, unlabelled, f"{name}, {count} labels")


def label_progress(
    scored: Scored,
    templates: Templates,
    labels: Sequence[LabelledFollower],
    *,
    covariates: Floats | None,
    level: float = 0.95,
) -> Labels:
    """The answer of the labels so far, while labelling goes on: as in the audit, without all that is not of labels."""
    labelled = gather(labels, len(scored.scores))
    point = apacc(scored.scores, templates)
    moved = move(scored.scores, point.moved_to)
    design = effect(
        moved,
        0.5 if point.share is None else point.share,
        moments(templates, point.moved_to),
        fraction=scored.fraction,
        clusters=scored.clusters,
        replicate=scored.replicate,
    )
    return label_answer(
        scored,
        labelled,
        labels,
        composition=design.composition,
        moved=moved,
        covariates=covariates,
        unlabelled=Span(0.0, 1.0),
        level=level,
    ).summary


def _allowing_for_errors(
    summary: Labels, interval: Interval, errs: Span, latent: LatentClasses, unlabelled: Span, method: str
) -> LabelAnswer:
    doubt = f"The labellers disagree on some of the {latent.overlap} followers that more than one of them labelled"
    if errs.high - errs.low > unlabelled.high - unlabelled.low:
        text = (
            f"{doubt}, so much that their labels tell less than the detector: the answer is not made of them."
        )
        return LabelAnswer(summary, None, "", (text,))
    estimate = interval.estimate
    text = f"{doubt}; the interval holds the shares that their errors leave possible."
    return LabelAnswer(
        summary, Interval(estimate, errs.low, errs.high), f"{method}, latent classes for errors", (text,)
    )


def _estimate(
    scored: Scored,
    labelled: Labelled,
    composition: float,
    moved: Floats,
    covariates: Floats | None,
    level: float,
) -> LabelEstimate:
    predictions = (
        CrossPredictions(moved[labelled.index], moved)
        if covariates is None
        else cross_predict(covariates, scored.scores, labelled)
    )
    return label_estimate(
        predictions,
        labelled,
        n=len(scored.scores),
        listed=scored.listed,
        drawn=scored.drawn,
        level=level,
        composition=composition,
        pages=None if scored.clusters is None else len(np.unique(scored.clusters)),
        more=MORE,
    )


def _overlap(labels: Sequence[LabelledFollower]) -> int:
    verdicts: dict[int, dict[str, bool]] = {}
    for one in labels:
        if one.index is not None:
            verdicts.setdefault(one.index, {})[one.annotator] = one.label is not None
    return sum(sum(decided.values()) > 1 for decided in verdicts.values())


def _hull(one: Span, other: Interval) -> Span:
    return Span(min(one.low, other.low), max(one.high, other.high))
