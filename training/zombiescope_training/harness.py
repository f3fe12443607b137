"""The validation harness: what a recipe is worth on vendors, studies and years that it has not seen.

Beside the figures of each slice stands the error of whole audits of it: lists of 400 followers drawn from the slice at
known shares, estimated as an audit estimates, with templates of models that were trained without the slice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from zombiescope.share import Scored, Templates, Validation, assess
from zombiescope_training.fit import Told, fit, nobody
from zombiescope_training.labelled import Labelled
from zombiescope_training.recipe import Recipe
from zombiescope_training.rows import Timelines
from zombiescope_training.validate import HeldOut, Slice, halves, score_both, slice_of

__all__ = ["GROUPS", "SHARES", "Left", "Lists", "Split", "lists_of", "run", "splits", "years"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

GROUPS = ("vendors", "studies", "pairs", "years")
SHARES = (0.1, 0.5, 0.87)
DRAWN = 400  # followers of a list
DRAWS = 10  # lists at each share
LEAST = 20  # rows of a class that a list can be drawn from, or that can be templates
MOST = 2_000  # rows of a class in templates, as in an artefact
YEAR = re.compile(r"-((?:19|20)\d\d)$")


@dataclass(frozen=True)
class Split:
    """What is trained on and what is tested: masks of the sample's rows, `tested` by the slice's name."""

    train: BoolArray
    tested: Mapping[str, BoolArray]


@dataclass(frozen=True)
class Lists:
    """Whole audits of a slice: means over lists drawn at `SHARES`.

    error: |estimate - share|. held: how often the interval held the share. flagged: how often the gate found the list
    foreign, so that an audit would give bounds instead.
    """

    error: float
    held: float
    flagged: float


@dataclass(frozen=True)
class Left:
    """A slice that was left out: its figures, and its lists with posts and without (None where none can be drawn)."""

    slice: Slice
    posts: Lists | None
    bare: Lists | None


def splits(labelled: Labelled, kind: str, seed: int, until: int | None = None) -> list[Split]:
    """The splits of one of `GROUPS`; those whose training rows would lack a class are left out.

    vendors: each vendor with a half of its platform's genuine accounts. studies: each study's genuine accounts. pairs:
    each vendor with each study of its platform. years: trained on sets up to the year `until` (None: the first by which
    both classes can be learnt), each newer set tested.
    """
    if kind == "years":
        found = [_older(labelled, until)]
    else:
        platform = _platform(labelled)
        half = halves(labelled, seed)
        zombies = {v: labelled.zombie & (labelled.groups == v) for v in labelled.vendors}
        genuine = {s: ~labelled.zombie & (labelled.groups == s) for s in labelled.studies}
        outs: dict[str, BoolArray] = {}
        if kind == "vendors":
            for name, mine in zombies.items():
                beside = half & np.isin(platform, platform[mine])
                outs[f"left out: {name}"] = mine | (beside if beside.sum() >= LEAST else half)
        elif kind == "studies":
            outs = {f"genuine left out: {name}": mine for name, mine in genuine.items()}
        else:
            for vendor, mine in zombies.items():
                for study, other in genuine.items():
                    if np.isin(platform[mine], platform[other]).any():
                        outs[f"pair left out: {vendor} | {study}"] = mine | other
        found = [Split(~out, {name: out}) for name, out in outs.items()]
    return [s for s in found if len(np.unique(labelled.zombie[s.train])) == 2 and s.tested]


def years(labelled: Labelled) -> IntArray:
    """(rows,) the year of each row's group: the one that a set's name ends with, else that of its last observation."""
    seen = pc.year(labelled.table["observed_at"]).to_numpy().astype(np.float64)
    out = np.zeros(len(labelled.zombie), dtype=np.int64)
    for group in np.unique(labelled.groups):
        mine = labelled.groups == group
        named = YEAR.search(str(group))
        # Of some sets the dates of observation are those of the newest post, years apart.
        out[mine] = int(named[1]) if named else int(np.nan_to_num(seen[mine]).max())
    return out


def _older(labelled: Labelled, until: int | None) -> Split:
    year = years(labelled)
    if until is None:
        enough = (y for y in np.unique(year) if len(np.unique(labelled.zombie[year <= y])) == 2)
        until = int(next(enough, year.max()))
    newer = np.unique(labelled.groups[year > until])
    return Split(
        year <= until,
        {f"trained up to {until}: {name}": (labelled.groups == name) & (year > until) for name in newer},
    )


def run(
    labelled: Labelled,
    todo: Sequence[Split],
    recipe: Recipe,
    seed: int,
    *,
    jobs: int = 1,
    told: Told = nobody,
) -> list[Left]:
    """Train once for each split and test its slices, in order."""
    from joblib import Parallel, delayed

    if not todo:
        return []
    timelines = Timelines.of(labelled)
    done: list[Left] = []
    tested = Parallel(n_jobs=min(jobs, len(todo)), return_as="generator")(
        delayed(_test)(labelled, timelines, recipe, seed, one) for one in todo
    )
    for n, found in enumerate(tested):
        done.extend(found)
        told("leaving groups out", n + 1, len(todo))
    return done


def _test(labelled: Labelled, timelines: Timelines, recipe: Recipe, seed: int, split: Split) -> list[Left]:
    train = np.flatnonzero(split.train)
    own = labelled.take(train)
    models = fit(own, recipe, seed, timelines=timelines.take(train))
    own_score, own_bare = score_both(models, own.table)
    out = []
    for name, tested in split.tested.items():
        rows = np.flatnonzero(tested)
        part = labelled.take(rows)
        score, bare = score_both(models, part.table)
        found = slice_of(name, labelled, HeldOut(rows, score, bare))
        # Templates are those of the slice's platform, seen as the slice is.
        alike = np.isin(_platform(own), _platform(part))
        seen, known = part.timeline, own.timeline & alike
        with_posts = (
            lists_of(score[seen], part.zombie[seen], own_score[known], own.take(known), seed)
            if seen.any() and known.any()
            else None
        )
        out.append(
            Left(found, with_posts, lists_of(bare, part.zombie, own_bare[alike], own.take(alike), seed))
        )
    return out


def lists_of(
    score: FloatArray, zombie: BoolArray, own_score: FloatArray, own: Labelled, seed: int
) -> Lists | None:
    """Whole audits of lists drawn from some rows; None where a class can be had from neither these nor `own`.

    score, zombie: (rows,) what is drawn from. own, own_score: training rows and their scores out of fold, for the
    templates; a class that the rows lack is drawn from a half of these which then is in no template.
    """
    drawn: dict[bool, FloatArray] = {}
    templates: dict[bool, FloatArray] = {}
    for z in (True, False):
        mine, known = score[zombie == z], own_score[_in_turn(own, z, seed)]
        few = len(mine) < LEAST
        drawn[z], templates[z] = (known[::2], known[1::2]) if few else (mine, known)
        if min(len(drawn[z]), len(templates[z])) < LEAST:
            return None
    return _audits(drawn, Templates(templates[True][:MOST], templates[False][:MOST]), seed)


def _in_turn(own: Labelled, zombie: bool, seed: int) -> IntArray:
    """A class's rows at random, its groups taking turns, so that a large one does not stand for all."""
    rows = np.random.default_rng([seed, 13]).permutation(np.flatnonzero(own.zombie == zombie))
    turn = np.zeros(len(rows), dtype=np.int64)
    for name in np.unique(own.groups[rows]):
        mine = own.groups[rows] == name
        turn[mine] = np.arange(mine.sum())
    return rows[np.argsort(turn, kind="stable")]


def _audits(drawn: Mapping[bool, FloatArray], templates: Templates, seed: int) -> Lists:
    found = []
    for share in SHARES:
        rng = np.random.default_rng([seed, 17, round(1000 * share)])
        for _ in range(DRAWS):
            bought = int(rng.binomial(DRAWN, share))
            scores = np.concatenate(
                [rng.choice(drawn[True], bought), rng.choice(drawn[False], DRAWN - bought)]
            )
            scored = Scored(rng.permutation(scores), np.arange(DRAWN) * 1000, DRAWN * 1000, DRAWN)
            answer = assess(scored, templates, Validation(), rng=rng)
            inside = answer.in_domain_interval
            point = inside.estimate if inside.estimate is not None else 0.5
            found.append(
                (abs(point - share), inside.low <= share <= inside.high, answer.share.in_domain is False)
            )
    error, held, flagged = np.array(found, dtype=np.float64).mean(axis=0)
    return Lists(float(error), float(held), float(flagged))


def _platform(labelled: Labelled) -> npt.NDArray[np.str_]:
    return np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
