"""The validation harness: what a recipe is worth on vendors, studies and years that it has not seen.

Beside the figures of each slice stands the error of whole audits of it: lists of 400 followers drawn from the slice at
known shares, estimated as an audit estimates, with templates of models that were trained without the slice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.arrays import BoolArray, FloatArray, IntArray
from zombiescope.features import extract, missing_fields
from zombiescope.share import Reference, Scored, Templates, assess
from zombiescope.share.gate import FAILS_AT
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.data.rows import without_posts
from zombiescope_training.model.assembled import assembled
from zombiescope_training.model.fit import FoldModels, ProgressCallback, fit, nobody
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.reference import reference
from zombiescope_training.validation.leave_one_out import HeldOut, Slice, halves, score_both, slice_of

__all__ = ["GROUPS", "SHARES", "Left", "Lists", "Split", "lists_of", "random", "run", "splits", "years"]


GROUPS = ("vendors", "studies", "pairs", "years")
SHARES = (0.1, 0.5, 0.87)
DRAWN = 400  # followers of a list
DRAWS = 5  # lists at each share: an estimate by kinds takes a tenth of a second
LEAST = 20  # rows of a class that a list can be drawn from, or that can be templates
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
        splits = [_older(labelled, until)]
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
        splits = [Split(~out, {name: out}) for name, out in outs.items()]
    return [s for s in splits if len(np.unique(labelled.zombie[s.train])) == 2 and s.tested]


def years(labelled: Labelled) -> IntArray:
    """(rows,) the year of each row's group: the one that a set's name ends with, else that of its last observation."""
    observed = pc.year(labelled.table["observed_at"]).to_numpy().astype(np.float64)
    out = np.zeros(len(labelled.zombie), dtype=np.int64)
    for group in np.unique(labelled.groups):
        mine = labelled.groups == group
        named = YEAR.search(str(group))
        # Of some sets the dates of observation are those of the newest post, years apart.
        out[mine] = int(named[1]) if named else int(np.nan_to_num(observed[mine]).max())
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


def random(
    labelled: Labelled,
    recipe: Recipe,
    seed: int,
    *,
    folds: int = 10,
    jobs: int = 1,
    on_progress: ProgressCallback = nobody,
) -> Left:
    """Random `folds`-fold cross-validation, each account scored by the fold that did not see it.

    Its lists are of the platform with most rows: drawn from one half of these, the other half is templates.
    """
    models = fit(labelled, replace(recipe, folds=folds), seed, jobs=jobs, on_progress=on_progress)
    # One curve of two numbers over all held-out rows: what it learns of a single row is nothing to speak of.
    score, bare = score_both(models, labelled.table)
    result = slice_of(f"random {folds}-fold", labelled, HeldOut(np.arange(len(score)), score, bare))
    platform = _platform(labelled)
    names, counts = np.unique(platform, return_counts=True)
    own = labelled.take(platform == names[np.argmax(counts)])
    timelines = own.take(own.timeline)
    return Left(
        result,
        lists_of(models, timelines.take(np.zeros(0, dtype=np.int64)), timelines, seed),
        lists_of(models, _bare(own.take(np.zeros(0, dtype=np.int64))), _bare(own), seed),
    )


def run(
    labelled: Labelled,
    todo: Sequence[Split],
    recipe: Recipe,
    seed: int,
    *,
    jobs: int = 1,
    on_progress: ProgressCallback = nobody,
) -> list[Left]:
    """Train once for each split and test its slices, in order."""
    from joblib import Parallel, delayed

    if not todo:
        return []
    matrix = extract(labelled.table).matrix
    done: list[Left] = []
    tested = Parallel(n_jobs=min(jobs, len(todo)), return_as="generator")(
        delayed(_test)(labelled, matrix, recipe, seed, one) for one in todo
    )
    for n, result in enumerate(tested):
        done.extend(result)
        on_progress("leaving groups out", n + 1, len(todo))
    return done


def _test(labelled: Labelled, matrix: FloatArray, recipe: Recipe, seed: int, split: Split) -> list[Left]:
    train = np.flatnonzero(split.train)
    own = labelled.take(train)
    models = fit(own, recipe, seed, matrix=matrix[train])
    out = []
    for name, tested in split.tested.items():
        rows = np.flatnonzero(tested)
        part = labelled.take(rows)
        score, bare = score_both(models, part.table)
        result = slice_of(name, labelled, HeldOut(rows, score, bare))
        # Templates are those of the slice's platform.
        near = own.take(np.isin(_platform(own), _platform(part)))
        with_timeline = part.timeline
        with_posts = lists_of(models, part.take(with_timeline), near, seed) if with_timeline.any() else None
        out.append(Left(result, with_posts, lists_of(models, _bare(part), _bare(near), seed)))
    return out


def lists_of(models: FoldModels, part: Labelled, own: Labelled, seed: int) -> Lists | None:
    """Whole audits of lists drawn from `part`; None where a class can be had from neither it nor `own`.

    own: training rows, for the templates; a class that `part` lacks is drawn from a half of them, and then no row of
    that half is in a template.
    """
    drawn = {z: part.take(part.zombie == z) for z in (True, False)}
    if min(len(one.zombie) for one in drawn.values()) < LEAST:
        half = np.random.default_rng([seed, 13]).random(len(own.zombie)) < 0.5
        lent, own = own.take(half), own.take(~half)
        drawn = {
            z: one if len(one.zombie) >= LEAST else _seen_as(lent.take(lent.zombie == z), part)
            for z, one in drawn.items()
        }
    people = pa.concat_tables([one.table for one in drawn.values()]).combine_chunks()
    groups = reference(models, own, extract(own.table).matrix, (), ())
    if {group["kind"] for group in groups.groups} != {"vendor", "study"}:
        return None
    if min(len(one.zombie) for one in drawn.values()) < LEAST:
        return None
    here = people["platform"][0].as_py()
    known = assembled(models, groups).known(here, Counter(missing_fields(people)).most_common(1)[0][0])
    scores = {z: models.score(one.table) for z, one in drawn.items()}
    return _audits(scores, Templates(known.zombie, known.genuine), seed)


def _seen_as(lent: Labelled, part: Labelled) -> Labelled:
    """Accounts of the other class as far as they are seen like the slice: with timelines where it has them."""
    return lent.take(lent.timeline) if len(part.zombie) and part.timeline.all() else lent


def _bare(labelled: Labelled) -> Labelled:
    return Labelled(without_posts(labelled.table), labelled.zombie, labelled.groups)


def _audits(drawn: Mapping[bool, FloatArray], templates: Templates, seed: int) -> Lists:
    audits = []
    for share in SHARES:
        rng = np.random.default_rng([seed, 17, round(1000 * share)])
        for _ in range(DRAWS):
            bought = int(rng.binomial(DRAWN, share))
            scores = np.concatenate(
                [rng.choice(drawn[True], bought), rng.choice(drawn[False], DRAWN - bought)]
            )
            scored = Scored(rng.permutation(scores), np.arange(DRAWN) * 1000, DRAWN * 1000, DRAWN)
            answer = assess(scored, templates, Reference(), rng=rng)
            inside = answer.known_kinds
            point = inside.estimate if inside.estimate is not None else 0.5
            audits.append(
                (abs(point - share), inside.low <= share <= inside.high, (answer.gate or 0) <= FAILS_AT)
            )
    error, held, flagged = np.array(audits, dtype=np.float64).mean(axis=0)
    return Lists(float(error), float(held), float(flagged))


def _platform(labelled: Labelled) -> npt.NDArray[np.str_]:
    return np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
