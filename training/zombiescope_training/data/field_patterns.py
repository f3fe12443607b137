"""Field patterns: the sets of record fields in which platforms and files show their accounts.

A training row is seen in one of the patterns whose fields it has, drawn at random, and classes are balanced within
each pattern: which fields are known then says nothing of the class, nor which platform a row is from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zombiescope.features import FIELDS

__all__ = ["PATTERNS", "SHOWN"]

_PROFILE = frozenset(FIELDS) - {"recent_posts"}
_COUNTS = frozenset({"followers_count", "following_count", "posts_count"})

# Name -> the profile fields that are known. Posts are drawn apart: they may be there in any pattern.
PATTERNS: dict[str, frozenset[str]] = {
    "twitter": _PROFILE,
    "without dates": _PROFILE - {"created_at"},
    "without lists and pictures": _PROFILE - {"listed_count", "has_avatar", "has_banner"},
    "bluesky and mastodon": _PROFILE - {"location", "url", "likes_count", "listed_count"},
    "weibo": _PROFILE - {"display_name", "url", "likes_count", "listed_count", "has_banner"},
    "github": _PROFILE - {"likes_count", "listed_count", "has_avatar", "has_banner"},
    "tiktok": _COUNTS | {"handle", "display_name", "bio", "likes_count"},
    "tiktok without names": _COUNTS | {"handle", "likes_count"},
    "instagram": _COUNTS | {"has_avatar", "url"},
    "counts": _COUNTS,
    "counts and handle": _COUNTS | {"handle"},
    "without a count of posts": _PROFILE
    - {"posts_count", "likes_count", "listed_count", "has_avatar", "has_banner", "url"},
    "followers and following": frozenset({"handle", "followers_count", "following_count"}),
    "names": frozenset({"handle", "display_name"}),
    "handle": frozenset({"handle"}),
}

# (patterns, fields) True where a pattern shows a field of `FIELDS`.
SHOWN: npt.NDArray[np.bool_] = np.array(
    [[field in fields for field in FIELDS] for fields in PATTERNS.values()]
)
