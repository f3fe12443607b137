"""What the recipe is worth on what it has not seen: vendor and people left out together, and sets of later years.

The tables of `benchmarks.detector`; it trains each model anew, so it takes as long as its seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.detector import Detector
from zombiescope.detector.calibration import sigmoid
from zombiescope.detector.local_density import crowding
from zombiescope.features import extract
from zombiescope_training.data import sets
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.data.rows import without_posts
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.validation.evaluate import figures
from zombiescope_training.validation.harness import Split, run, years
from zombiescope_training.validation.metrics import measure

__all__ = [
    "BATCHES",
    "OLDER",
    "PLAIN",
    "SHIPPED",
    "UNTIL",
    "batch",
    "even",
    "later",
    "pairs",
    "person_rates",
    "worst",
]

BoolArray = npt.NDArray[np.bool_]
ProgressCallback = Callable[[str, int, int], None]

SHIPPED = ("cresci-2015", "cresci-2017/genuine_users", "weibo-fudan-2019")
# Their genuine accounts are never trained on.
PEOPLE = ("gilani-2017", "botometer-repository/cresci-stock-2018", "caverlee-2011/legitimate_users")
UNTIL = 2015
OLDER = ("cresci-2015", "cresci-2017", "caverlee-2011")
NEWER = ("gilani-2017", "botometer-repository/cresci-stock-2018", "botometer-repository/pronbots-2019")

# Bots that no vendor of training sold, each beside people that no model saw: (bots, people).
BATCHES = (
    ("botometer-repository/cresci-stock-2018", "botometer-repository/cresci-stock-2018"),
    ("gilani-2017", "gilani-2017"),
    ("botometer-repository/pronbots-2019", "botometer-repository/cresci-stock-2018"),
    ("cresci-2017/social_spambot_users_1", "gilani-2017"),
    ("caverlee-2011/content_polluters", "caverlee-2011/legitimate_users"),
)
LISTED = 1000  # followers of a list of such
LISTS = 10

# LightGBM as it comes (31 leaves, all features), on the same weighted rows.
PLAIN = Recipe(
    seeds=1,
    rounds=100,
    learning_rate=0.1,
    leaves=31,
    depth=-1,
    leaf_rows=20,
    l2=0.0,
    columns=1.0,
    draws=1,
    single=0.0,
    quiet_weight=0.0,
    furthest=0.0,
    exclude=(),
)


def sample(names: Sequence[str], root: Path) -> Labelled:
    """Published sets as one labelled sample."""
    return of_table(sets.merge([sets.load(name, root) for name in names])[0])


def pairs(
    root: Path, recipe: Recipe, seeds: Sequence[int], jobs: int, on_progress: ProgressCallback
) -> dict[str, Any]:
    """Each Twitter vendor left out with each group of people: figures by slice, means over seeds.

    E13 and Cresci-2017's genuine accounts are left out of training in turn; those of `PEOPLE` are in no training.
    """
    labelled = sample((*SHIPPED, *PEOPLE), root)
    zombie, groups = labelled.zombie, labelled.groups
    others = np.char.startswith(groups, "botometer-repository/") | np.char.startswith(groups, "caverlee")
    twitter = np.array(labelled.table["platform"].to_pylist()) != "weibo"
    vendors = np.unique(groups[zombie & twitter & ~others])
    known = np.unique(groups[~zombie & twitter & ~others])
    new = np.unique(groups[~zombie & others])
    todo = []
    for vendor in vendors:
        bought = zombie & (groups == vendor)
        for study in known:
            people = ~zombie & (groups == study)
            todo.append(Split(~(bought | people | others), {_pair(vendor, study): bought | people}))
        tested = {_pair(vendor, study): bought | (~zombie & (groups == study)) for study in new}
        todo.append(Split(~(bought | others), tested))
    return _mean([run(labelled, todo, recipe, seed, jobs=jobs, on_progress=on_progress) for seed in seeds])


def _pair(vendor: str, study: str) -> str:
    return f"{vendor.rpartition('/')[2]} / {study.rpartition('/')[2]}"


def _mean(runs: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The mean over seeds of each figure of each slice."""
    out: dict[str, Any] = {}
    for parts in zip(*runs, strict=True):
        on_progress = [figures(part) for part in parts]
        out[parts[0].slice.name] = {
            how: {key: _average([one[how][key] for one in on_progress]) for key in values}
            for how, values in on_progress[0].items()
        }
    return out


def _average(values: Sequence[float | None]) -> float | None:
    return None if any(v is None for v in values) else float(np.mean([v for v in values if v is not None]))


def even(values: Mapping[str, float]) -> float:
    """MCC at the operating point with both classes weighing the same: slices are as unlike in size as the sets are."""
    hit, false = values["sensitivity"], 1 - values["specificity"]
    spread = (hit + false) * (2 - hit - false)
    return (hit - false) / float(np.sqrt(spread)) if spread > 0 else 0.0


def worst(found: Mapping[str, Any], figure: str, how: str | None = None, *, high: bool = False) -> float:
    """The worst of a figure over slices, with posts, without, or both."""
    values = [
        part[seen][figure]
        for part in found.values()
        for seen in part
        if how in (None, seen) and part[seen][figure] is not None
    ]
    return float((max if high else min)(values))


def person_rates(found: Mapping[str, Any]) -> dict[str, float]:
    """How often the people of each group are flagged when unseen: with and without posts, mean over the vendors."""
    rates: dict[str, list[float]] = {}
    for name, part in found.items():
        for values in part.values():
            rates.setdefault(name.partition(" / ")[2], []).append(1 - values["specificity"])
    return {name: float(np.mean(values)) for name, values in rates.items()}


def later(
    root: Path, recipe: Recipe, seed: int, jobs: int, on_progress: ProgressCallback
) -> dict[str, dict[str, Any]]:
    """Trained up to `UNTIL`, tested on the newer sets: figures by slice, for the recipe and for the plain model.

    "as shipped": trained on what ships of those years. "with bots": on Caverlee's polluters and Cresci-2017's
    spambots too.
    """
    labelled = sample((*OLDER, *NEWER), root)
    old = years(labelled) <= UNTIL
    head = np.array([name.partition("/")[0] for name in labelled.groups])
    shipped = old & ((head == "cresci-2015") | (labelled.groups == "cresci-2017/genuine_users"))
    tested = {
        str(name).rpartition("/")[2]: (labelled.groups == name) & ~old
        for name in np.unique(labelled.groups[head == "botometer-repository"])
    }
    out: dict[str, dict[str, Any]] = {}
    for what, train in (("as shipped", shipped), ("with bots", old)):
        for which, chosen in (("recipe", recipe), ("plain", PLAIN)):
            on_progress(f"trained up to {UNTIL}, {what}, {which}", 0, 1)
            found = run(labelled, [Split(train, tested)], replace(chosen, folds=2), seed, jobs=jobs)
            out[f"{which}, {what}"] = {part.slice.name: figures(part) for part in found}
    return out


def batch(
    root: Path, detector: Detector, share: float, on_progress: ProgressCallback
) -> list[tuple[str, float, float, float]]:
    """What the list itself tells of kinds never seen: lists of `LISTED` followers, a `share` of them bots.

    For each of `BATCHES`: its name, and the mean over lists of the AUC of the shipped model's score, of crowding, and
    of crowding among those who score at most .5 (NaN where no bot or nobody does).
    """
    tables = detector.artefact.templates["drift"]
    out = []
    for n, (bots, people) in enumerate(BATCHES):
        on_progress("lists of kinds never seen", n, len(BATCHES))
        sides = [sample([bots], root), sample([people], root)]
        kept = [side.take(side.zombie == z) for side, z in zip(sides, (True, False), strict=True)]
        matrices = [extract(without_posts(one.table)).matrix for one in kept]
        found = []
        for draw in range(LISTS):
            rng = np.random.default_rng([n, draw])
            sizes = (round(LISTED * share), LISTED - round(LISTED * share))
            rows = [rng.choice(len(m), k, replace=k > len(m)) for m, k in zip(matrices, sizes, strict=True)]
            matrix = np.concatenate([m[r] for m, r in zip(matrices, rows, strict=True)])
            ids = [one.table["id"][int(i)].as_py() for one, r in zip(kept, rows, strict=True) for i in r]
            zombie = np.arange(len(matrix)) < sizes[0]
            score = detector.score(matrix, ids)
            crowded = crowding(tables, matrix, detector.inputs)
            assert crowded is not None
            missed = score <= 0.5
            both = len(np.unique(zombie[missed])) == 2
            hidden = measure(sigmoid(crowded[missed]), zombie[missed]).auc if both else np.nan
            found.append((measure(score, zombie).auc, measure(sigmoid(crowded), zombie).auc, hidden))
        name = f"{bots.rpartition('/')[2]} among people of {people.rpartition('/')[2]}"
        auc, crowd, hidden = np.mean(np.array(found, dtype=np.float64), axis=0)
        out.append((name, float(auc), float(crowd), float(hidden)))
    return out
