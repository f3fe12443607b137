"""What the list itself tells of kinds that the model never saw: the tables of `benchmarks.detector`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.detector_goals import sample
from zombiescope.detector import Detector
from zombiescope.detector.calibration import sigmoid
from zombiescope.detector.local_density import crowding
from zombiescope.features import extract
from zombiescope_training.data.rows import without_posts
from zombiescope_training.validation.metrics import measure

__all__ = ["BATCHES", "batch"]

BoolArray = npt.NDArray[np.bool_]
ProgressCallback = Callable[[str, int, int], None]

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
        classes = [side.take(side.zombie == z) for side, z in zip(sides, (True, False), strict=True)]
        matrices = [extract(without_posts(one.table)).matrix for one in classes]
        parts = []
        for draw in range(LISTS):
            rng = np.random.default_rng([n, draw])
            sizes = (round(LISTED * share), LISTED - round(LISTED * share))
            rows = [rng.choice(len(m), k, replace=k > len(m)) for m, k in zip(matrices, sizes, strict=True)]
            matrix = np.concatenate([m[r] for m, r in zip(matrices, rows, strict=True)])
            ids = [one.table["id"][int(i)].as_py() for one, r in zip(classes, rows, strict=True) for i in r]
            zombie = np.arange(len(matrix)) < sizes[0]
            score = detector.score(matrix, ids)
            crowded = crowding(tables, matrix, detector.inputs)
            assert crowded is not None
            missed = score <= 0.5
            both = len(np.unique(zombie[missed])) == 2
            hidden = measure(sigmoid(crowded[missed]), zombie[missed]).auc if both else np.nan
            parts.append((measure(score, zombie).auc, measure(sigmoid(crowded), zombie).auc, hidden))
        name = f"{bots.rpartition('/')[2]} among people of {people.rpartition('/')[2]}"
        auc, crowd, hidden = np.mean(np.array(parts, dtype=np.float64), axis=0)
        out.append((name, float(auc), float(crowd), float(hidden)))
    return out
