"""The one table of how files name the fields of a follower record.

A format is a name, the platform its rows are of and its columns; a column says which field it fills and how
its cells are read. JSON objects are flattened first, so that `{"public_metrics": {"followers_count": 3}}` has
the column `public_metrics.followers_count`, as twarc-csv writes it. Where several columns fill one field, the
first that knows the answer of a row is taken, in the order of this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from zombiescope.records.schema import SCHEMA

__all__ = [
    "FORMATS",
    "FUDAN",
    "NAMELESS_DETAIL",
    "NAMELESS_POSTS",
    "RECORD",
    "TWITTER",
    "Alias",
    "Format",
    "Kind",
    "kind_of",
    "squash",
]

# How a cell is read:
#   text    as it stands
#   id      text that no spreadsheet has rounded
#   count   a whole number, at least 0
#   time    a date (files.dates)
#   flag    true or false in any of the usual spellings
#   url     a picture's address: some text is True, none is False
#   avatar  an avatar's address: the platform's own default picture is False, none is unknown
#   default whether the picture is the platform's default: the opposite of having one; none is False
#   posts   a list of posts, as JSON
#   label   zombie or genuine
Kind = Literal["text", "id", "count", "time", "flag", "url", "avatar", "default", "posts", "label"]


@dataclass(frozen=True)
class Alias:
    """A column that fills `field`, its cells read as `kind`. `also`: a second column that is joined to it (a
    clock)."""

    column: str
    field: str
    kind: Kind
    also: str | None = None


@dataclass(frozen=True)
class Format:
    """A kind of file. An empty cell of a text column is "known to be none" where `blank` is set, else
    unknown.

    zone_hours: the clock of times that name no zone, in hours east of UTC.
    """

    name: str
    platform: str | None
    columns: tuple[Alias, ...]
    blank: bool = True
    zone_hours: int = 0


_KINDS: dict[str, Kind] = {"id": "id", "recent_posts": "posts", "label": "label"}


def kind_of(field: str) -> Kind:
    """How a column named by hand (`--map FIELD=COLUMN`) is read."""
    if field in _KINDS:
        return _KINDS[field]
    if field.endswith("_at"):
        return "time"
    if field.endswith("_count") or field == "position":
        return "count"
    if field.startswith("has_") or field in ("verified", "protected"):
        return "flag"
    return "text"


def squash(column: str) -> str:
    """A column's name without what people change in it: case, blanks, underscores, hyphens."""
    return "".join(c for c in column.casefold() if c not in " _-")


def _read(**columns: str) -> tuple[Alias, ...]:
    """Aliases whose kind is their field's."""
    return tuple(
        Alias(column, field, kind_of(field)) for field, names in columns.items() for column in names.split()
    )


RECORD = Format("zombiescope record", None, tuple(Alias(n, n, kind_of(n)) for n in SCHEMA.names), blank=False)

TWITTER = Format(
    "Twitter v1.1",
    "x",
    (
        *_read(
            id="id_str id user_id",
            handle="screen_name",
            display_name="name",
            bio="description",
            location="location",
            url="url",
            created_at="created_at",
            observed_at="crawled_at",
            followers_count="followers_count",
            following_count="friends_count",
            posts_count="statuses_count",
            likes_count="favourites_count",
            listed_count="listed_count",
            verified="verified",
            protected="protected",
        ),
        Alias("default_profile_image", "has_avatar", "default"),
        Alias("profile_image_url_https", "has_avatar", "avatar"),
        Alias("profile_image_url", "has_avatar", "avatar"),
        Alias("profile_banner_url", "has_banner", "url"),
    ),
)

_TWITTER_2 = Format(
    "Twitter v2",
    "x",
    (
        *_read(
            id="id author.id",
            handle="username",
            display_name="name",
            bio="description",
            location="location",
            url="url",
            created_at="created_at",
            observed_at="__twarc.retrieved_at",
            followers_count="public_metrics.followers_count",
            following_count="public_metrics.following_count",
            posts_count="public_metrics.tweet_count",
            likes_count="public_metrics.like_count",
            listed_count="public_metrics.listed_count",
            verified="verified",
            protected="protected",
        ),
        Alias("profile_image_url", "has_avatar", "avatar"),
        Alias("profile_banner_url", "has_banner", "url"),
    ),
)

_APIFY = Format(
    "Apify or Phantombuster",
    "x",
    (
        *_read(
            id="userId twitterUserId",
            handle="username screenName handle",
            display_name="name displayName",
            bio="description bio",
            location="location",
            url="website url",
            created_at="createdAt joinedAt",
            observed_at="scrapedAt timestamp",
            followers_count="followersCount followers",
            following_count="followingCount friendsCount following",
            posts_count="statusesCount postsCount tweetsCount",
            likes_count="favouritesCount likesCount",
            listed_count="listedCount",
            verified="verified isVerified",
            protected="protected isProtected private",
        ),
        Alias("defaultProfileImage", "has_avatar", "default"),
        Alias("profileImageUrl", "has_avatar", "avatar"),
        Alias("profilePicture", "has_avatar", "avatar"),
        Alias("imgUrl", "has_avatar", "avatar"),
        Alias("profileBannerUrl", "has_banner", "url"),
        Alias("coverPicture", "has_banner", "url"),
    ),
)

_TWINT = Format(
    "Twint",
    "x",
    (
        *_read(
            id="id",
            handle="username",
            display_name="name",
            bio="bio",
            location="location",
            url="url",
            posts_count="tweets",
            following_count="following",
            followers_count="followers",
            likes_count="likes",
            verified="verified",
            protected="private",
        ),
        Alias("join_date", "created_at", "time", also="join_time"),
        Alias("avatar", "has_avatar", "avatar"),
        Alias("profile_image_url", "has_avatar", "avatar"),
        Alias("background_image", "has_banner", "url"),
    ),
)

# Weibo has one name for an account, unique and behind the @: the handle.
_WEIBO = Format(
    "Weibo crawler (dataabc)",
    "weibo",
    (
        *_read(
            id="user.id user.idstr idstr id",
            handle="user.screen_name screen_name",
            bio="user.description description",
            location="user.location location",
            url="user.url",
            created_at="user.created_at user.registration_time created_at registration_time",
            followers_count="user.followers_count followers_count",
            following_count="user.follow_count user.friends_count follow_count friends_count",
            posts_count="user.statuses_count statuses_count",
            verified="user.verified verified",
            recent_posts="weibo",
        ),
        Alias("user.avatar_hd", "has_avatar", "avatar"),
        Alias("avatar_hd", "has_avatar", "avatar"),
        Alias("user.cover_image_phone", "has_banner", "url"),
    ),
    zone_hours=8,
)

# Fudan's columns are of the account pages of 2019 and 2020; `label` is what the network's user files call the
# name.
FUDAN = Format(
    "Weibo in Chinese columns (Fudan)",
    "weibo",
    (
        *_read(
            id="id 用户id",
            handle="昵称 label",
            bio="个人简介 description",
            location="所在地 地区",
            created_at="创建时间 注册时间",
            following_count="关注数 follow_num",
            followers_count="粉丝数 fans_num",
            posts_count="微博数",
        ),
    ),
    zone_hours=8,
)

_PCU = Format(
    "Weibo users of microblogPCU",
    "weibo",
    (
        *_read(
            id="user_id",
            handle="user_name",
            followers_count="follower_num",
            following_count="followee_num",
            posts_count="post_num",
        ),
        Alias("user_image", "has_avatar", "avatar"),
    ),
    zone_hours=8,
)

# A profile within a post or a probe: what stands beside it is when it was seen.
_TWITTER_USER = Format(
    "Twitter v1.1 user objects (Botometer, tweets)",
    "x",
    (
        *(replace(alias, column=f"user.{alias.column}") for alias in TWITTER.columns),
        Alias("created_at", "observed_at", "time"),
    ),
)

# The record comes first, so that a tie is read as a record.
FORMATS = (RECORD, TWITTER, _TWITTER_USER, _TWITTER_2, _APIFY, _TWINT, _WEIBO, FUDAN, _PCU)

# The columns of the network's files where they come without a header.
NAMELESS_DETAIL = (
    "id",
    "昵称",
    "性别",
    "地区",
    "教育",
    "阳光信用",
    "注册时间",
    "微博数",
    "粉丝数",
    "关注数",
    "个人简介",
)
NAMELESS_POSTS = ("微博id", "用户id", "内容", "创建时间", "点赞数", "评论数", "转发数", "是否原创")
