"""Everything an audit says about its sample's share: the one call that audits make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from zombiescope.domain import Claim, Deliveries, Interval, Labels, Share, Span
from zombiescope.errors import EstimateError
from zombiescope.share.claim import judge
from zombiescope.share.consistency import dormant_within, if_known_within
from zombiescope.share.critical import wilson
from zombiescope.share.defended import defended
from zombiescope.share.dormant import dormant
from zombiescope.share.estimate import Estimate, estimate
from zombiescope.share.headline import headline
from zombiescope.share.inputs import Floats, LabelledFollower, Reference, Scored, Templates
from zombiescope.share.label_answer import label_answer
from zombiescope.share.labels import gather
from zombiescope.share.moments import move

__all__ = ["REFITS", "Assessment", "assess"]

REFITS = 199


@dataclass(frozen=True)
class Assessment:
    """What an audit prints of its share.

    known_kinds: the hull of aPACC and the profile likelihood, also where `share.if_known` is withheld: for benchmarks,
    never to be printed. endless_margin: the half-width that an endless sample would still have (`--margin` needs it).
    posterior: (n,) float64, the scores moved to the audit's share. gate: the bootstrap p-value of the goodness of fit,
    None where nobody was reached.
    """

    share: Share
    dormant: Interval | None
    unknown: Interval
    labels: Labels | None
    claim: Claim | None
    design_effect: float | None
    posterior: Floats
    known_kinds: Interval
    endless_margin: float
    gate: float | None


def assess(
    scored: Scored,
    templates: Templates,
    reference: Reference,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    claim: float | None = None,
    labels: Iterable[LabelledFollower] = (),
    covariates: Floats | None = None,
    deliveries: Deliveries | None = None,
    gate_refits: int = REFITS,
) -> Assessment:
    """The share of zombies among the reached followers, with every bound, from one scored sample.

    covariates: (n, d) normal scores of the followers' features, for a local model trained on the labels; None where
    features are not known. deliveries: what the list's order shows of them; they raise the lower limit, and with it
    everything that is made of the share. rng drives the gate's bootstrap alone.
    Raises EstimateError for a claim or a level outside [0, 1]
    and for labels of no row.
    """
    if not 0 < level < 1:
        raise EstimateError(f"A confidence level of {level} is not between 0 and 1.", "Write 95% as 0.95.")
    n = len(scored.scores)
    known_kinds = (
        estimate(
            scored.scores,
            templates,
            fraction=scored.fraction,
            level=level,
            rng=rng,
            refits=gate_refits,
            clusters=scored.clusters,
            replicate=scored.replicate,
        )
        if n
        else None
    )
    effect = 1.0 if known_kinds is None else known_kinds.effect.design_effect
    bounds = defended(scored, reference, design_effect=effect, level=level)
    endless = defended(scored, reference, level=level, endless=True)
    labels = tuple(labels)
    labelled = gather(labels, n)
    answer = (
        None
        if known_kinds is None or labelled.summary.count == 0
        else label_answer(
            scored,
            labelled,
            labels,
            composition=known_kinds.effect.composition,
            moved=move(scored.scores, known_kinds.moved_to),
            covariates=covariates,
            unlabelled=Span(bounds.low, bounds.high),
            level=level,
        )
    )
    share = headline(scored, bounds, known_kinds, labelled, answer, level, deliveries=deliveries)
    judged = None if claim is None else judge(claim, share)
    return Assessment(
        share=share,
        dormant=_dormant(scored, templates, reference, known_kinds, share, level, rng, gate_refits),
        unknown=_unknown(scored, level),
        labels=None if answer is None else answer.summary,
        claim=judged,
        design_effect=None if known_kinds is None else effect,
        posterior=_posterior(scored.scores, share),
        known_kinds=Interval(None, 0.0, 1.0)
        if known_kinds is None
        else Interval(known_kinds.point, known_kinds.low, known_kinds.high),
        endless_margin=(endless.high - endless.low) / 2,
        gate=None if known_kinds is None else known_kinds.p_value,
    )


def _dormant(
    scored: Scored,
    templates: Templates,
    reference: Reference,
    whole: Estimate | None,
    share: Share,
    level: float,
    rng: np.random.Generator,
    refits: int,
) -> Interval | None:
    """The silent and genuine, as far as the share of the whole allows; None where nobody's activity is known."""
    if whole is None or scored.silent is None:
        return None
    known = ~np.isnan(scored.silent)
    if not known.any():
        return None
    quiet = known & (scored.silent == 1)
    silent = _proportion(int(quiet.sum()), int(known.sum()), scored, level)
    if not quiet.any():
        return dormant(silent, Interval(0.0, 0.0, 1.0))
    part = scored.part(quiet)
    inside = estimate(
        part.scores,
        templates,
        fraction=scored.fraction,
        level=level,
        rng=rng,
        refits=refits,
        clusters=part.clusters,
        replicate=part.replicate,
    )
    bounds = defended(part, reference.part(quiet), design_effect=inside.effect.design_effect, level=level)
    known_kinds, _ = if_known_within(inside if whole.sound else None, bounds)
    among_them = Interval(
        None if known_kinds is None or share.estimate is None else known_kinds.estimate,
        bounds.low,
        bounds.high,
    )
    return dormant_within(dormant(silent, among_them), silent, share)


def _unknown(scored: Scored, level: float) -> Interval:
    """The share of the frame that is suspended, deleted or without a profile."""
    return _proportion(len(scored.skipped), scored.drawn, scored, level)


def _proportion(successes: int, trials: int, scored: Scored, level: float) -> Interval:
    """A share seen without error, Wilson's interval; exact in a census, where nothing is left to sample."""
    share, left = successes / trials, 1 - scored.fraction
    low, high = (share, share) if left <= 0 else wilson(successes / left, trials / left, level)
    return Interval(share, low, high)


def _posterior(scores: Floats, share: Share) -> Floats:
    """The scores at the audit's share or the middle of its bounds, kept off 0 and 1, where all are sure."""
    at = (share.low + share.high) / 2 if share.estimate is None else share.estimate
    edge = 1 / (len(scores) + 2)
    return move(scores, min(max(at, edge), 1 - edge))
