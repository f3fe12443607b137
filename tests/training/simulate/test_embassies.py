"""embassies.csv: the printed list of 2016, whole and as printed."""

from __future__ import annotations

import csv
from pathlib import Path

from zombiescope_training.simulate.files import embassies_csv
from zombiescope_training.simulate.parameters import EMBASSIES

FILE = Path(__file__).parents[3] / "data" / "sample" / "embassies.csv"


def rows() -> dict[int, dict[str, str]]:
    """The shipped rows by rank."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {int(row["rank"]): row for row in csv.DictReader(file)}


def test_the_shipped_file_is_what_the_module_writes() -> None:
    """The file is made, not edited."""
    assert FILE.read_text(encoding="utf-8") == embassies_csv()


def test_all_47_are_there() -> None:
    """Ranks 1 to 47, each with a name and a handle of its own."""
    rows_read = rows()
    assert list(rows_read) == list(range(1, 48))
    assert len({row["handle"] for row in rows_read.values()}) == 47


def test_counts_lose_their_points_and_keep_their_plus() -> None:
    """Points part thousands; a plus sign is `at_least`."""
    rows_read = rows()
    assert (rows_read[1]["followers"], rows_read[1]["at_least"]) == ("1913384", "false")
    assert (rows_read[2]["followers"], rows_read[2]["at_least"]) == ("1131700", "true")
    assert (rows_read[20]["followers"], rows_read[20]["at_least"]) == ("49585", "true")
    assert rows_read[44]["followers"] == "910"
    assert [rank for rank, row in rows_read.items() if row["at_least"] == "false"] == [1, 13, 28, 39, 43]


def test_oddities_stay_with_a_note() -> None:
    """The second handle of row 14 is the embassy's; misprints and unverified accounts are kept and noted."""
    rows_read = rows()
    assert rows_read[14]["handle"] == "丹麦驻华大使馆"
    assert rows_read[29]["name"] == "Portugese embassy"
    assert [rank for rank, row in rows_read.items() if row["verified"] == "false"] == [39, 44, 45, 47]
    assert all(rows_read[rank]["note"] for rank in (14, 29, 36, 37, 38, 39, 44, 45, 47))


def test_the_five_with_a_list_name_it_and_no_other() -> None:
    """`account` is sample:NAME for the embassies that are simulated, at a hundredth of the printed count."""
    listed = {row["account"]: row for row in rows().values() if row["account"]}
    assert set(listed) == {f"sample:{embassy.name}" for embassy in EMBASSIES}
    for embassy in EMBASSIES:
        assert abs(embassy.listed - int(listed[f"sample:{embassy.name}"]["followers"]) / 100) <= 1
