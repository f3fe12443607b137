"""Published sets of labelled accounts, by name (`cresci-2015`, `cresci-2015/INT`, ...), as tables of
records."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import InputError
from zombiescope_training.data.readers import (
    bluesky,
    botometer,
    caverlee,
    cresci_2015,
    cresci_2017,
    github,
    instagram_parma,
    tiktok,
    weibo_fudan,
    weibo_pcu,
)
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["BESIDE", "TRAINED", "digest", "load", "loaded", "merge", "names"]

# What the shipped model is trained on (docs/detector.md), and what its reference groups have besides.
TRAINED = (
    "set:cresci-2015",
    "set:cresci-2017/genuine_users",
    "set:tiktok-2024",
    "set:github-2024/people",
    "set:caverlee-2011/legitimate_users",
    "set:botometer-people",
    "set:weibo-fudan-2019",
)
BESIDE = ("set:instagram-parma-2020",)

_STUDIES: tuple[Study, ...] = (
    cresci_2015.STUDY,
    cresci_2017.STUDY,
    botometer.STUDY,
    botometer.PEOPLE,
    caverlee.STUDY,
    weibo_fudan.STUDY,
    weibo_pcu.STUDY,
    tiktok.STUDY,
    github.STUDY,
    instagram_parma.STUDY,
    bluesky.STUDY,
)
# A set of the repository is as well known by its own name.
_ALSO = {"gilani-2017": "botometer-repository/gilani-2017"}


def names(root: Path) -> list[str]:
    """The sets and parts of sets whose files are under `root`."""
    return [
        name
        for name, parts in _catalogue().items()
        if all((root / f).is_file() for part in parts for f in part.files)
    ]


def load(name: str, root: Path) -> pa.Table:
    """The records of a set (rows: accounts; columns: `records.SCHEMA`) with label and label_source filled.

    name: with or without `set:`. Rows of an unlabelled account, where the set has such, have no label. Raises
    InputError where there is no such set, or not its files.
    """
    return loaded(name, root).table


def loaded(name: str, root: Path) -> Loaded:
    """As `load`, with the count of rows that were left out, by reason. A set's repeated ids are left out
    here."""
    read = [part.read(root) for part in _parts(name, root)]
    table, merged = merge([part.table for part in read])
    dropped = Counter(merged)
    for part in read:
        dropped.update(part.dropped)
    return Loaded(table, {reason: count for reason, count in dropped.items() if count})


def digest(name: str, root: Path) -> dict[str, str]:
    """The files that a set is read from, relative to `root`, and the sha256 of each."""
    files = [file for part in _parts(name, root) for file in part.files]
    return {file: _sha256(root / file) for file in files}


def merge(tables: Iterable[pa.Table]) -> tuple[pa.Table, dict[str, int]]:
    """The tables as one, each account once: the first row of it stands.

    An account (platform and id) that is labelled both ways is left out whole. Returns the table, in order,
    and the number of rows left out, by reason.
    """
    table = pa.concat_tables(tables).combine_chunks()
    if table.num_rows == 0:
        return table, {}
    account = pc.binary_join_element_wise(table["platform"], table["id"], "\0").combine_chunks()
    codes = np.asarray(account.dictionary_encode().indices).astype(np.int64)
    ways = [
        np.bincount(
            codes,
            weights=np.asarray(pc.fill_null(pc.equal(table["label"], label), False)),
            minlength=codes.max() + 1,
        )
        > 0
        for label in ("zombie", "genuine")
    ]
    torn = (ways[0] & ways[1])[codes]
    # A labelled row stands for its account before an unlabelled one.
    order = np.lexsort((np.arange(codes.size), ~np.asarray(table["label"].is_valid()), codes))
    first = np.zeros(codes.size, dtype=bool)
    first[order[np.unique(codes[order], return_index=True)[1]]] = True
    retained = first & ~torn
    dropped = {"labelled both ways": int(torn.sum()), "repeated": int((~first & ~torn).sum())}
    return table.filter(pa.array(retained)), {reason: count for reason, count in dropped.items() if count}


def _catalogue() -> dict[str, list[Part]]:
    catalogue: dict[str, list[Part]] = {}
    for study in _STUDIES:
        catalogue[study.name] = list(study.parts.values())
        catalogue.update({f"{study.name}/{name}": [part] for name, part in study.parts.items() if name})
    return catalogue


def _parts(name: str, root: Path) -> list[Part]:
    wanted = name.removeprefix("set:").rstrip("/")
    wanted = _ALSO.get(wanted, wanted)
    catalogue = _catalogue()
    if wanted not in catalogue:
        raise InputError(f"there is no set {wanted!r}", f"The sets: {', '.join(catalogue)}.")
    absent = [file for part in catalogue[wanted] for file in part.files if not (root / file).is_file()]
    if absent:
        raise InputError(
            f"set:{wanted} needs {absent[0]} under {root}",
            "Set ZOMBIESCOPE_DATA to the folder of the published sets.",
        )
    return catalogue[wanted]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
