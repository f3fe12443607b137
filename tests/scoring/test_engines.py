"""Several processes, a Dask cluster, also with a worker killed, and S3 give the bytes of one process on local files."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zombiescope.detector import Detector, read
from zombiescope.errors import InputError, ModelError
from zombiescope.usecases.scoring import Options, find_inputs, score_inputs
from zombiescope.usecases.scoring.engines import DaskEngine, Engine, Model, OneProcess, Processes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]  # the cluster's libraries warn at their end

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/sample/labelled.jsonl"
MODEL = next(ROOT.glob("models/sample-*"))


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(MODEL, read(MODEL).info.sha256)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight files, with a row that cannot be read in one of them."""
    folder = tmp_path_factory.mktemp("in")
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    for i in range(8):
        text = "".join(lines[i * 50 : (i + 1) * 50]) + ("{\n" if i == 3 else "")
        (folder / f"{i}.jsonl").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What one process writes."""
    output = tmp_path_factory.mktemp("out") / "out.jsonl"
    run(str(inputs), str(output), OneProcess(Detector(read(MODEL))))
    return output.read_bytes()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A Dask cluster of two processes, whose killed workers are not replaced at once."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def run(source: str, output: str, engine: Engine) -> int:
    return score_inputs(find_inputs([source]), output, engine, Options(), model="m").rejected


def test_processes_write_the_same_bytes(inputs: Path, expected: bytes, tmp_path: Path, model: Model) -> None:
    """--jobs 2."""
    assert run(str(inputs), str(tmp_path / "out.jsonl"), Processes(model, 2)) == 1
    assert (tmp_path / "out.jsonl").read_bytes() == expected


def test_dask_writes_the_same_bytes(
    inputs: Path, expected: bytes, tmp_path: Path, model: Model, scheduler: str
) -> None:
    """--engine dask, and a model that a worker finds changed is refused."""
    assert run(str(inputs), str(tmp_path / "out.jsonl"), DaskEngine(model, scheduler)) == 1
    assert (tmp_path / "out.jsonl").read_bytes() == expected
    with pytest.raises(ModelError, match="another model"):
        run(str(inputs), str(tmp_path / "out.jsonl"), DaskEngine(Model(MODEL, "0" * 64), scheduler))


def test_a_killed_worker_changes_nothing(
    inputs: Path, expected: bytes, tmp_path: Path, model: Model, scheduler: str
) -> None:
    """kill -9 as soon as a first part is there: no row is lost or doubled."""
    from distributed import Client

    output = tmp_path / "out.jsonl"

    def kill() -> None:
        while not list((tmp_path / "out.jsonl.part").glob("*.arrow")):
            time.sleep(0.005)
        os.kill(next(iter(pids.values())), signal.SIGKILL)

    with Client(scheduler) as client:
        pids = client.run(os.getpid)
    killer = threading.Thread(target=kill)
    killer.start()
    assert run(str(inputs), str(output), DaskEngine(model, scheduler)) == 1
    killer.join()
    assert output.read_bytes() == expected


def test_no_scheduler_is_one_line(inputs: Path, tmp_path: Path, model: Model) -> None:
    """An address where none answers."""
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no Dask scheduler"):
        run(str(inputs), str(tmp_path / "out.jsonl"), DaskEngine(model, "tcp://127.0.0.1:9", patience=0.5))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an S3 server in this process."""
    server_module = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    files.mkdir("followers")
    yield "followers"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_s3_in_and_out(inputs: Path, expected: bytes, bucket: str, model: Model, tmp_path: Path) -> None:
    """From a folder and a glob of a bucket into an object of it, here and by processes; nothing else is left there."""
    import s3fs

    files = s3fs.S3FileSystem()
    files.put(str(inputs), f"{bucket}/in", recursive=True)
    for source, engine in (
        (f"s3://{bucket}/in", OneProcess(model.detector())),
        (f"s3://{bucket}/in/*.jsonl", Processes(model, 2)),
    ):
        assert run(source, f"s3://{bucket}/out.jsonl", engine) == 1
        files.invalidate_cache()
        assert files.cat_file(f"{bucket}/out.jsonl") == expected
        names = {path.removeprefix(f"{bucket}/") for path in files.ls(bucket)}
        assert names == {"in", "out.jsonl", "out.jsonl.rejected.jsonl"}
    run(f"s3://{bucket}/in", str(tmp_path / "out.jsonl"), OneProcess(model.detector()))
    assert (tmp_path / "out.jsonl").read_bytes() == expected
    with pytest.raises(InputError):
        find_inputs([f"s3://{bucket}/nothing.jsonl"])
