"""The followers drawn, fetched and scored: from places in a list to what the share is estimated from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope import share
from zombiescope.detector import Detector
from zombiescope.features import FeatureTable, dates, extract, silent
from zombiescope.sources.base import Fetched, Listing, Source
from zombiescope.usecases.audit_request import AuditRequest, ProgressCallback

__all__ = ["EstimateInputs", "ScoredSample", "compared_with", "estimated_from", "pool", "score"]


@dataclass(frozen=True)
class ScoredSample:
    """The followers drawn so far, scored: what the share is estimated from."""

    fetched: Fetched
    features: FeatureTable
    scores: npt.NDArray[np.float64]
    at: npt.NDArray[np.int64]
    replicate: npt.NDArray[np.int64]
    requests: int
    money: float


@dataclass(frozen=True)
class EstimateInputs:
    """What the share is estimated from: the sample, and the model's templates and validation seen as it is."""

    scored: share.Scored
    templates: share.Templates
    validation: share.Validation


def score(
    request: AuditRequest,
    source: Source,
    listing: Listing,
    places: npt.NDArray[np.int64],
    batch: int,
    detector: Detector,
    on_progress: ProgressCallback,
) -> ScoredSample:
    """Fetch the followers at some places and score them, as batch number `batch`."""
    fetched = source.fetch(
        listing,
        places.tolist(),
        posts=request.posts,
        progress=lambda done, of, _: on_progress("fetching followers", done, of),
    )
    on_progress("scoring", 0, None)
    as_of = request.as_of or fetched.at
    at = dates(fetched.rows, as_of)
    features = extract(fetched.rows, at=as_of)
    scores = detector.score(features.matrix, fetched.rows["id"].to_pylist())
    return ScoredSample(
        fetched, features, scores, at, np.full(len(scores), batch), fetched.requests, fetched.money
    )


def pool(one: ScoredSample, more: ScoredSample) -> ScoredSample:
    """Two batches as one, in list order."""
    places = np.concatenate([one.fetched.places, more.fetched.places])
    order = np.argsort(places, kind="stable")
    rows = pa.concat_tables([one.fetched.rows, more.fetched.rows]).take(pa.array(order)).combine_chunks()
    fetched = Fetched(
        rows, places[order], {**one.fetched.skipped, **more.fetched.skipped}, at=more.fetched.at
    )
    matrix = np.concatenate([one.features.matrix, more.features.matrix])[order]
    return ScoredSample(
        fetched,
        FeatureTable(matrix, one.features.late_posts + more.features.late_posts),
        np.concatenate([one.scores, more.scores])[order],
        np.concatenate([one.at, more.at])[order],
        np.concatenate([one.replicate, more.replicate])[order],
        one.requests + more.requests,
        one.money + more.money,
    )


def estimated_from(
    request: AuditRequest, listing: Listing, drawn: ScoredSample, detector: Detector
) -> EstimateInputs:
    """What the share of the followers drawn is estimated from."""
    rows = drawn.fetched.rows
    scored = share.Scored(
        scores=drawn.scores,
        places=drawn.fetched.places,
        listed=listing.frame.listed,
        drawn=len(drawn.scores) + len(drawn.fetched.skipped),
        declared=listing.frame.declared,
        skipped=np.array(sorted(drawn.fetched.skipped), dtype=np.int64),
        silent=silent(rows, drawn.at),
        replicate=drawn.replicate if request.margin is not None else None,
        complete=listing.frame.complete,
    )
    return EstimateInputs(scored, *compared_with(detector, rows))


def compared_with(detector: Detector, rows: pa.Table) -> tuple[share.Templates, share.Validation]:
    """What a model holds to estimate the share of these followers with, seen as they are."""
    known = detector.known(rows)
    templates = share.Templates(known.zombie, known.genuine, known.zombie_kinds, known.genuine_kinds)
    return templates, share.Validation(*detector.left_out(rows))
