"""An account of known making on the real Bluesky servers, audited by the library, the command line and POST."""

from __future__ import annotations

import csv
import io
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from e2e.network import APPVIEW, Network, NewAccount
from e2e.running import asked_for, command, posted, service
from sources.fakes.server import Asked, Reply, Server
from zombiescope.sources import bluesky
from zombiescope.sources.live import LiveSource
from zombiescope.sources.ssrf_guard import SsrfGuard

pytestmark = [pytest.mark.e2e, asked_for]

NOW = datetime.now(UTC).replace(microsecond=0)
SILENT, BLOCK, ALL, GONE = 50, 40, 150, 3
LISTED = ALL - GONE


@dataclass(frozen=True)
class Scene:
    """What was made, and where it is seen. followers: oldest follow first, those who are gone last."""

    network: Network
    owner: NewAccount
    followers: list[NewAccount]
    plc: Server

    @property
    def shown(self) -> list[NewAccount]:
        """The followers that the list shows, newest follow first."""
        return sorted(self.followers[:LISTED], key=lambda one: one.followed_at or NOW, reverse=True)

    def settings(self, home: Path) -> dict[str, str]:
        """The settings of a user of these servers."""
        return {
            "ZOMBIESCOPE_HOME": str(home),
            "ZOMBIESCOPE_BLUESKY_APPVIEW": APPVIEW,
            "ZOMBIESCOPE_BLUESKY_PLC": self.plc.url,
            "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": "1",
        }


def cast(run: str) -> list[NewAccount]:
    """150 followers: 50 silent ones with no profile, 40 of them a block that followed within one minute."""
    followers = []
    for n in range(ALL):
        silent = n < SILENT
        block = n < BLOCK
        followers.append(
            NewAccount(
                handle=f"{run}x{n}.test",
                name=None if silent else f"Follower {n}",
                posts=() if silent else [f"Post {m} of follower {n}" for m in range(1 + n % 3)],
                followed_at=NOW - timedelta(days=100, seconds=-n)
                if block
                else NOW - timedelta(hours=36 * (n - 35)),
                # Bought in one go and made in ten hours of the year before last; the others at any time.
                born=NOW - timedelta(days=900, minutes=15 * (17 * n % BLOCK))
                if block
                else NOW - timedelta(days=400 + 37 * n % 700),
            )
        )
    return followers


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """The account and its followers, made once; two deactivated and one taken down before anybody looks."""
    run = f"e{secrets.token_hex(3)}"
    network = Network()
    owner = NewAccount(handle=f"{run}own.test", name="The account")
    followers = cast(run)
    network.make([owner])
    network.make(followers, follow=owner)
    born = {one.did: one.born for one in followers}

    def log(asked: Asked) -> Reply:
        did = asked.path.split("/")[1]
        date = born.get(did)
        return Reply([{"did": did, "createdAt": date.isoformat()}]) if date else Reply({}, status=404)

    def followers_shown() -> int:
        return len(everyone(network, owner))

    network.wait("all follows", lambda: followers_shown() == ALL)
    last = followers[-4]
    network.wait(
        "the posts",
        lambda: network.see("app.bsky.actor.getProfile", actor=last.did).get("postsCount") == len(last.posts),
    )
    network.deactivate(followers[-3])
    network.deactivate(followers[-2])
    network.take_down(followers[-1])
    network.wait("who is gone", lambda: followers_shown() == LISTED)
    with Server(log) as plc:
        yield Scene(network, owner, followers, plc)
    network.close()


def everyone(network: Network, owner: NewAccount) -> list[str]:
    """The list, walked by other code than ours."""
    dids: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = network.see("app.bsky.graph.getFollowers", actor=owner.did, limit=100, **cursor)
        dids += [one["did"] for one in page.get("followers", ())]  # none while the AppView does not know it
        if not page.get("cursor"):
            return dids
        cursor = {"cursor": page["cursor"]}


def source(scene: Scene, *, plc: bool = True) -> LiveSource:
    """Our source on these servers."""
    at = scene.plc.url if plc else None
    return LiveSource(
        bluesky.connector(appview=APPVIEW, plc=at, guard=SsrfGuard(private=True)), sample=ALL, posts=10
    )


def test_every_follower_is_as_it_was_made(scene: Scene) -> None:
    """Order, profiles, counts, true ages, follow times and posts, each follower by each."""
    live = source(scene)
    listing = live.listing(f"@{scene.owner.handle.upper()}")
    assert (listing.frame.declared, listing.frame.listed) == (ALL, LISTED)
    assert (listing.frame.complete, listing.frame.order, listing.frame.warnings) == (True, "newest-first", ())
    assert listing.account.id == scene.owner.did
    assert listing.rows["id"].to_pylist() == [one.did for one in scene.shown]

    fetched = live.fetch(listing, range(LISTED), posts=10)
    assert fetched.skipped == {}
    for row, person in zip(fetched.rows.to_pylist(), scene.shown, strict=True):
        assert row["handle"] == person.handle
        assert row["display_name"] == (person.name or "")
        assert row["bio"] == ("A bio" if person.name else "")
        assert row["created_at"] == person.born  # not the profile's claim of 2019
        assert row["followed_at"] == person.followed_at
        assert (row["followers_count"], row["following_count"]) == (0, 1)
        assert row["posts_count"] == len(person.posts)
        assert sorted(post["text"] for post in row["recent_posts"]) == sorted(person.posts)
        assert (row["has_avatar"], row["has_banner"], row["verified"], row["protected"]) == (
            False,
            False,
            False,
            False,
        )
    burst = NOW - timedelta(days=100)
    times = fetched.rows["followed_at"].to_pylist()
    assert sum(abs(one - burst) <= timedelta(minutes=1) for one in times) == BLOCK


def test_who_leaves_between_the_list_and_the_fetch_is_skipped_with_the_reason(scene: Scene) -> None:
    """Deactivated and taken down are told apart."""
    run = f"g{secrets.token_hex(3)}"
    owner = NewAccount(handle=f"{run}own.test")
    three = [NewAccount(handle=f"{run}x{n}.test", followed_at=NOW - timedelta(days=n + 1)) for n in range(3)]
    scene.network.make([owner])
    scene.network.make(three, follow=owner)
    scene.network.wait("the follows", lambda: len(everyone(scene.network, owner)) == 3)
    live = source(scene, plc=False)
    listing = live.listing(owner.handle)
    assert listing.rows["id"].to_pylist() == [one.did for one in three]
    scene.network.deactivate(three[0])
    scene.network.take_down(three[2])
    scene.network.wait("who left", lambda: len(everyone(scene.network, owner)) == 1)
    fetched = live.fetch(listing, [0, 1, 2], posts=5)
    assert fetched.skipped == {0: "deactivated", 2: "suspended"}
    assert fetched.rows["created_at"].to_pylist() == [None]  # no profile, so no date is claimed


def numbers(audit: Any, scene: Scene) -> None:
    """What every audit of this account must say."""
    assert audit["status"] == "done"
    account = audit["account"]
    assert (account["id"], account["followers_count"]) == (scene.owner.did, ALL)
    frame = audit["frame"]
    assert (frame["declared"], frame["listed"], frame["complete"]) == (ALL, LISTED, True)
    assert frame["order"] == "newest-first"
    sample = audit["sample"]
    assert (sample["drawn"], sample["scored"], sample["skipped"]) == (LISTED, LISTED, {})
    assert sample["design"] == "census"
    share = audit["share"]
    assert 0 <= share["low"] <= share["high"] <= 1
    weight = LISTED / ALL
    assert share["whole_account"]["low"] == pytest.approx(weight * share["whole_frame"]["low"])
    assert share["whole_account"]["high"] == pytest.approx(weight * share["whole_frame"]["high"] + 1 - weight)
    # All posts were made today: who has any is active, who has none is dormant or a zombie.
    assert audit["unknown"]["estimate"] == 0
    assert audit["dormant"]["high"] <= 1
    dates = audit["evidence"]["follow_dates"]
    assert (dates["exact"], dates["contradicted"]) == (LISTED, 0)
    first = next(
        n
        for n, one in enumerate(scene.shown)
        if one.followed_at and one.followed_at < NOW - timedelta(days=99)
    )
    blocks = [
        one
        for one in audit["evidence"]["blocks"]
        if first - 3 <= one["from"] and one["to"] <= first + BLOCK + 3
    ]
    assert any(one["followers"] >= BLOCK - 4 for one in blocks), audit["evidence"]["blocks"]


def requests_due(scene: Scene) -> int:
    """Two pages, six chunks of profiles and of relationships, an age each, a feed each of who has posts."""
    return 2 + 2 * 6 + LISTED + sum(bool(one.posts) for one in scene.shown)


def audited(scene: Scene, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The command line's audit of the account."""
    account = f"bluesky:{scene.owner.handle}"
    return command(scene.settings(home), "audit", account, "--sample", str(ALL), "--posts", "10", *more)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's data folder."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def by_command(scene: Scene, home: Path) -> Any:
    """The audit by the command line."""
    done = audited(scene, home, "--format", "json")
    assert done.returncode == 0, done.stderr
    # The estimate counts a feed for everyone, and a page more than there is where the count says so.
    assert f"about {2 + 2 * 6 + ALL + ALL} requests" in done.stderr
    return msgspec.json.decode(done.stdout)


def test_the_command_line_gives_the_numbers_that_were_made(scene: Scene, by_command: Any) -> None:
    """`zombiescope audit`: the frame, the sample, the bounds, the requests, the followers in order."""
    numbers(by_command, scene)
    assert by_command["cost"]["requests"] == requests_due(scene)
    assert [one["id"] for one in by_command["followers"]] == [one.did for one in scene.shown]
    assert [one["position"] for one in by_command["followers"]] == list(range(LISTED))


def test_a_second_audit_within_a_day_asks_for_nothing(scene: Scene, home: Path, by_command: Any) -> None:
    """What is kept answers: no request, the same share and scores, and the true ages in the CSV."""
    done = audited(scene, home, "--format", "json")
    assert done.returncode == 0, done.stderr
    again = msgspec.json.decode(done.stdout)
    assert again["cost"]["requests"] == 0
    for part in ("frame", "sample", "share", "dormant", "unknown", "evidence", "followers", "as_of"):
        assert again[part] == by_command[part]
    table = audited(scene, home, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [datetime.fromisoformat(row["created_at"]) for row in rows] == [one.born for one in scene.shown]


def test_the_service_gives_the_same(scene: Scene, tmp_path: Path, by_command: Any) -> None:
    """POST /v1/audits on a home of its own: the same numbers, fetched anew."""
    order = {"account": f"bluesky:{scene.owner.handle}", "sample": ALL, "posts": 10}
    with service(scene.settings(tmp_path)) as client:
        audit = posted(client, order)
    numbers(audit, scene)
    assert audit["cost"]["requests"] == requests_due(scene)
    assert audit["share"]["estimate"] == pytest.approx(by_command["share"]["estimate"], abs=0.02)
    assert [one["id"] for one in audit["followers"]] == [one.did for one in scene.shown]


def test_nobody_and_who_is_gone_are_one_line(scene: Scene, tmp_path: Path) -> None:
    """An unknown handle, a deactivated account and one taken down: exit 1, what and what to do."""
    for handle, words in (
        ("nobody-at-all.test", "nobody on Bluesky is called"),
        (scene.followers[-2].did, "is deactivated"),
        (scene.followers[-1].did, "is suspended"),
    ):
        done = command(scene.settings(tmp_path), "audit", f"bluesky:{handle}")
        assert done.returncode == 1
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 2
