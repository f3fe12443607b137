"""The files of the corpus: a name, how it is written, and what of each account it must give."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.corpus.people import PEOPLE, Person

__all__ = ["Sample", "samples"]

COUNTS = ("followers_count", "following_count", "posts_count")
PROFILE = (*COUNTS, "handle", "created_at")


@dataclass(frozen=True)
class Sample:
    """A file. fields: those that it must give, as the account has them. whole_days: its dates have no clock.
    ask: the key of the question that it must raise instead. constants: what the user sets."""

    name: str
    data: bytes
    platform: str
    fields: tuple[str, ...] = PROFILE
    whole_days: bool = False
    ask: str | None = None
    constants: tuple[tuple[str, str], ...] = ()


def table(header: Sequence[str], row: Callable[[Person], Sequence[object]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row(p) for p in PEOPLE)
    return text.getvalue()


def iso(p: Person) -> str:
    return p.created.strftime("%Y-%m-%dT%H:%M:%SZ")


def twitter_date(moment: datetime) -> str:
    return moment.strftime("%a %b %d %H:%M:%S +0000 %Y")


def _v1(p: Person) -> dict[str, Any]:
    return {
        "id": int(p.id), "id_str": p.id, "screen_name": p.handle, "name": p.name, "description": p.bio,
        "location": p.place, "url": None, "followers_count": p.followers, "friends_count": p.following,
        "statuses_count": p.posts, "favourites_count": p.likes, "listed_count": 0,
        "created_at": twitter_date(p.created), "verified": p.verified, "protected": p.private,
        "default_profile_image": False,
    }  # fmt: skip


def _v2(p: Person) -> dict[str, Any]:
    return {
        "id": p.id, "username": p.handle, "name": p.name, "description": p.bio, "created_at": iso(p),
        "public_metrics": {"followers_count": p.followers, "following_count": p.following,
                           "tweet_count": p.posts, "listed_count": 0},
    }  # fmt: skip


def _scrape(p: Person) -> dict[str, Any]:
    return {
        "_type": "snscrape.modules.twitter.User", "id": int(p.id), "id_str": p.id,
        "url": f"https://x.com/{p.handle}", "username": p.handle, "displayname": p.name, "rawDescription": p.bio,
        "created": p.created.isoformat(sep=" "), "followersCount": p.followers, "friendsCount": p.following,
        "statusesCount": p.posts, "favouritesCount": p.likes, "listedCount": 0, "mediaCount": 1,
        "location": p.place, "profileImageUrl": "https://pbs.twimg.com/a.jpg", "protected": p.private,
        "verified": p.verified,
    }  # fmt: skip


def _graphql(p: Person) -> dict[str, Any]:
    user = {
        "__typename": "User", "rest_id": p.id,
        "core": {"screen_name": p.handle, "name": p.name, "created_at": twitter_date(p.created)},
        "legacy": {"followers_count": p.followers, "friends_count": p.following, "statuses_count": p.posts,
                   "favourites_count": p.likes, "description": p.bio, "default_profile_image": False},
    }  # fmt: skip
    return {"entryId": f"user-{p.id}", "content": {"itemContent": {"user_results": {"result": user}}}}


def _instagrapi(p: Person) -> dict[str, Any]:
    return {
        "pk": p.id, "username": p.handle, "full_name": p.name, "is_private": p.private, "is_verified": p.verified,
        "profile_pic_url": "https://scontent.cdninstagram.com/a.jpg", "media_count": p.posts,
        "follower_count": p.followers, "following_count": p.following, "biography": p.bio, "external_url": None,
    }  # fmt: skip


def _instaloader(p: Person) -> dict[str, Any]:
    return {
        "node": {
            "id": p.id, "username": p.handle, "full_name": p.name, "biography": p.bio, "is_private": p.private,
            "edge_followed_by": {"count": p.followers}, "edge_follow": {"count": p.following},
            "edge_owner_to_timeline_media": {"count": p.posts, "edges": []},
        },
        "instaloader": {"version": "4.10", "node_type": "Profile"},
    }  # fmt: skip


def _apify_instagram(p: Person) -> dict[str, Any]:
    return {
        "id": p.id, "username": p.handle, "url": f"https://www.instagram.com/{p.handle}", "fullName": p.name,
        "biography": p.bio, "followersCount": p.followers, "followsCount": p.following, "postsCount": p.posts,
        "private": p.private, "verified": p.verified, "profilePicUrl": "https://scontent.cdninstagram.com/a.jpg",
    }  # fmt: skip


def _tiktok_web(p: Person) -> dict[str, Any]:
    return {
        "user": {"id": p.id, "uniqueId": p.handle, "nickname": p.name, "signature": p.bio, "verified": p.verified,
                 "createTime": int(p.created.timestamp()), "privateAccount": p.private},
        "stats": {"followerCount": p.followers, "followingCount": p.following, "heartCount": 99,
                  "videoCount": p.posts, "diggCount": p.likes},
    }  # fmt: skip


def _tiktok_api(p: Person) -> dict[str, Any]:
    return {
        "username": p.handle, "display_name": p.name, "bio_description": p.bio, "follower_count": p.followers,
        "following_count": p.following, "likes_count": 99, "video_count": p.posts, "is_verified": p.verified,
    }  # fmt: skip


def _tiktok_apify(p: Person) -> dict[str, Any]:
    return {
        "authorMeta": {"id": p.id, "name": p.handle, "nickName": p.name, "signature": p.bio, "fans": p.followers,
                       "following": p.following, "heart": 99, "video": p.posts, "digg": p.likes},
    }  # fmt: skip


def _bluesky(p: Person) -> dict[str, Any]:
    return {
        "did": f"did:plc:{p.handle}", "handle": p.handle, "displayName": p.name, "description": p.bio,
        "followersCount": p.followers, "followsCount": p.following, "postsCount": p.posts, "createdAt": iso(p),
    }  # fmt: skip


def _mastodon(p: Person) -> dict[str, Any]:
    return {
        "id": p.id, "username": p.handle, "acct": p.handle, "display_name": p.name, "locked": p.private,
        "note": f"<p>{p.bio}</p>", "followers_count": p.followers, "following_count": p.following,
        "statuses_count": p.posts, "created_at": iso(p), "avatar": "https://example.social/a.png",
    }  # fmt: skip


def _weibo(p: Person) -> dict[str, Any]:
    return {
        "id": int(p.id), "screen_name": p.handle, "description": p.bio, "location": p.place,
        "followers_count": str(p.followers), "friends_count": p.following, "statuses_count": p.posts,
        "verified": p.verified, "verified_type": -1, "mbrank": 0, "avatar_hd": "https://tvax1.sinaimg.cn/a.jpg",
    }  # fmt: skip


def _weibo_spider(p: Person) -> dict[str, Any]:
    return {
        "user": {"id": p.id, "nickname": p.handle, "description": p.bio, "weibo_num": p.posts,
                 "following": p.following, "followers": p.followers},
        "weibo": [],
    }  # fmt: skip


def _lines(of: Callable[[Person], dict[str, Any]]) -> bytes:
    return "".join(json.dumps(of(p), ensure_ascii=False) + "\n" for p in PEOPLE).encode()


def _json(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


_FORMS: dict[str, tuple[Callable[[Person], dict[str, Any]], str, tuple[str, ...]]] = {
    "v1": (_v1, "x", (*PROFILE, "id", "bio", "likes_count")),
    "v2": (_v2, "x", (*PROFILE, "id", "bio")),
    "twscrape": (_scrape, "x", (*PROFILE, "id", "bio", "likes_count")),
    "graphql": (_graphql, "x", (*PROFILE, "id", "bio", "likes_count")),
    "instagrapi": (_instagrapi, "instagram", (*COUNTS, "handle", "id", "bio", "verified", "protected")),
    "instaloader": (_instaloader, "instagram", (*COUNTS, "handle", "id", "bio")),
    "apify-instagram": (_apify_instagram, "instagram", (*COUNTS, "handle", "id", "bio")),
    "tiktok-web": (_tiktok_web, "tiktok", (*PROFILE, "id", "bio", "likes_count")),
    "tiktok-api": (_tiktok_api, "tiktok", (*COUNTS, "handle", "bio")),
    "tiktok-apify": (_tiktok_apify, "tiktok", (*COUNTS, "handle", "id", "bio")),
    "bluesky": (_bluesky, "bluesky", (*PROFILE, "bio")),
    "mastodon": (_mastodon, "mastodon", (*PROFILE, "id", "bio", "protected")),
    "weibo": (_weibo, "weibo", (*COUNTS, "handle", "id", "bio")),
    "weibo-spider": (_weibo_spider, "weibo", (*COUNTS, "handle", "id", "bio")),
}


def _dumps() -> Iterator[Sample]:
    """Each form of objects a line, as an array, on lines of its own, in an object, and one after the other."""
    for name, (of, platform, fields) in _FORMS.items():
        people = [of(p) for p in PEOPLE]
        yield Sample(f"{name}.jsonl", _lines(of), platform, fields)
        yield Sample(f"{name}.json", _json(people), platform, fields)
        yield Sample(f"{name}-pretty.json", _json(people, 2), platform, fields)
        yield Sample(f"{name}-within.json", _json({"users": people, "next_cursor": 0}), platform, fields)
        yield Sample(f"{name}-joined.json", b"".join(_json(p, 2) for p in people), platform, fields)
        yield Sample(f"{name}.jsonl.gz", gzip.compress(_lines(of)), platform, fields)
    pages = [
        {"data": [_v2(p) for p in PEOPLE[i : i + 10]], "meta": {"result_count": 10}} for i in range(0, 40, 10)
    ]
    yield Sample("v2-pages.jsonl", b"".join(_json(page) + b"\n" for page in pages), "x")
    entries = {
        "data": {
            "user": {
                "result": {
                    "timeline": {
                        "instructions": [
                            {"type": "TimelineAddEntries", "entries": [_graphql(p) for p in PEOPLE]}
                        ]
                    }
                }
            }
        }
    }
    yield Sample("graphql-timeline.json", _json(entries), "x")


def _tables() -> Iterator[Sample]:
    """Tables in the languages and habits of people."""

    def generic(p: Person) -> list[object]:
        return [p.handle, p.name, p.followers, p.following, p.posts, p.created.strftime("%d/%m/%Y")]

    def dated(pattern: str) -> Callable[[Person], list[object]]:
        return lambda p: [*generic(p)[:5], p.created.strftime(pattern)]

    header = ("username", "name", "followers", "following", "posts", "joined")
    x = (("platform", "x"),)
    for delimiter, mark in ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")):
        text = table(header, generic, delimiter)
        yield Sample(f"generic-{mark}.csv", text.encode(), "x", whole_days=True, constants=x)
    text = table(header, generic)
    yield Sample("generic-asked.csv", text.encode(), "x", ask="platform")
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "gb18030"):
        yield Sample(f"generic-{encoding}.csv", text.encode(encoding), "x", whole_days=True, constants=x)
    yield Sample("generic-crlf.csv", text.replace("\n", "\r\n").encode(), "x", whole_days=True, constants=x)
    yield Sample(
        "generic-sep.csv",
        ("sep=;\n" + table(header, generic, ";")).encode(),
        "x",
        whole_days=True,
        constants=x,
    )
    yield Sample(
        "generic-title.csv", ("Followers of somebody\n\n" + text).encode(), "x", whole_days=True, constants=x
    )
    numbered = table(("", *header), lambda p: [PEOPLE.index(p), *generic(p)])
    yield Sample("generic-pandas.csv", numbered.encode(), "x", whole_days=True, constants=x)
    unnamed = "\n".join(
        [text.split("\n")[0], *(f"{i}," + r for i, r in enumerate(text.strip().split("\n")[1:]))]
    )
    yield Sample("generic-r.csv", unnamed.encode(), "x", whole_days=True, constants=x)
    for name, pattern in (
        ("us", "%m/%d/%Y"), ("dots", "%d.%m.%Y"), ("dashes", "%d-%m-%Y"), ("iso", "%Y-%m-%d"), ("named", "%d %b %Y"),
        ("us-named", "%b %d, %Y"), ("chinese", "%Y年%m月%d日"), ("compact", "%Y%m%d"), ("short", "%d/%m/%y"),
    ):  # fmt: skip
        yield Sample(
            f"dates-{name}.csv", table(header, dated(pattern)).encode(), "x", whole_days=True, constants=x
        )
    yield Sample(
        "dates-epoch.csv", table(header, dated("%s")).encode(), "x", (*COUNTS, "handle"), constants=x
    )
    early = [p for p in PEOPLE if p.created.day <= 12 and p.created.month <= 12]
    rows = [",".join(str(c) for c in generic(p)) for p in early]
    yield Sample(
        "dates-undecided.csv",
        "\n".join([",".join(header), *rows]).encode(),
        "x",
        ask="date-order",
        constants=x,
    )
    for name, mark in (("comma", ","), ("point", "."), ("blank", " "), ("apostrophe", "'")):

        def grouped(p: Person, mark: str = mark) -> list[object]:
            return [
                p.handle,
                p.name,
                *(f"{n:,}".replace(",", mark) for n in (p.followers, p.following, p.posts)),
                iso(p),
            ]

        yield Sample(f"numbers-{name}.csv", table(header, grouped, ";").encode(), "x", constants=x)
    languages = {
        "fr": ("Nom d'utilisateur", "Nom", "Abonnés", "Abonnements", "Publications", "Date de création"),
        "es": (
            "Nombre de usuario",
            "Nombre",
            "Seguidores",
            "Siguiendo",
            "Publicaciones",
            "Fecha de creación",
        ),
        "de": ("Benutzername", "Anzeigename", "Follower", "Folgt", "Beiträge", "Erstellt am"),
        "pt": ("Nome de usuário", "Nome", "Seguidores", "Seguindo", "Publicações", "Data de criação"),
        "it": ("Nome utente", "Nome completo", "Numero di follower", "Seguiti", "Post", "Data di creazione"),
        "ru": ("Имя пользователя", "Имя", "Подписчики", "Подписки", "Посты", "Дата создания"),
        "ar": ("اسم المستخدم", "الاسم", "المتابعون", "يتابع", "المنشورات", "تاريخ الإنشاء"),
        "ja": ("ユーザー名", "名前", "フォロワー", "フォロー", "投稿", "作成日"),
        "zh": ("用户名", "名称", "粉丝", "关注", "帖子", "创建时间"),
        "zh-hant": ("使用者名稱", "名稱", "粉絲", "追蹤中", "貼文", "建立時間"),
    }
    encodings = {"fr": "cp1252", "es": "cp1252", "de": "cp1252", "pt": "cp1252", "ru": "cp1251", "ar": "cp1256",
                 "ja": "cp932", "zh": "gb18030", "zh-hant": "big5"}  # fmt: skip
    for language, names in languages.items():
        local = table(
            names, lambda p: [p.handle, p.name, p.followers, p.following, p.posts, p.created.date()], ";"
        )
        yield Sample(f"names-{language}.csv", local.encode(), "x", whole_days=True, constants=x)
        yield Sample(f"names-{language}-utf16.csv", local.encode("utf-16"), "x", whole_days=True, constants=x)
        if language in encodings:
            old = local.encode(encodings[language])
            yield Sample(
                f"names-{language}-{encodings[language]}.csv", old, "x", whole_days=True, constants=x
            )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("export/followers.csv", text)
        packed.writestr("export/readme.txt", "nothing")
    yield Sample("generic.zip", archive.getvalue(), "x", whole_days=True, constants=x)
    phantom = table(
        (
            "profileUrl",
            "screenName",
            "userId",
            "name",
            "bio",
            "followersCount",
            "friendsCount",
            "tweetsCount",
            "createdAt",
            "following",
        ),
        lambda p: [
            f"https://twitter.com/{p.handle}",
            p.handle,
            p.id,
            p.name,
            p.bio,
            p.followers,
            p.following,
            p.posts,
            iso(p),
            "false",
        ],
    )
    yield Sample("phantombuster.csv", phantom.encode(), "x", (*PROFILE, "id"))
    links = table(
        ("profile", "followers", "following", "posts"),
        lambda p: [f"https://www.instagram.com/{p.handle}/", p.followers, p.following, p.posts],
    )
    yield Sample("links.csv", links.encode(), "instagram", (*COUNTS, "handle"))
    rounded = table(
        ("id", "username", "followers", "following", "tweets"),
        lambda p: [p.id[:15] + "0000", p.handle, p.followers, p.following, p.posts],
    )
    yield Sample("rounded-ids.csv", rounded.encode(), "x", (*COUNTS, "handle"))
    twint = table(
        (
            "id",
            "name",
            "username",
            "bio",
            "join_date",
            "join_time",
            "tweets",
            "following",
            "followers",
            "likes",
        ),
        lambda p: [
            p.id,
            p.name,
            p.handle,
            p.bio,
            p.created.date(),
            p.created.time(),
            p.posts,
            p.following,
            p.followers,
            p.likes,
        ],
    )
    yield Sample("twint.csv", twint.encode(), "x", (*PROFILE, "id", "likes_count"))
    minet = table(
        (
            "id",
            "screen_name",
            "name",
            "description",
            "timestamp_utc",
            "tweets",
            "followers",
            "friends",
            "likes",
        ),
        lambda p: [
            p.id,
            p.handle,
            p.name,
            p.bio,
            int(p.created.timestamp()),
            p.posts,
            p.followers,
            p.following,
            p.likes,
        ],
    )
    yield Sample("minet.csv", minet.encode(), "x", (*PROFILE, "id", "likes_count"))
    chinese = table(
        ("用户id", "昵称", "简介", "头像", "微博数", "粉丝数", "关注数"),
        lambda p: [
            p.id,
            p.handle,
            p.bio,
            "https://tvax1.sinaimg.cn/a.jpg",
            p.posts,
            p.followers,
            p.following,
        ],
    )
    for encoding in ("utf-8", "gb18030", "utf-16"):
        yield Sample(
            f"weibo-users-{encoding}.csv", chinese.encode(encoding), "weibo", (*COUNTS, "handle", "id", "bio")
        )


def samples() -> list[Sample]:
    """All files of the corpus."""
    return [*_dumps(), *_tables()]
