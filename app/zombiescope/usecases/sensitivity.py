"""What alone would move an audit's answer: another date, a block of fields less, a reference group less.

The defended interval is worked out again in memory, on at most `ROWS` of the followers. What moves an end of it by more
than half its width is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from zombiescope import formatting, share
from zombiescope.detector import Detector
from zombiescope.domain import Sensitivity
from zombiescope.features import CATALOGUE, FIELDS, INDEX, extract, quiet, without_fields
from zombiescope.usecases.scored_sample import FieldPattern, ScoredSample, field_patterns, reference_at

__all__ = ["BLOCKS", "sensitivity"]

ROWS = 1_000  # followers that it is worked out on, at most
LEAST = 0.02  # a move that is reported, however narrow the interval
YEAR = timedelta(days=365)
# Record fields by what a report calls them. Names tell little and posts nothing to the detector that ships.
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "counts of followers": ("followers_count",),
    "counts of accounts followed": ("following_count",),
    "post counts": ("posts_count",),
    "counts of likes and lists": ("likes_count", "listed_count"),
    "creation dates": ("created_at",),
    "names": ("handle", "display_name"),
    "bios, places and links": ("bio", "location", "url"),
    "pictures": ("has_avatar", "has_banner"),
    "posts": ("recent_posts",),
}


def sensitivity(drawn: ScoredSample, detector: Detector, as_of: datetime | None) -> tuple[Sensitivity, ...]:
    """The defended interval where one thing is otherwise, of all things that move it.

    as_of: the date that ages count from where somebody typed it or it was guessed; None where it is known.
    """
    if len(drawn.scores) == 0:
        return ()
    some = np.unique(np.linspace(0, len(drawn.scores) - 1, ROWS).round().astype(np.int64))
    table = drawn.fetched.rows.take(some)
    ids: list[str] = table["id"].to_pylist()
    patterns = field_patterns(table)
    matrix = drawn.features.matrix[some]
    own = reference_at(detector, patterns, quiet(matrix))
    usual = _interval(drawn.scores[some], own)

    def variants() -> Iterator[tuple[str, share.Defended]]:
        if as_of is not None:
            posts = any(CATALOGUE[INDEX[name]].timeline for name in detector.inputs)
            for at in (as_of - YEAR, as_of + YEAR):
                scores = detector.score(extract(table, at=at, posts=posts).matrix, ids)
                yield f"as of {formatting.date(at)}", _interval(scores, own)
        for name, fields in _blocks_known(detector, patterns):
            hidden = without_fields(matrix, fields)
            scores = detector.score(hidden, ids)
            less = [(platform, missing | set(fields)) for platform, missing in patterns]
            yield f"without {name}", _interval(scores, reference_at(detector, less, quiet(hidden)))
        for kind, group in sorted({(one.kind, one.name) for stratum in own.strata for one in stratum.groups}):
            others = own.without(kind, group)
            yield f"without the {kind} {group} among the known ones", _interval(drawn.scores[some], others)

    far = max((usual.high - usual.low) / 2, LEAST)
    return tuple(
        Sensitivity(what=what, low=one.low, high=one.high)
        for what, one in variants()
        if max(abs(one.low - usual.low), abs(one.high - usual.high)) > far
    )


def _interval(scores: npt.NDArray[np.float64], reference: share.Reference) -> share.Defended:
    n = len(scores)
    return share.defended(share.Scored(scores, np.arange(n), n, n), reference)


def _blocks_known(detector: Detector, patterns: list[FieldPattern]) -> list[tuple[str, tuple[str, ...]]]:
    """The blocks that the detector reads and that some follower has."""
    read = {field for name in detector.inputs for field in CATALOGUE[INDEX[name]].needs}
    missing = frozenset.intersection(*(absent for _, absent in patterns))
    there = {field for field in FIELDS if field not in missing} & read
    return [(name, fields) for name, fields in BLOCKS.items() if there & set(fields)]
