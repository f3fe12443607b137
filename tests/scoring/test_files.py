"""Files of any size: every form in and out, several inputs, interrupted runs that go on, and nothing half written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from zombiescope.detector import Detector
from zombiescope.errors import InputError
from zombiescope.records import read
from zombiescope.usecases.score_table import score_table
from zombiescope.usecases.scoring import Options, Step, Summary, find_inputs, score_inputs
from zombiescope.usecases.scoring import parts as parts_module
from zombiescope.usecases.scoring.engines import OneProcess
from zombiescope.usecases.scoring.parts import ScoringJob

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/sample/labelled.jsonl"


@pytest.fixture(scope="session")
def detector() -> Detector:
    from zombiescope.detector import read as read_model

    return Detector(read_model(next(ROOT.glob("models/sample-*"))))


@pytest.fixture
def lines() -> list[str]:
    return SAMPLE.read_text("utf-8").splitlines(keepends=True)[:300]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "ROWS", 40)


def run(
    names: Sequence[object], output: Path, detector: Detector, *, engine: Any = None, **more: Any
) -> Summary:
    options = Options(reasons_from=more.pop("reasons_from", None))
    inputs = find_inputs([str(name) for name in names])
    return score_inputs(inputs, str(output), engine or OneProcess(detector), options, model="m", **more)


def test_each_form_and_compression_in_and_out(tmp_path: Path, lines: list[str], detector: Detector) -> None:
    """JSONL, gzip, zstd and Parquet in, JSONL, CSV and Parquet out, packed or not: the same rows in order."""
    text = "".join(lines)
    (tmp_path / "in.jsonl").write_text(text, "utf-8")
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    with pa.output_stream(str(tmp_path / "in.jsonl.zst"), compression="zstd") as packed:
        packed.write(text.encode())
    pyarrow.parquet.write_table(read(tmp_path / "in.jsonl")[0], tmp_path / "in.parquet")
    outputs = []
    for source in ("in.jsonl", "in.jsonl.gz", "in.jsonl.zst", "in.parquet"):
        out = tmp_path / f"{source}.out.jsonl"
        assert run([tmp_path / source], out, detector).rows == len(lines)
        outputs.append(out.read_bytes())
    assert len(set(outputs)) == 1
    ids = [json.loads(line)["id"] for line in lines]
    assert [json.loads(line)["id"] for line in outputs[0].splitlines()] == ids
    run([tmp_path / "in.jsonl"], tmp_path / "o.jsonl.gz", detector)
    assert gzip.decompress((tmp_path / "o.jsonl.gz").read_bytes()) == outputs[0]
    run([tmp_path / "in.jsonl"], tmp_path / "o.jsonl.zst", detector)
    assert pa.input_stream(str(tmp_path / "o.jsonl.zst")).read() == outputs[0]
    run([tmp_path / "in.jsonl"], tmp_path / "o.csv.zst", detector)
    run([tmp_path / "in.jsonl"], tmp_path / "o.parquet", detector)
    assert pyarrow.parquet.read_table(tmp_path / "o.parquet")["id"].to_pylist() == ids
    assert pa.csv.read_csv(tmp_path / "o.csv.zst").num_rows == len(lines)
    left = {path.name for path in tmp_path.iterdir() if ".part" in path.name or "writing" in path.name}
    assert not left


def test_folders_globs_and_several_inputs(tmp_path: Path, lines: list[str], detector: Detector) -> None:
    """A folder and a glob stand for their files by name, hidden ones left out; each file once; none there is said."""
    (tmp_path / "in/platform=x").mkdir(parents=True)
    for name, part in (
        ("b.jsonl", lines[100:200]),
        ("a.jsonl", lines[:100]),
        ("platform=x/c.jsonl", lines[200:]),
    ):
        (tmp_path / "in" / name).write_text("".join(part), "utf-8")
    (tmp_path / "in/_SUCCESS.txt").write_text("")
    (tmp_path / "in/notes.md").write_text("")
    whole = tmp_path / "whole.jsonl"
    whole.write_text("".join(lines), "utf-8")
    run([whole], tmp_path / "one.jsonl", detector)
    run([tmp_path / "in"], tmp_path / "folder.jsonl", detector)
    run(
        [tmp_path / "in/*.jsonl", tmp_path / "in/a.jsonl", tmp_path / "in/**/c.jsonl"],
        tmp_path / "g.jsonl",
        detector,
    )
    assert (tmp_path / "folder.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert (tmp_path / "g.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    with pytest.raises(InputError, match="no file of records"):
        find_inputs([str(tmp_path / "none/*.jsonl")])


class Interrupted(BaseException):
    """As a Ctrl-C or a kill: no error of ours."""


class Breaking:
    """An engine that is interrupted after some steps, and counts the parts that it wrote."""

    def __init__(self, detector: Detector, steps: int) -> None:
        self._engine, self._steps = OneProcess(detector), steps

    def run(self, jobs: Sequence[ScoringJob], place: str) -> Iterator[Step]:
        for number, step in enumerate(self._engine.run(jobs, place)):
            if number == self._steps:
                raise Interrupted
            yield step


@pytest.mark.parametrize("steps", [0, 1, 3, 6])
def test_an_interrupted_run_goes_on(
    tmp_path: Path, lines: list[str], detector: Detector, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No output, nothing scored twice, and the same bytes in the end as without the interruption."""
    for name, part in (("a.jsonl", lines[:170]), ("b.jsonl", lines[170:])):
        (tmp_path / name).write_text("".join(part) + "not json\n", "utf-8")
    sources = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    run(sources, tmp_path / "whole.csv", detector)
    output = tmp_path / "out.csv"
    scored: list[int] = []
    plain = score_table

    def counted(table: pa.Table, *args: Any, **more: Any) -> Any:
        scored.append(table.num_rows)
        return plain(table, *args, **more)

    monkeypatch.setattr(parts_module, "score_table", counted)
    with pytest.raises(Interrupted):
        run(sources, output, detector, engine=Breaking(detector, steps))
    assert not output.exists()
    assert run(sources, output, detector, resume=True).rejected == 2
    assert sum(scored) == len(lines)
    assert output.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "out.csv.part").exists()


def test_only_the_same_run_is_resumed(tmp_path: Path, lines: list[str], detector: Detector) -> None:
    """Nothing to resume, another option or a changed input: refused in a line."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(lines[:100]), "utf-8")
    with pytest.raises(InputError, match="no interrupted run"):
        run([source], output, detector, resume=True)
    with pytest.raises(Interrupted):
        run([source], output, detector, engine=Breaking(detector, 1))
    with pytest.raises(InputError, match="of other inputs"):
        run([source], output, detector, resume=True, reasons_from=0.0)
    source.write_text("".join(lines), "utf-8")
    with pytest.raises(InputError, match="of other inputs"):
        run([source], output, detector, resume=True)
    assert run([source], output, detector).rows == len(lines)


def test_rejected_rows_are_listed_beside_the_output(
    tmp_path: Path, lines: list[str], detector: Detector
) -> None:
    """With file, line and reason; a later run without any removes the list."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.parquet"
    source.write_text("".join([*lines[:50], "{\n", lines[0], *lines[50:]]), "utf-8")
    summary = run([source], output, detector)
    assert summary.rejected_file is not None
    rejected = [json.loads(line) for line in Path(summary.rejected_file).read_text().splitlines()]
    assert [row["where"] for row in rejected] == ["in.jsonl line 51", "in.jsonl line 52"]
    assert "twice" in rejected[1]["reason"]
    source.write_text("".join(lines), "utf-8")
    assert run([source], output, detector).rejected_file is None
    assert not Path(summary.rejected_file).exists()


def test_reasons_from_a_score_on(tmp_path: Path, lines: list[str], detector: Detector) -> None:
    """Rows of that score and above have reasons, others null; the scores are the same."""
    source = tmp_path / "in.jsonl"
    source.write_text("".join(lines), "utf-8")
    run([source], tmp_path / "plain.parquet", detector)
    run([source], tmp_path / "some.parquet", detector, reasons_from=0.5)
    plain, some = (pyarrow.parquet.read_table(tmp_path / f"{name}.parquet") for name in ("plain", "some"))
    assert some.drop_columns("reasons").equals(plain)
    for row in some.to_pylist():
        assert (row["reasons"] is not None) == (row["score"] >= 0.5)


def test_a_run_that_cannot_succeed_leaves_nothing(
    tmp_path: Path, lines: list[str], detector: Detector
) -> None:
    """A missing input, an input of no use, a form or a place that cannot be: one error, no file."""
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("".join(lines), "utf-8")
    bad.write_text("nothing\n", "utf-8")
    before = set(tmp_path.iterdir())
    for sources, output in (
        ([good, bad], "out.jsonl"),
        ([good, tmp_path / "missing.jsonl"], "out.jsonl"),
        ([good], "out.xls"),
        ([good], "out.parquet.gz"),
        ([good], "nowhere/out.csv"),
    ):
        with pytest.raises(InputError):
            run(sources, tmp_path / output, detector)
        assert set(tmp_path.iterdir()) == before
