"""Scores of records that come as an Arrow IPC stream."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import msgspec
import pyarrow as pa

from doubles import people
from zombiescope.records.arrow_stream import MEDIA, packed
from zombiescope.records.schema import SCHEMA, from_followers

ARROW = {"Content-Type": MEDIA}
TABLE = from_followers(people(30))


def test_arrow_gives_arrow_and_the_same_scores(client: httpx.Client) -> None:
    """A stream is answered by a stream, or by what Accept names, with the scores that JSON gives."""
    rows = people(80)
    answer = client.post("/v1/scores", content=packed(from_followers(rows)), headers=ARROW)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA
    answered = pa.ipc.open_stream(answer.content).read_all()
    assert answered.column_names == ["platform", "id", "handle", "score", "zombie"]
    plain = client.post(
        "/v1/scores", content=msgspec.json.encode(rows), headers={"Content-Type": "application/json"}
    )
    assert answered["score"].to_pylist() == [one["score"] for one in plain.json()]
    named = client.post(
        "/v1/scores", content=packed(TABLE), headers={**ARROW, "Accept": "text/html, application/json;q=0.9"}
    )
    assert [one["id"] for one in named.json()] == TABLE["id"].to_pylist()
    assert named.json()[0]["reasons"]
    back = client.post("/v1/scores", content=msgspec.json.encode(rows), headers={
        "Content-Type": "application/json", "Accept": MEDIA})  # fmt: skip
    assert pa.ipc.open_stream(back.content).read_all().equals(answered)


def test_nothing_to_score_is_said(client: httpx.Client) -> None:
    """A stream without rows, and a body that is none."""
    empty = client.post("/v1/scores", content=packed(TABLE.slice(0, 0)), headers=ARROW)
    assert (empty.status_code, empty.json()["title"]) == (422, "there is no record to score")
    none = client.post("/v1/scores", content=b"rubbish", headers=ARROW)
    assert none.status_code == 422
    assert "cannot be read" in none.json()["title"]


def test_a_date_dates_a_stream_too(client: httpx.Client) -> None:
    """as_of serves records without observed_at, in every form."""
    undated = TABLE.set_column(8, "observed_at", pa.nulls(30, SCHEMA.field("observed_at").type))
    assert client.post("/v1/scores", content=packed(undated), headers=ARROW).status_code == 422
    moment = datetime(2016, 12, 15, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    dated = client.post("/v1/scores", params={"as_of": moment}, content=packed(undated), headers=ARROW)
    assert dated.status_code == 200, dated.text
