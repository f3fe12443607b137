"""What servers of the Mastodon API answer, as followers, pages and posts. No I/O."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zombiescope.domain import AccountInfo, Follower, Order, Post, RejectedRow
from zombiescope.errors import AccountError, SourceError
from zombiescope.sources.lenient_json import Json, count, items, object_of, refused, text, when
from zombiescope.sources.paging import Page

__all__ = ["account_info", "follower_page", "next_link", "normal", "plain", "post", "split"]

_USER = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/@:?#\[\]\\%]+)(?::\d{1,5})?"
_FORMS = (
    rf"(?:acct:|@)?(?P<user>{_USER})@(?P<host>{_HOST})",
    rf"https?://{_HOST}/@(?P<user>{_USER})@(?P<host>{_HOST})/?",
    rf"https?://(?P<host>{_HOST})/(?:@|users/|accounts/)(?P<user>{_USER})/?",
)
# Pictures that a server puts where the account has none: Mastodon, Pleroma and Akkoma, GoToSocial, the mock.
_PLACEHOLDER = re.compile(r"missing\.png|/avi\.png|/images/banner\.png|/default_|/generated/")
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;<>]+))*)')


def normal(handle: str) -> str:
    """USER@HOST in lower case, from any form it is written in: @user@host, acct:, a profile's URL.

    Raises AccountError where it names no instance.
    """
    for form in _FORMS:
        if match := re.fullmatch(form, handle.strip()):
            try:
                host = (
                    match["host"].encode("idna").decode("ascii") if match["host"][0] != "[" else match["host"]
                )
            except UnicodeError:
                break
            return f"{match['user']}@{host}".lower()
    raise AccountError(
        f"{handle!r} is no account of the Mastodon kind",
        "Write it with its instance: mastodon:user@example.org",
    )


def split(name: str) -> tuple[str, str]:
    """The user and the host of a handle in its normal form."""
    user, _, host = name.partition("@")
    return user, host


def account_info(ref: str, data: Any) -> AccountInfo:
    """The account of an answer of lookup. A hidden follower count (-1) is unknown."""
    view = object_of(data, "accounts/lookup")
    return AccountInfo(
        ref=ref,
        platform="mastodon",
        id=text(view, "id"),
        handle=text(view, "acct"),
        display_name=text(view, "display_name"),
        url=text(view, "url"),
        followers_count=count(view, "followers_count"),
        following_count=count(view, "following_count"),
        posts_count=count(view, "statuses_count"),
        created_at=when(view, "created_at"),
    )


def follower_page(data: Any, link: str | None, *, now: datetime) -> Page:
    """A page of followers, whole accounts; `link` is its Link header, whose next is the only way on."""
    if not isinstance(data, list):
        raise SourceError("the list of followers is not of the documented form", "Report the instance.")
    rows: list[Follower] = []
    bad: list[RejectedRow] = []
    skipped: dict[int, str] = {}
    for index, view in enumerate(data):
        if not isinstance(view, dict) or not text(view, "id"):
            bad.append(refused(index, "id"))
            continue
        if view.get("suspended") is True:
            skipped[len(rows)] = "suspended"
        rows.append(_follower(view, now))
    return Page(
        rows=tuple(rows),
        next=next_link(link),
        refused=tuple(bad),
        skipped=skipped,
        order=_order(link, rows),
    )


def next_link(link: str | None) -> str | None:
    """The URL that a Link header names as next (RFC 8288)."""
    return _links(link).get("next")


def post(view: Any) -> Post | None:
    """A status; a boost is dated by when it was boosted. None where it cannot be read."""
    if not isinstance(view, dict):
        return None
    boosted = view.get("reblog")
    shown: Json = boosted if isinstance(boosted, dict) else view
    application = view.get("application")
    content = text(shown, "content")
    return Post(
        id=text(view, "id"),
        created_at=when(view, "created_at"),
        text=None if content is None else plain(content),
        source=text(application, "name") if isinstance(application, dict) else None,
        lang=text(shown, "language"),
        is_repost=isinstance(boosted, dict),
        is_reply=view.get("in_reply_to_id") is not None,
        # Of a boost the counts are the original's.
        likes_count=None if shown is boosted else count(view, "favourites_count"),
        reposts_count=None if shown is boosted else count(view, "reblogs_count"),
        replies_count=None if shown is boosted else count(view, "replies_count"),
    )


def plain(html: str) -> str:
    """The text of a status or bio, with its paragraphs and breaks as new lines."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.parts.append("\n\n")


def _follower(view: Json, now: datetime) -> Follower:
    note = text(view, "note")
    return Follower(
        platform="mastodon",
        id=text(view, "id") or "",
        handle=text(view, "acct") or text(view, "username"),
        display_name=text(view, "display_name"),
        bio=None if note is None else plain(note),
        url=_website(view),
        created_at=when(view, "created_at", now=now),
        followers_count=count(view, "followers_count"),
        following_count=count(view, "following_count"),
        posts_count=count(view, "statuses_count"),
        has_avatar=_picture(view, "avatar"),
        has_banner=_picture(view, "header"),
        protected=False,  # `locked` is who may follow; posts are public all the same
    )


def _picture(view: Json, name: str) -> bool | None:
    url = text(view, name)
    return None if url is None else bool(url) and not _PLACEHOLDER.search(url)


def _website(view: Json) -> str | None:
    """The first link among the fields that an account fills; empty where it has none."""
    if not isinstance(view.get("fields"), list):
        return None
    for one in items(view, "fields"):
        value = text(one, "value") if isinstance(one, dict) else None
        if value and (match := re.search(r"https?://[^\s\"'<>]+", value)):
            return match[0]
    return ""


def _order(link: str | None, rows: list[Follower]) -> Order | None:
    """Newest first where the cursor is a follow's own number, as on Mastodon; elsewhere it is not known.

    A server that pages by the account's id (the cursor is that of a row) lists in no order of time.
    """
    ids = {row.id for row in rows}
    for url in _links(link).values():
        for name, values in parse_qs(urlsplit(url).query).items():
            if name in ("max_id", "since_id", "min_id"):
                return "newest-first" if values[0].isdecimal() and values[0] not in ids else None
    return None


def _links(link: str | None) -> dict[str, str]:
    links: dict[str, str] = {}
    for url, params in _LINK.findall(link or ""):
        if match := re.search(r'\brel\s*=\s*"?([^";]+)"?', params):
            for relation in match[1].split():
                links.setdefault(relation.lower(), url)
    return links
