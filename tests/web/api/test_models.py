"""/v1/models and re-scoring over HTTP: labelled records in, a model out; used, and gone back from."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from doubles import ListSource, people
from web.serving import services, serving
from zombiescope import wiring
from zombiescope.detector import ModelRegistry
from zombiescope.errors import TrainingError
from zombiescope.usecases.audit_request import ProgressCallback
from zombiescope.web.auth.api_keys import keys_from

ROOT = Path(__file__).parents[3]
KEYS = "boss:admin:admin-secret-01234,ann:read+audit:audit-secret-01234"
BOSS = {"Authorization": "Bearer admin-secret-01234"}
ANN = {"Authorization": "Bearer audit-secret-01234"}
NDJSON = {"Content-Type": "application/x-ndjson"}


def made_up(labelled: Path, tenant: str, name: str, base: str | None, on_progress: ProgressCallback) -> str:
    """A training that does nothing but read: another process calls it by its name."""
    on_progress("training boosters", 1, 2)
    rows = labelled.stat().st_size
    if name.startswith("bad"):
        raise TrainingError("too few rows of a class", "Send more.")
    assert rows
    on_progress("training boosters", 2, 2)
    return f"{name}-1"


def labelled(rows: int = 40) -> bytes:
    """Labelled records as lines."""
    lines = []
    for one in people(rows):
        record = {
            "platform": "weibo",
            "id": one.id,
            "posts_count": one.posts_count,
            "label_source": "made up",
        }
        lines.append(json.dumps({**record, "label": "zombie" if one.posts_count == 0 else "genuine"}))
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that trains in no time."""
    home = tmp_path_factory.mktemp("models")
    given = services(home, ListSource(embassy=300), keys=keys_from(KEYS), train=made_up)
    with serving(given) as http_client:
        yield http_client


def ended(client: httpx.Client, name: str) -> dict[str, Any]:
    """A training's state when it has ended."""
    for _ in range(1200):
        answer: dict[str, Any] = client.get(f"/v1/models/{name}", headers=BOSS).json()
        if answer["state"] not in ("queued", "running"):
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)


def test_a_training_is_begun_and_followed(client: httpx.Client) -> None:
    """202 with the address of its state, from the queue to its end; the name is then taken."""
    answer = client.post("/v1/models?name=mine", content=labelled(), headers={**BOSS, **NDJSON})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == "/v1/models/mine"
    assert (answer.json()["name"], answer.json()["state"]) == ("mine", "queued")
    done = ended(client, "mine")
    assert (done["state"], done["model"], done["error"]) == ("done", "mine-1", None)
    assert done["started_at"] <= done["finished_at"]
    again = client.post("/v1/models?name=mine", content=labelled(), headers={**BOSS, **NDJSON})
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"


def test_a_training_that_fails_says_why(client: httpx.Client) -> None:
    """Its state has the reason and the advice, and the name is free again."""
    for _ in range(2):
        answer = client.post("/v1/models?name=bad", content=labelled(), headers={**BOSS, **NDJSON})
        assert answer.status_code == 202, answer.text
        failed = ended(client, "bad")
        assert failed["state"] == "failed"
        assert failed["error"] == "too few rows of a class. Send more."


@pytest.mark.parametrize(
    ("query", "body", "status", "message"),
    [
        ("", labelled(), 422, "name"),
        ("?name=../x", labelled(), 422, "name"),
        ("?name=x%0A", labelled(), 422, "name"),
        ("?name=x&base=../y", labelled(), 422, "base"),
        ("?name=x&base=nobody", labelled(), 422, "there is no model 'nobody'"),
        ("?name=x", b"nonsense\n", 422, "labelled.ndjson line 1"),
        ("?name=x", b'{"platform": "weibo", "id": "1", "posts_count": 1}', 422, "both labels"),
        ("?name=x", b'{"platform": "weibo", "id": "1", "label": "zombie"}', 422, "both labels"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_at_once(
    client: httpx.Client, query: str, body: bytes, status: int, message: str
) -> None:
    """The answer names what is wrong, and nothing is begun."""
    answer = client.post(f"/v1/models{query}", content=body, headers={**BOSS, **NDJSON})
    assert answer.status_code == status, answer.text
    assert message in answer.json()["title"]
    assert client.get("/v1/models/x", headers=BOSS).status_code == 404


def test_only_an_admin_trains_and_goes_back(client: httpx.Client) -> None:
    """Other keys are refused, and a form of another type too."""
    assert client.post("/v1/models?name=y", content=labelled(), headers={**ANN, **NDJSON}).status_code == 403
    assert client.post("/v1/models/rollback", headers=ANN).status_code == 403
    assert client.post("/v1/models/mine-1/activate", headers=ANN).status_code == 403
    plain = {**BOSS, "Content-Type": "text/plain"}
    assert client.post("/v1/models?name=y", content=labelled(), headers=plain).status_code == 415


def test_an_audit_is_scored_again(client: httpx.Client) -> None:
    """202 with the address of an audit of its own, which names its origin; what is not done cannot be."""
    order = {"account": "weibo:embassy", "sample": 60}
    done = client.post("/v1/audits", json=order, headers={**ANN, "Prefer": "wait=60"}).json()
    answer = client.post(f"/v1/audits/{done['id']}/rescore", json={"model": "rule-1"}, headers=ANN)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/v1/audits/{answer.json()['id']}"
    for _ in range(600):
        again = client.get(answer.headers["location"], headers=ANN).json()
        if again["status"] not in ("queued", "running"):
            break
        time.sleep(0.05)
    assert again["status"] == "done", again["error"]
    assert again["share"] == done["share"]
    assert done["id"] in again["frame"]["warnings"][-1]
    for model in ("../x", ""):
        wrong = client.post(f"/v1/audits/{done['id']}/rescore", json={"model": model}, headers=ANN)
        assert wrong.status_code == 422
    nobody = client.post("/v1/audits/nobody/rescore", json={"model": "rule-1"}, headers=ANN)
    assert nobody.status_code == 404
    failed = client.post(
        "/v1/audits", json={"account": "weibo:nobody"}, headers={**ANN, "Prefer": "wait=60"}
    ).json()
    unfinished = client.post(f"/v1/audits/{failed['id']}/rescore", json={"model": "rule-1"}, headers=ANN)
    assert unfinished.status_code == 409


@pytest.mark.slow
def test_a_model_of_ones_own_is_trained_used_and_gone_back_from(tmp_path: Path) -> None:
    """The real training on the shipped labelled sample: its card, what it was compared with, activation, rollback."""
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(tmp_path)})

    def model_registry(tenant: str = "default") -> ModelRegistry:
        return wiring.model_registry(settings)

    given = services(tmp_path, model_registry=model_registry, train=wiring.trainer(settings))
    with serving(given) as client:
        body = (ROOT / "data" / "sample" / "labelled.jsonl").read_bytes()
        assert client.post("/v1/models?name=mine", content=body, headers=NDJSON).status_code == 202
        steps = set()
        while (answer := client.get("/v1/models/mine").json())["state"] in ("queued", "running"):
            steps.add(answer["progress"])
            time.sleep(0.1)
        assert answer["state"] == "done", answer["error"]
        assert steps - {None}
        assert answer["card"]["name"] == "mine"
        assert answer["card"]["compared"]["with"] == model_registry().current()
        assert answer["current"] is False
        before = model_registry().current()
        refused = client.post("/v1/models/mine/activate")
        assert refused.status_code in (200, 409)
        if refused.status_code == 409:
            assert re.search("is worse than|is of no use", refused.json()["title"])
        assert client.post("/v1/models/mine/activate?force=true").json() == {
            "name": "mine-1",
            "current": True,
        }
        assert client.get("/v1/models/mine").json()["current"] is True
        back = client.post("/v1/models/rollback")
        assert back.json() == {"name": before, "current": True}
        assert client.post("/v1/models/rollback").status_code == 422
