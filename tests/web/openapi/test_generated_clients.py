"""Clients generated from the OpenAPI document: no warning when they are made, and everything works with them."""

from __future__ import annotations

import importlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from doubles import ListSource, people
from web.serving import services, serving
from zombiescope.records.schema import from_followers
from zombiescope.usecases.audit_request import ProgressCallback
from zombiescope.web.auth.api_keys import keys_from

pytestmark = pytest.mark.slow

SECRET = "admin-secret-0123456789"  # noqa: S105 made up
PACKAGE = "generated_zombiescope_client"
ROWS = people(60)
LINES = b"".join(msgspec.json.encode(one) + b"\n" for one in ROWS)


def train(labelled: Path, tenant: str, name: str, base: str | None, on_progress: ProgressCallback) -> str:
    """A training that only looks at its file: another process calls it by its name."""
    assert labelled.stat().st_size
    on_progress("training boosters", 1, 1)
    return f"{name}-1"


def generated(folder: Path, *command: str) -> None:
    """Run a generator of the development environment; it must neither fail nor warn."""
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": "ignore",
    }
    ran = subprocess.run(
        [scripts / command[0], *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "warning" not in (ran.stdout + ran.stderr).lower()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clients are generated."""
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address of a running service whose document lies in the folder."""
    given = services(
        folder / "home", ListSource(embassy=300), keys=keys_from(f"boss:admin:{SECRET}"), train=train
    )
    (folder / "home").mkdir()
    with serving(given) as client:
        document = client.get("/openapi.json", headers={"Authorization": f"Bearer {SECRET}"})
        (folder / "openapi.json").write_bytes(document.content)
        yield str(client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def package(folder: Path, address: str) -> Iterator[ModuleType]:
    """What openapi-python-client makes of the document."""
    generated(
        folder,
        *("openapi-python-client", "generate", "--path", "openapi.json", "--meta", "none"),
        *("--output-path", PACKAGE, "--fail-on-warning"),
    )
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


class Generated:
    """The generated functions by their module's name, with a client of the running service."""

    def __init__(self, package: ModuleType, address: str) -> None:
        self.client = package.AuthenticatedClient(
            base_url=address, token=SECRET, raise_on_unexpected_status=True
        )
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self.types = importlib.import_module(f"{PACKAGE}.types")

    def ask(self, operation: str, /, *args: Any, **named: Any) -> Any:
        """Call an operation; what its answer was parsed as, which must not be an error."""
        module = importlib.import_module(f"{PACKAGE}.api.{operation}")
        answer = module.sync_detailed(*args, client=self.client, **named)
        assert answer.status_code < 400, answer.content
        assert answer.parsed is not None, answer.headers
        return answer.parsed

    def file(self, content: bytes) -> Any:
        """Bytes as a body."""
        return self.types.File(payload=io.BytesIO(content))


@pytest.fixture(scope="module")
def service(package: ModuleType, address: str) -> Iterator[Generated]:
    """The generated client."""
    service = Generated(package, address)
    with service.client:
        yield service


@pytest.fixture(scope="module")
def audit(service: Generated) -> Any:
    """A done audit of a platform's account."""
    order = service.models.AuditOrder(account="weibo:embassy", sample=200, claim=0.5)
    return service.ask("audits.start_audit", body=order, prefer="wait=60", idempotency_key="one")


def test_a_model_generator_takes_the_document(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """datamodel-code-generator makes importable models of it."""
    generated(
        folder,
        *("datamodel-codegen", "--input", "openapi.json", "--input-file-type", "openapi"),
        *("--output", "generated_models.py", "--output-model-type", "pydantic_v2.BaseModel"),
        *("--formatters", "ruff-format"),
    )
    monkeypatch.syspath_prepend(folder)
    models = importlib.import_module("generated_models")
    monkeypatch.delitem(sys.modules, "generated_models")
    assert {"Audit", "AuditOrder", "Follower", "ModelState"} <= set(dir(models))


def test_an_account_is_audited_and_read(service: Generated, audit: Any) -> None:
    """Start, read, list, follow the events, page through the followers, read the report and the picture."""
    assert audit.status == "done"
    assert 0 <= audit.share.low <= audit.share.high <= 1
    assert service.ask("audits.read_audit", audit.id).id == audit.id
    assert audit.id in [line.id for line in service.ask("audits.list_audits", limit=5).audits]
    page = service.ask("audits.read_followers", audit.id, limit=10)
    assert len(page.followers) == 10
    assert (
        service.ask("audits.read_followers", audit.id, limit=10, cursor=page.next_).followers
        != page.followers
    )
    assert "<html" in service.ask("audits.read_report", audit.id)
    assert b"<svg" in service.ask("audits.read_picture", audit.id).payload.read()
    assert "event: done" in service.ask("audits.follow_audit", audit.id)


def test_a_label_is_stored_and_counts(service: Generated, audit: Any) -> None:
    """The audit comes back with the label."""
    follower = service.ask("audits.read_followers", audit.id, limit=1).followers[0]
    order = service.models.LabelOrder(follower=follower.id, label="zombie", annotator="ann")
    assert service.ask("labels.label_follower", audit.id, body=order).labels.count == 1


def test_the_queue_is_labelled_in_bulk(service: Generated, audit: Any) -> None:
    """Whom to label next, with the record and without a score; the estimate comes back with the labels."""
    queue = service.ask("labels.read_label_queue", audit.id, count=3, annotator="bob")
    labels = [
        service.models.LabelOrder(follower=one.follower.id, label="genuine", annotator="bob")
        for one in queue.followers
    ]
    stored = service.ask(
        "labels.label_followers", audit.id, body=service.models.BulkLabelOrder(labels=labels)
    )
    assert stored.stored == 3
    assert {one.annotator for one in service.ask("labels.list_labels", audit.id).labels} >= {"boss/bob"}


def test_many_accounts_are_audited_at_once(service: Generated) -> None:
    """As an order, and as a file."""
    order = service.models.BatchOrder(accounts=["weibo:embassy"], sample=50)
    csv = service.file(b"account,name\nweibo:embassy,Embassy\n")
    for body in (order, csv):
        assert service.ask("batches.start_batch", body=body).accounts == 1


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_a_list_of_ones_own_is_audited(service: Generated, tmp_path: Path, form: str) -> None:
    """The file's bytes are the body, in any form."""
    from zombiescope.records import write

    path = tmp_path / f"list.{'jsonl' if form == 'ndjson' else form}"
    write(path, [from_followers(ROWS)])
    audit = service.ask(
        "audits.audit_upload",
        body=service.file(path.read_bytes()),
        account="My list",
        format_=service.models.AuditUploadFormat(form),
        order=service.models.AuditUploadOrder("newest-first"),
        sample=50,
        prefer="wait=60",
    )
    assert (audit.status, audit.account.ref) == ("done", "upload:My list")


def test_followers_are_scored_as_json_lines_and_arrow(service: Generated) -> None:
    """The same scores in the three forms."""
    forms = service.models.ScoreFileFormat
    records = [service.models.Follower.from_dict(msgspec.to_builtins(one)) for one in ROWS]
    scores = [one.score for one in service.ask("scores.score_followers", body=records)]
    assert len(scores) == len(ROWS)
    lines = service.ask("scores.score_file", body=service.file(LINES), format_=forms("ndjson")).payload.read()
    assert [msgspec.json.decode(line)["score"] for line in lines.splitlines()] == scores
    table = from_followers(ROWS)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    answer = service.ask("scores.score_file", body=service.file(sink.getvalue()), format_=forms("arrow"))
    assert pa.ipc.open_stream(answer.payload.read()).read_all()["score"].to_pylist() == scores


def test_a_model_is_trained_and_read(service: Generated) -> None:
    """Labelled records as a file: the training's state is read until it has ended."""
    labelled = b"".join(
        msgspec.json.encode(
            {**msgspec.to_builtins(one), "label": "zombie" if one.posts_count == 0 else "genuine"}
        )
        + b"\n"
        for one in ROWS
    )
    form = service.models.TrainModelFormat("ndjson")
    state = service.ask("models.train_model", body=service.file(labelled), name="mine", format_=form)
    while state.state in ("queued", "running"):
        time.sleep(0.1)
        state = service.ask("models.read_model", "mine")
    assert (state.state, state.model) == ("done", "mine-1")
    assert service.ask("models.list_models").models == []


def test_the_service_is_watched(service: Generated) -> None:
    """Health, readiness and metrics are there too."""
    assert service.ask("operations.is_alive").to_dict()
    assert service.ask("operations.is_ready").to_dict()
    assert "zombiescope_" in service.ask("operations.read_metrics")


def test_every_operation_is_generated(package: ModuleType, folder: Path, address: str) -> None:
    """None of the document is left out."""
    document = msgspec.json.decode((folder / "openapi.json").read_bytes())
    operations = sum(len(methods) for methods in document["paths"].values())
    modules = [one for one in (folder / PACKAGE / "api").rglob("*.py") if one.name != "__init__.py"]
    assert len(modules) == operations
