"""The catalogue: every feature's name, unit, meaning and source, in the order of the matrix's columns.

A feature is NaN where what it is made of is not known. `timeline_empty` is 1 where posts were fetched and there were
none, so "none there" is never read as "not fetched".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

__all__ = ["CATALOGUE", "INDEX", "NAMES", "SCHEMA_HASH", "Block", "Feature"]

Block = Literal["activity", "counts", "profile", "naming", "timing", "content"]


@dataclass(frozen=True)
class Feature:
    """One column of the feature matrix.

    needs: the record fields without which it is NaN. timeline: it is made of `recent_posts`.
    """

    name: str
    unit: str
    meaning: str
    source: str
    block: Block
    needs: tuple[str, ...]

    @property
    def timeline(self) -> bool:
        """Whether the feature is made of posts."""
        return "recent_posts" in self.needs


LEE = "Lee, Eoff & Caverlee 2011"
CRESCI = "Cresci et al. 2015"
YANG = "Yang et al. 2020"
CHU = "Chu et al. 2012"
BEN = "Benevenuto et al. 2010"
GOH = "Goh & Barabasi 2008"
JIANG = "Jiang 2017"
NOTE = "this project, docs/detector.md"
POSTS = ("recent_posts",)

CATALOGUE: tuple[Feature, ...] = (
    Feature(
        "account_age",
        "log2 days",
        "age of the account, in half steps of log2 days, at most four years",
        YANG,
        "activity",
        ("created_at",),
    ),
    Feature(
        "posts_per_day",
        "posts / day",
        "posts for each day of age",
        LEE,
        "activity",
        ("created_at", "posts_count"),
    ),
    Feature(
        "likes_per_day",
        "likes / day",
        "likes given for each day of age",
        YANG,
        "activity",
        ("created_at", "likes_count"),
    ),
    Feature(
        "follows_per_day",
        "accounts / day",
        "accounts followed for each day of age",
        LEE,
        "activity",
        ("created_at", "following_count"),
    ),
    Feature(
        "followers_per_day",
        "followers / day",
        "followers won for each day of age",
        YANG,
        "activity",
        ("created_at", "followers_count"),
    ),
    Feature("followers_count", "accounts", "accounts that follow it", LEE, "counts", ("followers_count",)),
    Feature("following_count", "accounts", "accounts that it follows", LEE, "counts", ("following_count",)),
    Feature("posts_count", "posts", "posts in all", LEE, "counts", ("posts_count",)),
    Feature("likes_count", "likes", "likes given in all", YANG, "counts", ("likes_count",)),
    Feature("listed_count", "lists", "public lists it is on", YANG, "counts", ("listed_count",)),
    Feature(
        "following_to_followers",
        "ratio",
        "(following + 1) / (followers + 1)",
        CRESCI,
        "counts",
        ("followers_count", "following_count"),
    ),
    Feature(
        "posts_to_followers",
        "ratio",
        "(posts + 1) / (followers + 1)",
        BEN,
        "counts",
        ("followers_count", "posts_count"),
    ),
    Feature(
        "posts_to_following",
        "ratio",
        "(posts + 1) / (following + 1)",
        BEN,
        "counts",
        ("following_count", "posts_count"),
    ),
    Feature(
        "likes_to_posts", "ratio", "(likes + 1) / (posts + 1)", NOTE, "counts", ("likes_count", "posts_count")
    ),
    Feature(
        "listed_to_followers",
        "ratio",
        "(lists + 1) / (followers + 1)",
        YANG,
        "counts",
        ("followers_count", "listed_count"),
    ),
    Feature("on_weibo", "0 or 1", "the account is on Sina Weibo", NOTE, "profile", ("platform",)),
    Feature("has_avatar", "0 or 1", "a picture of its own", CRESCI, "profile", ("has_avatar",)),
    Feature("has_banner", "0 or 1", "a banner", YANG, "profile", ("has_banner",)),
    Feature("has_bio", "0 or 1", "a bio", CRESCI, "profile", ("bio",)),
    Feature("has_location", "0 or 1", "a place", CRESCI, "profile", ("location",)),
    Feature("has_url", "0 or 1", "a link of its own", CRESCI, "profile", ("url",)),
    Feature(
        "profile_filled",
        "share",
        "share of avatar, bio, place and link that are there, of those that are known",
        CRESCI,
        "profile",
        ("has_avatar|bio|location|url",),
    ),
    Feature("bio_length", "characters", "length of the bio", LEE, "profile", ("bio",)),
    Feature("bio_marks", "marks", "links, mentions and hashtags in the bio", LEE, "profile", ("bio",)),
    Feature(
        "bio_entropy", "bits", "Shannon entropy of the bio's characters", "Shannon 1948", "profile", ("bio",)
    ),
    Feature(
        "handle_length",
        "characters",
        "length of the handle, without a server's name",
        LEE,
        "naming",
        ("handle",),
    ),
    Feature("handle_digit_share", "share", "share of digits in the handle", YANG, "naming", ("handle",)),
    Feature("handle_tail_digits", "digits", "digits at the handle's end", YANG, "naming", ("handle",)),
    Feature(
        "handle_entropy",
        "bits",
        "Shannon entropy of the handle's characters",
        "Shannon 1948",
        "naming",
        ("handle",),
    ),
    Feature(
        "handle_hard_run",
        "characters",
        "longest run of Latin consonants in the handle",
        NOTE,
        "naming",
        ("handle",),
    ),
    Feature("name_length", "characters", "length of the display name", YANG, "naming", ("display_name",)),
    Feature("name_words", "words", "words in the display name", NOTE, "naming", ("display_name",)),
    Feature(
        "name_entropy",
        "bits",
        "Shannon entropy of the display name's characters",
        "Shannon 1948",
        "naming",
        ("display_name",),
    ),
    Feature(
        "name_digit_share", "share", "share of digits in the display name", YANG, "naming", ("display_name",)
    ),
    Feature(
        "name_nonlatin_share",
        "share",
        "share of characters beyond the Latin script in the display name",
        NOTE,
        "naming",
        ("display_name",),
    ),
    Feature(
        "name_symbol_share",
        "share",
        "share of symbols and emoji in the display name",
        NOTE,
        "naming",
        ("display_name",),
    ),
    Feature(
        "handle_name_similarity",
        "share",
        "Dice coefficient of the letter pairs of handle and display name",
        "Dice 1945",
        "naming",
        ("handle", "display_name"),
    ),
    Feature("timeline_empty", "0 or 1", "posts were fetched and there were none", CRESCI, "timing", POSTS),
    Feature(
        "days_since_post",
        "log2 days",
        "whole log2 of days since the newest post, 0 below two days",
        CRESCI,
        "timing",
        POSTS,
    ),
    Feature(
        "posting_rate", "posts / day", "posts a day between oldest and newest fetched", CHU, "timing", POSTS
    ),
    Feature(
        "active_days_share",
        "share",
        "share of days with a post, between oldest and newest fetched",
        CHU,
        "timing",
        POSTS,
    ),
    Feature(
        "hour_entropy",
        "share of maximum",
        "entropy of the hour of day (UTC) of its posts, of what so many posts could reach",
        CHU,
        "timing",
        POSTS,
    ),
    Feature(
        "weekday_entropy",
        "share of maximum",
        "entropy of the weekday (UTC) of its posts, of what so many posts could reach",
        CHU,
        "timing",
        POSTS,
    ),
    Feature(
        "minute_entropy",
        "share of maximum",
        "entropy of the five-minute mark within the hour, of what so many posts could reach",
        "Zhang & Paxson 2011",
        "timing",
        POSTS,
    ),
    Feature(
        "gap_entropy",
        "share of maximum",
        "entropy of the gaps between posts in log2 bins of seconds, of what so many gaps could reach",
        CHU,
        "timing",
        POSTS,
    ),
    Feature(
        "gap_burstiness",
        "-1 to 1",
        "(s - m) / (s + m) of the gaps: -1 clockwork, 0 random, 1 bursts",
        GOH,
        "timing",
        POSTS,
    ),
    Feature("gap_median", "hours", "median gap between posts", CHU, "timing", POSTS),
    Feature(
        "client_entropy",
        "share of maximum",
        "entropy of the clients it posts with, of what so many posts could reach",
        CHU,
        "content",
        POSTS,
    ),
    Feature("text_length", "characters", "mean length of its posts", LEE, "content", POSTS),
    Feature(
        "text_length_spread",
        "ratio",
        "standard deviation of post lengths over their mean",
        NOTE,
        "content",
        POSTS,
    ),
    Feature(
        "text_length_entropy",
        "share of maximum",
        "entropy of post lengths in half-octave bins, of what so many posts could reach",
        NOTE,
        "content",
        POSTS,
    ),
    Feature(
        "token_entropy",
        "share of maximum",
        "entropy of the words of its posts, of what so many words could reach",
        YANG,
        "content",
        POSTS,
    ),
    Feature("token_distinct", "share", "distinct words among its posts' words", YANG, "content", POSTS),
    Feature(
        "near_duplicate_share",
        "share",
        "posts that repeat an earlier one up to links, mentions, digits and word order",
        LEE,
        "content",
        POSTS,
    ),
    Feature("link_share", "share", "posts with a link", LEE, "content", POSTS),
    Feature("mention_share", "share", "posts that name another account", LEE, "content", POSTS),
    Feature("hashtag_share", "share", "posts with a hashtag", BEN, "content", POSTS),
    Feature("repost_share", "share", "posts that repost another account", CRESCI, "content", POSTS),
    Feature("reply_share", "share", "posts that answer another account", BEN, "content", POSTS),
    Feature(
        "reactions_to_followers",
        "ratio",
        "likes, reposts and replies received a post / (followers + 1)",
        JIANG,
        "content",
        ("recent_posts", "followers_count"),
    ),
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in CATALOGUE)
INDEX: dict[str, int] = {name: i for i, name in enumerate(NAMES)}

# A model made under another catalogue must not score: the hash covers what defines a column. Bump VERSION when a
# feature's computation changes while its text does not.
VERSION = 4
SCHEMA_HASH: str = hashlib.sha256(
    "\n".join([str(VERSION), *(f"{f.name}\t{f.unit}\t{f.meaning}" for f in CATALOGUE)]).encode()
).hexdigest()
