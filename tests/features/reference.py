"""The slow oracle: every feature of one follower in plain Python, from its meaning, without numpy or Arrow."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean, median

from zombiescope.domain import Follower, Post
from zombiescope.features.catalogue import NAMES
from zombiescope.features.text import SEPARATORS

NAN = math.nan
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPACES = set("\t\n\r \u00a0\u3000")
CONSONANTS = set("bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ")


def micros(when: datetime) -> int:
    delta = when - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def bits(symbols: Sequence[Hashable]) -> float:
    n = len(symbols)
    return max(-sum(c / n * math.log2(c / n) for c in Counter(symbols).values()), 0.0)


def relative(symbols: Sequence[Hashable], alphabet: float = math.inf) -> float:
    n = len(symbols)
    return bits(symbols) / math.log2(max(min(n, alphabet), 2)) if n >= 2 else NAN


def number(value: object) -> float:
    return NAN if value is None else float(value)  # type: ignore[arg-type]


def char_bits(text: str | None) -> float:
    return NAN if text is None else (bits(text) if text else 0.0)


def share_of(text: str | None, test: object) -> float:
    if text is None:
        return NAN
    return sum(test(c) for c in text) / max(len(text), 1)  # type: ignore[operator]


def is_digit(c: str) -> bool:
    return "0" <= c <= "9"


def is_symbol(c: str) -> bool:
    return 0x2190 <= ord(c) <= 0x2BFF or ord(c) >= 0x1F000 or ord(c) == 0xFE0F


def is_nonlatin(c: str) -> bool:
    p = ord(c)
    return p >= 0x370 and not 0x1E00 <= p <= 0x1EFF and not 0x2000 <= p <= 0x2BFF and not is_symbol(c)


def longest(text: str, good: set[str]) -> int:
    best = run = 0
    for c in text:
        run = run + 1 if c in good else 0
        best = max(best, run)
    return best


def pairs(text: str) -> set[tuple[str, str]]:
    letters = [
        c for c in "".join(c.lower()[0] for c in text) if is_digit(c) or "a" <= c <= "z" or ord(c) >= 0xC0
    ]
    return set(pairwise(letters))


def words(text: str) -> list[str]:
    out: list[str] = []
    current = ""
    for c in text:
        if c in SEPARATORS or 0x3000 <= ord(c) <= 0xD7FF:
            if current:
                out.append(current)
            current = ""
            if c not in SEPARATORS:
                out.append(c)
        else:
            current += c.lower() if c.isascii() else c
    return [*out, current] if current else out


def is_word(c: str) -> bool:
    return c == "_" or not c.isascii() or c.isalnum()


def tagged(text: str, sign: str) -> int:
    count = 0
    for i, c in enumerate(text):
        if c != sign or i + 1 == len(text) or not is_word(text[i + 1]):
            continue
        before = text[i - 1] if i else " "
        if before.isascii() and before.isalnum():
            continue
        count += not (sign == "#" and before == "&")
    return count


def marks(text: str) -> tuple[int, int, int]:
    return text.count("://"), tagged(text, "@"), tagged(text, "#")


def log2_half(days: float) -> float:
    return math.floor(math.log2(min(max(days, 1.0), 4 * 365.25)) * 2) / 2


SERVER_SIGNS = {"bluesky": ".", "mastodon": "@"}


def profile(f: Follower, at: datetime) -> dict[str, float]:
    age = NAN if f.created_at is None else (micros(at) - micros(f.created_at)) / 86_400_000_000
    if age < 0:
        age = NAN
    lived = NAN if math.isnan(age) else max(age, 1.0)
    followers, following, posts, likes, listed = (
        number(v)
        for v in (f.followers_count, f.following_count, f.posts_count, f.likes_count, f.listed_count)
    )
    bio, place, url = (NAN if t is None else float(bool(t.strip())) for t in (f.bio, f.location, f.url))
    known = [v for v in (number(f.has_avatar), bio, place, url) if not math.isnan(v)]
    name, handle = f.display_name, f.handle
    if handle is not None and f.platform in SERVER_SIGNS:
        handle = handle.partition(SERVER_SIGNS[f.platform])[0]
    out = {
        "account_age": NAN if math.isnan(age) else log2_half(age),
        "posts_per_day": posts / lived,
        "likes_per_day": likes / lived,
        "follows_per_day": following / lived,
        "followers_per_day": followers / lived,
        "followers_count": followers,
        "following_count": following,
        "posts_count": posts,
        "likes_count": likes,
        "listed_count": listed,
        "following_to_followers": (following + 1) / (followers + 1),
        "posts_to_followers": (posts + 1) / (followers + 1),
        "posts_to_following": (posts + 1) / (following + 1),
        "likes_to_posts": (likes + 1) / (posts + 1),
        "listed_to_followers": (listed + 1) / (followers + 1),
        "on_weibo": float(f.platform == "weibo"),
        "has_avatar": number(f.has_avatar),
        "has_banner": number(f.has_banner),
        "has_bio": bio,
        "has_location": place,
        "has_url": url,
        "profile_filled": fmean(known) if known else NAN,
        "bio_length": NAN if f.bio is None else float(len(f.bio)),
        "bio_marks": NAN if f.bio is None else float(sum(marks(f.bio))),
        "bio_entropy": char_bits(f.bio),
        "handle_length": NAN if handle is None else float(len(handle)),
        "handle_digit_share": share_of(handle, is_digit),
        "handle_tail_digits": NAN
        if handle is None
        else float(len(handle) - len(re.sub(r"[0-9]+\Z", "", handle))),
        "handle_entropy": char_bits(handle),
        "handle_hard_run": NAN if handle is None else float(longest(handle, CONSONANTS)),
        "name_length": NAN if name is None else float(len(name)),
        "name_words": NAN
        if name is None
        else float(len([w for w in re.split("[\t\n\r \u00a0\u3000]", name) if w])),
        "name_entropy": char_bits(name),
        "name_digit_share": share_of(name, is_digit),
        "name_nonlatin_share": share_of(name, is_nonlatin),
        "name_symbol_share": share_of(name, is_symbol),
        "handle_name_similarity": NAN,
    }
    if name is not None and handle is not None:
        a, b = pairs(handle), pairs(name)
        out["handle_name_similarity"] = 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0
    return out


def timing(posts: list[Post], at: datetime) -> dict[str, float]:
    times = sorted(micros(p.created_at) for p in posts if p.created_at is not None)
    out = dict.fromkeys(NAMES[NAMES.index("days_since_post") : NAMES.index("client_entropy")], NAN)
    if not times:
        return out
    hour = 3_600_000_000
    day = 24 * hour
    out["days_since_post"] = math.floor(math.log2(min(max((micros(at) - times[-1]) / day, 1.0), 2.0**10)))
    timed = [t for t in times if t % day]  # midnight sharp is a date without an hour
    out["hour_entropy"] = relative([t // hour % 24 for t in timed], 24)
    out["weekday_entropy"] = relative([t // day % 7 for t in times], 7)
    out["minute_entropy"] = relative([t // 300_000_000 % 12 for t in timed], 12)
    if len(times) >= 2:
        span = max(times[-1] - times[0], hour) / day
        out["posting_rate"] = (len(times) - 1) / span
        days = {t // day for t in times}
        out["active_days_share"] = len(days) / (max(days) - min(days) + 1)
        gaps = [(b - a) / 1e6 for a, b in pairwise(times)]
        out["gap_median"] = median(gaps) / 3600
        out["gap_entropy"] = relative([math.floor(math.log2(g + 1)) for g in gaps], 26)
        mean = fmean(gaps)
        spread = math.sqrt(fmean([(g - mean) ** 2 for g in gaps]))
        if len(gaps) >= 3 and spread + mean > 0:
            out["gap_burstiness"] = (spread - mean) / (spread + mean)
    return out


def content(posts: list[Post]) -> dict[str, float]:
    texts = [p.text for p in posts if p.text is not None]
    out = dict.fromkeys(NAMES[NAMES.index("client_entropy") :], NAN)
    out["client_entropy"] = relative([p.source for p in posts if p.source is not None])
    if texts:
        lengths = [float(len(t)) for t in texts]
        mean = fmean(lengths)
        out["text_length"] = mean
        if mean > 0:
            out["text_length_spread"] = math.sqrt(fmean([(n - mean) ** 2 for n in lengths])) / mean
        out["text_length_entropy"] = relative([math.floor(2 * math.log2(n + 1)) for n in lengths], 24)
        spoken = [w for t in texts for w in words(t)]
        out["token_entropy"] = relative(spoken)
        if spoken:
            out["token_distinct"] = len(set(spoken)) / len(spoken)
        marked = [marks(t) for t in texts]
        for k, name in enumerate(("link_share", "mention_share", "hashtag_share")):
            out[name] = fmean([float(m[k] > 0) for m in marked])
        bags = []
        for t in texts:
            bag = [w for w in words(t) if not (w.startswith(("http", "@")) or any(is_digit(c) for c in w))]
            if bag:
                bags.append(tuple(sorted(bag)))
        if bags:
            out["near_duplicate_share"] = (len(bags) - len(set(bags))) / len(bags)
    for name, field, start in (("repost_share", "is_repost", "RT @"), ("reply_share", "is_reply", "@")):
        rows = []
        for p in posts:
            value = getattr(p, field)
            if value is not None:
                rows.append(float(value))
            elif p.text is not None:
                rows.append(float(p.text.startswith(start)))
        if rows:
            out[name] = fmean(rows)
    return out


def reactions(posts: list[Post], followers: int | None) -> float:
    """Reactions a post received, for each follower."""
    counts = [(p.likes_count, p.reposts_count, p.replies_count) for p in posts]
    sums = [float(sum(n for n in one if n is not None)) for one in counts if any(n is not None for n in one)]
    return fmean(sums) / (followers + 1) if sums and followers is not None else NAN


def features(f: Follower, at: datetime, newest: int = 20) -> list[float]:
    """The row of one follower, in the catalogue's order."""
    out = profile(f, at)
    if f.recent_posts is None:
        return [out.get(name, NAN) for name in NAMES]
    posts = [p for p in f.recent_posts if p.created_at is None or p.created_at <= at]
    posts = sorted(posts, key=lambda p: -1 if p.created_at is None else micros(p.created_at))[-newest:]
    out |= {"timeline_empty": float(not posts), **timing(posts, at), **content(posts)}
    out["reactions_to_followers"] = reactions(posts, f.followers_count)
    return [out[name] for name in NAMES]
