"""Everything an audit says about its sample's share: the one call that audits make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from zombiescope.domain import Claim, Interval, Labels, Share
from zombiescope.errors import EstimateError
from zombiescope.share.bounds import Cut, choose_cut, unseen_vendor
from zombiescope.share.claim import judge, sentences
from zombiescope.share.critical import wilson
from zombiescope.share.dormant import dormant
from zombiescope.share.estimate import Estimate, estimate
from zombiescope.share.headline import headline
from zombiescope.share.inputs import Floats, LabelledFollower, Scored, Templates, Validation
from zombiescope.share.kinds import Kinds, unexplained
from zombiescope.share.labels import gather
from zombiescope.share.moments import move

__all__ = ["REFITS", "Assessment", "assess"]

REFITS = 199


@dataclass(frozen=True)
class Assessment:
    """What an audit prints of its share.

    in_domain_interval: the hull of aPACC and the profile likelihood, whichever interval the headline took;
    its estimate is never to be printed where `share.in_domain` is False. posterior: (n,) float64, the
    scores moved to the audit's share. template_margin: the half-width that an endless sample would still
    have (`--margin` needs it). gate: the bootstrap p-value of the goodness of fit, None where nobody was
    reached.
    """

    share: Share
    dormant: Interval | None
    unknown: Interval
    labels: Labels | None
    claim: Claim | None
    design_effect: float | None
    posterior: Floats
    sentences: tuple[str, ...]
    in_domain_interval: Interval
    template_margin: float
    gate: float | None


def assess(
    scored: Scored,
    templates: Templates,
    validation: Validation,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    claim: float | None = None,
    labels: Iterable[LabelledFollower] = (),
    covariates: Floats | None = None,
    gate_refits: int = REFITS,
) -> Assessment:
    """The share of zombies among the reached followers, with every bound, from one scored sample.

    covariates: (n, d) normal scores of the followers' features, for a local model trained on the labels; None where
    features are not known. rng drives the gate's bootstrap alone.
    Raises EstimateError for a claim or a level outside [0, 1]
    and for labels of no row.
    """
    if not 0 < level < 1:
        raise EstimateError(f"A confidence level of {level} is not between 0 and 1.", "Write 95% as 0.95.")
    n = len(scored.scores)
    kinds = Kinds.of(templates, validation)
    found = (
        estimate(
            scored.scores,
            templates,
            fraction=scored.fraction,
            level=level,
            rng=rng,
            refits=gate_refits,
            clusters=scored.clusters,
            replicate=scored.replicate,
            kinds=kinds,
        )
        if n
        else None
    )
    labelled = gather(labels, n)
    cut = choose_cut(templates, validation, level)
    failed = kinds is not None and found is not None and not found.sound
    share = headline(
        scored,
        validation,
        cut,
        found,
        labelled,
        level,
        covariates=covariates,
        by_kind=kinds is not None,
        unexplained=unexplained(scored.scores, kinds.genuine) if kinds is not None and failed else 0.0,
    )
    judged = None if claim is None else judge(claim, share)
    return Assessment(
        share=share,
        dormant=_dormant(scored, templates, kinds, cut, found, level, rng, gate_refits),
        unknown=_unknown(scored, level),
        labels=labelled.summary if labelled.summary.count else None,
        claim=judged,
        design_effect=None if found is None else found.effect.design_effect,
        posterior=_posterior(scored.scores, share),
        sentences=sentences(share, judged),
        in_domain_interval=Interval(None, 0.0, 1.0)
        if found is None
        else Interval(found.point, found.low, found.high),
        template_margin=0.5 if found is None else found.template_margin,
        gate=None if found is None else found.p_value,
    )


def _dormant(
    scored: Scored,
    templates: Templates,
    kinds: Kinds | None,
    cut: Cut,
    whole: Estimate | None,
    level: float,
    rng: np.random.Generator,
    refits: int,
) -> Interval | None:
    """None where nobody's activity is known."""
    if whole is None or scored.silent is None:
        return None
    known = ~np.isnan(scored.silent)
    if not known.any():
        return None
    quiet = known & (scored.silent == 1)
    silent = _proportion(int(quiet.sum()), int(known.sum()), scored, level)
    if not quiet.any():
        return dormant(silent, Interval(0.0, 0.0, 1.0))
    inside = scored.scores[quiet]
    found = estimate(
        inside,
        templates,
        fraction=scored.fraction,
        level=level,
        rng=rng,
        refits=refits,
        clusters=None if scored.clusters is None else scored.clusters[quiet],
        replicate=None if scored.replicate is None else scored.replicate[quiet],
        kinds=kinds,
    )
    if whole.sound and found.sound:
        return dormant(silent, Interval(found.point, found.low, found.high))
    effect = found.effect.design_effect
    return dormant(silent, unseen_vendor(inside, cut, design_effect=effect, level=level))


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
