"""/v1/audits over HTTP: an account in, its answer out."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doubles import ListSource, RuleDetector, people
from web.serving import services, serving, store_of
from zombiescope.domain import Audit
from zombiescope.errors import ModelError


def ended(client: httpx.Client, audit_id: str) -> dict[str, object]:
    """The audit when it has ended."""
    for _ in range(600):
        answer: dict[str, object] = client.get(f"/v1/audits/{audit_id}").json()
        if answer["status"] not in ("queued", "running"):
            return answer
        time.sleep(0.05)
    raise AssertionError("the audit does not end")


def test_an_audit_that_is_waited_for(client: httpx.Client) -> None:
    """`Prefer: wait` answers 200 with the audit's JSON, without followers, and its address."""
    answer = client.post(
        "/v1/audits",
        json={"account": "weibo:small", "claim": 0.87},
        headers={"Prefer": "respond-async, wait=60"},
    )
    assert answer.status_code == 200
    audit = msgspec.json.decode(answer.content, type=Audit)
    assert audit.status == "done"
    assert audit.share is not None
    assert audit.claim is not None
    assert audit.followers is None
    assert answer.headers["preference-applied"] == "wait=60"
    again = client.get(answer.headers["location"])
    assert again.json() == answer.json()


def test_an_audit_that_is_not_waited_for(client: httpx.Client) -> None:
    """Without it the answer is 202 with the address, where the audit is queued, running and then done."""
    answer = client.post("/v1/audits", json={"account": "weibo:embassy"})
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    audit = ended(client, answer.json()["id"])
    assert audit["status"] == "done"
    assert answer.headers["location"] == f"/v1/audits/{audit['id']}"


def test_an_audit_that_cannot_be_done_says_why(client: httpx.Client) -> None:
    """An account that nobody knows ends as failed, with the reason and the advice."""
    answer = client.post("/v1/audits", json={"account": "weibo:nobody"}, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert "nobody" in answer.json()["error"]


def test_an_audit_is_cancelled(tmp_path: Path) -> None:
    """DELETE ends a running audit at its next step; a done one is left as it is."""
    with serving(services(tmp_path, ListSource(delay=5.0))) as client:
        audit_id = client.post("/v1/audits", json={"account": "weibo:embassy"}).json()["id"]
        while client.get(f"/v1/audits/{audit_id}").json()["status"] == "queued":
            time.sleep(0.02)
        assert client.delete(f"/v1/audits/{audit_id}").json()["status"] == "cancelled"
        assert client.get(f"/v1/audits/{audit_id}").json()["status"] == "cancelled"
        assert client.get(f"/v1/audits/{audit_id}/followers").status_code == 409


def test_too_many_audits_are_put_off(tmp_path: Path) -> None:
    """Past the queue the answer is 503 with Retry-After, and what was begun goes on."""
    gate = threading.Event()
    given = services(tmp_path, ListSource(gate=gate))
    given = replace(given, jobs=replace(given.jobs, audits=1), limits=replace(given.limits, queue=1))
    with serving(given) as client:
        answers = [client.post("/v1/audits", json={"account": "weibo:embassy"}) for _ in range(3)]
        assert [a.status_code for a in answers] == [202, 202, 503]
        assert answers[2].headers["retry-after"]
        assert answers[2].headers["content-type"] == "application/problem+json"
        gate.set()
        assert ended(client, answers[1].json()["id"])["status"] == "done"
        assert len(client.get("/v1/audits").json()["audits"]) == 2


def test_stopping_the_service_hands_its_audits_back(tmp_path: Path) -> None:
    """An audit that runs when the service stops waits again, for another worker or the next start."""
    with serving(services(tmp_path, ListSource(delay=1.0))) as client:
        audit_id = client.post("/v1/audits", json={"account": "weibo:embassy"}).json()["id"]
        while client.get(f"/v1/audits/{audit_id}").json()["status"] == "queued":
            time.sleep(0.02)
    with store_of(tmp_path) as store:
        audit = store.audits.get(audit_id)
    assert (audit.status, audit.error) == ("queued", None)


def test_followers_come_in_pages(client: httpx.Client, done: str) -> None:
    """Cursor by cursor all scored followers come once, in list order, with reasons."""
    pages_seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = client.get(
            f"/v1/audits/{done}/followers", params={"limit": 70, **({"cursor": cursor} if cursor else {})}
        ).json()
        pages_seen += page["followers"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(pages_seen) == client.get(f"/v1/audits/{done}").json()["sample"]["scored"]
    positions = [one["position"] for one in pages_seen]
    assert positions == sorted(set(positions))
    assert pages_seen[0]["reasons"]


def test_the_list_of_audits_comes_in_pages(client: httpx.Client, done: str) -> None:
    """Cursor by cursor every audit comes once, the newest first."""
    for _ in range(3):
        client.post("/v1/audits", json={"account": "weibo:small"}, headers={"Prefer": "wait=60"})
    pages_seen: list[str] = []
    page = {"next": None}
    while True:
        page = client.get(
            "/v1/audits", params={"limit": 2, **({"cursor": page["next"]} if page["next"] else {})}
        ).json()
        pages_seen += [one["id"] for one in page["audits"]]
        if page["next"] is None:
            break
    assert len(pages_seen) == len(set(pages_seen)) >= 4
    assert done in pages_seen


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ", "WzFd.", "Wy0xXQ", "%00"])
def test_a_cursor_of_ones_own_is_refused(client: httpx.Client, done: str, cursor: str) -> None:
    """What is no cursor is 422, not a guess."""
    assert client.get("/v1/audits", params={"cursor": cursor}).status_code == 422
    if cursor != "WzFd.":
        assert client.get(f"/v1/audits/{done}/followers", params={"cursor": cursor}).status_code == 422


def test_the_report_is_a_page_of_its_own(client: httpx.Client, done: str) -> None:
    """The report comes under its own policy and may not be framed; bios in it are escaped."""
    answer = client.get(f"/v1/audits/{done}/report")
    assert answer.headers["content-type"].startswith("text/html")
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = answer.headers["content-security-policy"]
    assert all(f"'sha256-{one}'" in allowed for one in hashes)
    assert "unsafe" not in allowed
    picture = client.get(f"/v1/audits/{done}/report.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in picture.text


def test_labels_move_the_answer(client: httpx.Client) -> None:
    """From 30 labels on the estimate is theirs; each answer is the audit as it is then."""
    audit_id = client.post(
        "/v1/audits", json={"account": "weibo:embassy"}, headers={"Prefer": "wait=60"}
    ).json()["id"]
    ids = [one["id"] for one in client.get(f"/v1/audits/{audit_id}/followers").json()["followers"]]
    for follower in ids[:31]:
        answer = client.post(f"/v1/audits/{audit_id}/labels", json={"follower": follower, "label": "zombie"})
        assert answer.status_code == 200, answer.text
    assert answer.json()["share"]["method"] == "cross-prediction, 31 labels"
    assert client.get(f"/v1/audits/{audit_id}").json()["labels"]["count"] == 31
    unknown = client.post(f"/v1/audits/{audit_id}/labels", json={"follower": "nobody", "label": "zombie"})
    assert unknown.status_code == 422
    word = client.post(f"/v1/audits/{audit_id}/labels", json={"follower": ids[0], "label": "bot"})
    assert word.status_code == 422
    assert "'bot' is no label" in word.json()["title"]


@pytest.mark.parametrize(
    ("asked", "drawn", "design"), [({}, 1100, "census"), ({"sample": "100"}, 100, "position-stratified")]
)
def test_a_list_that_is_sent_is_scored_whole(
    client: httpx.Client, tmp_path: Path, asked: dict[str, str], drawn: int, design: str
) -> None:
    """A list of whole records costs nothing to fetch: it is sampled only where somebody asks for it, as files are."""
    from zombiescope.records import write
    from zombiescope.records.schema import from_followers

    path = tmp_path / "list.parquet"
    write(path, [from_followers(people(1100))])
    answer = client.post(
        "/v1/uploads",
        params={"account": "long list", **asked},
        content=path.read_bytes(),
        headers={"Content-Type": "application/vnd.apache.parquet", "Prefer": "wait=60"},
    )
    assert answer.status_code == 200, answer.text
    sample = answer.json()["sample"]
    assert (sample["drawn"], sample["design"]) == (drawn, design)


@pytest.mark.parametrize("media", ["application/x-ndjson", "text/csv", "application/vnd.apache.parquet"])
def test_a_list_of_ones_own(client: httpx.Client, tmp_path: Path, media: str) -> None:
    """A list is sent as NDJSON, CSV or Parquet and audited under the label given."""
    from zombiescope.records import write
    from zombiescope.records.schema import from_followers

    suffix = {"application/x-ndjson": ".jsonl", "text/csv": ".csv"}.get(media, ".parquet")
    path = tmp_path / f"list{suffix}"
    write(path, [from_followers(people(50))])
    answer = client.post(
        "/v1/uploads",
        params={
            "account": "My list",
            "claim": "0.5",
            "order": "newest-first",
            "declared": "60",
        },
        content=path.read_bytes(),
        headers={"Content-Type": media, "Prefer": "wait=60"},
    )
    assert answer.status_code == 200, answer.text
    audit = answer.json()
    assert (audit["status"], audit["error"]) == ("done", None)
    assert audit["account"]["ref"] == "upload:My list"
    assert audit["frame"] == {
        "declared": 60, "listed": 50, "complete": True, "order": "newest-first", "warnings": [],
    }  # fmt: skip
    assert audit["claim"]["value"] == 0.5


@pytest.mark.parametrize(
    ("body", "media", "query", "status", "message"),
    [
        (b"nonsense\n", "application/x-ndjson", {}, 422, "holds no follower that can be read"),
        (
            b'{"platform": "x", "id": "1", "posts_count": -1}\n',
            "application/x-ndjson",
            {},
            422,
            "upload.ndjson line 1: posts_count",
        ),
        (b"", "text/csv", {}, 422, "empty"),
        (b"PAR1rubbish", "application/vnd.apache.parquet", {}, 422, "upload.parquet"),
        (b"\x1f\x8b\x08\x00", "text/csv", {}, 415, "gzipped"),
        (b"{}", "application/pdf", {}, 415, "is not taken"),
        (b"{}", "application/octet-stream", {}, 422, "form of the file is not said"),
        (b"{}", "text/csv", {"format": "tsv"}, 422, "format is 'tsv', but the body is text/csv"),
        (b"{}", "application/x-ndjson", {"account": "../etc"}, 422, "is no label"),
        (b"{}", "application/x-ndjson", {"sample": "many"}, 422, "sample"),
        (b"{}", "application/x-ndjson", {"model": "../x"}, 422, "query model: String should match"),
        (b"{}", "application/x-ndjson", {"path": "/etc/passwd"}, 422, "path"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_at_once(
    client: httpx.Client, body: bytes, media: str, query: dict[str, str], status: int, message: str
) -> None:
    """The answer names what is wrong, and nothing is begun."""
    answer = client.post(
        "/v1/uploads",
        params={"account": "list", **query},
        content=body,
        headers={"Content-Type": media},
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert message in answer.json()["title"]
    assert "/tmp" not in answer.text  # noqa: S108 where uploads are written for a moment


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(client: httpx.Client) -> None:
    """A Parquet file says what it unpacks to, and is refused before it is unpacked."""
    sink = io.BytesIO()
    rows = pa.table({name: pa.repeat(pa.scalar("1"), 1_000_001) for name in ("platform", "id")})
    pq.write_table(rows, sink)
    assert len(sink.getvalue()) < 100_000
    answer = client.post(
        "/v1/uploads",
        params={"account": "list"},
        content=sink.getvalue(),
        headers={"Content-Type": "application/vnd.apache.parquet"},
    )
    assert answer.status_code == 422
    assert "unpacks to too much" in answer.json()["title"]


def test_a_small_file_that_declares_less_than_it_unpacks_to_is_refused(client: httpx.Client) -> None:
    """References to one long text: a Parquet file counts them as they are encoded, not as what they unpack to."""
    count = 50_000
    text = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["x" * 50_000]))
    when = pa.scalar(1_577_836_800_000_000, pa.timestamp("us", tz="UTC"))
    ids = pa.array([str(number) for number in range(count)])
    rows = pa.table(
        {
            "platform": pa.repeat(pa.scalar("weibo"), count),
            "id": ids,
            "bio": text,
            "observed_at": pa.repeat(when, count),
        }
    )
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    assert len(sink.getvalue()) < 500_000
    for path, query in (
        ("/v1/uploads", {"account": "list"}),
        ("/v1/models", {"name": "bomb"}),
    ):
        answer = client.post(
            path,
            params=query,
            content=sink.getvalue(),
            headers={"Content-Type": "application/vnd.apache.parquet"},
        )
        assert answer.status_code == 413, answer.text
        assert "more memory" in answer.json()["title"]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"account": "file:/etc/passwd"}, "is no account that this service audits"),
        ({"account": "FILE:/etc/passwd"}, "is no account"),
        ({"account": "upload:list"}, "is no account"),
        ({"account": "embassy"}, "is no account"),
        ({"account": "weibo:a\nb"}, "is no account"),
        ({"account": "weibo:x", "model": "/srv/models/mine"}, "is no model name"),
        ({"account": "weibo:x", "model": ".."}, "is no model name"),
        ({"account": "weibo:x", "sample": 0}, "sample 0 cannot be used"),
        ({"account": "weibo:x", "sample": 10**9}, "sample 1000000000 cannot be used"),
        ({"account": "weibo:x", "claim": 87}, "claim 87"),
        ({"account": "weibo:x", "seed": -1}, "seed -1"),
        ({"account": "weibo:x", "smaple": 3}, "smaple"),
        ({"sample": 3}, "account"),
        ([], "Expected `object`"),
    ],
)
def test_a_wrong_order_is_422(client: httpx.Client, order: object, message: str) -> None:
    """File accounts, model paths, unusable numbers and unknown fields are problems that name the field."""
    answer = client.post("/v1/audits", json=order)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert message in problem["title"]
    assert problem["detail"]
    assert problem["status"] == 422


def test_no_such_audit_is_404(client: httpx.Client) -> None:
    """Every address below an audit that is not there."""
    for path in ("", "/followers", "/report", "/report.svg"):
        answer = client.get(f"/v1/audits/nothing{path}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:zombiescope:no-such-audit"
    assert client.delete("/v1/audits/nothing").status_code == 404
    assert client.get("/v1/audits/%00").status_code == 400
    assert (
        client.post("/v1/audits/nothing/labels", json={"follower": "1", "label": "zombie"}).status_code == 404
    )


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("POST", "/v1/audits?sample=5", "sample"),
        ("GET", "/v1/audits?limit=1&nonsense=1", "nonsense"),
        ("GET", "/v1/audits?limit=1&limit=2", "limit"),
        ("GET", "/v1/models?x=1", "x"),
        ("POST", "/v1/audits/x/rescore?model=y", "model"),
        ("DELETE", "/v1/audits/x?force=true", "force"),
    ],
)
def test_a_parameter_that_nothing_reads_is_refused(
    client: httpx.Client, method: str, path: str, named: str
) -> None:
    """It would be ignored in silence: 422 names it."""
    answer = client.request(method, path, json={"account": "weibo:small"} if method == "POST" else None)
    assert answer.status_code == 422, answer.text
    assert repr(named) in answer.json()["title"] or f"parameter {named}" in answer.json()["title"]


def test_declared_is_for_lists_alone(client: httpx.Client) -> None:
    """A platform says itself how many followers it declares."""
    answer = client.post("/v1/audits", json={"account": "weibo:small", "declared": 1000})
    assert answer.status_code == 422
    assert "declared cannot be given" in answer.json()["title"]


def test_a_longer_wait_is_shortened_and_the_answer_says_so(tmp_path: Path) -> None:
    """`Prefer: wait=600` waits as long as the service lets it."""
    given = services(tmp_path, ListSource(delay=5.0))
    with serving(replace(given, limits=replace(given.limits, wait=0.2))) as client:
        answer = client.post("/v1/audits", json={"account": "weibo:embassy"}, headers={"Prefer": "wait=600"})
        assert answer.status_code == 202
        assert answer.headers["preference-applied"] == "wait=0.2"


def test_a_list_without_dates_is_refused_at_once(client: httpx.Client) -> None:
    """Ages cannot be known without a date: 422 where the audit would fail later; with as_of it is begun."""
    body = b'{"platform": "weibo", "id": "1", "followers_count": 3}\n'
    query = {"account": "list"}
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/uploads", params=query, content=body, headers=headers)
    assert answer.status_code == 422
    assert "observed_at" in answer.json()["title"]
    dated = client.post(
        "/v1/uploads", params={**query, "as_of": "2016-12-15T00:00:00Z"}, content=body, headers=headers
    )
    assert dated.status_code == 202


def test_an_ended_audit_cannot_be_cancelled(client: httpx.Client, done: str) -> None:
    """409 says that it stays stored, where 200 would let a client believe that it was deleted."""
    answer = client.delete(f"/v1/audits/{done}")
    assert answer.status_code == 409
    assert "stays stored" in answer.json()["title"]
    assert client.get(f"/v1/audits/{done}").json()["status"] == "done"


def test_rescoring_twice_with_a_key_begins_one_audit(client: httpx.Client, done: str) -> None:
    """Idempotency-Key holds for /rescore as for an order."""
    headers = {"Idempotency-Key": "rescore-1"}
    pair = [
        client.post(f"/v1/audits/{done}/rescore", json={"model": "rule-1"}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in pair] == [202, 202]
    assert pair[0].json()["id"] == pair[1].json()["id"]


def test_a_missing_model_is_the_services_fault(tmp_path: Path) -> None:
    """Without a model in use an order that names none is 503, not 422, and names no folder."""

    def missing(name: str, account: str, tenant: str) -> RuleDetector:
        raise ModelError("no model is in use: /srv/secret/models/CURRENT is missing")

    with serving(services(tmp_path, detector=missing)) as client:
        order = {"account": "weibo:small"}
        assert client.post("/v1/audits", json=order).status_code == 503
        named = client.post("/v1/audits", json={**order, "model": "mine-1"})
        assert named.status_code == 422
        assert "/srv" not in named.text
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["title"] == "the service cannot work: model"


def test_lists_are_filtered_and_their_cursors_hold(tmp_path: Path) -> None:
    """By status, account and time; a cursor goes on where its page ended, whatever was begun meanwhile."""
    with serving(services(tmp_path, ListSource(embassy=60, small=40))) as client:

        def begin(account: str) -> str:
            answer = client.post(
                "/v1/audits", json={"account": account, "sample": 20}, headers={"Prefer": "wait=60"}
            )
            return str(answer.json()["id"])

        def listed(query: str) -> list[str]:
            answer = client.get(f"/v1/audits?{query}")
            assert answer.status_code == 200, answer.text
            return [one["id"] for one in answer.json()["audits"]]

        begun = [
            begin(account) for account in ("weibo:small", "weibo:embassy", "weibo:nobody", "weibo:small")
        ]
        assert listed("account=WEIBO:Small") == [begun[3], begun[0]]
        assert listed("status=failed") == [begun[2]]
        assert listed("status=done&account=weibo:embassy") == [begun[1]]
        assert listed("status=running") == []
        created = {one["id"]: one["created_at"] for one in client.get("/v1/audits").json()["audits"]}
        assert listed(f"since={created[begun[2]]}") == [begun[3], begun[2]]
        assert listed(f"until={created[begun[2]]}") == [begun[1], begun[0]]
        first = client.get("/v1/audits?status=done&limit=2").json()
        newer = begin("weibo:small")
        second = client.get(f"/v1/audits?status=done&limit=2&cursor={first['next']}").json()
        pages = [one["id"] for one in (*first["audits"], *second["audits"])]
        assert pages == [begun[3], begun[1], begun[0]]
        assert newer not in pages
        for wrong in ("status=perhaps", "since=yesterday", "since=0001-01-01T00:00:00%2B14:00", "after=x"):
            assert client.get(f"/v1/audits?{wrong}").status_code == 422
