"""Files of other programs: each known form gives the same person, and what is not known can be told."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records import Choices, read, schema, understand
from zombiescope.records.formats import FORMATS

V1 = {
    "id_str": "900",
    "screen_name": "ann",
    "name": "Ann",
    "location": "Rome",
    "description": "Hi",
    "url": "http://e.org",
    "protected": False,
    "verified": True,
    "followers_count": 3,
    "friends_count": 4,
    "listed_count": 1,
    "favourites_count": 6,
    "statuses_count": 5,
    "created_at": "Wed Jun 20 15:07:36 +0000 2012",
    "default_profile_image": False,
}
V2 = {
    "id": "900",
    "username": "ann",
    "name": "Ann",
    "location": "Rome",
    "description": "Hi",
    "url": "http://e.org",
    "protected": False,
    "verified": True,
    "created_at": "2012-06-20T15:07:36.000Z",
    "public_metrics": {"followers_count": 3, "following_count": 4, "tweet_count": 5, "listed_count": 1},
    "profile_image_url": "https://e.org/p.jpg",
}
FLAT_V2 = {
    **{key: value for key, value in V2.items() if key != "public_metrics"},
    **{f"public_metrics.{key}": value for key, value in V2["public_metrics"].items()},  # type: ignore[attr-defined]
}
APIFY = {
    "userId": "900",
    "username": "ann",
    "name": "Ann",
    "description": "Hi",
    "followersCount": 3,
    "followingCount": 4,
    "statusesCount": 5,
    "createdAt": "2012-06-20 15:07:36",
    "verified": True,
    "location": "Rome",
}
TWINT = {
    "id": "900",
    "name": "Ann",
    "username": "ann",
    "bio": "Hi",
    "location": "Rome",
    "url": "http://e.org",
    "join_date": "2012-06-20",
    "join_time": "15:07:36",
    "tweets": 5,
    "following": 4,
    "followers": 3,
    "likes": 6,
    "private": 0,
    "verified": 1,
    "avatar": "https://e.org/p.jpg",
}
POST = {"id": 77, "text": "好", "created_at": "2020-06-20 08:00:00", "source": "iPhone", "retweet": {"id": 3}}
WEIBO = {
    "user": {
        "id": "900",
        "screen_name": "ann",
        "description": "Hi",
        "location": "Rome",
        "followers_count": "3",
        "follow_count": 4,
        "statuses_count": 5,
        "verified": True,
        "registration_time": "2012-06-20 23:07:36",
    },
    "weibo": [POST],
}
CHINESE = {
    "id": "900",
    "昵称": "ann",
    "所在地": "Rome",
    "关注数": 4,
    "粉丝数": 3,
    "微博数": 5,
    "创建时间": "2012/6/20",
    "个人简介": "Hi",
    "类别": "2",
}


def as_csv(*rows: dict[str, object], delimiter: str = ",") -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


FORMS = {
    "v1.jsonl": json.dumps(V1),
    "v1.json": json.dumps([V1], indent=2),
    "v1.csv": as_csv(V1),
    "v1-bom.csv": "\ufeff" + as_csv(V1),
    "v1-semicolon.csv": as_csv(V1, delimiter=";"),
    "v1.tsv": as_csv(V1, delimiter="\t"),
    "v1-users.json": json.dumps({"users": [V1], "next_cursor": 0}),
    "v1-probe.json": json.dumps([{"created_at": "Mon Jan 21 19:37:21 +0000 2019", "user": V1}]),
    "v2.jsonl": json.dumps(V2),
    "v2-page.jsonl": json.dumps(
        {"data": [V2], "meta": {}, "__twarc": {"retrieved_at": "2019-01-21T19:37:21Z"}}
    ),
    "v2-page.json": json.dumps({"data": [V2], "meta": {"result_count": 1}}, indent=2),
    "v2-tweets.json": json.dumps({"data": [{"id": "1", "author_id": "900"}], "includes": {"users": [V2]}}),
    "v2.csv": as_csv(FLAT_V2),
    "apify.csv": as_csv(APIFY),
    "apify.json": json.dumps([APIFY]),
    "twint.csv": as_csv(TWINT),
    "weibo.json": json.dumps(WEIBO, indent=2, ensure_ascii=False),
    "weibo.jsonl": json.dumps(WEIBO),
    "chinese.csv": as_csv(CHINESE),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_gives_the_same_person(tmp_path: Path, name: str) -> None:
    """The counts, names and dates of a known form reach their fields; platform is the form's."""
    path = tmp_path / name
    path.write_text(FORMS[name], encoding="utf-8")
    table, refused = read(path)
    assert refused == []
    (ann,) = schema.to_followers(table)
    weibo = name.startswith(("weibo", "chinese"))
    assert (ann.platform, ann.id, ann.handle) == ("weibo" if weibo else "x", "900", "ann")
    assert (ann.followers_count, ann.following_count, ann.posts_count) == (3, 4, 5)
    assert (ann.bio, ann.location) == ("Hi", "Rome")
    assert ann.display_name == (None if weibo else "Ann")
    day = datetime(2012, 6, 20, tzinfo=UTC)
    assert ann.created_at == (day if name == "chinese.csv" else day.replace(hour=15, minute=7, second=36))
    if "probe" in name or name == "v2-page.jsonl":
        assert ann.observed_at == datetime(2019, 1, 21, 19, 37, 21, tzinfo=UTC)
    if name.startswith("v1"):
        assert (ann.likes_count, ann.listed_count, ann.has_avatar, ann.verified) == (6, 1, True, True)


def test_weibo_posts_are_read_on_chinas_clock(tmp_path: Path) -> None:
    """A crawler's posts keep their text and client; their times are of UTC+8; a retweet is a repost."""
    path = tmp_path / "f.jsonl"
    path.write_text(json.dumps(WEIBO), encoding="utf-8")
    (ann,) = schema.to_followers(read(path)[0])
    assert ann.recent_posts is not None
    (post,) = ann.recent_posts
    assert (post.id, post.text, post.source, post.is_repost) == ("77", "好", "iPhone", True)
    assert post.created_at == datetime(2020, 6, 20, 0, 0, tzinfo=UTC)


def test_reactions_to_posts_of_other_programs(tmp_path: Path) -> None:
    """Reactions are read by their usual names; of a retweet they are the original's, and one that is no count is
    unknown."""
    row = {
        "platform": "x",
        "id": "1",
        "recent_posts": [
            {"id": 5, "favorite_count": 7, "retweet_count": 2, "reply_count": "many"},
            {"id": 6, "favorite_count": 7, "retweet_count": 90, "retweeted_status": {"id": 3}},
        ],
    }
    path = tmp_path / "f.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    (ann,) = schema.to_followers(read(path)[0])
    assert ann.recent_posts is not None
    own, passed_on = ann.recent_posts
    assert (own.likes_count, own.reposts_count, own.replies_count) == (7, 2, None)
    assert (passed_on.is_repost, passed_on.likes_count, passed_on.reposts_count) == (True, None, None)


def test_what_is_none_and_what_is_unknown(tmp_path: Path) -> None:
    """In a dump an empty bio is none; an empty count, name or flag is unknown; a mangled name is unknown."""
    row = {**V1, "description": "", "url": "NULL", "name": "#NAME?", "verified": "", "listed_count": "NULL"}
    path = tmp_path / "f.csv"
    path.write_text(as_csv({**row, "default_profile_image": "1"}), encoding="utf-8")
    (ann,) = schema.to_followers(read(path)[0])
    assert (ann.bio, ann.url, ann.display_name, ann.verified, ann.listed_count) == ("", "", None, None, None)
    assert ann.has_avatar is False
    assert ann.has_banner is None


def test_a_record_keeps_null_apart_from_empty(tmp_path: Path) -> None:
    """In the record's own form an empty CSV cell is unknown, and NULL is text."""
    path = tmp_path / "f.csv"
    path.write_text("platform,id,bio,location,handle\nx,1,,',NULL\n")
    assert list(schema.to_followers(read(path)[0])) == [
        Follower(platform="x", id="1", bio=None, location="", handle="NULL")
    ]


def test_a_record_in_json_is_read_leniently_where_it_is_safe(tmp_path: Path) -> None:
    """An integer id, 3.0, a date without a zone and a date alone are understood."""
    path = tmp_path / "f.jsonl"
    given = {
        "platform": "x",
        "id": 900,
        "followers_count": 3.0,
        "created_at": "2012-06-20T15:07:36",
        "observed_at": "2014-06-01",
        "recent_posts": [{"id": 5, "created_at": "2013-01-01 10:00:00", "is_reply": True}],
    }
    path.write_text(json.dumps(given))
    (ann,) = schema.to_followers(read(path)[0])
    assert (ann.id, ann.followers_count) == ("900", 3)
    assert ann.created_at == datetime(2012, 6, 20, 15, 7, 36, tzinfo=UTC)
    assert ann.observed_at == datetime(2014, 6, 1, tzinfo=UTC)
    assert ann.recent_posts is not None
    assert ann.recent_posts[0].created_at == datetime(2013, 1, 1, 10, tzinfo=UTC)
    assert ann.recent_posts[0].id == "5"


def test_a_dump_in_parquet(tmp_path: Path) -> None:
    """Another program's columns are known in Parquet too."""
    pq.write_table(pa.Table.from_pylist([{**APIFY, "userId": 900}]), tmp_path / "f.parquet")
    (ann,) = schema.to_followers(read(tmp_path / "f.parquet")[0])
    assert (ann.platform, ann.id, ann.handle, ann.followers_count) == ("x", "900", "ann", 3)


def test_columns_named_by_hand(tmp_path: Path) -> None:
    """--map wins over the table, and the plan shows it, with what is not used."""
    path = tmp_path / "f.csv"
    path.write_text("who,n,code\nann,12,row1\n")
    with pytest.raises(InputError, match="no known kind of follower list"):
        read(path)
    columns = {"id": "who", "followers_count": "n"}
    table, _ = read(path, Choices(columns={**columns, "platform": "code"}))
    (ann,) = schema.to_followers(table)
    assert (ann.platform, ann.id, ann.followers_count) == ("row1", "ann", 12)
    understanding = understand(path, Choices(columns=columns))
    assert {c.column: c.field for c in understanding.columns} == {"who": "id", "n": "followers_count"}
    assert understanding.not_understood == ("code",)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [({"fans": "a"}, "no field 'fans'"), ({"id": "nowhere"}, "has no column 'nowhere'")],
)
def test_a_wrong_override_is_told(tmp_path: Path, overrides: dict[str, str], message: str) -> None:
    """A field or column that is not there is named, with those that are."""
    path = tmp_path / "f.csv"
    path.write_text(as_csv(V1))
    with pytest.raises(InputError, match=message):
        read(path, Choices(columns=overrides))


def test_posts_of_a_dump_are_no_people(tmp_path: Path) -> None:
    """A file of tweets with ids and dates alone is not taken for a follower list."""
    path = tmp_path / "tweets.csv"
    path.write_text("user_id,id,created_at,text\n1,2,2020-01-01,hello\n")
    with pytest.raises(InputError, match="no known kind"):
        read(path)


def test_a_record_whose_columns_are_written_otherwise(tmp_path: Path) -> None:
    """Case and blanks in a column's name do not make a record another program's."""
    path = tmp_path / "f.csv"
    path.write_text("Platform,ID,Followers Count,Bio\nx,1,3,'=1\nx,2,4,\n")
    assert list(schema.to_followers(read(path)[0])) == [
        Follower(platform="x", id="1", followers_count=3, bio="=1"),
        Follower(platform="x", id="2", followers_count=4),
    ]


def test_the_documented_record_has_the_fields_there_are() -> None:
    """docs/record.md shows every field of the record and no other."""
    text = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
    shown = json.loads(text.split("```json\n")[1].split("```")[0])
    assert list(shown) == schema.SCHEMA.names
    assert list(shown["recent_posts"][0]) == [field.name for field in schema.POSTS.value_type]


def test_every_format_is_documented_with_where_it_was_seen() -> None:
    """docs/record.md lists the formats as the table has them."""
    text = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
    for form in FORMATS:
        assert f"| {form.name} | {form.platform or 'as the rows say'} | {form.source} |" in text
