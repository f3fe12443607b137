"""The Botometer repository's sets in its form: user objects with the time of a probe, labels in a file
beside.

The probe's time looks like that of the newest post: it runs from 2009 to 2019 within a set and goes with the
class, so that ages are to be capped and no recency taken from it. No timelines (unknown). The .tsv files hold
more ids than there are profiles; an id that is labelled both ways is left out and counted, a profile without
a label stays unlabelled. The bots are of many kinds, few of them bought followers: sets to test on.

`botometer-people` holds the genuine accounts of two of them alone, without dates, as studies of people to train on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import InputError
from zombiescope.records import read
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.follower_records import read_records
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["PEOPLE", "STUDY"]

_PARTS = ("gilani-2017", "cresci-stock-2018", "pronbots-2019")
_VERIFIED = "botometer-repository/verified-2019"


def _read_verified(root: Path) -> Loaded:
    """People and organisations that Twitter verified: follower records, all genuine."""
    return read_records(root / _VERIFIED / "accounts.jsonl.gz", "genuine", _VERIFIED)


def _read(root: Path, *, part: str) -> Loaded:
    folder = root / "botometer-repository" / part
    profiles, refused = read(folder / f"{part}_tweets.json.gz")
    if refused:
        raise InputError(f"{refused[0].where}: {refused[0].reason} ({len(refused)} such rows)")
    given = tables.text(folder / f"{part}.tsv", ("id", "label"), sep="\t")
    labels = _labels(profiles["id"].combine_chunks(), given)
    table = tables.labelled(profiles, labels, f"botometer-repository/{part}")
    torn = pc.is_in(profiles["id"], value_set=_torn(given))
    whole = table.filter(pc.invert(torn))
    return Loaded(whole, {"labelled both ways": table.num_rows - whole.num_rows})


def _read_people(root: Path, *, part: str) -> Loaded:
    """A set's genuine accounts, of a study of its own; the date of the probe is the class's, so no age is known."""
    whole = _read(root, part=part)
    people = whole.table.filter(pc.fill_null(pc.equal(whole.table["label"], "genuine"), False))
    rows = people.num_rows
    dates = people.schema.field("created_at").type
    study = pa.array([f"{part}/people"] * rows, type=people.schema.field("label_source").type)
    undated = tables.replaced(people, created_at=pa.nulls(rows, dates), label_source=study)
    return Loaded(undated, whole.dropped)


def _labels(ids: pa.Array, given: dict[str, pa.Array]) -> pa.Array:
    """The label of each id, null where there is none."""
    names = pc.if_else(pc.equal(given["label"], "bot"), "zombie", "genuine")
    return names.take(pc.index_in(ids, value_set=given["id"]))


def _torn(given: dict[str, pa.Array]) -> pa.Array:
    """The ids that are labelled both ways."""
    ways = pa.table(given).group_by("id").aggregate([("label", "count_distinct")])
    return ways["id"].filter(pc.greater(ways["label_count_distinct"], 1)).combine_chunks()


def _files(part: str) -> tuple[str, ...]:
    return tuple(f"botometer-repository/{part}/{part}{end}" for end in ("_tweets.json.gz", ".tsv"))


PEOPLE = Study(
    "botometer-people",
    {part: Part(_files(part), partial(_read_people, part=part)) for part in _PARTS[:2]},
)

STUDY = Study(
    "botometer-repository",
    {part: Part(_files(part), partial(_read, part=part)) for part in _PARTS}
    | {"verified-2019": Part((f"{_VERIFIED}/accounts.jsonl.gz",), _read_verified)},
)
