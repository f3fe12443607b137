"""The shipped simulated accounts as a source."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from zombiescope.errors import InputError, UnknownAccount
from zombiescope.records import schema
from zombiescope.sources.base import Listing
from zombiescope.sources.sample import SampleSource

FOLDER = Path(__file__).parents[3] / "data" / "sample"
LISTED = {"canada": 11_317, "israel": 19_134, "usa": 10_353, "brazil": 5_223, "japan": 4_805}


@pytest.fixture(scope="module")
def source() -> SampleSource:
    """The shipped sample."""
    return SampleSource(FOLDER)


@pytest.fixture(scope="module")
def canada(source: SampleSource) -> Listing:
    """The Canadian list."""
    return source.listing("canada")


def test_the_accounts_are_five(source: SampleSource) -> None:
    """The five embassies of which a list ships are named, each with a list of its documented length."""
    assert set(source.names()) == set(LISTED)
    for name, listed in LISTED.items():
        assert source.listing(name).frame.listed == listed


def test_a_list_says_that_it_is_simulated(canada: Listing) -> None:
    """The listing says so, and so does the account's name; no account is a real platform's handle."""
    assert canada.simulated
    assert canada.account.display_name == "Canadian embassy (SIMULATED)"
    assert canada.account.ref == "sample:canada"
    assert set(pc.unique(canada.rows["platform"]).to_pylist()) == {"weibo"}
    assert all(i.startswith("sim-canada-") for i in canada.rows["id"].to_pylist())


def test_the_frame_is_newest_first_and_shorter_than_declared(canada: Listing) -> None:
    """A few followers are declared and not listed; places are positions."""
    assert canada.frame.order == "newest-first"
    assert canada.frame.declared == LISTED["canada"] + 41
    assert canada.rows.schema == schema.SCHEMA
    assert canada.rows["position"].to_pylist() == list(range(LISTED["canada"]))


def test_a_list_holds_no_labels_and_no_posts(canada: Listing) -> None:
    """What a list row says is the profile: no posts before fetching, no label ever, nothing Weibo does not show."""
    for name in ("label", "label_source", "recent_posts", "likes_count", "listed_count", "followed_at"):
        assert canada.rows[name].null_count == canada.rows.num_rows, name


def test_fetch_reaches_those_who_can_be_and_says_why_not(source: SampleSource, canada: Listing) -> None:
    """Places reached and skipped are together those drawn; the reasons are suspended and deleted."""
    places = list(range(0, 11_317, 7))
    fetched = source.fetch(canada, places, posts=20)
    assert sorted([*fetched.places.tolist(), *fetched.skipped]) == places
    assert set(fetched.skipped.values()) == {"suspended", "deleted"}
    assert fetched.rows["position"].to_pylist() == fetched.places.tolist()
    assert fetched.rows["created_at"].null_count == 0
    assert fetched.requests == 0
    assert fetched.at is None


def test_posts_are_as_many_as_asked_for(source: SampleSource, canada: Listing) -> None:
    """Up to `posts` newest ones, newest first, none after the observation; 0 fetches none; protected ones stay null."""
    places = list(range(600))
    lengths = {}
    for posts in (20, 5):
        rows = source.fetch(canada, places, posts=posts).rows
        lists = rows["recent_posts"].to_pylist()
        lengths[posts] = max(len(timeline) for timeline in lists if timeline is not None)
        for row, timeline in zip(rows.to_pylist(), lists, strict=True):
            assert (timeline is None) == row["protected"]
            times = [post["created_at"] for post in timeline or ()]
            assert times == sorted(times, reverse=True)
            assert all(row["created_at"] <= time <= row["observed_at"] for time in times)
    assert lengths == {20: 20, 5: 5}
    assert source.fetch(canada, places, posts=0).rows["recent_posts"].null_count == len(places) - len(
        source.fetch(canada, places, posts=0).skipped
    )


def test_nobody_drawn_is_nobody_fetched(source: SampleSource, canada: Listing) -> None:
    """An empty draw gives an empty answer, not an error."""
    fetched = source.fetch(canada, [], posts=20)
    assert fetched.rows.num_rows == 0
    assert fetched.rows.schema == schema.SCHEMA


def test_canada_holds_87_percent_zombies_exactly(source: SampleSource) -> None:
    """round(.87 * listed) of the listed are zombies; the share among the reachable is told beside it."""
    truth = source.truth("canada")
    assert truth.listed == LISTED["canada"]
    assert truth.zombies == round(0.87 * truth.listed)
    assert truth.share == pytest.approx(0.87, abs=1e-4)
    assert truth.reached == truth.zombies_reachable / truth.reachable
    assert sum(truth.kinds.values()) == truth.listed
    assert set(truth.kinds) == {"active", "quiet", "dormant", "fresh", "aged", "digits"}


def test_the_reasons_agree_with_the_truth() -> None:
    """unreachable.csv names exactly those that the truth says are out of reach, and for the same reason."""
    with (FOLDER / "unreachable.csv").open(encoding="utf-8") as file:
        reasons = {row["id"]: row["reason"] for row in csv.DictReader(file)}
    known = {}
    for name in LISTED:
        for row in pq.read_table(FOLDER / "truth" / f"{name}.parquet").to_pylist():
            if row["reached"] != "ok":
                known[row["id"]] = row["reached"]
    assert reasons == known


def test_an_unknown_account_is_answered_with_the_known(source: SampleSource) -> None:
    """A wrong name says which there are, for the list and for the truth."""
    for ask in (source.listing, source.truth):
        with pytest.raises(UnknownAccount, match="no simulated account 'narnia'") as caught:
            ask("narnia")
        assert "sample:canada" in caught.value.advice


def test_a_missing_folder_is_said_in_a_line(tmp_path: Path) -> None:
    """Where the sample is not installed, the message names the file and what to do."""
    with pytest.raises(InputError, match=r"no file accounts\.json") as caught:
        SampleSource(tmp_path).names()
    assert "make sample" in caught.value.advice
