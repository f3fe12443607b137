"""The command line as a user meets it: run as a process, judged by what it prints and by its exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from training.made_up import table
from zombiescope.records import write

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).parent / "zombiescope")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def followers(home: Path) -> Path:
    """A file of 200 made-up followers."""
    path = home / "followers.jsonl"
    write(path, [table(50)])
    return path


def run(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in `home`, which is also its data folder."""
    environment = {**os.environ, "ZOMBIESCOPE_HOME": str(home / "data")}
    return subprocess.run(
        [COMMAND, *map(str, words)], cwd=home, env=environment, capture_output=True, text=True, check=False
    )


def test_help_is_what_the_readme_says(home: Path) -> None:
    """The README shows --help as it is."""
    shown = re.search(
        r"<!-- help: zombiescope --help -->\n```\n(.*?)```\n", (ROOT / "README.md").read_text(), re.S
    )
    assert shown
    assert run(home, "--help").stdout == shown[1]


def test_help_imports_nothing_heavy() -> None:
    """--help must answer at once: none of the slow packages is imported for it."""
    code = (
        "import sys; from zombiescope.cli import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy','pandas','pyarrow','lightgbm','fastapi','scipy','vl_convert') if m in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.endswith("[]\n")


@pytest.mark.slow
def test_demo_tells_share_truth_and_verdict(home: Path) -> None:
    """The demo says SIMULATED first, gives an interval that holds the known truth, and writes a page of its own."""
    done = run(home, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SIMULATED")
    assert "claim 87%" in done.stdout
    assert "truth" in done.stdout
    page = (home / "report.html").read_text("utf-8")
    assert "<title>SIMULATED" in page
    assert not re.search(r"(src|href)=\"https?://", page)


@pytest.fixture(scope="module")
def canada(home: Path) -> dict[str, object]:
    done = run(home, "audit", "sample:canada", "--claim", "0.87", "--format", "json")
    assert done.returncode == 0, done.stderr
    read: dict[str, object] = json.loads(done.stdout)
    return read


def test_the_sample_interval_holds_the_truth(canada: dict[str, Any]) -> None:
    """The demo's list is one of the kinds its model knows: an estimate, and the truth of the reached frame inside."""
    from zombiescope.sources.sample import SampleSource

    known = SampleSource(ROOT / "data" / "sample").truth("canada")
    share = canada["share"]
    assert canada["simulated"] is True
    assert share["low"] <= known.reached <= share["high"]
    assert canada["sample"]["drawn"] == canada["sample"]["scored"] + sum(canada["sample"]["skipped"].values())


def test_two_runs_are_one(home: Path, canada: dict[str, Any]) -> None:
    """The same input, model and seed give the same JSON but for id, times and seconds."""
    again = json.loads(run(home, "audit", "sample:canada", "--claim", "0.87", "--format", "json").stdout)
    for answer in (again, canada):
        for name in ("id", "created_at", "finished_at"):
            answer.pop(name, None)
        answer["cost"].pop("seconds", None)
    assert again == canada


def test_a_file_is_an_account(home: Path, followers: Path) -> None:
    """A list of one's own is audited; what is refused is counted in the frame's warnings."""
    with followers.open() as source:
        lines = source.readlines()
    bad = home / "bad.jsonl"
    bad.write_text(
        "".join([*lines, '{"platform": "twitter", "id": "x", "posts_count": "many"}\n', "{oops\n"])
    )
    done = run(home, "audit", f"file:{bad}", "--declared", "250", "--format", "json")
    assert done.returncode == 0, done.stderr
    audit = json.loads(done.stdout)
    assert audit["frame"]["listed"] == 202
    assert audit["sample"]["skipped"] == {"unreadable": 2}
    assert any("2 rows were refused" in warning for warning in audit["frame"]["warnings"])
    assert audit["share"]["whole_account"]["low"] <= audit["share"]["whole_frame"]["low"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["audit", "nowhere:someone"], 1, "no account"),
        (["audit", "canada"], 1, "no account"),
        (["audit", "sample:atlantis"], 1, "atlantis"),
        (["audit", "file:none.jsonl"], 1, "none.jsonl"),
        (["audit", "sample:canada", "--sample", "0"], 1, "sample 0"),
        (["audit", "sample:canada", "--claim", "150"], 2, "between 0% and 100%"),
        (["audit", "sample:canada", "--model", "nobody"], 1, "no model 'nobody'"),
        (["audit", "sample:canada", "--model", "../../etc"], 1, "model"),
        (["audit", "sample:canada", "--as-of", "yesterday"], 2, "is no date"),
        (["audit", "sample:canada", "-o", "no/such/folder.html", "--format", "html"], 1, "folder"),
        (["audit"], 2, "Missing argument"),
        (["score", "none.csv", "-o", "out.csv"], 1, "none.csv"),
        (["score", "followers.jsonl", "-o", "out.xls"], 1, "does not tell the form"),
        (["train", "set:nothing", "--out", "models/x-1"], 1, "no set 'nothing'"),
        (["models", "rollback"], 1, "no earlier model"),
        (["conjure"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    home: Path, followers: Path, words: Sequence[str], code: int, message: str
) -> None:
    """Exit 1 with one line why and one what to do, or 2 for wrong usage; never a traceback."""
    done = run(home, *words)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 2


def test_a_record_without_a_date_asks_for_one(home: Path) -> None:
    """A file with neither observed_at nor --as-of is refused with that advice; with --as-of it is audited."""
    bare = home / "bare.csv"
    bare.write_text(
        "platform,id,handle,followers_count,following_count,posts_count,created_at\n"
        + "".join(f"twitter,{i},u{i},{i},10,3,2013-01-0{1 + i % 9}\n" for i in range(40))
    )
    refused = run(home, "audit", f"file:{bare}")
    assert refused.returncode == 1
    assert "--as-of" in refused.stderr
    assert run(home, "audit", f"file:{bare}", "--as-of", "2014-06-01").returncode == 0


def test_score_keeps_the_order(home: Path, followers: Path) -> None:
    """A row a record, in order, the same scores in each form; reasons where asked for."""
    import pandas as pd

    ids = [json.loads(line)["id"] for line in followers.read_text().splitlines()]
    for form in ("csv", "jsonl", "parquet"):
        assert run(home, "score", followers, "-o", f"scores.{form}", "--explain").returncode == 0
    as_csv = pd.read_csv(home / "scores.csv", dtype={"id": str})
    as_jsonl = pd.read_json(home / "scores.jsonl", lines=True, dtype={"id": str})
    as_parquet = pd.read_parquet(home / "scores.parquet")
    for scores in (as_csv, as_jsonl, as_parquet):
        assert scores["id"].tolist() == ids
        assert scores.columns.tolist() == ["platform", "id", "handle", "score", "zombie", "reasons"]
        assert scores["score"].tolist() == pytest.approx(as_parquet["score"].tolist(), abs=1e-15)
        assert (scores["zombie"] == (scores["score"] >= 0.5)).all()
    assert json.loads(as_csv["reasons"][0])[0]["text"]


@pytest.mark.slow
def test_retraining_is_three_commands(home: Path, tmp_path: Path) -> None:
    """Train on a labelled sample, look at it, use it, go back; a worse model is refused unless forced."""
    models = home / "data" / "models"
    trained = run(home, "train", ROOT / "data/sample/labelled.jsonl", "--out", models / "mine-1")
    assert trained.returncode == 0, trained.stderr
    assert "vendor left out" in trained.stdout
    assert run(home, "models", "activate", "mine-1", "--force").returncode == 0
    assert "* mine-1" in run(home, "models").stdout
    evaluated = run(
        home, "evaluate", ROOT / "data/sample/labelled.jsonl", "--model", "mine-1", "--format", "json"
    )
    figures = json.loads(evaluated.stdout)
    assert figures["of"] == "mine-1"
    card = json.loads((models / "mine-1" / "card.json").read_text())
    poor = models / "poor-1"
    poor.mkdir()
    for file in (models / "mine-1").iterdir():
        (poor / file.name).write_bytes(file.read_bytes())
    card["name"] = "poor"
    card["compared"] = {
        "with": "mine-1",
        "rows": 1200,
        "new": {"auc": 0.8, "mcc": 0.5},
        "current": {"auc": 0.99, "mcc": 0.9},
    }
    (poor / "card.json").write_text(json.dumps(card))
    refused = run(home, "models", "activate", "poor-1")
    assert refused.returncode == 1
    assert "poor-1 is worse than mine-1" in refused.stderr
    assert run(home, "models", "activate", "poor-1", "--force").returncode == 0
    assert "mine-1 is in use again" in run(home, "models", "rollback").stdout
    assert "followers-3 is in use again" in run(home, "models", "rollback").stdout
