"""The scores of a table of records: one row a record, in order, with the reasons where asked for."""

from __future__ import annotations

from datetime import datetime

import msgspec
import numpy as np
import pyarrow as pa

from zombiescope.detector import Detector, explain
from zombiescope.features import CATALOGUE, INDEX, extract

__all__ = ["REASONS", "SCORES", "schema", "score_table"]

REASONS = pa.list_(
    pa.struct(
        [("feature", pa.string()), ("value", pa.float64()), ("effect", pa.float64()), ("text", pa.string())]
    )
)
SCORES = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("handle", pa.string()),
        ("score", pa.float64()),
        ("zombie", pa.bool_()),
    ]
)


def schema(*, reasons: bool) -> pa.Schema:
    """The columns of the scores."""
    return SCORES.append(pa.field("reasons", REASONS)) if reasons else SCORES


def score_table(
    table: pa.Table, detector: Detector, *, at: datetime | None, reasons: bool, reasons_from: float = 0.0
) -> tuple[pa.Table, int]:
    """The scores (columns of `schema`), and how many posts were left out as later than `at`.

    table: columns of `records.SCHEMA`. zombie: the score is at or above the model's operating point. reasons_from: the
    score from which on a row gets its reasons; others have null.
    """
    features = extract(table, at=at, posts=_reads_posts(detector))
    ids = table["id"].to_pylist()
    score = detector.score(features.matrix, ids)
    columns = [
        table["platform"].combine_chunks(),
        table["id"].combine_chunks(),
        table["handle"].combine_chunks(),
        pa.array(score),
        pa.array(score >= detector.operating_point),
    ]
    if reasons:
        rows = np.flatnonzero(score >= reasons_from)
        explained: list[list[dict[str, object]] | None] = [None] * len(ids)
        explanations = explain(detector, features.matrix[rows], [ids[i] for i in rows.tolist()])
        for i, explanation in zip(rows.tolist(), explanations, strict=True):
            explained[i] = [msgspec.structs.asdict(reason) for reason in explanation.reasons]
        columns.append(pa.array(explained, type=REASONS))
    return pa.Table.from_arrays(columns, schema=schema(reasons=reasons)), features.late_posts


def _reads_posts(detector: Detector) -> bool:
    """Whether any of the model's inputs is made of posts."""
    return any(CATALOGUE[INDEX[name]].timeline for name in detector.inputs)
