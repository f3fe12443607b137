"""The points of the follow-order picture: each follower's place, creation date and score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zombiescope import formatting
from zombiescope.domain import Audit, Block, FollowerScore, Order
from zombiescope.durations import DAY_SECONDS
from zombiescope.i18n import gettext as _
from zombiescope.i18n import ngettext
from zombiescope.report.profile_links import profile_link

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Band", "Points", "points"]

MOST = 10_000  # drawn points; more only make the picture darker


@dataclass(frozen=True)
class Band:
    """A run's stretch of the picture: from and to on the x axis, days its accounts were created, and its letter."""

    letter: str
    start: float
    stop: float
    first: float | None = None
    last: float | None = None


@dataclass(frozen=True)
class Points:
    """What the picture shows; arrays are (points,).

    x: place from 1, oldest follower first unless `order` is unknown. created: days since 1970-01-01 (UTC).
    score: 0 to 1. chance: the score at the audit's share, NaN where that is not known. names, links: who each is, and
    where its profile can be seen (None where nobody knows, and of made-up followers).
    """

    x: npt.NDArray[np.float64]
    created: npt.NDArray[np.float64]
    score: npt.NDArray[np.float64]
    length: int
    order: Order
    bands: tuple[Band, ...]
    caption: str
    alt: str
    chance: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    names: tuple[str, ...] = ()
    links: tuple[str | None, ...] = ()


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
    days = created.astype(np.int64).astype(np.float64) / DAY_SECONDS
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
        chance=np.array([np.nan if f.posterior is None else f.posterior for f in followers])[chosen],
        names=tuple(_name(followers[i]) for i in chosen),
        links=_links(rows, chosen, simulated=audit.simulated),
    )


def _name(follower: FollowerScore) -> str:
    return formatting.clean(follower.handle or "", longest=40) or formatting.clean(follower.id, longest=40)


def _links(rows: pa.Table, chosen: npt.NDArray[np.int64], *, simulated: bool) -> tuple[str | None, ...]:
    if simulated:
        return (None,) * len(chosen)
    columns = [rows.column(name).to_pylist() for name in ("platform", "id", "handle")]
    return tuple(profile_link(*(column[i] for column in columns)) for i in chosen)


def _band(block: Block, index: int, order: Order, length: int) -> Band:
    first, last = block.from_ + 1, block.to + 1
    if order == "newest-first":
        first, last = length - block.to, length - block.from_
    days = [
        None if when is None else when.timestamp() / DAY_SECONDS
        for when in (block.created_from, block.created_to)
    ]
    return Band(formatting.letter(index), first - 0.5, last + 0.5, *days)


def _caption(order: Order, shown: int, known: int, missing: int, bands: int, *, simulated: bool) -> str:
    sentences = [_("SIMULATED followers.")] if simulated else []
    sentences.append(
        _(
            "Each dot is a follower we reached: its place in the list from left to right, in an order that is unknown; "
            "upwards, the day its account was created; in colour, its score."
        )
        if order == "unknown"
        else _(
            "Each dot is a follower we reached: its place in the list from left to right, oldest follower left; "
            "upwards, the day its account was created; in colour, its score."
        )
    )
    sentences.append(_("Accounts made together show as flat streaks."))
    if bands:
        sentences.append(_("Shaded: runs whose members are far more alike than those nearby."))
    if shown < known:
        of = {"shown": formatting.count(shown), "known": formatting.count(known)}
        sentences.append(_("%(shown)s of %(known)s are drawn, evenly over the list.") % of)
    if missing:
        sentences.append(
            ngettext(
                "Not drawn: %(count)s follower whose creation date is not known.",
                "Not drawn: %(count)s followers whose creation date is not known.",
                missing,
            )
            % {"count": formatting.count(missing)}
        )
    return " ".join(sentences)


def _alt(order: Order, shown: int, high: float, letters: list[str]) -> str:
    along = _("list order") if order == "unknown" else _("follow order, oldest left")
    sentences = [
        ngettext(
            "Scatter plot of %(count)s follower: account creation date against %(along)s.",
            "Scatter plot of %(count)s followers: account creation date against %(along)s.",
            shown,
        )
        % {"count": formatting.count(shown), "along": along},
        _("%(part)s of the dots score .5 or more.") % {"part": formatting.percent(high)},
    ]
    if letters:
        sentences.append(
            ngettext("Shaded block: %(letters)s.", "Shaded blocks: %(letters)s.", len(letters))
            % {"letters": formatting.items(letters)}
        )
    return " ".join(sentences)
