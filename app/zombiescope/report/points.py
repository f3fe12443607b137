"""The points of the follow-order picture: each follower's place, creation date and score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zombiescope import formatting
from zombiescope.domain import Audit, Block, Order

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Band", "Points", "points"]

MOST = 5_000  # drawn points; more only make the picture darker
_DAY = 86_400.0


@dataclass(frozen=True)
class Band:
    """A block's stretch of the picture (from and to on the x axis) and the letter it goes by."""

    letter: str
    start: float
    stop: float


@dataclass(frozen=True)
class Points:
    """What the picture shows; arrays are (points,).

    x: place from 1, oldest follower first unless `order` is unknown. created: days since 1970-01-01 (UTC).
    score: 0 to 1.
    """

    x: npt.NDArray[np.float64]
    created: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]
    length: int
    order: Order
    bands: tuple[Band, ...]
    caption: str
    alt: str


def points(audit: Audit, rows: pa.Table | None) -> Points | None:
    """The picture's points; None without followers, their records, or any creation date.

    rows: the scored followers' records, in the order of `audit.followers`.
    Raises ValueError when their number differs.
    """
    followers = audit.followers
    if rows is None or not followers:
        return None
    if rows.num_rows != len(followers):
        raise ValueError(f"{rows.num_rows} records for {len(followers)} scored followers")
    created = rows.column("created_at").to_numpy().astype("datetime64[s]")
    dated = ~np.isnat(created)
    if not dated.any():
        return None
    order: Order = "unknown" if audit.frame is None else audit.frame.order
    place = np.array([f.position for f in followers], dtype=np.float64)
    blocks = () if audit.evidence is None else audit.evidence.blocks
    listed = 0 if audit.frame is None else audit.frame.listed
    length = max(int(place.max()) + 1, listed, *(block.to + 1 for block in blocks))
    x = length - place if order == "newest-first" else place + 1
    score = np.array([f.score for f in followers], dtype=np.float64)
    chosen = np.flatnonzero(dated)
    if len(chosen) > MOST:  # evenly over follow order, the same ones each time
        along = chosen[np.argsort(x[chosen], kind="stable")]
        chosen = along[np.linspace(0, len(along) - 1, MOST).round().astype(np.int64)]
    days = created.astype(np.int64).astype(np.float64) / _DAY
    bands = tuple(_band(block, i, order, length) for i, block in enumerate(blocks))
    shown, missing, known = len(chosen), int((~dated).sum()), int(dated.sum())
    return Points(
        x=x[chosen],
        created=days[chosen],
        score=score[chosen],
        length=length,
        order=order,
        bands=bands,
        caption=_caption(order, shown, known, missing, len(bands), simulated=audit.simulated),
        alt=_alt(order, shown, float((score >= 0.5).mean()), [band.letter for band in bands]),
    )


def _band(block: Block, index: int, order: Order, length: int) -> Band:
    first, last = block.from_ + 1, block.to + 1
    if order == "newest-first":
        first, last = length - block.to, length - block.from_
    return Band(formatting.letter(index), first - 0.5, last + 0.5)


def _caption(order: Order, shown: int, known: int, missing: int, bands: int, *, simulated: bool) -> str:
    said = "SIMULATED followers. " if simulated else ""
    said += "Each dot is a follower we reached: its place in the list from left to right"
    said += ", in an order that is unknown" if order == "unknown" else ", oldest follower left"
    said += "; upwards, the day its account was created; in colour, its score. "
    said += "Accounts made together show as flat streaks."
    if bands:
        said += " Shaded: runs whose members are far more alike than those nearby."
    if shown < known:
        said += f" {formatting.count(shown)} of {formatting.count(known)} are drawn, evenly over the list."
    if missing:
        said += f" Not drawn: {formatting.plural(missing, 'follower')} whose creation date is not known."
    return said


def _alt(order: Order, shown: int, high: float, letters: list[str]) -> str:
    along = "list order" if order == "unknown" else "follow order, oldest left"
    said = f"Scatter plot of {formatting.plural(shown, 'follower')}: account creation date against {along}. "
    said += f"{formatting.percent(high)} of the dots score .5 or more."
    if letters:
        said += f" Shaded {'block' if len(letters) == 1 else 'blocks'}: {formatting.items(letters)}."
    return said
