"""Valid inputs of every parser that takes bytes from outside: all invented."""

from __future__ import annotations

import io
import tempfile
import zlib
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from doubles import AS_OF, people
from records.dumps import network
from zombiescope.domain import Follower, Post
from zombiescope.records import write
from zombiescope.records.arrow_stream import packed
from zombiescope.records.schema import from_followers
from zombiescope.usecases.ranking import Entrant
from zombiescope.web.api.responses import cursor
from zombiescope.web.pages.league_pages import Place, written

__all__ = ["BODIES", "FILES", "NETWORK", "PLATFORMS", "TEXTS"]


def _rows() -> list[Follower]:
    posts = (
        Post(
            id="9",
            created_at=AS_OF,
            text="你好 http://t.co/x #tag @ada 😀",
            source="web",
            lang="zh",
            is_repost=False,
        ),
        Post(id="8", created_at=None, text=None),
    )
    first, second, third = people(3)
    return [
        msgspec.structs.replace(
            first, recent_posts=posts, url="http://x.example", label="zombie", label_source="v"
        ),
        msgspec.structs.replace(second, recent_posts=None, bio='a "b", c\nd', followed_at=AS_OF),
        third,
    ]


def _file(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path, [from_followers(_rows())])
        return path.read_bytes()


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _network() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        dump = network(Path(folder, "n"), header=True)
        return {path.name: path.read_bytes() for path in dump.iterdir()}


NETWORK = _network()
_JSON = msgspec.json.encode
_V1 = (
    b'{"id_str": "7", "screen_name": "ada", "name": "Ada", "followers_count": 3, "friends_count": "4", '
    b'"statuses_count": 5, "created_at": "Thu Sep 08 11:39:49 +0800 2016", "verified": false}\n'
)
_V2 = _JSON(
    {
        "data": [
            {
                "id": "7",
                "username": "ada",
                "created_at": "2016-09-08T11:39:49.000Z",
                "public_metrics": {"followers_count": 3, "following_count": 4, "tweet_count": 5},
            }
        ],
        "meta": {"next_token": "abc"},
    }
)
_APIFY = (
    b"userId,username,name,followersCount,followingCount,postsCount,createdAt\n7,ada,Ada,3,4,5,2016-09-08\n"
)
_TWINT = (
    b"id,name,username,bio,join_date,join_time,tweets,following,followers\n"
    b"7,Ada,ada,hi,2016-09-08,11:39:49,5,4,3\n"
)
_CRAWLER = _JSON(
    {
        "user": {"id": "7", "screen_name": "甲", "followers_count": "1.2万", "statuses_count": 5},
        "weibo": [{"id": 1, "text": "你好", "created_at": "2020-06-24", "source": "微博"}],
    }
)
_ODD = pa.table(
    {
        "id": ["1", "2"],
        "posts_count": [1.0, float("nan")],
        "username": pa.array(["a", "b"]).dictionary_encode(),
    }
)

# File name to seeds.
FILES: dict[str, list[bytes]] = {
    "list.jsonl": [_file("list.jsonl"), _V1, _V2 + b"\n"],
    "list.json": [_JSON(_rows()), _V2, _CRAWLER],
    "list.csv": [_file("list.csv"), _APIFY, _TWINT],
    "list.tsv": [_file("list.tsv"), _APIFY.replace(b",", b"\t")],
    "list.parquet": [_file("list.parquet"), _parquet(_ODD)],
    "list.jsonl.gz": [_file("list.jsonl.gz")],
}
BODIES: dict[str, list[bytes]] = {
    "scores as JSON": [_JSON(_rows())],
    "scores as lines": [b"".join(_JSON(row) + b"\n" for row in _rows())],
    "scores as Arrow": [packed(from_followers(_rows()))],
    "an audit's order": [
        _JSON(
            {"account": "weibo:a", "claim": 0.87, "sample": 10, "as_of": "2016-12-15T00:00:00Z", "seed": 1}
        ),
        _JSON(
            {
                "account": "sample:canada",
                "margin": 0.03,
                "order": "newest-first",
                "declared": 7,
                "model": "m-1",
            }
        ),
    ],
    "a label": [_JSON({"follower": "1000", "label": "cannot tell", "annotator": "ann", "note": "x"})],
    "a form": [b"account=weibo%3Aa&claim=87%25&sample=100&csrf=abc"],
    "a list to rank": [
        b"account,name,declared,declared_at_least,posts,reactions\nweibo:a,A,10,true,3,4\n,B,5,,,\n",
        b"weibo:a\nweibo:b\n",
    ],
}
TEXTS: dict[str, list[bytes]] = {
    "a cursor of audits": [cursor(AS_OF, "0f8fad5b").encode()],
    "a cursor of followers": [cursor(70).encode()],
    "a table's address": [
        written(10, [Place(Entrant(account="weibo:a"), "0f8f", None)]).encode(),
        zlib.compress(b"[]"),
    ],
    "settings": [
        b"ZOMBIESCOPE_API_KEYS=ann:read+audit:correct-horse-battery-1,"
        b"bob:admin:correct-horse-battery-2\nZOMBIESCOPE_KEEP_DAYS=30\n"
        b"ZOMBIESCOPE_MASTODON_TOKENS=a.example=t,b.example=u\nZOMBIESCOPE_ALLOWED_HOSTS=a, b\n"
        b"ZOMBIESCOPE_DATABASE_URL=postgresql+psycopg://u:p@h/d\nHOME=/root",
    ],
    "Prefer": [b"respond-async, wait=30"],
    "Retry-After and RateLimit": [
        b"30\n1790000000\nWed, 21 Oct 2026 07:28:00 GMT",
        b"2026-10-21T07:28:00.000Z\n5\n",
    ],
    "an address": [b"192.0.2.1, 2001:db8::1"],
    "a handle": [
        b"@Ada@social.example",
        b"https://bsky.app/profile/ada.example",
        b"https://weibo.com/u/1234",
        b"https://x.com/ada",
    ],
}
_POST = {
    "post": {
        "uri": "at://did:plc:a/app.bsky.feed.post/3kabc",
        "author": {"did": "did:plc:a"},
        "record": {"text": "hi", "createdAt": "2024-01-02T03:04:05.678Z", "langs": ["en"], "reply": {}},
        "indexedAt": "2024-01-02T03:04:06Z",
    },
    "reason": {"$type": "app.bsky.feed.defs#reasonRepost"},
}
_SKY = {
    "did": "did:plc:a", "handle": "ada.example", "displayName": "Ada", "description": "hi", "avatar": "x",
    "createdAt": "2023-05-06T07:08:09.123Z", "labels": [{"val": "spam", "src": "did:plc:x"}], "followersCount": 3,
    "followsCount": 4, "postsCount": 5,
}  # fmt: skip
_TOOT = {
    "id": "1", "username": "ada", "acct": "ada@social.example", "display_name": "Ada", "note": "<p>hi<br>you</p>",
    "url": "https://social.example/@ada", "avatar": "https://x/missing.png", "header": "", "followers_count": 3,
    "following_count": -1, "statuses_count": "5", "bot": False, "locked": True,
    "created_at": "2023-05-06T00:00:00.000Z",
    "fields": [{"name": "web", "value": "<a href='https://a.example'>a</a>"}], "last_status_at": "2024-01-02",
    "content": "<p>hi</p>", "reblog": None, "in_reply_to_id": None, "language": "en", "application": {"name": "Web"},
}  # fmt: skip
_FAN = {
    "id": 7, "idstr": "7", "screen_name": "甲", "location": "北京", "description": "你好", "followers_count": "1.2万",
    "friends_count": 4, "statuses_count": 5, "created_at": "Thu Sep 08 11:39:49 +0800 2016", "verified": False,
    "verified_type": -1, "avatar_hd": "https://x/default.jpg", "gender": "f", "profile_image_url": "https://x/y.jpg",
    "text": "<a>hi</a>", "source": "<a href='x'>iPhone</a>", "retweeted_status": {},
}  # fmt: skip
PLATFORMS: dict[str, list[bytes]] = {
    "bluesky": [
        _JSON({"subject": _SKY, "followers": [_SKY, {**_SKY, "did": "did:plc:b"}], "cursor": "c"}),
        _JSON(
            {"feed": [_POST], "relationships": [{"did": "did:plc:a", "followedBy": "at://d/f/3kabcdefghijk"}]}
        ),
        _JSON([{"createdAt": "2023-05-06T07:08:09.123Z", "did": "did:plc:a"}]),
        _JSON({**_SKY, "error": "InvalidRequest", "message": "Profile not found"}),
    ],
    "mastodon": [_JSON([_TOOT, {**_TOOT, "id": "2"}]), _JSON(_TOOT)],
    "weibo": [
        _JSON({"users": [_FAN], "next_cursor": 0, "total_number": 5, "display_total_number": 3, "ok": 1}),
        _JSON({"data": {"user": _FAN, "list": [_FAN], "created_at": "2016-09-08"}, "ok": 1}),
    ],
    "x": [
        _V2,
        _JSON({"data": {"id": "7", "username": "ada"}}),
        _JSON({"errors": [{"title": "Not Found Error"}]}),
    ],
}
