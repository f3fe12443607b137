"""/v1/scores, /v1/models, /docs and health over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec
import pytest

from doubles import RuleDetector, people
from web.serving import services, serving
from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.features import extract
from zombiescope.jobs import Busy
from zombiescope.records.schema import from_followers
from zombiescope.web.api.scores import records_of
from zombiescope.web.http.counted_records import POSTS_PER_RECORD
from zombiescope.web.http.request_body import BodyBudget

JSON = {"Content-Type": "application/json"}
NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(rows: list[Follower]) -> bytes:
    """Records, one a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def test_scores_are_the_detectors(client: httpx.Client) -> None:
    """An array gives an array in its order, with the scores that the detector gives and the reasons of few records."""
    rows = people(40)
    answer = client.post("/v1/scores", content=msgspec.json.encode(rows), headers=JSON)
    assert answer.status_code == 200
    assert answer.headers["zombiescope-model"] == "rule-1"
    document = answer.json()
    ids = [row.id for row in rows]
    wanted = RuleDetector().score(extract(from_followers(rows)).matrix, ids)
    assert [one["id"] for one in document] == ids
    assert [one["score"] for one in document] == pytest.approx(wanted.tolist(), abs=1e-12)
    assert all(one["zombie"] == (one["score"] >= 0.5) for one in document)
    assert document[0]["reasons"][0]["text"]


def test_lines_give_lines(client: httpx.Client) -> None:
    """NDJSON gives NDJSON; reasons of many records only where they are asked for."""
    rows = people(80)
    answer = client.post("/v1/scores", content=lines(rows), headers=NDJSON)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    scored = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert [one["id"] for one in scored] == [row.id for row in rows]
    assert scored[0]["reasons"] is None
    asked = client.post("/v1/scores", params={"explain": "true"}, content=lines(rows), headers=NDJSON)
    assert msgspec.json.decode(asked.content.splitlines()[0])["reasons"]


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (b"[]", JSON, "there is no record to score"),
        (b"{", JSON, "the records cannot be read"),
        (b'[{"platform": "x", "id": "1"}, {"platform": "x"}]', JSON, "$[1]"),
        (b'[{"platform": "x", "id": "1", "posts_count": "many"}]', JSON, "$[0].posts_count"),
        (b'{"platform": "x", "id": "1"}\n{"id": 2}\n', NDJSON, "line 2"),
        (b"\xff\xfe", NDJSON, "line 1"),
        (b'[{"platform": "x", "id": "1"}]', JSON, "record 1 has no observed_at"),
    ],
)
def test_a_record_that_cannot_be_scored_is_named(
    client: httpx.Client, body: bytes, headers: dict[str, str], message: str
) -> None:
    """The whole request is refused, with record and field."""
    answer = client.post("/v1/scores", content=body, headers=headers)
    assert answer.status_code == 422
    assert message in answer.json()["title"]


def test_a_date_serves_records_without_one(client: httpx.Client) -> None:
    """`as_of` dates records that do not say when they were seen; a wrong one is named."""
    body = b'[{"platform": "x", "id": "1"}]'
    dated = client.post("/v1/scores", params={"as_of": "2016-12-15"}, content=body, headers=JSON)
    assert dated.status_code == 200, dated.text
    wrong = client.post("/v1/scores", params={"as_of": "soon"}, content=body, headers=JSON)
    assert wrong.status_code == 422
    assert "as_of" in wrong.json()["title"]


@pytest.mark.parametrize("name", ["..", "../x", "/srv/x", "a b", "%2e%2e"])
def test_a_model_is_only_a_name(client: httpx.Client, name: str) -> None:
    """A path is 422 wherever a model is named."""
    body = b'[{"platform": "x", "id": "1"}]'
    answer = client.post("/v1/scores", params={"model": name}, content=body, headers=JSON)
    assert answer.status_code == 422


def test_models_are_listed(client: httpx.Client, home: Path) -> None:
    """A folder with a card is a model; one that is not there is 404, one that cannot be read a problem."""
    folder = home / "models" / "mine-1"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    assert client.get("/v1/models").json() == {"models": [{"name": "mine-1", "current": False}]}
    assert client.get("/v1/models/yours-1").status_code == 404
    assert client.post("/v1/models/yours-1/activate").status_code == 404
    broken = client.post("/v1/models/mine-1/activate")
    assert broken.status_code == 422
    assert str(home) not in broken.text


def test_the_document_has_a_page(client: httpx.Client) -> None:
    """/docs shows every route of /openapi.json, with its forms."""
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in document["paths"]:
        assert path in page.text
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page.text


def test_readiness_follows_the_database(tmp_path: Path) -> None:
    """/healthz says that the process lives, /readyz that the database answers."""
    with serving(services(tmp_path)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ready"}
        for path in tmp_path.glob("z.sqlite*"):
            path.write_bytes(b"not a database any more" * 300)
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_there_is_a_problem(client: httpx.Client) -> None:
    """Unknown paths and wrong methods are problem+json too."""
    assert client.get("/v1/nothing").json()["status"] == 404
    answer = client.put("/v1/audits", json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("kind", ["records", "posts"])
def test_decoding_stops_at_the_limit(media: str, kind: str) -> None:
    """Records, and posts within them, are counted as they are decoded, before a body can become millions of them."""
    record = '{"platform": "weibo", "id": "1"}'
    if kind == "posts":
        record = record[:-1] + f', "recent_posts": [{", ".join(["{}"] * (POSTS_PER_RECORD * 10 + 1))}]}}'
    count = 11 if kind == "records" else 1
    # What follows the limit is no JSON at all: it is never reached.
    body = (
        "[" + ",".join([record] * count) + ",!"
        if media == "application/json"
        else f"{record}\n" * count + "!"
    )
    with pytest.raises(InputError, match=f"more than .* {kind} are too many at once"):
        records_of(body.encode(), media, 10)


def test_bodies_held_at_once_are_bounded() -> None:
    """Past the budget a request is put off; what is given back is free again."""
    budget = BodyBudget(100)
    budget.take(60)
    with pytest.raises(Busy):
        budget.take(41)
    budget.give_back(60)
    budget.take(100)
