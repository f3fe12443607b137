"""Every parser that takes bytes from outside, as a function of bytes that may raise our errors alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from fastapi import Request

from fuzz.seeds import BODIES, FILES, NETWORK, PLATFORMS, TEXTS
from zombiescope import log
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.features import extract
from zombiescope.records import network_dump, read
from zombiescope.records.schema import from_followers, to_followers
from zombiescope.settings import settings_from
from zombiescope.sources.bluesky import parse as bluesky
from zombiescope.sources.mastodon import parse as mastodon
from zombiescope.sources.rate_limit import asked_wait, exhausted
from zombiescope.sources.weibo import parse as weibo
from zombiescope.sources.x import parse as x
from zombiescope.usecases import ranking
from zombiescope.usecases.label_validation import verdict
from zombiescope.web.api.labels import LabelOrder
from zombiescope.web.api.responses import place_of, time_and_id_of
from zombiescope.web.api.scores import records_of
from zombiescope.web.audit_orders import AuditOrder, request_of
from zombiescope.web.auth.api_keys import keys_from
from zombiescope.web.auth.csrf import fields_of
from zombiescope.web.http.request_body import decoded
from zombiescope.web.http.wait import wait_of
from zombiescope.web.middleware.rate_limit import address_of
from zombiescope.web.pages.league_pages import entrants_of, table_at
from zombiescope.web.services import Limits

__all__ = ["TARGETS", "Target"]

NOW = datetime(2026, 1, 2, tzinfo=UTC)
_LIMITS = Limits()
_FOLDER = tempfile.TemporaryDirectory(prefix="zombiescope-fuzz-")
_HOME = Path(_FOLDER.name)


@dataclass(frozen=True)
class Target:
    """A parser. parse: raises nothing but ZombiescopeError. weight: how much of a run it is given."""

    name: str
    seeds: list[bytes]
    parse: Callable[[bytes], object]
    weight: float = 1.0


def _file(name: str) -> Callable[[bytes], object]:
    path = _HOME / name

    def parse(data: bytes) -> object:
        path.write_bytes(data)
        table, refused = read(path)
        for row in to_followers(table):
            assert row.id
        return table, refused

    return parse


def _network(changed: str) -> Callable[[bytes], object]:
    folder = _HOME / f"network-{changed}"
    folder.mkdir()
    for name, data in NETWORK.items():
        (folder / name).write_bytes(data)

    def parse(data: bytes) -> object:
        (folder / changed).write_bytes(data)
        table, _ = network_dump.followers(network_dump.opened(folder), "1")
        return list(to_followers(table))

    return parse


def _scores(media: str) -> Callable[[bytes], object]:
    def parse(data: bytes) -> object:
        table = records_of(data, media, 1000)
        return extract(table, at=NOW).matrix

    return parse


def _order(data: bytes) -> object:
    return request_of(decoded(data, AuditOrder), _LIMITS, ("weibo", "sample"))


def _label(data: bytes) -> object:
    order = decoded(data, LabelOrder)
    return None if order.label is None else verdict(order.label)


def _ranked(data: bytes) -> object:
    return entrants_of(data.decode("utf-8", "surrogateescape")), ranking.read(
        data.decode("utf-8", "replace"), "f"
    )


def _settings(data: bytes) -> object:
    lines = data.decode("utf-8", "replace").replace("\x00", "").splitlines()
    named = {
        name: value
        for name, _, value in (line.partition("=") for line in lines)
        if not name.endswith("_FILE")
    }
    settings = settings_from(named, package=Path("/srv/app/zombiescope"))
    return keys_from(settings.api_keys), log.secrets_of(settings)


def _waits(data: bytes) -> object:
    lines = (*data.decode("utf-8", "replace").split("\n"), "", "")
    headers = {
        "retry-after": lines[0],
        "x-ratelimit-reset": lines[1],
        "date": lines[2],
        "x-ratelimit-remaining": lines[0],
    }
    return asked_wait(headers, NOW), asked_wait({**headers, "retry-after": ""}, NOW), exhausted(headers)


def _address(data: bytes) -> object:
    headers = [(b"x-forwarded-for", data)]
    return address_of(Request({"type": "http", "client": ("127.0.0.1", 1), "headers": headers}))


def _handle(data: bytes) -> object:
    text, handles = data.decode("utf-8", "surrogateescape"), []
    for normal in (bluesky.normal, mastodon.normal, weibo.normal, x.normal):
        try:
            handles.append(normal(text))
        except ZombiescopeError as error:
            handles.append(error.what)
    return handles


def _answer(*parsers: Callable[[Any], object]) -> Callable[[bytes], object]:
    """A platform's answer as each of its parsers sees it; what is no JSON never reaches them."""

    def parse(data: bytes) -> object:
        try:
            value = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InputError("not JSON") from None
        values = []
        for one in parsers:
            try:
                values.append(one(value))
            except ZombiescopeError as error:
                values.append(error.what)
        return values

    return parse


def _paged(page: Callable[[Any], Any]) -> Callable[[Any], object]:
    """A page's rows must go on into a table."""
    return lambda value: from_followers(page(value).rows)


def _object(parse: Callable[[Mapping[str, Any]], object]) -> Callable[[Any], object]:
    return lambda value: parse(value) if isinstance(value, dict) else None


def _followers(field: str, parse: Callable[[Any], object]) -> Callable[[Any], object]:
    def each(value: Any) -> object:
        items = value.get(field) if isinstance(value, dict) else value
        return [parse(item) for item in items] if isinstance(items, list) else None

    return each


def _fan(user: Mapping[str, Any]) -> object:
    return weibo.account_info("weibo:a", user)


_LINK = '<https://social.example/api/v1/accounts/1/followers?max_id=7>; rel="next"'
_PARSERS: dict[str, Callable[[bytes], object]] = {
    "bluesky": _answer(
        _paged(lambda v: bluesky.follower_page(v, now=NOW)),
        lambda v: bluesky.account_info("bluesky:a", v),
        lambda v: bluesky.followed_at(v, now=NOW),
        bluesky.plc_created,
        _followers("feed", bluesky.post),
        _object(bluesky.gone_reason),
    ),
    "mastodon": _answer(
        _paged(lambda v: mastodon.follower_page(v, _LINK, now=NOW)),
        lambda v: mastodon.account_info("mastodon:a@b.example", v),
        _followers("", mastodon.post),
        mastodon.post,
    ),
    "weibo": _answer(
        _paged(lambda v: weibo.fan_page(v, 1, now=NOW)),
        lambda v: _fan(weibo.user_of(v) or {}),
        lambda v: weibo.registered(v, now=NOW),
        weibo.posts_of,
    ),
    "x": _answer(
        _paged(lambda v: x.follower_page(v, now=NOW)),
        lambda v: x.account_info("x:a", v),
        x.problem,
    ),
}
_MEDIA = {
    "scores as JSON": "application/json",
    "scores as lines": "application/x-ndjson",
    "scores as Arrow": "application/vnd.apache.arrow.stream",
}
_BODY: dict[str, Callable[[bytes], object]] = {
    **{name: _scores(media) for name, media in _MEDIA.items()},
    "an audit's order": _order,
    "a label": _label,
    "a form": fields_of,
    "a list to rank": _ranked,
}
_TEXT: dict[str, Callable[[bytes], object]] = {
    "a cursor of audits": lambda data: time_and_id_of(data.decode("utf-8", "replace")),
    "a cursor of followers": lambda data: place_of(data.decode("utf-8", "replace")),
    "a table's address": lambda data: table_at(data.decode("utf-8", "replace")),
    "settings": _settings,
    "Prefer": lambda data: wait_of(data.decode("latin-1")),
    "Retry-After and RateLimit": _waits,
    "an address": _address,
    "a handle": _handle,
}
TARGETS: tuple[Target, ...] = (
    *(Target(f"file {name}", seeds, _file(name), 0.05) for name, seeds in FILES.items()),
    *(Target(f"network {name}", [data], _network(name), 0.04) for name, data in NETWORK.items()),
    *(Target(name, PLATFORMS[name], parse, 2.0) for name, parse in _PARSERS.items()),
    *(Target(name, BODIES[name], parse, 0.5 if name in _MEDIA else 1.0) for name, parse in _BODY.items()),
    *(Target(name, TEXTS[name], parse) for name, parse in _TEXT.items()),
)
