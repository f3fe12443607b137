"""The followers drawn, fetched and scored: from places in a list to what the share is estimated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope import share
from zombiescope.detector import Detector
from zombiescope.detector.parts import part_of
from zombiescope.features import FeatureTable, dates, extract, missing_fields, quiet, silent
from zombiescope.sources.base import Fetched, Listing, Source
from zombiescope.usecases.audit_request import AuditRequest, ProgressCallback

__all__ = [
    "EstimateInputs",
    "FieldPattern",
    "ScoredSample",
    "compared_with",
    "comparison",
    "estimated_from",
    "field_patterns",
    "gate_stream",
    "pool",
    "reference_at",
    "score",
]

# A platform, and record fields that are missing.
FieldPattern = tuple[str, frozenset[str]]
NOBODY: FieldPattern = ("", frozenset())  # what an empty sample is compared at
PATTERNS = 6  # of missing fields that are distinguished; each has all reference groups scored


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
    """What the share is estimated from: the sample, and the model's templates and reference groups seen as it is."""

    scored: share.Scored
    templates: share.Templates
    reference: share.Reference


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
    return EstimateInputs(scored, *compared_with(detector, rows, drawn.features.matrix))


def gate_stream(seed: int) -> np.random.Generator:
    """Draws of the gate's bootstrap: the same for an audit however often it is estimated, apart from the sample's."""
    return np.random.default_rng([seed, 2])


def compared_with(
    detector: Detector, rows: pa.Table, matrix: npt.NDArray[np.float64]
) -> tuple[share.Templates, share.Reference]:
    """What a model holds to estimate the share of these followers with, seen as they are.

    matrix: (rows, features) of them.
    """
    return comparison(detector, field_patterns(rows), quiet(matrix))


def field_patterns(rows: pa.Table) -> list[FieldPattern]:
    """(rows,) platform and missing record fields of each follower."""
    return list(zip(rows["platform"].to_pylist(), missing_fields(rows), strict=True))


def comparison(
    detector: Detector, patterns: Sequence[FieldPattern], few: npt.NDArray[np.bool_]
) -> tuple[share.Templates, share.Reference]:
    """Templates and reference groups at the fields that followers have, by pattern of missing fields.

    patterns: (followers,). few: (followers,) True of quiet ones. The templates hold each pattern's rows in its
    proportion.
    """
    most = _most_frequent(patterns)
    known = [(detector.known(*one), len(rows)) for one, rows in (most or {NOBODY: []}).items()]
    templates = share.Templates(
        mixed([(one.zombie, weight) for one, weight in known]),
        mixed([(one.genuine, weight) for one, weight in known]),
    )
    return templates, reference_at(detector, patterns, few)


def reference_at(
    detector: Detector, patterns: Sequence[FieldPattern], few: npt.NDArray[np.bool_]
) -> share.Reference:
    """The reference groups as `comparison` has them.

    Of more than `PATTERNS` patterns the most frequent are used; followers of the others are in no stratum.
    """
    return share.Reference(
        tuple(
            share.Stratum(
                np.array(rows, dtype=np.int64),
                missing,
                platform,
                _groups(detector, platform, missing),
                any(one.platform == platform for one in detector.reference_scores(missing)),
                few[rows],
            )
            for (platform, missing), rows in _most_frequent(patterns).items()
        )
    )


def _most_frequent(patterns: Sequence[FieldPattern]) -> dict[FieldPattern, list[int]]:
    """The rows of the commonest patterns, at most `PATTERNS` of them, commonest first."""
    rows_of: dict[FieldPattern, list[int]] = {}
    for row, pattern in enumerate(patterns):
        rows_of.setdefault(pattern, []).append(row)
    return dict(sorted(rows_of.items(), key=lambda one: -len(one[1]))[:PATTERNS])


def mixed(parts: Sequence[tuple[npt.NDArray[np.float64], int]]) -> npt.NDArray[np.float64]:
    """One sample of scores, sorted, in which each part has its weight: as many rows as the parts allow.

    Rows are taken evenly over each part, so that every group in it counts.
    """
    total = sum(weight for _, weight in parts)
    if len(parts) == 1 or total == 0:
        return np.sort(parts[0][0])
    rows = min(len(scores) * total / weight for scores, weight in parts)
    taken = []
    for scores, weight in parts:
        count = max(1, round(rows * weight / total))
        taken.append(scores[np.linspace(0, len(scores) - 1, count).round().astype(np.int64)])
    return np.sort(np.concatenate(taken))


def _groups(detector: Detector, platform: str, missing: frozenset[str]) -> tuple[share.ReferenceGroup, ...]:
    """The groups that the same part of the model scores and that it could be trained without; the others flatter."""
    part = part_of(platform, detector.curves)
    return tuple(
        share.ReferenceGroup(one.name, one.kind, one.platform, one.scores, one.quiet)
        for one in detector.reference_scores(missing)
        if one.left_out and part_of(one.platform, detector.curves) == part
    )
