"""The formats that are known by name: how each writes the fields of a follower record, and where it was seen.

A format is a name, the platform of its rows, the columns that mark it (`needs`) and those that are read. JSON objects
are flattened first, so that `{"public_metrics": {"followers_count": 3}}` has the column
`public_metrics.followers_count`, as twarc-csv writes it. Names are compared without case, blanks, underscores and
hyphens. Where several columns fill one field, the first that knows the answer of a row is taken, in the order of this
table. Columns that a format does not name are looked up in `column_names.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from zombiescope.records.schema import SCHEMA

__all__ = [
    "FORMATS",
    "FUDAN",
    "GENERIC",
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
#   html    text with tags (Mastodon's notes), which are taken out
#   id      text that no spreadsheet has rounded
#   handle  a unique name, without the @ before it
#   count   a whole number, at least 0 (records.numbers)
#   time    a date (records.dates)
#   flag    true or false in any of the usual spellings
#   url     a picture's address: some text is True, none is False
#   avatar  an avatar's address: the platform's own default picture is False, none is unknown
#   default whether the picture is the platform's default: the opposite of having one; none is False
#   posts   a list of posts, as JSON
#   label   zombie or genuine
Kind = Literal[
    "text", "html", "id", "handle", "count", "time", "flag", "url", "avatar", "default", "posts", "label"
]


@dataclass(frozen=True)
class Alias:
    """A column that fills `field`, its cells read as `kind`.

    also: a second column that is joined to it (a clock). style: of a count, the mark before a fraction ("point",
    "comma"); of a time, the order of its numbers ("dmy", "mdy", "ymd"); empty where no cell needs one.
    """

    column: str
    field: str
    kind: Kind
    also: str | None = None
    style: str = ""


@dataclass(frozen=True)
class Format:
    """A kind of file.

    needs: each is one name or several with `|` between them, of which one must be a column. priority: of two formats
    whose needs are met, the higher is taken, and among equals the one that reads more fields. at_most: how many columns
    the file may have (of downloads that hold little more than names). blank: an empty cell of a text column is "known
    to be none", else unknown. zone_hours: the clock of times that name no zone, in hours east of UTC. source: the
    code or document that describes the columns.
    """

    name: str
    platform: str | None
    columns: tuple[Alias, ...]
    needs: tuple[str, ...] = ()
    priority: int = 2
    at_most: int | None = None
    blank: bool = True
    zone_hours: int = 0
    source: str = ""


_KINDS: dict[str, Kind] = {"id": "id", "recent_posts": "posts", "label": "label", "handle": "handle"}
_FORMAT_KINDS: dict[str, tuple[str, Kind]] = {
    "has_avatar": ("has_avatar", "avatar"),
    "has_banner": ("has_banner", "url"),
    "default_avatar": ("has_avatar", "default"),
    "bio_html": ("bio", "html"),
}


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
    return "".join(c for c in column.casefold() if c not in " _-\u00a0")


def _read(prefix: str = "", **columns: str) -> tuple[Alias, ...]:
    """Aliases of the columns named, separated by blanks, each with `prefix` before it."""
    aliases: list[Alias] = []
    for given, names in columns.items():
        field, kind = _FORMAT_KINDS.get(given, (given, kind_of(given)))
        aliases.extend(Alias(prefix + column, field, kind) for column in names.split())
    return tuple(aliases)


RECORD = Format(
    "zombiescope record",
    None,
    tuple(Alias(n, n, "text" if n == "handle" else kind_of(n)) for n in SCHEMA.names),
    needs=("platform", "id"),
    priority=3,
    blank=False,
    source="docs/record.md",
)

# What is known of a file's program where it is none of the table: nothing.
GENERIC = Format("columns by their names", None, (), priority=0)

_TWITTER_COLUMNS = {
    "id": "id_str id user_id",
    "handle": "screen_name",
    "display_name": "name",
    "bio": "description",
    "location": "location",
    "url": "url",
    "created_at": "created_at",
    "observed_at": "crawled_at",
    "followers_count": "followers_count",
    "following_count": "friends_count",
    "posts_count": "statuses_count",
    "likes_count": "favourites_count",
    "listed_count": "listed_count",
    "verified": "verified",
    "protected": "protected",
    "default_avatar": "default_profile_image",
    "has_avatar": "profile_image_url_https profile_image_url",
    "has_banner": "profile_banner_url",
}
TWITTER = Format(
    "Twitter v1.1",
    "x",
    _read(**_TWITTER_COLUMNS),
    needs=("screen_name",),
    priority=1,
    source="DocNow/twarc 1, tweepy's User._json, the Cresci CSVs",
)

# A profile within a post or a probe: what stands beside it is when it was seen.
_TWITTER_USER = Format(
    "Twitter v1.1 user objects (Botometer, tweets)",
    "x",
    (
        *(replace(alias, column=f"user.{alias.column}") for alias in TWITTER.columns),
        Alias("created_at", "observed_at", "time"),
    ),
    needs=("user.screen_name",),
    priority=1,
    source="the Botometer repository's *_tweets.json",
)

_V2_COLUMNS = {
    "id": "id",
    "handle": "username",
    "display_name": "name",
    "bio": "description",
    "location": "location",
    "url": "url",
    "created_at": "created_at",
    "followers_count": "public_metrics.followers_count",
    "following_count": "public_metrics.following_count",
    "posts_count": "public_metrics.tweet_count",
    "likes_count": "public_metrics.like_count",
    "listed_count": "public_metrics.listed_count",
    "verified": "verified",
    "protected": "protected",
    "has_avatar": "profile_image_url",
    "has_banner": "profile_banner_url",
}
_TWITTER_2 = Format(
    "Twitter v2 (API pages, twarc 2, twarc-csv)",
    "x",
    (*_read(**_V2_COLUMNS), *_read(observed_at="__twarc.retrieved_at")),
    needs=("username", "public_metrics.followers_count|public_metrics.tweet_count|__twarc.retrieved_at"),
    source="DocNow/twarc-csv: DEFAULT_USERS_COLUMNS; X API v2 user object",
)
_TWITTER_2_AUTHOR = Format(
    "Twitter v2 posts with their authors (twarc-csv)",
    "x",
    (*_read("author.", **_V2_COLUMNS), *_read(observed_at="__twarc.retrieved_at")),
    needs=("author.username", "author.public_metrics.followers_count"),
    source="DocNow/twarc-csv: DEFAULT_TWEET_COLUMNS",
)
_GRAPHQL = Format(
    "X web client (GraphQL users)",
    "x",
    _read(
        id="rest_id",
        handle="core.screen_name legacy.screen_name",
        display_name="core.name legacy.name",
        bio="legacy.description profile_bio.description",
        location="location.location legacy.location",
        url="legacy.url",
        created_at="core.created_at legacy.created_at",
        followers_count="legacy.followers_count",
        following_count="legacy.friends_count",
        posts_count="legacy.statuses_count",
        likes_count="legacy.favourites_count",
        listed_count="legacy.listed_count",
        verified="verification.verified legacy.verified",
        protected="privacy.protected legacy.protected",
        default_avatar="legacy.default_profile_image",
        has_avatar="avatar.image_url legacy.profile_image_url_https",
        has_banner="legacy.profile_banner_url",
    ),
    needs=("rest_id", "legacy.followers_count"),
    source="vladkens/twscrape: twscrape/utils.py (to_old_obj); SociaVault follower pages",
)

_SCRAPE_COLUMNS = {
    "id": "id_str id",
    "handle": "username",
    "display_name": "displayname",
    "bio": "rawDescription description",
    "location": "location",
    "url": "link.url linkUrl",
    "created_at": "created",
    "followers_count": "followersCount",
    "following_count": "friendsCount",
    "posts_count": "statusesCount",
    "likes_count": "favouritesCount",
    "listed_count": "listedCount",
    "verified": "verified",
    "protected": "protected",
    "has_avatar": "profileImageUrl",
    "has_banner": "profileBannerUrl",
}
_TWSCRAPE = Format(
    "twscrape and snscrape users",
    "x",
    _read(**_SCRAPE_COLUMNS),
    needs=("username", "displayname", "friendsCount"),
    source="vladkens/twscrape: twscrape/models.py (User); JustAnotherArchivist/snscrape: modules/twitter.py (User)",
)
_TWSCRAPE_POSTS = Format(
    "twscrape and snscrape posts with their authors",
    "x",
    (*_read("user.", **_SCRAPE_COLUMNS),),
    needs=("user.username", "user.displayname", "user.friendsCount"),
    source="vladkens/twscrape: twscrape/models.py (Tweet.user)",
)

_APIFY = Format(
    "Apify and PhantomBuster (X)",
    "x",
    _read(
        id="userId twitterUserId id",
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
        likes_count="favouritesCount",
        listed_count="listedCount",
        verified="verified isVerified certified",
        protected="protected isProtected private",
        default_avatar="defaultProfileImage",
        has_avatar="profileImageUrl profilePicture imgUrl",
        has_banner="profileBannerUrl coverPicture backgroundImg",
    ),
    needs=(
        "username|screenName|handle",
        "followersCount|followers",
        "statusesCount|tweetsCount",
    ),
    priority=1,
    source="Apify X follower actors; PhantomBuster Twitter Follower Collector; twitterapi.io followers pages",
)
_SORSA = Format(
    "Sorsa pages",
    "x",
    _read(
        id="id",
        handle="username",
        display_name="display_name",
        bio="description",
        location="location",
        created_at="created_at",
        followers_count="followers_count",
        following_count="followings_count",
        posts_count="tweets_count",
        likes_count="favourites_count",
        verified="verified",
        protected="protected",
        has_avatar="profile_image_url",
        has_banner="profile_background_image_url",
    ),
    needs=("username", "followings_count", "tweets_count"),
    source="Sorsa's API documentation (v3 user object)",
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
        *_read(has_avatar="avatar profile_image_url", has_banner="background_image"),
    ),
    needs=("username", "join_date", "tweets"),
    source="twintproject/twint: twint/user.py, storage/write_meta.py",
)

_MINET_COLUMNS = {
    "id": "id",
    "handle": "screen_name",
    "display_name": "name",
    "bio": "description",
    "location": "location",
    "url": "url",
    "created_at": "created_at timestamp_utc",
    "followers_count": "followers",
    "following_count": "friends",
    "posts_count": "tweets",
    "likes_count": "likes favourites",
    "listed_count": "lists",
    "verified": "verified",
    "protected": "protected",
    "has_avatar": "image",
}
_MINET = Format(
    "minet Twitter users",
    "x",
    (*_read(**_MINET_COLUMNS), *_read(default_avatar="default_profile_image")),
    needs=("screen_name", "followers", "friends", "tweets"),
    source="medialab/twitwi: twitwi/constants.py (USER_FIELDS)",
)
_MINET_POSTS = Format(
    "minet tweets with their authors",
    "x",
    _read("user_", **{**_MINET_COLUMNS, "created_at": "created_at timestamp_utc created"}),
    needs=("user_followers", "user_friends"),
    source="medialab/twitwi: twitwi/constants.py (TWEET_FIELDS)",
)
_X_ARCHIVE = Format(
    "X archive (follower.js)",
    "x",
    _read(id="follower.accountId accountId"),
    needs=("follower.accountId|accountId", "follower.userLink|userLink"),
    source="the header of follower.js in X data archives: window.YTD.follower.part0",
)

_INSTAGRAPI = Format(
    "Instagram private API (instagrapi)",
    "instagram",
    _read(
        id="pk id",
        handle="username",
        display_name="full_name",
        bio="biography",
        url="external_url",
        followers_count="follower_count",
        following_count="following_count",
        posts_count="media_count",
        verified="is_verified",
        protected="is_private",
        has_avatar="profile_pic_url_hd profile_pic_url",
    ),
    needs=("username", "pk|media_count|is_private", "full_name|biography|profile_pic_url|media_count"),
    source="subzeroid/instagrapi: instagrapi/types.py (User, UserShort)",
)
_INSTALOADER = Format(
    "Instagram web profiles (instaloader JSON)",
    "instagram",
    _read(
        id="id pk",
        handle="username",
        display_name="full_name",
        bio="biography",
        url="external_url",
        followers_count="edge_followed_by.count",
        following_count="edge_follow.count",
        posts_count="edge_owner_to_timeline_media.count",
        verified="is_verified",
        protected="is_private",
        has_avatar="profile_pic_url_hd profile_pic_url",
    ),
    needs=("username", "edge_followed_by.count", "edge_follow.count"),
    source="instaloader/instaloader: instaloader/structures.py (Profile)",
)
_INSTALOADER_TABLE = Format(
    "instaloader profiles as a table",
    "instagram",
    _read(
        id="userid",
        handle="username",
        display_name="full_name",
        bio="biography",
        url="external_url",
        followers_count="followers",
        following_count="followees",
        posts_count="mediacount",
        verified="is_verified",
        protected="is_private",
        has_avatar="profile_pic_url",
    ),
    needs=("username", "followees", "mediacount"),
    source="instaloader/instaloader: the properties of structures.Profile",
)
_APIFY_INSTAGRAM = Format(
    "Apify Instagram profiles",
    "instagram",
    _read(
        id="id",
        handle="username",
        display_name="fullName",
        bio="biography",
        url="externalUrl",
        followers_count="followersCount",
        following_count="followsCount",
        posts_count="postsCount",
        verified="verified",
        protected="private",
        has_avatar="profilePicUrlHD profilePicUrl",
    ),
    needs=(
        "username",
        "followersCount",
        "followsCount",
        "biography|fullName|profilePicUrl|isBusinessAccount",
    ),
    source="apify/instagram-profile-scraper: fields=username,fullName,biography,followersCount,followsCount,postsCount",
)
_PHANTOM_INSTAGRAM = Format(
    "PhantomBuster Instagram profiles",
    "instagram",
    _read(
        id="instagramID id",
        handle="username profileName",
        display_name="fullName",
        bio="bio",
        url="website",
        followers_count="followersCount",
        following_count="followingCount",
        posts_count="postsCount",
        verified="verified isVerified",
        protected="private isPrivate",
        has_avatar="imageUrl profilePicUrl",
        observed_at="timestamp",
    ),
    needs=(
        "instagramID|instagramProfileUrl|isPrivate",
        "username|profileName",
        "fullName|imageUrl|profileUrl",
    ),
    source="PhantomBuster Instagram Follower Collector and Profile Scraper",
)
_INSTAGRAM_DOWNLOAD = Format(
    "Instagram download (followers_1.json)",
    "instagram",
    _read(handle="string_list_data.value title", followed_at="string_list_data.timestamp"),
    needs=("string_list_data.href|string_list_data.value",),
    source="connections/followers_and_following/followers_1.json of Instagram downloads",
)

_TIKTOK_API = Format(
    "TikTok Research API",
    "tiktok",
    _read(
        handle="username",
        display_name="display_name",
        bio="bio_description",
        url="bio_url",
        followers_count="follower_count",
        following_count="following_count",
        posts_count="video_count",
        verified="is_verified",
        has_avatar="avatar_url",
    ),
    needs=("display_name|bio_description", "follower_count", "video_count"),
    source=(
        "developers.tiktok.com/doc/research-api-specs-query-user-info (its likes_count are likes received: not read)"
    ),
)
_TIKTOK_WEB = Format(
    "TikTok web client",
    "tiktok",
    (
        *_read(
            id="user.id id",
            handle="user.uniqueId uniqueId unique_id",
            display_name="user.nickname nickname",
            bio="user.signature signature",
            created_at="user.createTime createTime",
            followers_count="stats.followerCount followerCount follower_count",
            following_count="stats.followingCount followingCount following_count",
            posts_count="stats.videoCount videoCount aweme_count",
            likes_count="stats.diggCount diggCount",
            verified="user.verified verified",
            protected="user.privateAccount privateAccount",
            has_avatar="user.avatarThumb avatarThumb",
        ),
    ),
    needs=(
        "user.uniqueId|uniqueId|unique_id",
        "stats.followerCount|followerCount|follower_count",
    ),
    source="davidteather/TikTok-Api: user.info(); diggCount are likes given, heartCount likes received",
)
_TIKTOK_APIFY = Format(
    "Apify TikTok (clockworks)",
    "tiktok",
    _read(
        "authorMeta.",
        id="id",
        handle="name",
        display_name="nickName",
        bio="signature",
        followers_count="fans",
        following_count="following",
        posts_count="video",
        likes_count="digg",
        verified="verified",
        protected="privateAccount",
        has_avatar="avatar",
    ),
    needs=("authorMeta.name", "authorMeta.fans"),
    source="clockworks/tiktok-scraper datasets: authorMeta.fans, authorMeta.following, authorMeta.video",
)
_TIKTOK_DOWNLOAD = Format(
    "TikTok download (FansList)",
    "tiktok",
    _read(handle="UserName", followed_at="Date"),
    needs=("UserName", "Date"),
    at_most=2,
    source='user_data.json of TikTok downloads: "Follower List": {"FansList": [{"Date", "UserName"}]}',
)
_FACEBOOK_DOWNLOAD = Format(
    "Facebook download (people_who_followed_you.json)",
    "facebook",
    _read(display_name="name", followed_at="timestamp"),
    needs=("name", "timestamp"),
    at_most=2,
    source="followers_v2 and followers_v3 of Facebook downloads",
)
_YOUTUBE = Format(
    "YouTube Data API channels",
    "youtube",
    _read(
        id="id.channelId id snippet.channelId",
        handle="snippet.customUrl",
        display_name="snippet.title",
        bio="snippet.description",
        created_at="snippet.publishedAt",
        followers_count="statistics.subscriberCount",
        posts_count="statistics.videoCount",
        has_avatar="snippet.thumbnails.default.url",
        has_banner="brandingSettings.image.bannerExternalUrl",
    ),
    needs=("statistics.subscriberCount", "snippet.title"),
    source="YouTube Data API v3, channels.list",
)

# Weibo has one name for an account, unique and behind the @: the handle.
_WEIBO = Format(
    "Weibo users (weibo-crawler, Weibo's web clients)",
    "weibo",
    _read(
        id="user.id user.idstr idstr id",
        handle="user.screen_name screen_name",
        bio="user.description description",
        location="user.location location",
        url="user.url url",
        created_at="user.created_at user.registration_time created_at registration_time",
        followers_count="user.followers_count followers_count",
        following_count="user.follow_count user.friends_count follow_count friends_count",
        posts_count="user.statuses_count statuses_count",
        verified="user.verified verified",
        recent_posts="weibo",
        has_avatar="user.avatar_hd avatar_hd user.avatar_large avatar_large",
        has_banner="user.cover_image_phone cover_image_phone",
    ),
    needs=(
        "screen_name|user.screen_name",
        "weibo|user.avatar_hd|avatar_hd|user.follow_count|follow_count|user.verified_type|verified_type|mbrank"
        "|user.mbrank|urank|user.urank|registration_time|user.registration_time|sunshine|user.sunshine",
    ),
    zone_hours=8,
    source="dataabc/weibo-crawler: weibo.py (user_to_json); m.weibo.cn userInfo",
)
_WEIBO_SPIDER = Format(
    "weiboSpider",
    "weibo",
    _read(
        id="user.id id",
        handle="user.nickname nickname",
        bio="user.description description",
        location="user.location location",
        followers_count="user.followers followers",
        following_count="user.following following",
        posts_count="user.weibo_num weibo_num",
        recent_posts="weibo",
    ),
    needs=("user.weibo_num|weibo_num", "user.nickname|nickname"),
    zone_hours=8,
    source="dataabc/weiboSpider: weibo_spider/user.py",
)

# Fudan's columns are of the account pages of 2019 and 2020; `label` is what the network's user files call the
# name.
FUDAN = Format(
    "Weibo in Chinese columns",
    "weibo",
    _read(
        id="用户id id",
        handle="昵称 label",
        bio="个人简介 简介 description",
        location="所在地 地区",
        created_at="创建时间 注册时间",
        following_count="关注数 follow_num",
        followers_count="粉丝数 fans_num",
        posts_count="微博数",
        verified="是否认证",
        has_avatar="高清头像 头像",
    ),
    needs=("微博数|fans_num|阳光信用", "昵称|label|用户id"),
    zone_hours=8,
    source="dataabc/weibo-crawler: users.csv; the Weibo networks of Fudan (2020)",
)

_PCU = Format(
    "Weibo users of microblogPCU",
    "weibo",
    _read(
        id="user_id",
        handle="user_name",
        followers_count="follower_num",
        following_count="followee_num",
        posts_count="post_num",
        has_avatar="user_image",
    ),
    needs=("follower_num", "followee_num", "post_num"),
    zone_hours=8,
    source="UCI microblogPCU: weibo_user.csv",
)
_MEDIA_CRAWLER_COLUMNS = {
    "id": "user_id",
    "display_name": "nickname",
    "bio": "desc",
    "location": "ip_location",
    "following_count": "follows",
    "followers_count": "fans",
    "has_avatar": "avatar",
}
_MEDIA_CRAWLER_DOUYIN = Format(
    "MediaCrawler creators (Douyin)",
    "douyin",
    _read(**_MEDIA_CRAWLER_COLUMNS, posts_count="videos_count"),
    needs=("fans", "follows", "interaction", "videos_count"),
    zone_hours=8,
    source="NanmiCoder/MediaCrawler: database/models.py (DyCreator)",
)
_MEDIA_CRAWLER_XHS = Format(
    "MediaCrawler creators (Xiaohongshu)",
    "xiaohongshu",
    _read(**_MEDIA_CRAWLER_COLUMNS),
    needs=("fans", "follows", "interaction"),
    zone_hours=8,
    source="NanmiCoder/MediaCrawler: database/models.py (XhsCreator)",
)

_BLUESKY = Format(
    "Bluesky profiles",
    "bluesky",
    _read(
        id="did",
        handle="handle",
        display_name="displayName display_name",
        bio="description",
        created_at="createdAt created_at",
        followers_count="followersCount followers_count",
        following_count="followsCount follows_count",
        posts_count="postsCount posts_count",
        has_avatar="avatar",
        has_banner="banner",
    ),
    needs=("did", "handle"),
    source="bluesky-social/atproto: lexicons/app/bsky/actor/defs.json (profileViewDetailed)",
)
_BLUESKY_MINET = Format(
    "minet Bluesky users",
    "bluesky",
    (
        *_read(
            "user_",
            id="did",
            handle="handle",
            display_name="display_name diplay_name",
            bio="description",
            created_at="created_at timestamp_utc",
            followers_count="followers",
            following_count="follows",
            posts_count="posts",
            has_avatar="avatar",
            has_banner="banner",
        ),
        *_read(
            id="did",
            handle="handle",
            display_name="display_name",
            bio="description",
            created_at="created_at timestamp_utc",
            followers_count="followers",
            following_count="follows",
            posts_count="posts",
            has_avatar="avatar",
            has_banner="banner",
        ),
    ),
    needs=("user_did|did", "user_handle|handle", "user_followers|user_timestamp_utc|followers|timestamp_utc"),
    source="medialab/twitwi: twitwi/bluesky/constants.py",
)
_MASTODON = Format(
    "Mastodon accounts (API, Mastodon.py)",
    "mastodon",
    _read(
        id="id",
        handle="acct",
        display_name="display_name",
        bio_html="note",
        created_at="created_at",
        followers_count="followers_count",
        following_count="following_count",
        posts_count="statuses_count",
        protected="locked",
        has_avatar="avatar",
    ),
    needs=("acct", "note|statuses_count|display_name"),
    source="docs.joinmastodon.org/entities/Account; halcy/Mastodon.py",
)
_MASTODON_CSV = Format(
    "Mastodon export (Account address)",
    "mastodon",
    _read(handle="Account_address"),
    needs=("Account address",),
    source="mastodon/mastodon: app/models/export.rb",
)
_GITHUB = Format(
    "GitHub users",
    "github",
    _read(
        id="id",
        handle="login",
        display_name="name",
        bio="bio",
        location="location",
        url="blog",
        created_at="created_at",
        followers_count="followers",
        following_count="following",
        posts_count="public_repos",
    ),
    needs=("login", "public_repos"),
    source="docs.github.com/rest/users (public repositories stand for posts)",
)

# The record comes first, so that a tie is read as a record.
FORMATS = (
    RECORD,
    TWITTER,
    _TWITTER_USER,
    _TWITTER_2,
    _TWITTER_2_AUTHOR,
    _GRAPHQL,
    _TWSCRAPE,
    _TWSCRAPE_POSTS,
    _APIFY,
    _SORSA,
    _TWINT,
    _MINET,
    _MINET_POSTS,
    _X_ARCHIVE,
    _INSTAGRAPI,
    _INSTALOADER,
    _INSTALOADER_TABLE,
    _APIFY_INSTAGRAM,
    _PHANTOM_INSTAGRAM,
    _INSTAGRAM_DOWNLOAD,
    _TIKTOK_API,
    _TIKTOK_WEB,
    _TIKTOK_APIFY,
    _TIKTOK_DOWNLOAD,
    _FACEBOOK_DOWNLOAD,
    _YOUTUBE,
    _WEIBO,
    _WEIBO_SPIDER,
    FUDAN,
    _PCU,
    _MEDIA_CRAWLER_DOUYIN,
    _MEDIA_CRAWLER_XHS,
    _BLUESKY,
    _BLUESKY_MINET,
    _MASTODON,
    _MASTODON_CSV,
    _GITHUB,
)

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
