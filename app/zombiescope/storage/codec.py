"""Arrow tables as compressed bytes, and the parts of a kept audit as Arrow tables."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.domain import AccountInfo, FollowerScore, Frame, RejectedRow, learn
from zombiescope.errors import StorageError
from zombiescope.features.catalogue import NAMES, SCHEMA_HASH
from zombiescope.share import Reference, ReferenceGroup, Scored, Stratum, Templates
from zombiescope.sources.base import Listing

__all__ = [
    "features_table",
    "followers",
    "listing",
    "listing_parts",
    "matrix",
    "pack",
    "scored",
    "scores_table",
    "templates",
    "templates_table",
    "unpack",
]

_REASONS = pa.list_(
    pa.struct(
        [("feature", pa.string()), ("value", pa.float64()), ("effect", pa.float64()), ("text", pa.string())]
    )
)
_SCORES = pa.schema(
    [
        ("id", pa.string()),
        ("handle", pa.string()),
        ("position", pa.int64()),
        ("score", pa.float64()),
        ("posterior", pa.float64()),
        ("local_score", pa.float64()),
        ("reasons", _REASONS),
        ("silent", pa.float64()),
        ("cluster", pa.int64()),
        ("replicate", pa.int64()),
    ]
)
_DESIGN = b"zombiescope.design"
_STRATA = b"zombiescope.strata"
_CATALOGUE = b"zombiescope.features"


class _Design(msgspec.Struct, frozen=True):
    """What of a `Scored` is no column."""

    listed: int
    drawn: int
    declared: int | None
    skipped: list[int]
    complete: bool


class _Listing(msgspec.Struct, frozen=True):
    """What of a `Listing` is no row."""

    account: AccountInfo
    frame: Frame
    skipped: dict[int, str]
    refused: tuple[RejectedRow, ...]


learn(_Design, _Listing)


def pack(table: pa.Table) -> bytes:
    """The table as Arrow IPC, zstd."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpack(data: bytes) -> pa.Table:
    """The table of `pack`. Raises StorageError where the bytes are none."""
    try:
        return pa.ipc.open_stream(data).read_all()
    except (pa.ArrowInvalid, OSError) as error:
        raise StorageError(
            f"a stored table cannot be read ({error})", "Restore the database from a backup."
        ) from None


def scores_table(people: tuple[FollowerScore, ...], sample: Scored) -> pa.Table:
    """Followers and the sample's columns as one table, (rows: followers); the design is in its metadata."""
    n = len(people)
    columns: dict[str, Any] = {
        name: [getattr(one, name) for one in people]
        for name in ("id", "handle", "position", "score", "posterior", "local_score")
    }
    columns["reasons"] = [
        None if one.reasons is None else [msgspec.structs.asdict(why) for why in one.reasons]
        for one in people
    ]
    for name, values in (
        ("silent", sample.silent),
        ("cluster", sample.clusters),
        ("replicate", sample.replicate),
    ):
        columns[name] = [None] * n if values is None else values
    design = _Design(sample.listed, sample.drawn, sample.declared, sample.skipped.tolist(), sample.complete)
    arrays = [pa.array(columns[field.name], type=field.type) for field in _SCORES]
    return pa.Table.from_arrays(arrays, schema=_SCORES.with_metadata({_DESIGN: msgspec.json.encode(design)}))


def followers(table: pa.Table) -> tuple[FollowerScore, ...]:
    """The followers of `scores_table`; columns that a later version added are None in older tables."""
    fields = set(FollowerScore.__struct_fields__) & set(table.column_names)
    rows = table.select([name for name in _SCORES.names if name in fields])
    return tuple(msgspec.convert(row, FollowerScore) for row in rows.to_pylist())


def scored(table: pa.Table) -> Scored:
    """The sample of `scores_table`."""
    design = msgspec.json.decode(table.schema.metadata[_DESIGN], type=_Design)

    def column(name: str) -> Any:
        values = table[name]
        return None if values.null_count == len(values) else values.to_numpy()

    return Scored(
        scores=table["score"].to_numpy(),
        places=table["position"].to_numpy(),
        listed=design.listed,
        drawn=design.drawn,
        declared=design.declared,
        skipped=np.array(design.skipped, dtype=np.int64),
        clusters=column("cluster"),
        silent=column("silent"),
        replicate=column("replicate"),
        complete=design.complete,
    )


class _StratumHead(msgspec.Struct, frozen=True):
    """What of a `Stratum` is no score. quiet, quiet_of: the rows of quiet followers, and of each group's accounts."""

    rows: list[int]
    missing: list[str]
    platform: str
    groups: list[tuple[str, Literal["vendor", "study"], str]]
    platform_known: bool = True
    quiet: list[int] | None = None
    quiet_of: list[list[int] | None] = []


def templates_table(known: Templates, reference: Reference) -> pa.Table:
    """What the estimate is made of besides the sample: (rows: scores), with part and group of each.

    A reference group's part is its stratum's number, its group the number in the stratum; the rest of the strata is in
    the metadata.
    """
    parts: list[tuple[str, str, npt.NDArray[np.float64]]] = [
        ("template", "zombie", known.zombie),
        ("template", "genuine", known.genuine),
        *(
            (str(k), str(g), group.scores)
            for k, stratum in enumerate(reference.strata)
            for g, group in enumerate(stratum.groups)
        ),
    ]
    heads = [
        _StratumHead(
            stratum.rows.tolist(),
            sorted(stratum.missing),
            stratum.platform,
            [(group.name, group.kind, group.platform) for group in stratum.groups],
            stratum.platform_known,
            _true(stratum.quiet),
            [_true(group.quiet) for group in stratum.groups],
        )
        for stratum in reference.strata
    ]
    table = pa.table(
        {
            "part": pa.array(
                [part for part, _, rows in parts for _ in rows], pa.string()
            ).dictionary_encode(),
            "group": pa.array(
                [group for _, group, rows in parts for _ in rows], pa.string()
            ).dictionary_encode(),
            "score": pa.array(np.concatenate([rows for _, _, rows in parts]), pa.float64()),
        }
    )
    return table.replace_schema_metadata({_STRATA: msgspec.json.encode(heads)})


def templates(table: pa.Table) -> tuple[Templates, Reference]:
    """The parts of `templates_table`; of an audit of schema 1, which had no strata, the templates alone."""
    part, group = (np.asarray(table[name].to_pylist(), dtype=object) for name in ("part", "group"))
    score = table["score"].to_numpy()

    def of(which: str, name: str) -> npt.NDArray[np.float64]:
        return np.asarray(score[(part == which) & (group == name)])

    heads = msgspec.json.decode((table.schema.metadata or {}).get(_STRATA, b"[]"), type=list[_StratumHead])
    strata = tuple(
        Stratum(
            np.array(head.rows, dtype=np.int64),
            frozenset(head.missing),
            head.platform,
            tuple(
                _group(*one, of(str(k), str(g)), head.quiet_of[g] if g < len(head.quiet_of) else None)
                for g, one in enumerate(head.groups)
            ),
            head.platform_known,
            _mask(head.quiet, len(head.rows)),
        )
        for k, head in enumerate(heads)
    )
    return Templates(of("template", "zombie"), of("template", "genuine")), Reference(strata)


def _group(
    name: str, kind: Literal["vendor", "study"], platform: str, scores: FloatArray, quiet: list[int] | None
) -> ReferenceGroup:
    return ReferenceGroup(name, kind, platform, scores, _mask(quiet, len(scores)))


def _true(mask: BoolArray | None) -> list[int] | None:
    """The rows where a mask is True."""
    return None if mask is None else [int(row) for row in np.flatnonzero(mask)]


def _mask(rows: list[int] | None, count: int) -> BoolArray | None:
    if rows is None:
        return None
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask


def features_table(values: npt.NDArray[np.float64]) -> pa.Table:
    """(rows, features) as a table, a column a feature; NaN is kept as NaN. It says which catalogue made it."""
    table = pa.table({name: pa.array(values[:, i]) for i, name in enumerate(NAMES)})
    return table.replace_schema_metadata({_CATALOGUE: SCHEMA_HASH})


def matrix(table: pa.Table) -> npt.NDArray[np.float64] | None:
    """(rows, features) of `features_table`; None where another catalogue made it."""
    if (table.schema.metadata or {}).get(_CATALOGUE) != SCHEMA_HASH.encode():
        return None
    return np.stack([table[name].to_numpy() for name in NAMES], axis=1)


def listing_parts(listing: Listing) -> tuple[str, bytes]:
    """A list that a client sent: what is no row as JSON, and its rows packed."""
    head = _Listing(listing.account, listing.frame, dict(listing.skipped), listing.refused)
    return msgspec.json.encode(head).decode(), pack(listing.rows)


def listing(head: str, records: bytes) -> Listing:
    """The list of `listing_parts`."""
    fields = msgspec.json.decode(head, type=_Listing)
    return Listing(
        account=fields.account,
        frame=fields.frame,
        rows=unpack(records).combine_chunks(),
        skipped=fields.skipped,
        refused=fields.refused,
    )
