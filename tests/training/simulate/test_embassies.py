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
    found = rows()
    assert list(found) == list(range(1, 48))
    assert len({row["handle"] for row in found.values()}) == 47


def test_counts_lose_their_points_and_keep_their_plus() -> None:
    """Points part thousands; a plus sign is `at_least`."""
    found = rows()
    assert (found[1]["followers"], found[1]["at_least"]) == ("1913384", "false")
    assert (found[2]["followers"], found[2]["at_least"]) == ("1131700", "true")
    assert (found[20]["followers"], found[20]["at_least"]) == ("49585", "true")
    assert found[44]["followers"] == "910"
    assert [rank for rank, row in found.items() if row["at_least"] == "false"] == [1, 13, 28, 39, 43]


def test_oddities_stay_with_a_note() -> None:
    """The second handle of row 14 is the embassy's; misprints and unverified accounts are kept and noted."""
    found = rows()
    assert found[14]["handle"] == "丹麦驻华大使馆"
    assert found[29]["name"] == "Portugese embassy"
    assert [rank for rank, row in found.items() if row["verified"] == "false"] == [39, 44, 45, 47]
    assert all(found[rank]["note"] for rank in (14, 29, 36, 37, 38, 39, 44, 45, 47))


def test_the_five_with_a_list_name_it_and_no_other() -> None:
    """`account` is sample:NAME for the embassies that are simulated, at a hundredth of the printed count."""
    found = {row["account"]: row for row in rows().values() if row["account"]}
    assert set(found) == {f"sample:{embassy.name}" for embassy in EMBASSIES}
    for embassy in EMBASSIES:
        assert abs(embassy.listed - int(found[f"sample:{embassy.name}"]["followers"]) / 100) <= 1
