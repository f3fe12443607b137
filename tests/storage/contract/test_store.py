"""What every store holds to, whatever database it is on."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from doubles import NOW, ListSource, outcome, stored_audit
from zombiescope.domain import Audit, Progress, RejectedRow
from zombiescope.errors import InputError
from zombiescope.sources.paging import StoredPage as Page
from zombiescope.storage import (
    Key,
    KeyReused,
    LabelRow,
    ModelNameTaken,
    ModelRow,
    NoSuchAudit,
    Store,
    Unfinished,
    WorkerRow,
    hashed,
    opened,
)
from zombiescope.usecases import audit_store


def asked(audit_id: str = "aa11") -> Audit:
    """An audit that is only asked for."""
    return Audit(id=audit_id, status="queued", created_at=NOW)


def test_an_audit_comes_back_as_it_was_kept(store: Store) -> None:
    """Audit, followers, reasons, records, features and what the share was estimated from are the same."""
    request, done = outcome()
    audit_store.keep(store, request, done)
    back = store.audits.stored_audit("aa11")
    assert back.audit == done.audit
    assert back.rows.equals(done.rows)
    assert back.features is not None
    assert np.array_equal(back.features, done.features.matrix, equal_nan=True)
    for name in ("scores", "places", "silent", "skipped"):
        assert np.array_equal(getattr(back.scored, name), getattr(done.scored, name), equal_nan=True)
    assert back.scored.drawn == done.scored.drawn
    assert np.array_equal(back.templates.zombie, done.templates.zombie)
    assert back.reference.groups == done.reference.groups
    assert back.reference.groups
    assert store.audits.get("aa11").followers is None
    assert store.audits.followers("aa11") == done.audit.followers
    assert msgspec.json.decode(store.audits.request("aa11"))["sample"] == 120


def test_the_list_goes_from_the_newest_in_pages(store: Store) -> None:
    """Page after page gives every audit once, the newest first, equal times by id."""
    for i in range(7):
        minutes = timedelta(minutes=i // 2)
        store.audits.begin(
            Audit(id=f"a{i}", status="queued", created_at=NOW + minutes), account="weibo:x", request=b"{}"
        )
    pages_seen: list[str] = []
    after = None
    while page := store.audits.newest(3, after=after):
        pages_seen += [one.id for one in page]
        after = (page[-1].created_at, page[-1].id)
    assert pages_seen == ["a6", "a5", "a4", "a3", "a2", "a1", "a0"]


def test_an_audit_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    """A prefix that only one audit has, the whole id, or "last"; anything else says what is wrong."""
    with pytest.raises(NoSuchAudit, match="no audit is kept yet"):
        store.audits.find("last")
    for i, name in enumerate(("ab12", "ab12ff", "cd34")):
        created = NOW + timedelta(seconds=i)
        store.audits.begin(
            Audit(id=name, status="queued", created_at=created), account="weibo:x", request=b"{}"
        )
    assert store.audits.find("last") == "cd34"
    assert store.audits.find("c") == "cd34"
    assert store.audits.find("ab12") == "ab12"
    with pytest.raises(NoSuchAudit, match="several audits begin with 'ab'"):
        store.audits.find("ab")
    for nobody in ("%", "_", "zz", ""):
        with pytest.raises(NoSuchAudit, match="there is no audit"):
            store.audits.find(nobody)


def test_an_audit_that_was_cancelled_stays_so(store: Store) -> None:
    """The answer of a job that comes after the cancellation is not written."""
    store.audits.begin(asked(), account="weibo:embassy", request=b"{}")
    assert store.audits.move(msgspec.structs.replace(asked(), status="running"))
    with pytest.raises(Unfinished, match="is running"):
        store.audits.stored_audit("aa11")
    assert store.audits.cancel("aa11", NOW).status == "cancelled"
    assert not store.audits.finish(stored_audit())
    assert not store.audits.move(msgspec.structs.replace(asked(), status="running"))
    assert store.audits.get("aa11").status == "cancelled"
    with pytest.raises(Unfinished, match="is cancelled"):
        store.audits.followers("aa11")


def test_a_finished_audit_is_whole(store: Store) -> None:
    """Finishing writes the state and all the parts; cancelling it later changes nothing."""
    store.audits.begin(asked(), account="weibo:embassy", request=b"{}")
    assert store.audits.finish(stored_audit())
    assert store.audits.stored_audit("aa11").audit == stored_audit().audit
    assert store.audits.cancel("aa11", NOW).status == "done"


def test_one_run_at_a_time_works_at_an_audit(store: Store) -> None:
    """Whoever takes an audit on last has it: what an earlier run still writes is not taken."""
    store.audits.begin(asked(), account="weibo:embassy", request=b"{}", model="rule-1", money=1.5)
    first = store.claims.claim("aa11", "run 1", NOW)
    assert first is not None
    assert (first.audit.status, first.model, first.money, first.starts) == ("running", "rule-1", 1.5, 0)
    assert store.audits.move(first.audit, "run 1")
    again = store.claims.claim("aa11", "run 2", NOW + timedelta(hours=1))
    assert again is not None
    assert (again.starts, again.started_at) == (1, NOW)
    assert not store.audits.move(first.audit, "run 1")
    assert not store.audits.finish(stored_audit(), "run 1")
    assert store.audits.finish(stored_audit(), "run 2")
    assert store.claims.claim("aa11", "run 3", NOW) is None
    assert store.claims.claim("nobody", "run 3", NOW) is None


def test_an_audit_that_is_handed_back_waits_again(store: Store) -> None:
    """It is queued with its progress, that start does not count, and only its own run can hand it back."""
    store.audits.begin(asked(), account="weibo:embassy", request=b"{}")
    store.audits.begin(asked("bb22"), account="weibo:embassy", request=b"{}")
    claimed = store.claims.claim("aa11", "run 1", NOW)
    assert claimed is not None
    progressed = msgspec.structs.replace(claimed.audit, progress=Progress(followers=7, of=9, requests=3))
    assert store.audits.move(progressed, "run 1")
    store.claims.hand_back("aa11", "another")
    assert store.audits.get("aa11").status == "running"
    store.claims.hand_back("aa11", "run 1")
    assert store.audits.get("aa11").status == "queued"
    assert store.audits.get("aa11").progress == Progress(followers=7, of=9, requests=3)
    later = store.claims.claim("aa11", "run 2", NOW)
    assert later is not None
    assert later.starts == 0
    assert store.claims.going() == ["aa11", "bb22"]
    assert store.claims.statuses(["aa11", "bb22", "cc33"]) == {"aa11": "running", "bb22": "queued"}


def test_no_more_audits_than_fit(store: Store) -> None:
    """Past the most that may be going on nothing is kept; one that ends makes room. Many at once do not pass it."""

    def begin(i: int) -> bool:
        return store.audits.begin(asked(f"t{i}"), account="weibo:x", request=b"{}", most=5)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(20))) == 5
    assert len(store.claims.going()) == 5
    store.audits.cancel(store.claims.going()[0], NOW)
    assert begin(99)


def test_a_list_that_was_sent_is_kept_until_its_audit_ends(store: Store) -> None:
    """The list comes back whole, with what could not be read of it, and goes when the audit ends in any way."""
    listing = dataclasses.replace(
        ListSource().listing("embassy"),
        skipped={3: "no profile"},
        refused=(RejectedRow("line 9", None, "torn"),),
    )
    for audit_id in ("aa11", "bb22"):
        store.audits.begin(asked(audit_id), account="upload:list", request=b"{}", upload=listing)
    back = store.claims.upload("aa11")
    assert back is not None
    assert back.rows.equals(listing.rows)
    assert dataclasses.replace(back, rows=listing.rows) == listing
    store.audits.finish(stored_audit())
    assert store.claims.upload("aa11") is None
    store.audits.cancel("bb22", NOW)
    assert store.claims.upload("bb22") is None


def test_one_takes_the_place_of_a_silent_worker(store: Store) -> None:
    """Of those who saw the same count one wins; a worker that counted meanwhile is not taken."""
    for name in ("a", "b"):
        store.workers.join(WorkerRow(name, "1", "here", 7, 0, NOW))
    assert store.workers.beat("a", NOW)
    alive, silent = store.workers.all()
    assert (alive.id, alive.beat, silent.id, silent.beat) == ("a", 1, "b", 0)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.workers.take(silent), range(16))) == 1
    assert store.workers.beat("a", NOW)
    assert not store.workers.take(alive)
    store.workers.leave("b")
    assert not store.workers.beat("b", NOW)
    assert [one.id for one in store.workers.all()] == ["a"]


def test_a_models_training_is_followed(store: Store) -> None:
    """From the queue to its end, by one run at a time; the records go with the end, and a failed name is free."""
    rows = ListSource().listing("embassy").rows
    model = ModelRow("mine", "queued", "ann", NOW, base="followers-1")
    assert store.models.begin(model, rows, most=2)
    assert store.models.begin(ModelRow("other", "queued", "ann", NOW), rows, most=2)
    assert not store.models.begin(ModelRow("third", "queued", "ann", NOW), rows, most=2)
    with pytest.raises(ModelNameTaken, match="'mine' already"):
        store.models.begin(model, rows, most=9)
    labelled = store.models.labelled("mine")
    assert labelled is not None
    assert labelled.equals(rows)
    assert store.models.claim("mine", "run 1", NOW) is not None
    taken = store.models.claim("mine", "run 2", NOW)
    assert taken is not None
    assert (taken[0].base, taken[1]) == ("followers-1", 1)
    assert not store.models.tell("mine", "run 1", "late")
    assert store.models.tell("mine", "run 2", "boosters: 1 of 5")
    assert store.models.end("mine", "run 2", NOW, model="mine-1")
    done = store.models.get("mine")
    assert done is not None
    assert (done.state, done.model, done.progress) == ("done", "mine-1", None)
    assert store.models.labelled("mine") is None
    assert store.models.going() == ["other"]
    store.models.claim("other", "run 3", NOW)
    store.models.hand_back("other", "run 3")
    store.models.claim("other", "run 4", NOW)
    assert store.models.end("other", "run 4", NOW, error="too few rows")
    assert store.models.begin(ModelRow("other", "queued", "ann", NOW), rows, most=2)
    assert store.models.get("nobody") is None


def test_a_persons_last_word_counts(store: Store) -> None:
    """A second label of the same person replaces the first; another person's stands beside it."""
    store.audits.keep(stored_audit(), account="weibo:embassy", request=b"{}")
    store.labels.put(
        "aa11", [LabelRow("1000", "zombie", "ann", NOW, "empty"), LabelRow("1001", None, "ann", NOW)]
    )
    store.labels.put(
        "aa11", [LabelRow("1000", "genuine", "ann", NOW), LabelRow("1000", "zombie", "bob", NOW)]
    )
    assert store.labels.of("aa11") == [
        LabelRow("1000", "genuine", "ann", NOW),
        LabelRow("1000", "zombie", "bob", NOW),
        LabelRow("1001", None, "ann", NOW),
    ]


def test_a_label_can_be_taken_back(store: Store) -> None:
    """One person's word on one follower goes; another's, and that on others, stay."""
    store.audits.keep(stored_audit("aa11"), account="weibo:x", request=b"{}")
    given = [LabelRow("1000", "zombie", who, NOW) for who in ("ann", "bob")]
    store.labels.put("aa11", [*given, LabelRow("1001", "zombie", "ann", NOW)])
    store.labels.remove("aa11", "1000", "ann")
    store.labels.remove("aa11", "nobody", "ann")
    assert [(one.follower, one.annotator) for one in store.labels.of("aa11")] == [
        ("1000", "bob"),
        ("1001", "ann"),
    ]


def test_labels_move_the_estimate(store: Store) -> None:
    """From 30 labels on the headline is theirs, and the audit is kept so; without any it does not move."""
    request, done = outcome()
    audit_store.keep(store, request, done)
    before = store.audits.stored_audit("aa11")
    assert audit_store.estimated(before, []).audit == before.audit
    first = [before.audit.followers[i] for i in audit_store.label_order(before)[:40]]  # type: ignore[index]
    labels = [LabelRow(one.id, "zombie", "ann", NOW) for one in first]
    after = audit_store.relabel(store, "aa11", labels)
    assert after.audit.share is not None
    assert after.audit.share.method == "cross-prediction, 40 labels"
    assert store.audits.stored_audit("aa11").audit == after.audit


def test_forgetting_leaves_the_others(store: Store) -> None:
    """An account's audits, labels and pages go, in any case of its letters; another's stay."""
    for audit_id, account in (("aa11", "weibo:Embassy"), ("bb22", "weibo:other")):
        store.audits.keep(stored_audit(audit_id), account=account, request=b"{}")
        store.labels.put(audit_id, [LabelRow("1000", "zombie", "ann", NOW)])
        store.pages.put(account, {"followers/1": b"[1]"}, NOW)
    gone = store.forget("WEIBO:embassy")
    assert (gone.audits, gone.pages) == (1, 1)
    with pytest.raises(NoSuchAudit):
        store.audits.get("aa11")
    assert store.labels.of("aa11") == []
    assert store.pages.get("weibo:embassy", ["followers/1"]) == {}
    assert store.audits.stored_audit("bb22").rows.num_rows > 0
    assert store.pages.get("weibo:other", ["followers/1"]) == {"followers/1": Page(b"[1]", NOW)}
    assert store.forget("weibo:nobody").audits == 0


def test_what_is_old_expires(store: Store) -> None:
    """Audits and pages older than the days to keep go; younger ones stay."""
    store.audits.keep(stored_audit("old1", now=NOW - timedelta(days=31)), account="weibo:x", request=b"{}")
    store.audits.keep(stored_audit("new1"), account="weibo:x", request=b"{}")
    store.pages.put("weibo:x", {"1": b"old"}, NOW - timedelta(days=31))
    store.pages.put("weibo:x", {"2": b"new"}, NOW)
    gone = store.expire(30, NOW)
    assert (gone.audits, gone.pages) == (1, 1)
    assert [one.id for one in store.audits.newest(9)] == ["new1"]
    assert store.pages.get("weibo:x", ["1", "2"]) == {"2": Page(b"new", NOW)}


def test_pages_are_the_last_that_were_fetched(store: Store) -> None:
    """A page put again replaces the one before, with its time; any number is put and got at once."""
    assert store.pages.get("weibo:x", ["1"]) == {}
    store.pages.put("weibo:x", {"1": b"one"}, NOW)
    later = NOW + timedelta(hours=1)
    many = {str(i): b"two" for i in range(1201)}
    store.pages.put("weibo:X", many, later)
    assert store.pages.get("weibo:x", [*many, "9999"]) == dict.fromkeys(many, Page(b"two", later))
    assert store.pages.get("weibo:y", ["1"]) == {}
    store.pages.put("weibo:x", {}, NOW)


def test_a_revoked_key_ends_its_sessions(store: Store) -> None:
    """Keys are told apart by name; with a key go the sessions that it opened, and sessions end by time."""
    key = Key("ann", frozenset({"read", "label"}), hashed("secret"), created_at=NOW)
    store.keys.add(key, NOW)
    assert store.keys.all() == [key]
    assert key.may("label")
    assert not key.may("audit")
    with pytest.raises(InputError, match="there is a key 'ann' already"):
        store.keys.add(key, NOW)
    store.keys.open_session("token", key, expires_at=NOW + timedelta(hours=1))
    assert store.keys.session("token", NOW) == key.sha256
    assert store.keys.session("token", NOW + timedelta(hours=2)) is None
    store.keys.revoke("ann")
    assert store.keys.session("token", NOW) is None
    with pytest.raises(InputError, match="there is no key 'ann'"):
        store.keys.revoke("ann")


def test_a_key_begins_one_audit(store: Store) -> None:
    """The first request's audit is remembered for a day, by caller; the same key with another body is refused."""
    remember = store.idempotency.remember
    assert remember("ann", "k1", "aa", "audit1", NOW) is None
    assert remember("ann", "k1", "aa", "audit2", NOW) == "audit1"
    assert remember("bob", "k1", "bb", "audit3", NOW) is None
    with pytest.raises(KeyReused, match="'k1' was used for another request") as refused:
        remember("ann", "k1", "cc", "audit4", NOW)
    assert refused.value.status == 422
    store.idempotency.forget("ann", "k1", "another")
    assert remember("ann", "k1", "aa", "audit5", NOW) == "audit1"
    store.idempotency.forget("ann", "k1", "audit1")
    assert remember("ann", "k1", "cc", "audit6", NOW) is None
    store.sweep(NOW + timedelta(hours=25))
    assert remember("ann", "k1", "dd", "audit7", NOW) is None


def test_requests_of_a_moment_begin_one_audit(store: Store) -> None:
    """Of many that come at once with one key, one begins an audit and the others are told its id."""
    with ThreadPoolExecutor(8) as pool:
        begun = list(
            pool.map(lambda i: store.idempotency.remember("ann", "k", "aa", f"a{i}", NOW), range(24))
        )
    first = begun.index(None)
    assert begun.count(None) == 1
    assert set(begun) == {None, f"a{first}"}


WRITER = """
import sys
from datetime import UTC, datetime
from zombiescope.domain import Audit, Progress, RejectedRow
from zombiescope.storage import opened
store = opened(sys.argv[1])
for i in range(5):
    audit = Audit(id=f"{sys.argv[2]}{i}", status="queued", created_at=datetime.now(UTC))
    store.audits.begin(audit, account="weibo:x", request=b"{}")
"""


def test_processes_that_open_at_once_do_not_clash(url: str) -> None:
    """Three processes find no tables, make them and write at the same time: nothing fails or is lost."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name], stderr=subprocess.PIPE, text=True)
        for name in "abc"
    ]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [("", 0)] * 3
    database = opened(url)
    assert len(database.audits.newest(50)) == 15
    database.close()


def test_threads_share_a_store(store: Store) -> None:
    """Writes of many threads all arrive."""
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda i: store.audits.begin(asked(f"t{i}"), account="weibo:x", request=b"{}"), range(40)
            )
        )
    assert len(store.audits.newest(99)) == 40
