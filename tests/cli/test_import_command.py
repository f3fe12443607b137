"""`zombiescope import`: what it writes, what it says, and what it answers to a wrong call."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from records.dumps import network
from zombiescope.cli.import_command import command
from zombiescope.errors import ZombiescopeError
from zombiescope.records import read, schema


def run(*args: object) -> Result:
    """The command's answer; an error that a user can act on is in `exception`."""
    return CliRunner().invoke(command, [str(arg) for arg in args])


@pytest.fixture(scope="session")
def data() -> Path:
    """Where the published sets are; the test is skipped where they are not."""
    default = Path(__file__).parents[3] / "shared" / "data"
    root = Path(os.environ.get("ZOMBIESCOPE_DATA", default))
    if not root.is_dir():
        pytest.skip(f"the published sets are not here: set ZOMBIESCOPE_DATA (looked in {root})")
    return root


def test_a_file_becomes_records_in_its_order(tmp_path: Path) -> None:
    """The mapping is shown on stderr with what is not used; refused rows are listed and keep their place."""
    source = tmp_path / "users.csv"
    source.write_text("id_str,screen_name,followers_count,lang\n7,a,1,en\n8,b,many,en\n9,c,3,it\n")
    answer = run(source, "-o", tmp_path / "out.jsonl")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout == ""
    for line in (
        "read as: Twitter v1.1 (x); text table, UTF-8",
        "  followers_count -> followers_count: followers it has; certain, by the format",
        "      1 = 1   many = rejected ('many' is no whole number)   3 = 3",
        "  not used: lang (not known)",
        "rejected: users.csv line 3: followers_count: 'many' is no whole number",
        f"2 followers written to {tmp_path / 'out.jsonl'}, 1 rejected",
    ):
        assert line in answer.stderr.splitlines()
    table, _ = read(tmp_path / "out.jsonl")
    assert table["id"].to_pylist() == ["7", "9"]
    assert table["position"].to_pylist() == [0, 2]


def test_columns_by_hand(tmp_path: Path) -> None:
    """--map reads a field from the column named."""
    source = tmp_path / "people.csv"
    source.write_text("who,fans\n7,12\n")
    answer = run(
        source,
        "--map",
        "id=who",
        "--map",
        "followers_count=fans",
        "--map",
        "platform=who",
        "-o",
        tmp_path / "o.csv",
    )
    assert answer.exit_code == 0, answer.output
    assert read(tmp_path / "o.csv")[0]["followers_count"].to_pylist() == [12]


def test_one_list_of_a_network(tmp_path: Path) -> None:
    """--account picks a list of a folder; that the account is on its own list is said."""
    folder = network(tmp_path / "net", header=False)
    answer = run(folder, "--account", "1", "-o", tmp_path / "o.parquet")
    assert answer.exit_code == 0, answer.output
    assert "note: 1 is on its own list" in answer.stderr
    assert "  昵称 -> handle" in answer.stderr
    assert read(tmp_path / "o.parquet")[0]["id"].to_pylist() == ["3", "2", "1", "4"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["users.csv", "--account", "1", "-o", "o.csv"], "picks one list of a network dump"),
        (["users.csv", "--map", "fans", "-o", "o.csv"], "is not FIELD=COLUMN"),
        (["net", "--map", "id=a", "--account", "1", "-o", "o.csv"], "--map is for files"),
        (["users.csv"], "Missing option '-o'"),
    ],
)
def test_a_wrong_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], message: str) -> None:
    """Wrong usage is exit 2 with what is wrong."""
    monkeypatch.chdir(tmp_path)
    Path("users.csv").write_text("id,screen_name\n1,a\n")
    network(tmp_path / "net", header=True)
    answer = run(*args)
    assert answer.exit_code == 2
    assert message in answer.stderr


def test_a_network_needs_an_account(tmp_path: Path) -> None:
    """Without --account the longest lists are named."""
    answer = run(network(tmp_path / "net", header=True), "-o", tmp_path / "o.csv")
    assert isinstance(answer.exception, ZombiescopeError)
    assert "1 (4)" in answer.exception.advice


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("folder", "account", "count", "profiled"),
    [("NormNet", "6529218955", 82, 82), ("SpamNet", "6301374980", 78, 77)],
)
def test_the_real_networks(
    tmp_path: Path, data: Path, folder: str, account: str, count: int, profiled: int
) -> None:
    """The two real lists have 82 and 78 followers, all with counts, all but one with a full profile."""
    answer = run(
        data / "weibo-fudan-2019" / "network_analysis" / folder,
        "--account",
        account,
        "-o",
        tmp_path / "o.jsonl",
    )
    assert answer.exit_code == 0, answer.output
    table, refused = read(tmp_path / "o.jsonl")
    assert refused == []
    assert table.num_rows == count
    assert table["followers_count"].null_count == 0
    assert table.num_rows - table["posts_count"].null_count == profiled
    assert sum(follower.recent_posts is not None for follower in schema.to_followers(table)) == profiled


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "count", "form"),
    [
        ("cresci-2015/FSF/users.csv", 1169, "Twitter v1.1"),
        ("cresci-2017/spambots_1.csv.gz", 1000, "Twitter v1.1"),
        ("botometer-repository/gilani-2017/gilani-2017_tweets.json.gz", 2494, "Twitter v1.1 user objects"),
        ("weibo-fudan-2019/UserDetail.csv", 2233, "Weibo in Chinese columns"),
        ("weibo-microblogpcu/weibo_user.csv", 781, "Weibo users of microblogPCU"),
    ],
)
def test_real_files(tmp_path: Path, data: Path, file: str, count: int, form: str) -> None:
    """Each real file is known for what it is, and every row of it is read."""
    answer = run(data / file, "-o", tmp_path / "o.jsonl")
    assert answer.exit_code == 0, answer.output
    assert f"read as: {form}" in answer.stderr
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == count
    assert [row["position"] for row in rows] == list(range(count))
