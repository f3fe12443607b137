"""Families: followers alike beyond chance in the form of their handles, their bios or their posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import Family
from zombiescope.evidence.likeness.handle_forms import Forms
from zombiescope.evidence.likeness.minhash import groups, signatures
from zombiescope.evidence.likeness.set_phrases import distinctive
from zombiescope.features.columns import BoolArray, IntArray, bytes_of, numbers, valid
from zombiescope.features.text import mix, words

__all__ = ["families"]

LEAST = 5  # members of a family
MOST = 20  # families reported of a kind
PLACES = 20  # members whose positions are reported
BIO_WORDS = 6  # shorter bios are alike by chance
OWN = 0.5  # part of a shared bio's word pairs that nobody else may write
POST_WORDS = 5
POSTERS = 3  # followers who posted a text before it counts as shared
COPIES = 2  # shared texts of a follower, at least,
COPIED = 0.3  # and the part of its own posts that they make up
LEVEL = 0.001  # family-wise, over all forms of handles
TIMES = 3.0  # a form must be this many times as common as by chance,
FORMED = 20  # by this many handles,
EXCESS = 0.03  # and by this part of all handles
BATCH = 20_000

ShareOf = Callable[[IntArray], float | None]


def families(
    rows: pa.Table, places: npt.NDArray[np.int64], written: Forms, share_of: ShareOf
) -> tuple[Family, ...]:
    """The families among the followers, largest first.

    rows: columns of `records.SCHEMA`. places: (rows,) positions in the list. written: the forms of the
    handles. share_of: the estimated zombie share among some rows, or None.
    """
    out: list[Family] = []

    def add(kind: str, members: IntArray, shared: str, expected: float | None, p_value: float | None) -> None:
        out.append(
            Family(
                kind=kind,  # type: ignore[arg-type]
                shared=shared,
                followers=len(members),
                expected=expected,
                p_value=p_value,
                places=tuple(sorted(places[members].tolist())[:PLACES]),
                share=share_of(members),
            )
        )

    for code, expected, p_value in _common_forms(written):
        add("handle", np.flatnonzero(written.codes == code), written.words(code), expected, p_value)
    bios = rows["bio"].combine_chunks()
    alike = _alike(*signatures(bios, BIO_WORDS))
    for members, own in zip(alike, distinctive(bios, alike), strict=True):
        if own >= OWN:
            add("bio", members, bios[int(members[0])].as_py(), None, None)
    for members, text in _copyists(rows["recent_posts"]):
        add("posts", members, text, None, None)
    return tuple(sorted(out, key=lambda family: (-family.followers, family.kind, family.shared)))


def _common_forms(written: Forms) -> list[tuple[int, float, float]]:
    """Forms more common than their stem and their number of digits would be together by chance.

    Of handles that end in digits. A form's expected count is what the other handles of its stem, those of its number
    of digits and those of neither make it if the two are independent (quasi-independence without the cell itself;
    Goodman 1968); its tail is Poisson's. Real names are not quite independent of their digits, hence the margins.
    """
    from scipy.special import gammainc

    counts = np.bincount(written.codes[written.codes >= 0], minlength=len(written)).astype(np.float64)
    everybody = counts.sum()
    counts = np.where(written.tails > 0, counts, 0.0)
    stem = np.bincount(written.stems, weights=counts)[written.stems]
    tail = np.bincount(written.tails, weights=counts)[written.tails]
    neither = counts.sum() - stem - tail + counts
    expected = np.maximum(stem - counts, 0.5) * np.maximum(tail - counts, 0.5) / np.maximum(neither, 0.5)
    chance = np.where(counts > 0, gammainc(np.maximum(counts, 1), expected), 1.0) * len(written)
    many = (counts >= TIMES * expected) & (counts - expected >= max(FORMED, EXCESS * everybody))
    chosen = np.flatnonzero(many & (chance < LEVEL))
    chosen = chosen[np.argsort(-counts[chosen], kind="stable")][:MOST]
    return [(int(code), round(float(expected[code]), 1), float(chance[code])) for code in chosen]


def _alike(texts: IntArray, signed: npt.NDArray[np.uint32]) -> list[IntArray]:
    """The groups of near-duplicate texts, as the rows of their members, largest first."""
    if len(texts) == 0:
        return []
    return [texts[members] for members in _split(groups(signed))]


def _split(labels: IntArray) -> list[IntArray]:
    """The members of each label that has at least LEAST of them, largest first."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(labels[order]) != 0)))
    sizes = np.diff(np.concatenate((starts, [len(labels)])))
    large = np.argsort(-sizes, kind="stable")[:MOST]
    return [order[starts[i] : starts[i] + sizes[i]] for i in large if sizes[i] >= LEAST]


def _copyists(column: pa.ChunkedArray) -> Iterable[tuple[IntArray, str]]:
    """Followers who post the same texts as others of them, with one such text; largest group first.

    Reposts do not count. A text counts where at least POSTERS followers posted it, whatever links, mentions
    and numbers they put in; a follower where several such texts make up a good part of what it posts.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    owner, key, own = _own_posts(column)
    if len(owner) == 0:
        return []
    pairs = np.unique(np.stack((key.view(np.int64), owner)), axis=1)
    _, text, posters = np.unique(pairs[0], return_inverse=True, return_counts=True)
    shared = posters[text] >= POSTERS
    text, who = text[shared], pairs[1][shared]
    copied = np.bincount(who, minlength=len(own))
    copyist = (copied >= COPIES) & (copied >= COPIED * own)
    by_copyist = copyist[who]
    text, who = text[by_copyist], who[by_copyist]
    if len(who) == 0:
        return []
    people, index = np.unique(who, return_inverse=True)
    size = len(people) + len(posters)
    graph = coo_array((np.ones(len(index), dtype=bool), (index, text + len(people))), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    keys = np.unique(pairs[0])
    out = []
    for members in _split(np.asarray(labels[: len(people)], dtype=np.int64)):
        mine = np.isin(index, members)
        common = int(np.bincount(text[mine]).argmax())
        out.append((people[members], _text(column, people[members], int(keys[common]))))
    return out


def _own_posts(column: pa.ChunkedArray) -> tuple[IntArray, npt.NDArray[np.uint64], IntArray]:
    """Of each post in own words: whose it is and a hash of its words in any order; and (rows,) own posts
    each.
    """
    owners, keys, done = [], [], 0
    own = np.zeros(len(column), dtype=np.int64)
    for chunk in column.chunks:
        for first in range(0, len(chunk), BATCH):
            part = chunk.slice(first, BATCH)
            owner, key, original = _hashed(part)
            own[done : done + len(part)] = np.bincount(owner[original], minlength=len(part))
            keep = original & (key != 0)
            owners.append(owner[keep] + done)
            keys.append(key[keep])
            done += len(part)
    none = np.zeros(0, np.int64)
    return (
        np.concatenate(owners) if owners else none,
        np.concatenate(keys) if keys else none.astype(np.uint64),
        own,
    )


def _hashed(part: pa.ListArray) -> tuple[IntArray, npt.NDArray[np.uint64], BoolArray]:
    """(posts,) owner within the part, hash of the words (0: too few), and whether the post is in own
    words.
    """
    counts = pc.list_value_length(part).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    owner = np.repeat(np.arange(len(part), dtype=np.int64), counts)
    flat = part.flatten()
    texts = flat.field("text")
    tokens = words(bytes_of(texts))
    sums = np.zeros(len(texts), dtype=np.uint64)
    np.add.at(sums, tokens.text[tokens.content], mix(tokens.hash[tokens.content]))
    spoken = np.bincount(tokens.text[tokens.content], minlength=len(texts))
    passed_on = np.nan_to_num(numbers(flat.field("is_repost"))) > 0
    passed_on |= pc.starts_with(texts, "RT @").fill_null(False).to_numpy(zero_copy_only=False)
    return owner, np.where(spoken >= POST_WORDS, mix(sums), 0), valid(texts) & ~passed_on


def _text(column: pa.ChunkedArray, members: IntArray, key: int) -> str:
    """One text of the members that has this hash."""
    wanted = np.uint64(key % 2**64)
    for member in members.tolist():
        part = column.slice(member, 1).combine_chunks()
        part = part.chunk(0) if isinstance(part, pa.ChunkedArray) else part
        _, keys, original = _hashed(part)
        at = np.flatnonzero((keys == wanted) & original)
        if len(at):
            return str(part.flatten().field("text")[int(at[0])].as_py())
    return ""
