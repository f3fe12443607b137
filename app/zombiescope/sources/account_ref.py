"""Accounts as people write them, to SOURCE:NAME: addresses of profiles, @names, ids and paths. No I/O."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from zombiescope.errors import AccountError

__all__ = ["canonical"]

_ADDRESSES = (
    (re.compile(r"^(?:www\.|staging\.)?bsky\.app/profile/([^/]+)"), "bluesky:{}"),
    (
        re.compile(
            r"^(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?!i/|home|search|hashtag|intent)@?(\w{1,15})(?:/|$)"
        ),
        "x:{}",
    ),
    (re.compile(r"^(?:www\.)?weibo\.com/(?:u|n|profile)/([^/]+)"), "weibo:{}"),
    (re.compile(r"^m\.weibo\.cn/(?:u|profile)/([^/]+)"), "weibo:{}"),
    (re.compile(r"^(?:www\.)?weibo\.com/([^/]+)/?$"), "weibo:{}"),
)
_NO_SOURCE = re.compile(
    r"^(?:www\.|m\.|vm\.)?(instagram|tiktok|facebook|fb|youtube|threads|linkedin|douyin|xiaohongshu|github)\.(?:com|net)$"
)
_FEDIVERSE = re.compile(r"^/(?:@([\w.-]+)(?:@([\w.-]+))?|users/([\w.-]+))(?:/|$)")
_FILE = re.compile(
    r"\.(?:csv|tsv|txt|json|jsonl|ndjson|js|parquet|xlsx|xlsm|xls|ods|zip|gz|zst|xz|bz2|graphml|gexf)$",
    re.IGNORECASE,
)


def canonical(text: str, *, paths: bool = True) -> str:
    """SOURCE:NAME of an account; what is written so already stays as it is.

    paths: whether a path is a file of the user's own (never over HTTP). Raises AccountError for a name without its
    platform, and for a platform that lists no followers to anybody.
    """
    plain = text.strip()
    if re.match(r"^https?://", plain, re.IGNORECASE):
        return _of_address(plain)
    if re.match(r"^[a-z]+:", plain) and not plain.startswith("did:") and not re.match(r"^[a-z]:[\\/]", plain):
        source, _, name = plain.partition(":")
        if source != "file" and re.match(r"^https?://", name, re.IGNORECASE):
            return _of_address(name)
        return (
            f"{source}:{name.removeprefix('@')}" if source in ("x", "bluesky", "mastodon", "weibo") else plain
        )
    bare = plain.removeprefix("@")
    if plain.startswith("did:") or re.fullmatch(r"@?[\w-]+\.bsky\.social", plain):
        return f"bluesky:{bare}"
    if re.fullmatch(r"@?[\w.-]+@[\w-]+(?:\.[\w-]+)+", plain):
        return f"mastodon:{bare}"
    if plain.startswith("@"):
        raise AccountError(
            f"{plain!r} does not say its platform",
            f"Write x:{bare}, bluesky:{bare}, weibo:{bare} or mastodon:{bare}@HOST.",
        )
    if _FILE.search(plain) or "/" in plain or "\\" in plain:
        if paths and not re.match(r"^(?:www\.)?(?:\w+\.)+[a-z]{2,}/", plain):
            return f"file:{plain}"
        if not _FILE.search(plain):
            return _of_address(f"https://{plain}")
    return plain


def _of_address(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    where = host + unquote(parts.path)
    for pattern, form in _ADDRESSES:
        if match := pattern.match(where):
            return form.format(match[1])
    if match := _NO_SOURCE.match(host):
        raise AccountError(
            f"{match[1]} shows its followers to nobody but the account",
            "Export the list there and give the file: zombiescope audit file:followers.csv.",
        )
    if match := _FEDIVERSE.match(unquote(parts.path)):
        return f"mastodon:{match[1] or match[3]}@{match[2] or host}"
    raise AccountError(
        f"{address!r} is no profile that zombiescope knows", "Write SOURCE:NAME, such as x:NAME."
    )
