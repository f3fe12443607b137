"""Views: which fields a platform shows. Templates are kept by view, since fewer fields make scores less sure.

A follower of a list without timelines must be compared with templates scored without timelines. Each follower is
put to the view whose fields are most like its own; the audit's templates are those views' in the sample's proportions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.features.fields import FIELDS, availability
from zombiescope.platforms import BUILT_IN

__all__ = ["FIELDS", "VIEWS", "View", "mask", "nearest", "view_weights"]


@dataclass(frozen=True)
class View:
    """A set of fields that are seen together; `absent` are not known in it."""

    name: str
    absent: frozenset[str]

    @property
    def posts(self) -> bool:
        """Whether timelines are seen."""
        return "recent_posts" not in self.absent


def _views() -> tuple[View, ...]:
    without = {
        "twitter": (),  # v1.1 and v2 user objects, and dumps of them
        **{name: BUILT_IN[name].missing_fields or () for name in ("mastodon", "bluesky", "weibo")},
        "names": ("url", "likes_count", "listed_count", "has_banner", "has_avatar", "created_at"),
    }
    view_of_fields: dict[frozenset[str], str] = {}
    for platform, fields in without.items():
        for posts in (True, False):
            absent = frozenset(fields) | (frozenset() if posts else {"recent_posts"})
            view_of_fields.setdefault(absent, f"{platform}{'+posts' if posts else ''}")
    return tuple(View(name, absent) for absent, name in view_of_fields.items())


VIEWS: tuple[View, ...] = _views()


def nearest(table: pa.Table, views: tuple[View, ...] = VIEWS) -> npt.NDArray[np.int64]:
    """(rows,) index of the view whose fields are most like each follower's; whether posts are there counts most."""
    known = availability(table).astype(np.float64)
    wanted = np.array([[name not in view.absent for name in FIELDS] for view in views], dtype=np.float64)
    weight = np.ones(len(FIELDS))
    weight[FIELDS.index("recent_posts")] = len(FIELDS)
    distance = (np.abs(known[:, None, :] - wanted[None, :, :]) * weight).sum(axis=2)
    closest: npt.NDArray[np.int64] = np.argmin(distance, axis=1)
    return closest


def view_weights(table: pa.Table, views: tuple[View, ...] = VIEWS) -> Mapping[str, float]:
    """The share of the followers that each view holds; views without a follower are left out."""
    if table.num_rows == 0:
        return {}
    held = np.bincount(nearest(table, views), minlength=len(views)) / table.num_rows
    return {view.name: float(share) for view, share in zip(views, held, strict=True) if share > 0}


def mask(table: pa.Table, view: View) -> pa.Table:
    """The table as the view would show it: absent fields null."""
    for name in view.absent:
        index = table.schema.get_field_index(name)
        field = table.schema.field(index)
        table = table.set_column(index, field, pa.nulls(table.num_rows, field.type))
    return table
