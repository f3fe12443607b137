"""What a feature's value says of an account, in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zombiescope.features.catalogue import CATALOGUE, INDEX, Feature

__all__ = ["named", "shown", "value_text"]


@dataclass(frozen=True)
class _Words:
    """The words for a feature.

    noun: what it is of many accounts. yes: a sentence's half with {value}, or what is said of a flag that is set.
    no: what is said of a flag that is not.
    """

    noun: str
    yes: str
    no: str | None = None


_WORDS: Mapping[str, _Words] = {
    "account_age": _Words("account ages", "the account is about {value} old"),
    "posts_per_day": _Words("posts a day of age", "{value} posts a day of age"),
    "likes_per_day": _Words("likes a day of age", "{value} likes a day of age"),
    "follows_per_day": _Words("follows a day of age", "{value} follows a day of age"),
    "followers_per_day": _Words("followers won a day of age", "{value} followers won a day of age"),
    "followers_count": _Words("numbers of followers", "{value} followers"),
    "following_count": _Words("numbers of accounts followed", "follows {value} accounts"),
    "posts_count": _Words("numbers of posts", "{value} posts"),
    "likes_count": _Words("numbers of likes given", "{value} likes given"),
    "listed_count": _Words("numbers of public lists they are on", "on {value} public lists"),
    "following_to_followers": _Words(
        "accounts followed for each follower", "follows {value} accounts for each follower"
    ),
    "posts_to_followers": _Words("posts for each follower", "{value} posts for each follower"),
    "posts_to_following": _Words(
        "posts for each account followed", "{value} posts for each account followed"
    ),
    "likes_to_posts": _Words("likes given for each post", "{value} likes given for each post"),
    "listed_to_followers": _Words(
        "public lists for each follower", "on {value} public lists for each follower"
    ),
    "on_weibo": _Words("being on Sina Weibo", "it is on Sina Weibo", "it is not on Sina Weibo"),
    "has_avatar": _Words("pictures of their own", "a picture of its own", "no picture of its own"),
    "has_banner": _Words("banners", "a banner", "no banner"),
    "has_bio": _Words("bios", "a bio", "no bio"),
    "has_location": _Words("places given", "a place given", "no place given"),
    "has_url": _Words("links of their own", "a link of its own", "no link of its own"),
    "profile_filled": _Words("filled profiles", "{value} of picture, bio, place and link are filled in"),
    "bio_length": _Words("lengths of bios", "a bio of {value} characters"),
    "bio_marks": _Words(
        "links, mentions and hashtags in bios", "links, mentions and hashtags in its bio: {value}"
    ),
    "bio_entropy": _Words("variety of characters in bios", "the bio's characters vary by {value} bits"),
    "handle_length": _Words("lengths of handles", "a handle of {value} characters"),
    "handle_digit_share": _Words("digits in handles", "{value} of the handle is digits"),
    "handle_tail_digits": _Words("digits at the end of handles", "{value} digits at the handle's end"),
    "handle_entropy": _Words(
        "variety of characters in handles", "the handle's characters vary by {value} bits"
    ),
    "handle_hard_run": _Words("runs of consonants in handles", "{value} consonants in a row in the handle"),
    "name_length": _Words("lengths of display names", "a display name of {value} characters"),
    "name_words": _Words("words in display names", "a display name of {value} words"),
    "name_entropy": _Words(
        "variety of characters in display names", "the display name's characters vary by {value} bits"
    ),
    "name_digit_share": _Words("digits in display names", "{value} of the display name is digits"),
    "name_nonlatin_share": _Words(
        "scripts of display names", "{value} of the display name is beyond the Latin script"
    ),
    "name_symbol_share": _Words(
        "symbols in display names", "{value} of the display name is symbols or emoji"
    ),
    "handle_name_similarity": _Words(
        "likeness of handle and display name", "handle and display name are {value} alike"
    ),
    "timeline_empty": _Words("empty timelines", "its timeline is empty", "its timeline has posts"),
    "days_since_post": _Words(
        "days since the last post", "last posted about {value} before it was looked at"
    ),
    "posting_rate": _Words("posting rates", "{value} posts a day, between the oldest and newest seen"),
    "active_days_share": _Words(
        "days with a post", "posted on {value} of the days between the oldest and newest post seen"
    ),
    "hour_entropy": _Words(
        "hours of posting",
        "its posts are spread {value} over the hours of the day (0% one hour, 100% all hours alike)",
    ),
    "weekday_entropy": _Words(
        "weekdays of posting",
        "its posts are spread {value} over the week (0% one day, 100% all days alike)",
    ),
    "minute_entropy": _Words(
        "minutes of posting",
        "its posts are spread {value} over the hour's minutes (0% one mark, 100% all marks alike)",
    ),
    "gap_entropy": _Words(
        "variety of the gaps between posts",
        "the gaps between its posts vary {value} (0% all alike, 100% as much as they can)",
    ),
    "gap_burstiness": _Words(
        "bursts of posts", "its posts come at a burstiness of {value} (-1 clockwork, 0 random, 1 bursts)"
    ),
    "gap_median": _Words("gaps between posts", "{value} hours between posts, typically"),
    "client_entropy": _Words(
        "variety of clients", "its posts are spread {value} over clients (0% one client, 100% all alike)"
    ),
    "text_length": _Words("lengths of posts", "posts of {value} characters on average"),
    "text_length_spread": _Words(
        "variation of post lengths", "the lengths of its posts vary by {value} times their mean"
    ),
    "text_length_entropy": _Words(
        "variety of post lengths",
        "the lengths of its posts are spread {value} (0% all alike, 100% as much as they can)",
    ),
    "token_entropy": _Words(
        "variety of words", "the words of its posts are spread {value} (0% one word, 100% each word once)"
    ),
    "token_distinct": _Words("distinct words", "{value} of the words of its posts are distinct"),
    "near_duplicate_share": _Words("repeated posts", "{value} of its posts repeat an earlier one"),
    "link_share": _Words("posts with a link", "{value} of its posts have a link"),
    "mention_share": _Words("posts that name others", "{value} of its posts name another account"),
    "hashtag_share": _Words("posts with a hashtag", "{value} of its posts have a hashtag"),
    "repost_share": _Words("reposts", "{value} of its posts repost another account"),
    "reply_share": _Words("replies", "{value} of its posts answer another account"),
    "reactions_to_followers": _Words(
        "reactions to posts for each follower", "its posts receive {value} reactions each for each follower"
    ),
}

_ONE = re.compile(
    r"(?<![\d.,-])1 (follower|account|post|like|follow|public list|digit|consonant|character|word|hour)s\b"
)


def named(name: str) -> str:
    """What a feature is of many accounts: "posts a day of age"; its meaning, or its name, where there are no words."""
    if name in _WORDS:
        return _WORDS[name].noun
    return CATALOGUE[INDEX[name]].meaning if name in INDEX else name


def value_text(feature: Feature, value: float) -> str:
    """A feature's value in words: "312 follows a day of age"; unknown is "not known"."""
    if not np.isfinite(value):
        return f"{named(feature.name)}: not known"
    words = _WORDS.get(feature.name)
    if words is None:
        return f"{feature.meaning}: {shown(feature, value)}"
    if words.no is not None:
        return words.yes if value else words.no
    if feature.name == "days_since_post" and value < 1:
        return "last posted within two days before it was looked at"
    return _ONE.sub(r"1 \1", words.yes.format(value=shown(feature, value)))


def shown(feature: Feature, value: float) -> str:
    """A feature's value as it is written: with its unit where it is a time, as a percentage where it is a share."""
    if feature.unit == "log2 days":
        return _days(2.0**value)
    if feature.unit.startswith("share"):
        return f"{100 * value:.0f}%"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}"


def _days(days: float) -> str:
    if days >= 730:
        return f"{days / 365.25:.1f} years"
    return "1 day" if round(days) <= 1 else f"{days:.0f} days"
