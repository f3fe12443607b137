"""Schedules of watches, and what of a change is worth a word."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from doubles import NOW, outcome, stored_audit
from zombiescope.compare import Change
from zombiescope.domain import Audit, Block, Deliveries, Evidence
from zombiescope.errors import InputError
from zombiescope.storage import Requester, WatchRun, opened, sqlite_url
from zombiescope.usecases.batches import BatchSettings
from zombiescope.usecases.stored_comparison import change_between
from zombiescope.usecases.watches import alerts_of, begin, compare_run, next_time, point

LATER = NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ("0 6 * * 1", datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)),
        ("0 6 * * 1", datetime(2026, 11, 30, 6, tzinfo=UTC), datetime(2026, 12, 7, 6, tzinfo=UTC)),
        ("*/30 * * * *", datetime(2026, 1, 1, 0, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 30, tzinfo=UTC)),
        # A clock of another zone means the same moment; summer time moves nothing.
        (
            "0 2 29 3 *",
            datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=1))),
            datetime(2026, 3, 29, 2, tzinfo=UTC),
        ),
    ],
)
def test_a_schedule_is_due(schedule: str, after: datetime, due: datetime) -> None:
    """At its next time, in UTC."""
    assert next_time(schedule, after) == due


@pytest.mark.parametrize(
    "schedule", ["", "daily", "0 6 * *", "61 6 * * *", "0 6 30 2 *", "0 6 * * 1 2030", "@weekly", "0 " * 80]
)
def test_what_is_no_schedule_is_refused(schedule: str, tmp_path: Path) -> None:
    """Also one that is never due."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as store, pytest.raises(InputError):
        begin(store, "weibo:x", schedule, BatchSettings(), now=NOW, requester=Requester(), most=9)


def test_watches_have_bounds(tmp_path: Path) -> None:
    """No more of them, and no more often, than the service allows."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as store:

        def watch(schedule: str) -> None:
            begin(
                store, "weibo:x", schedule, BatchSettings(), now=NOW, requester=Requester(), most=1,
                shortest=3600.0,
            )  # fmt: skip

        with pytest.raises(InputError, match="is too often"):
            watch("0,30 6 * * 1")
        watch("0 6 * * 1")
        with pytest.raises(InputError, match="1 watches already"):
            watch("0 6 * * 1")


def changed(low: float, high: float, *, new: tuple[Block, ...] = ()) -> Change:
    """A change with this interval on its share."""
    one = stored_audit("aa11")
    with_store = msgspec.structs.replace
    change = CHANGE or _change()
    assert one.audit.share is not None
    difference = with_store(change.share, estimate=(low + high) / 2, low=low, high=high)
    return with_store(change, share=difference, new=new)


CHANGE: Change | None = None


def _change() -> Change:
    from zombiescope.compare import Compared, compare

    sides = [stored_audit(name, now=when) for name, when in (("aa11", NOW), ("bb22", LATER))]
    return compare(*(Compared(one.audit, one.scored, one.templates) for one in sides))


BLOCK = msgspec.convert(
    {
        "from": 0,
        "to": 9,
        "followers": 10,
        "created_from": NOW,
        "created_to": NOW,
        "share": 1.0,
        "p_value": 1e-9,
    },
    Block,
    strict=False,
)


def delivered(low: float) -> Audit:
    """An audit in whose blocks at least this part was delivered."""
    audit = outcome()[1].audit
    deliveries = Deliveries(low=low, excess=low, runs=1, in_runs=0.1, separation=0.9)
    evidence = msgspec.structs.replace(audit.evidence or Evidence(blocks=()), deliveries=deliveries)
    return msgspec.structs.replace(audit, evidence=evidence)


def test_a_change_beyond_its_interval_is_an_alert() -> None:
    """Up or down; one that its own interval barely leaves out is none, as it is one of many looks."""
    still = delivered(0.0)
    assert alerts_of(changed(0.2, 0.4), still, look=10) == ("rose",)
    assert alerts_of(changed(-0.4, -0.2), still, look=10) == ("fell",)
    assert alerts_of(changed(-0.1, 0.2), still, look=1) == ()
    assert alerts_of(changed(0.001, 0.2), still, look=1) == ()


def test_a_delivery_that_was_not_there_is_an_alert() -> None:
    """New blocks that hold more zombies than chance leaves open; old ones, or blocks of no such kind, are none."""
    assert alerts_of(changed(-0.1, 0.2, new=(BLOCK,)), delivered(0.05), look=1) == ("delivery",)
    assert alerts_of(changed(-0.1, 0.2, new=(BLOCK,)), delivered(0.0), look=1) == ()
    assert alerts_of(changed(-0.1, 0.2), delivered(0.05), look=1) == ()


def test_a_run_is_compared_with_the_last_that_has_an_answer(tmp_path: Path) -> None:
    """Runs that failed are passed over; the first has nothing to be compared with; points say what each run found."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as store:
        watch = begin(
            store, "weibo:embassy", "0 6 * * 1", BatchSettings(), now=NOW, requester=Requester(), most=9
        )
        audits = [stored_audit("aa11"), None, stored_audit("cc33", now=LATER)]
        reasons = []
        for number, one in enumerate(audits, start=1):
            due = store.watches.get(watch.id)
            if one is None:
                assert store.watches.put_off(
                    due, LATER + timedelta(days=number), reason="the account is hidden"
                )
                continue
            from zombiescope.storage import WatchPlace

            asked = Audit(id=one.audit.id, status="queued", created_at=one.audit.created_at)
            place = WatchPlace(due, due.next_at + timedelta(days=7))
            assert store.audits.begin(asked, account="weibo:embassy", request=b"{}", run=place)
            assert store.audits.finish(one)
            (run,) = store.watches.to_compare(9)
            change, alerts, reason = compare_run(store, run)
            reasons.append(reason)
            curve_point = point(dataclasses.replace(run, change=change, alerts=alerts, reason=reason))
            assert store.watches.compared(
                run, change=change, alerts=alerts, reason=reason, now=NOW, point=curve_point
            )
        first, second, third = (point(run) for run in store.watches.runs(watch.id)[::-1])
        assert reasons == [None, None]
        assert (first.status, second.status, third.status) == ("done", "no_audit", "done")
        assert second.reason == "the account is hidden"
        assert first.change_low is None
        own = change_between(store, "aa11", "cc33").share
        assert (third.change, third.change_low, third.change_high) == (own.estimate, own.low, own.high)
        assert first.listed == third.listed == 300
        assert first.share is not None
        # The curve outlives the audits, and a later run says why it is compared with none.
        assert store.expire(1, LATER + timedelta(days=30)).audits == 2
        curve = [point(run) for run in store.watches.runs(watch.id)[::-1]]
        assert curve == [msgspec.structs.replace(one, audit=None) for one in (first, second, third)]
        run = WatchRun(watch.id, 4, LATER, "begun", "dd44", stored_audit("dd44").audit, None, (), None)
        assert compare_run(store, run)[2] == "the audit before is not stored any more"


def test_a_run_without_an_answer_says_why(tmp_path: Path) -> None:
    """Its audit failed, or was deleted."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as store:
        failed = Audit(id="aa11", status="failed", created_at=NOW, error="The list is hidden. Wait.")
        run = WatchRun("w", 2, NOW, "begun", "aa11", failed, None, (), None)
        assert compare_run(store, run) == (None, (), "The list is hidden. Wait.")
        gone = WatchRun("w", 2, NOW, "begun", "aa11", None, None, (), None)
        assert compare_run(store, gone) == (None, (), "its audit was deleted")
