"""False positives by slice: how often genuine accounts that are quiet, new or unusual are taken for zombies."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow.compute as pc

from zombiescope.arrays import BoolArray
from zombiescope.features.columns import micros, numbers
from zombiescope.share.critical import wilson
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.train import Trained

__all__ = ["FAR", "false_positives", "slices_of", "warned"]


FAR = 3.0  # times the overall rate from which the card says so in words
NEW = 90.0  # days
MANY = 1_000  # accounts followed, where the top tenth begins above that
FEW = 10  # followers; posts
LEVEL = 0.95


def slices_of(labelled: Labelled) -> dict[str, BoolArray]:
    """(rows,) which accounts each slice holds, by name; an account whose fields are not known is in none."""
    table = labelled.table
    column = {name: table[name].combine_chunks() for name in table.column_names}
    posts, following, followers = (
        numbers(column[name]) for name in ("posts_count", "following_count", "followers_count")
    )
    created, known = micros(column["created_at"])
    observed, dated = micros(column["observed_at"])
    age = np.where(known & dated, (observed - created) / 86_400_000_000, np.inf)
    empty = np.asarray(pc.fill_null(pc.equal(pc.list_value_length(column["recent_posts"]), 0), False))
    among = following[~labelled.zombie & ~np.isnan(following)]
    many = min(MANY, float(np.quantile(among, 0.9))) if len(among) else MANY
    names = [
        name or handle or "" for name, handle in zip(*(column[n].to_pylist() for n in NAMED), strict=True)
    ]
    return {
        "no posts": (posts == 0) | (np.isnan(posts) & empty),
        f"under {FEW} posts": posts < FEW,
        f"account under {NEW:.0f} days old": age < NEW,
        "no picture of its own": numbers(column["has_avatar"]) == 0,
        "name beyond the Latin script": np.array([_foreign(name) for name in names], dtype=bool),
        f"follows over {many:,.0f} accounts": following > many,
        f"under {FEW} followers": followers < FEW,
        "protected": numbers(column["protected"]) == 1,
    }


NAMED = ("display_name", "handle")


def _foreign(name: str) -> bool:
    """Whether most letters of a name are of another script."""
    letters = [c for c in name if c.isalpha()]
    beyond = sum(not unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return 2 * beyond > len(letters)


def false_positives(trained: Trained, cut: float = 0.5) -> dict[str, Any]:
    """Each slice's rate of genuine accounts at or above the operating point `cut`, for card.json.

    "out of fold": accounts of known studies, each scored by a model that did not see it. "left out": accounts of a
    study that no model saw. Each with posts (where they were fetched) and without. rate, its Wilson interval (low,
    high) and `times`, the rate over that of all genuine accounts; None where there is nobody, or no false positive at
    all.
    """
    labelled = trained.labelled
    slices = {"all": np.ones(len(labelled.zombie), dtype=bool), **slices_of(labelled)}
    random = trained.random.held
    held = {"out of fold": [(random.rows, random.score, random.bare)]}
    held["left out"] = [(s.held.rows, s.held.score, s.held.bare) for s in trained.studies]
    out: dict[str, Any] = {}
    for how, parts in held.items():
        rows, score, bare = (
            np.concatenate([part[k] for part in parts]) if parts else np.zeros(0, dtype=kind)
            for k, kind in enumerate((np.int64, np.float64, np.float64))
        )
        genuine = ~labelled.zombie[rows]
        for view, scores in (("with posts", score), ("without posts", bare)):
            flagged = scores >= cut
            counts = {
                name: (int((flagged & genuine & mine[rows]).sum()), int((genuine & mine[rows]).sum()))
                for name, mine in slices.items()
            }
            for name, (bad, n) in counts.items():
                out.setdefault(name, {})[f"{how}, {view}"] = _rate(bad, n, *counts["all"])
    return out


def _rate(bad: int, n: int, bad_of_all: int, n_of_all: int) -> dict[str, Any]:
    if n == 0:
        return {"n": 0, "rate": None, "low": None, "high": None, "times": None}
    low, high = wilson(bad, n, LEVEL)
    times = (bad / n) / (bad_of_all / n_of_all) if bad_of_all else None
    return {
        "n": n,
        "rate": round(bad / n, 5),
        "low": round(low, 5),
        "high": round(high, 5),
        "times": None if times is None else round(times, 2),
    }


def warned(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """A sentence for each slice whose rate is above `FAR` times that of all genuine accounts, in any of its figures."""
    warnings = []
    for name, figures in slices.items():
        far = {how: f for how, f in figures.items() if (f["times"] or 0) > FAR}
        if far:
            how, worst = max(far.items(), key=lambda item: item[1]["times"])
            warnings.append(
                f"Genuine accounts of the slice “{name}” are taken for zombies {worst['times']:.1f} times as often as "
                f"all are ({worst['rate']:.1%}, between {worst['low']:.1%} and {worst['high']:.1%}, of "
                f"{worst['n']:,}; {how}): a high score says less of them."
            )
    return warnings
