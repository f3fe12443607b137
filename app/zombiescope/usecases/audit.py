"""The audit, the one use case behind the command line and the service: an account in, its zombie share out.

source -> frame -> draw -> fetch -> features -> scores -> share + evidence -> report
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope import evidence, sampling, share
from zombiescope.detector import Detector, drift, explain, local_density
from zombiescope.domain import Audit, Cost, Deliveries, FieldsKnown, FollowerScore, Frame, Progress, Sample
from zombiescope.errors import EstimateError
from zombiescope.evidence.sentences import with_sentences
from zombiescope.features import FIELDS, FeatureTable, missing_fields
from zombiescope.share.pacc import apacc
from zombiescope.sources.base import Fetched, Listing, Source
from zombiescope.usecases.audit_request import AuditRequest, Clock, ProgressCallback
from zombiescope.usecases.scored_sample import (
    EstimateInputs,
    ScoredSample,
    estimated_from,
    gate_stream,
    pool,
    score,
)
from zombiescope.usecases.sensitivity import sensitivity

__all__ = ["WHOLE_RECORDS", "AuditRequest", "AuditResult", "Clock", "ProgressCallback", "run"]

WHOLE_RECORDS = ("file", "upload")  # sources whose lists bring whole records: nothing has to be fetched


@dataclass(frozen=True)
class AuditResult:
    """A finished audit with what it was made of.

    rows: the scored followers' records, in the order of `audit.followers`. features: their features, in that order.
    scored, templates, reference: what the share was estimated from, for the same estimate with people's labels.
    """

    audit: Audit
    listing: Listing = field(repr=False)
    rows: pa.Table = field(repr=False)
    features: FeatureTable = field(repr=False)
    scored: share.Scored = field(repr=False)
    templates: share.Templates = field(repr=False)
    reference: share.Reference = field(repr=False)


def run(
    request: AuditRequest,
    source: Source,
    detector: Detector,
    *,
    audit_id: str,
    now: datetime,
    clock: Clock,
    on_progress: ProgressCallback = lambda what, done, of: None,
) -> AuditResult:
    """Audit one account. `now` dates the audit; `clock` times it.

    Raises the errors of the source, InputError for a request that cannot be, and EstimateError where the list is
    empty.
    """
    request.check()
    began = clock()
    handle = request.account.partition(":")[2]
    listing = source.listing(handle, progress=lambda done, of, _: on_progress("listing followers", done, of))
    if listing.frame.listed == 0:
        raise EstimateError(
            f"{request.account} lists no follower, so there is no share to estimate",
            "Check that the account shows its followers.",
        )
    rng = np.random.default_rng(request.seed)
    drawn, basis, stopped = _draw(request, source, listing, detector, rng, on_progress)
    as_of = _as_of(request, drawn, now)
    on_progress("searching for blocks", 0, None)
    findings = _evidence(listing, drawn, basis.templates, as_of, rng)
    assessment = _assess(request, basis, findings.evidence.deliveries)
    on_progress("explaining", 0, None)
    followers = _followers(detector, drawn, assessment.posterior, request.explain)
    followers = _with_local_scores(followers, findings.local)
    skipped = _reasons(drawn.fetched)
    frame = _frame(listing, drawn, stopped)
    audit = Audit(
        id=audit_id,
        status="done",
        created_at=now,
        finished_at=now,
        simulated=listing.simulated,
        progress=Progress(
            followers=len(followers), of=len(followers), requests=listing.requests + drawn.requests
        ),
        cost=Cost(
            requests=listing.requests + drawn.requests,
            seconds=round(clock() - began, 3),
            money=listing.money + drawn.money,
        ),
        account=listing.account,
        as_of=as_of,
        model=detector.info,
        frame=frame,
        sample=Sample(
            design=sampling.name(
                frame.listed,
                basis.scored.drawn,
                complete=frame.complete,
                batched=request.margin is not None,
            ),
            seed=request.seed,
            drawn=basis.scored.drawn,
            scored=len(followers),
            skipped=skipped,
            design_effect=assessment.design_effect,
        ),
        share=assessment.share,
        dormant=assessment.dormant,
        unknown=assessment.unknown,
        labels=assessment.labels,
        fields=_fields(listing, drawn),
        sensitivity=sensitivity(drawn, detector, request.as_of or _typed_date(request, as_of)),
        drift=drift.compare(detector.artefact.templates.get("drift"), drawn.features.matrix),
        crowd=local_density.crowd(
            detector.artefact.templates.get("drift"),
            drawn.features.matrix,
            detector.inputs,
            drawn.scores,
            [one.id for one in followers],
        ),
        claim=assessment.claim,
        evidence=with_sentences(share.evidence_within(findings.evidence, assessment.share), frame.order),
        followers=followers,
    )
    return AuditResult(
        audit,
        listing,
        drawn.fetched.rows,
        drawn.features,
        basis.scored,
        basis.templates,
        basis.reference,
    )


def _draw(
    request: AuditRequest,
    source: Source,
    listing: Listing,
    detector: Detector,
    rng: np.random.Generator,
    on_progress: ProgressCallback,
) -> tuple[ScoredSample, EstimateInputs, str | None]:
    """One draw of the sample asked for; with a margin, batch after batch until it is reached (and why it stopped)."""
    listed = listing.frame.listed
    census = request.account.partition(":")[0] in WHOLE_RECORDS and listed <= request.census
    if request.margin is None or census:
        places = sampling.draw(listed, listed if census else request.sample, rng)
        drawn = score(request, source, listing, places, 0, detector, on_progress)
        return drawn, estimated_from(request, listing, drawn, detector), None
    pooled: ScoredSample | None = None
    for number, places in enumerate(sampling.batches(listed, rng)):
        batch = score(request, source, listing, places, number, detector, on_progress)
        pooled = batch if pooled is None else pool(pooled, batch)
        basis = estimated_from(request, listing, pooled, detector)
        assessment = _assess(request, basis)
        reason = sampling.stop(
            request.margin,
            low=assessment.share.low,
            high=assessment.share.high,
            endless_margin=assessment.endless_margin,
            drawn=basis.scored.drawn,
            listed=listed,
            sample=request.sample,
        )
        if reason is not None:
            return pooled, basis, _stop_text(reason, request.margin, assessment)
    raise EstimateError("the list ended before a follower was drawn")


def _stop_text(reason: sampling.StopReason, margin: float, assessment: share.Assessment) -> str:
    """Why no more followers were drawn, and what would reach the margin."""
    if reason != "out of reach by drawing":
        return reason
    return (
        f"--margin {margin:g} is {reason}: however many followers are drawn, half the interval stays about "
        f"{assessment.endless_margin:.2f} wide, since vendors and people differ; about {share.labels_for(margin)} "
        "labels of followers would reach it"
    )


def _assess(
    request: AuditRequest, basis: EstimateInputs, deliveries: Deliveries | None = None
) -> share.Assessment:
    return share.assess(
        basis.scored,
        basis.templates,
        basis.reference,
        rng=gate_stream(request.seed),
        claim=request.claim,
        deliveries=deliveries,
    )


def _evidence(
    listing: Listing,
    drawn: ScoredSample,
    templates: share.Templates,
    as_of: datetime,
    rng: np.random.Generator,
) -> evidence.Findings:
    """What order and likeness show; a part's share as if its fakes were of known kinds."""

    def share_of(scores: npt.NDArray[np.float64]) -> float | None:
        return apacc(scores, templates).share

    rows, places, scores = evidence.searched(
        listing.rows, drawn.fetched.rows, drawn.fetched.places, drawn.scores
    )
    return evidence.find(
        rows,
        places,
        listed=listing.frame.listed,
        order=listing.frame.order,
        scores=scores,
        features=drawn.features.matrix,
        fetched=drawn.fetched.places,
        rng=rng.spawn(1)[0],
        as_of=as_of,
        share_of=share_of,
    )


def _followers(
    detector: Detector, drawn: ScoredSample, posterior: npt.NDArray[np.float64], reasons: bool
) -> tuple[FollowerScore, ...]:
    ids = drawn.fetched.rows["id"].to_pylist()
    handles = drawn.fetched.rows["handle"].to_pylist()
    reasons_of = explain(detector, drawn.features.matrix, ids) if reasons else [None] * len(ids)
    return tuple(
        FollowerScore(
            id=i,
            handle=handle,
            position=int(place),
            score=float(score),
            posterior=float(moved) if np.isfinite(moved) else None,
            reasons=why.reasons if why else None,
        )
        for i, handle, place, score, moved, why in zip(
            ids, handles, drawn.fetched.places, drawn.scores, posterior, reasons_of, strict=True
        )
    )


def _with_local_scores(
    followers: tuple[FollowerScore, ...], local: npt.NDArray[np.float64] | None
) -> tuple[FollowerScore, ...]:
    if local is None:
        return followers
    return tuple(
        one if np.isnan(score) else msgspec.structs.replace(one, local_score=float(score))
        for one, score in zip(followers, local.tolist(), strict=True)
    )


def _fields(listing: Listing, drawn: ScoredSample) -> FieldsKnown:
    """Which record fields the followers have, and the columns of a file that no field was read from."""
    patterns = missing_fields(drawn.fetched.rows)
    missing = frozenset.intersection(*patterns) if len(patterns) else frozenset()
    understanding = listing.understanding
    return FieldsKnown(
        known=tuple(field for field in FIELDS if field not in missing),
        missing=tuple(field for field in FIELDS if field in missing),
        not_understood=() if understanding is None else understanding.not_understood,
    )


def _reasons(fetched: Fetched) -> dict[str, int]:
    """How many were skipped for each reason, by name."""
    counts: dict[str, int] = {}
    for reason in sorted(fetched.skipped.values()):
        counts[reason] = counts.get(reason, 0) + 1
    return counts


def _frame(listing: Listing, drawn: ScoredSample, stopped: str | None) -> Frame:
    """The frame with what the audit adds to its warnings."""
    more = list(listing.frame.warnings)
    if listing.refused:
        first = listing.refused[0]
        what = f"{first.field}: {first.reason}" if first.field else first.reason
        more.append(f"{len(listing.refused)} rows were refused; the first is {first.where} ({what}).")
    if drawn.features.late_posts:
        more.append(
            f"{drawn.features.late_posts} posts are later than the date of the audit and were left out."
        )
    if stopped is not None:
        more.append(f"Drawing stopped: {stopped}.")
    return msgspec.structs.replace(listing.frame, warnings=tuple(more))


def _typed_date(request: AuditRequest, as_of: datetime) -> datetime | None:
    """The date of a file's records where it was given for all of them."""
    typed = request.choices is not None and "observed_at" in request.choices.constants
    return as_of if typed else None


def _as_of(request: AuditRequest, drawn: ScoredSample, now: datetime) -> datetime:
    """The date of the audit: what was asked for, when it was fetched, or the newest date of the records."""
    known = request.as_of or drawn.fetched.at
    if known is None and drawn.fetched.rows.num_rows:
        import pyarrow.compute as pc

        known = pc.max(drawn.fetched.rows["observed_at"]).as_py()
    return known or now
