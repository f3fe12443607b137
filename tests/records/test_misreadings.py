"""Files that look like another thing than they are: each was once read wrongly in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from records.workbooks import xlsx
from zombiescope.errors import InputError
from zombiescope.records import Choices, Undecided, read, understand

X = Choices(constants={"platform": "x"})
HEADER = "username,followers,following,posts"


def file(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def reasons(path: Path, choices: Choices = X) -> dict[str, str]:
    """Each column that is not read, with the reason."""
    return dict(understand(path, choices).unused)


def test_a_thousands_comma_without_quotes_moves_no_cells(tmp_path: Path) -> None:
    """`1,234` without quotes makes two cells of one; an empty cell at the end of other rows hides it."""
    rows = [f"user_{i},12,34,56,Paris" for i in range(30)] + ["bob,1,234,56,78,"]
    table, rejected = read(file(tmp_path, "\n".join([HEADER + ",location", *rows])), X)
    assert table.num_rows == 30
    assert [row.reason for row in rejected] == ["has 6 cells where the header has 5"]


def test_quotes_within_tabbed_text_join_no_lines(tmp_path: Path) -> None:
    """A text that begins with a quote and one below that ends with it are two accounts, not one with the other's
    counts."""
    rows = [f"u{i}\tbio\t{i}\t2\t3" for i in range(500)]
    rows[450:452] = ['a\t"so\t111\t2\t3', 'b\tlong"\t222\t2\t3']
    table, rejected = read(
        file(tmp_path, "\n".join(["username\tbio\tfollowers\tfollowing\ttweets", *rows])), X
    )
    assert not {"a", "b"} & set(table["handle"].to_pylist())
    assert [row.reason for row in rejected] == ["a quote runs over lines that are rows themselves"]


@pytest.mark.parametrize(
    ("line", "bio"),
    [
        ('"u{0}","he said \\"hi, you\\"",{0},2,3', 'he said "hi, you"'),
        ("'u{0}','tea, cake',{0},2,3", "tea, cake"),
        ('u{0}, "tea, cake", {0}, 2, 3', "tea, cake"),
    ],
    ids=["backslashes", "apostrophes", "blanks"],
)
def test_other_ways_of_quoting(tmp_path: Path, line: str, bio: str) -> None:
    """Quotes after a backslash (Spark, MySQL), apostrophes around cells, and blanks before a quote."""
    rows = [line.format(i) for i in range(9)]
    table, rejected = read(file(tmp_path, "\n".join(["username,bio,followers,following,tweets", *rows])), X)
    assert rejected == []
    assert table["handle"].to_pylist() == [f"u{i}" for i in range(9)]
    assert set(table["bio"].to_pylist()) == {bio}
    assert table["followers_count"].to_pylist() == list(range(9))


def test_a_post_is_no_account(tmp_path: Path) -> None:
    """The id and date of a post are not those of its author."""
    rows = [f"{i}9000000000000000,2023-05-0{i}T10:00:00Z,hello,user_{i},12,34,4" for i in range(1, 9)]
    header = "id,created_at,text,username,followers_count,friends_count,retweet_count"
    path = file(tmp_path, "\n".join([header, *rows]))
    table, _ = read(path, X)
    assert table["created_at"].null_count == 8
    assert table["id"].to_pylist() == [f"user_{i}" for i in range(1, 9)]
    assert reasons(path)["created_at"] == "the post's own, in a list of posts"
    nested = [
        {"id": f"9{i}", "created_at": "2023-05-01T10:00:00Z",
         "author": {"id": f"{i}77", "username": f"u{i}", "followers": i}}
        for i in range(4)
    ]  # fmt: skip
    table, _ = read(file(tmp_path, json.dumps(nested), "posts.json"), X)
    assert table["id"].to_pylist() == ["077", "177", "277", "377"]
    assert table["created_at"].null_count == 4


def test_dates_that_a_spreadsheet_has_turned_are_not_read(tmp_path: Path) -> None:
    """Of 05/03/2014 and 13/03/2014 a spreadsheet with months first makes the third of May and a text."""
    rows = [f"u{i},1,2,3,2014-0{i}-05" for i in range(1, 9)] + [
        f"v{i},1,2,3,{i}/03/2014" for i in range(13, 20)
    ]
    path = file(tmp_path, "\n".join([HEADER + ",joined", *rows]))
    assert "days of some of its dates for months" in reasons(path)["joined"]


def test_one_moment_for_all_is_when_the_rows_were_written(tmp_path: Path) -> None:
    """A column called created, all within an hour, tells nothing of the accounts."""
    rows = [f"u{i},1,2,3,2026-11-01 10:{i}:00" for i in range(10, 40)]
    path = file(tmp_path, "\n".join([HEADER + ",created", *rows]))
    assert "within a day" in reasons(path)["created"]
    given = Choices(constants=X.constants, columns={"created_at": "created"})
    assert read(path, given)[0]["created_at"].null_count == 0


def test_a_row_of_totals_is_rejected(tmp_path: Path) -> None:
    """The last row of a spreadsheet is no account with the sum of all followers."""
    table, rejected = read(file(tmp_path, f"{HEADER}\na,1,2,3\nb,4,5,6\nTotal,5,7,9\n"), X)
    assert table["handle"].to_pylist() == ["a", "b"]
    assert [row.reason for row in rejected] == ["'Total' names a row of totals, and no account"]


@pytest.mark.parametrize("grouped", ["1,234,567,890", "1.234.567.890", "1 234 567 890"])
def test_ids_with_marks_between_thousands(tmp_path: Path, grouped: str) -> None:
    """A spreadsheet's format of a number is no part of an id."""
    table, _ = read(file(tmp_path, f'id;username;followers;following;tweets\n"{grouped}";a;1;2;3\n'), X)
    assert table["id"].to_pylist() == ["1234567890"]


def test_objects_under_their_names_are_all_read(tmp_path: Path) -> None:
    """A JSON object that maps handles to profiles is a list, not its first profile."""
    people = {f"user_{i}": {"followers": i, "following": 2, "tweets": 3} for i in range(5)}
    table, _ = read(file(tmp_path, json.dumps(people), "people.json"), X)
    assert table["handle"].to_pylist() == list(people)
    assert table["followers_count"].to_pylist() == list(range(5))


def test_a_column_of_names_called_label(tmp_path: Path) -> None:
    """Gephi's nodes have their names under Label, which says nothing of zombies."""
    rows = [f"{i}00,user_{i},1,2,3" for i in range(1, 30)]
    table, rejected = read(
        file(tmp_path, "\n".join(["Id,Label,followers_count,friends_count,statuses_count", *rows])), X
    )
    assert rejected == []
    assert table["handle"].to_pylist() == [f"user_{i}" for i in range(1, 30)]
    assert table["label"].null_count == 29


def test_units_in_a_header_are_not_passed_over(tmp_path: Path) -> None:
    """Followers in thousands are no followers."""
    path = file(tmp_path, "username,Followers (K),Following,Posts\na,12,2,3\nb,4,5,6\n")
    assert "Followers (K)" in reasons(path)
    assert read(path, X)[0]["followers_count"].null_count == 2


def test_a_workbook_that_rounded_the_ids(tmp_path: Path) -> None:
    """Numbers of 19 digits lose the last ones in a workbook; handles stand for them, or the file is refused."""
    ids = [1_234_567_890_123_456_789 + i * 7919 for i in range(4)]
    sheet: list[list[Any]] = [
        ["id", "username", "followers", "following", "tweets"],
        *([n, f"u{i}", 1, 2, 3] for i, n in enumerate(ids)),
    ]
    table, _ = read(file(tmp_path, xlsx({"Sheet1": sheet}), "list.xlsx"), X)
    assert table["id"].to_pylist() == ["u0", "u1", "u2", "u3"]
    bare = [[row[0], *row[2:]] for row in sheet]
    with pytest.raises(InputError, match="rounded"):
        read(file(tmp_path, xlsx({"Sheet1": bare}), "bare.xlsx"), X)


def test_a_platform_is_not_taken_from_two_common_names(tmp_path: Path) -> None:
    """`username,date` is how TikTok's download has its JSON, and how anybody writes a table."""
    rows = "\n".join(f"user_{i},2023-05-01" for i in range(9))
    with pytest.raises((Undecided, InputError)):
        read(file(tmp_path, f"username,date\n{rows}\n"))
