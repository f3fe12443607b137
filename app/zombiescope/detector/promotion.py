"""Whether a model may take the current one's place: never a worse one unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["worse"]

# What counts as worse: less than these differences is noise on a few hundred rows.
RANKING = 0.005
THRESHOLD = 0.02


def worse(new: Mapping[str, Any], current: Mapping[str, Any]) -> str | None:
    """Why `new` is worse than `current`, in words; None where it is not.

    new, current: the models' cards. They are compared on the rows that `new` was trained on, each account scored by a
    fold model that did not see it, where training compared the two; else by the worst vendor left out of each.
    """
    compared = new.get("compared")
    if compared and compared["with"] == f"{current['name']}-{current['version']}":
        rows, ours, theirs = f"the same {compared['rows']} rows", compared["new"], compared["current"]
    else:
        rows = "the worst vendor left out of each"
        ours, theirs = _worst(new), _worst(current)
    for figure, slack in (("auc", RANKING), ("mcc", THRESHOLD)):
        a, b = ours.get(figure), theirs.get(figure)
        if a is not None and b is not None and a < b - slack:
            return f"its {figure.upper()} on {rows} is {a:.3f}, that of {current['name']}-{current['version']} {b:.3f}"
    return None


def _worst(card: Mapping[str, Any]) -> dict[str, float]:
    """The lowest figures over vendors left out, without posts (every model has those)."""
    slices = [figures["without posts"] for figures in card["metrics"]["vendor_left_out"].values()]
    out = {}
    for figure in ("auc", "mcc"):
        known = [s[figure] for s in slices if s[figure] is not None]
        if known:
            out[figure] = min(known)
    return out
