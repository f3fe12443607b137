"""Runs of followers that are too alike, as the rows of a table: how many, made when, came when, alike in what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from zombiescope import formatting
from zombiescope.domain import Audit, Block
from zombiescope.evidence import sentences
from zombiescope.i18n import gettext as _

__all__ = ["MOST", "DeliveryRow", "rows"]

MOST = 12  # runs in the table; the JSON has all


@dataclass(frozen=True)
class DeliveryRow:
    """One run; every string is clean. sentence: the same in words, with what it rests on."""

    letter: str
    followers: str
    places: str
    created: str
    came: str
    alike: str
    chance: str
    sentence: str


def rows(audit: Audit) -> tuple[DeliveryRow, ...]:
    """The first `MOST` runs of the audit in the order of their letters."""
    if audit.evidence is None:
        return ()
    order = "unknown" if audit.frame is None else audit.frame.order
    return tuple(
        DeliveryRow(
            letter=formatting.letter(index),
            followers=formatting.count(block.followers),
            places=f"{formatting.count(block.from_ + 1)}–{formatting.count(block.to + 1)}",
            created=_days(block.created_from, block.created_to),
            came=_days(block.followed_from, block.followed_to),
            alike=_alike(block),
            chance=_chance(block.p_value),
            sentence=sentences.block(block, order),
        )
        for index, block in enumerate(audit.evidence.blocks[:MOST])
    )


def _days(first: datetime | None, last: datetime | None) -> str:
    days = ["" if when is None else f"{when.astimezone(UTC):%Y-%m-%d}" for when in (first, last)]
    if not any(days):
        return _("not known")
    if days[0] == days[1]:
        return days[0]
    if not days[0]:
        return _("until %(day)s") % {"day": days[1]}
    if not days[1]:
        return _("from %(day)s") % {"day": days[0]}
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}


def _alike(block: Block) -> str:
    what = _("creation dates") if block.alike == "created" else _("scores")
    return formatting.items([what, *(formatting.clean(trait.name, longest=40) for trait in block.traits[:3])])


def _chance(p_value: float) -> str:
    """How often a list that grew by itself would show such a run."""
    if p_value < 0.001:
        return _("under 1 in 1,000 lists")
    return _("1 in %(lists)s lists") % {"lists": formatting.count(max(1, round(1 / p_value)))}
