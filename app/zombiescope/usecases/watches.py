"""Watches: an account audited again on a schedule, what changed since the time before, and what is worth a word."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
from croniter import CroniterError, croniter

from zombiescope.compare import Change, at_look
from zombiescope.domain import Alert, Audit, Point
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.report.estimate import reached
from zombiescope.storage import Requester, Store, Watch, WatchRun
from zombiescope.usecases.batches import BatchSettings, request_for
from zombiescope.usecases.stored_comparison import change_between

__all__ = ["Alert", "Point", "alerts_of", "begin", "compare_run", "next_time", "point"]

_LOOKED_AHEAD = 50  # times of a schedule that are looked at for the shortest gap
_LONGEST = 100  # characters of a schedule
_EARLIER = 200  # runs looked back for one that has an answer


def next_time(schedule: str, after: datetime) -> datetime:
    """When a schedule is due next, in UTC. Raises InputError for one that is none, or that is never due."""
    try:
        due: datetime = croniter(schedule, after.astimezone(UTC)).get_next(datetime)
    except (CroniterError, ValueError, KeyError):
        raise _no_schedule(schedule) from None
    return due.astimezone(UTC)


def begin(
    store: Store,
    account: str,
    schedule: str,
    settings: BatchSettings,
    *,
    now: datetime,
    requester: Requester,
    most: int,
    shortest: float = 0.0,
    money: float = 0.0,
    key_sha256: str | None = None,
    watch_id: str | None = None,
) -> Watch:
    """Store a watch of the requester's tenant, which is due at once and then by its schedule.

    schedule: five fields as in a crontab, in UTC. shortest: seconds that must lie between two times. money: US dollars
    agreed to for each audit. most: watches that a tenant may have. Raises InputError, and StorageError.
    """
    request_for(settings, account).check()
    watch_id = watch_id or str(uuid.uuid4())
    if len(schedule.split()) != 5 or len(schedule) > _LONGEST:
        raise _no_schedule(schedule)
    times = [next_time(schedule, now)]
    while len(times) < _LOOKED_AHEAD:
        times.append(next_time(schedule, times[-1]))
    if min((later - earlier).total_seconds() for earlier, later in pairwise(times)) < shortest:
        raise InputError(
            f"the schedule {schedule!r} is too often",
            f"Leave at least {shortest / 3600:g} hours between two audits of an account.",
        )
    watch = Watch(
        id=watch_id,
        tenant=requester.tenant,
        created_by=requester.name,
        created_at=now,
        account=account,
        schedule=schedule,
        settings=msgspec.json.encode(settings),
        next_at=now,
        money=money,
        key_sha256=key_sha256,
    )
    if not store.watches.add(watch, most=most):
        raise InputError(f"there are {most} watches already", "Remove one first.")
    return watch


def compare_run(store: Store, run: WatchRun) -> tuple[Change | None, tuple[Alert, ...], str | None]:
    """What changed since the last run that has an answer, what of it is worth a word, and why not where nothing can
    be said."""
    audit = run.audit
    if audit is None:
        return None, (), "its audit was deleted"
    if audit.status != "done" or audit.share is None:
        return None, (), audit.error or f"the audit {_ENDED.get(audit.status, 'gave no share')}"
    earlier = store.watches.runs(run.watch_id, _EARLIER, before=run.number)
    looks = sum(one.change is not None for one in earlier)
    for one in earlier:
        if one.audit is not None and one.audit.status == "done" and one.audit.share is not None:
            try:
                change = change_between(store, one.audit.id, audit.id)
            except ZombiescopeError as error:
                return None, (), f"it cannot be compared with run {one.number}: {error.what}"
            return change, alerts_of(change, audit, look=looks + 1), None
    if any(one.point is not None and one.point.share is not None for one in earlier):
        return None, (), "the audit before is not stored any more"
    return None, (), None


_ENDED = {"failed": "failed", "cancelled": "was cancelled"}


def alerts_of(change: Change, later: Audit, *, look: int) -> tuple[Alert, ...]:
    """What of a change is worth a word at the `look`-th comparison of one watch.

    rose, fell: beyond the interval at this look (`compare.at_look`), so that over the whole life of a watch a false
    word comes with a chance of at most 1 - level. delivery: blocks that were not there before, in an audit in which
    blocks hold more zombies than their neighbourhoods beyond chance (`Deliveries.low`).
    """
    alerts: list[Alert] = []
    span = at_look(change.share, look)
    if span.low > 0:
        alerts.append("rose")
    if span.high < 0:
        alerts.append("fell")
    deliveries = None if later.evidence is None else later.evidence.deliveries
    if change.new and deliveries is not None and deliveries.low > 0:
        alerts.append("delivery")
    return tuple(alerts)


def point(run: WatchRun) -> Point:
    """A run as a point of the growth curve; of one whose audit was deleted as it was found."""
    audit, change = run.audit, run.change
    if audit is None and run.point is not None:
        return msgspec.structs.replace(run.point, audit=None)
    frame = None if audit is None else audit.frame
    share = None if audit is None or audit.share is None else reached(audit, audit.share)
    return Point(
        number=run.number,
        at=run.at,
        audit=None if audit is None else audit.id,
        status="no_audit" if audit is None else audit.status,
        as_of=None if audit is None else audit.as_of,
        declared=None if frame is None else frame.declared,
        listed=None if frame is None else frame.listed,
        share=share,
        change=None if change is None else change.share.estimate,
        change_low=None if change is None else change.share.low,
        change_high=None if change is None else change.share.high,
        alerts=_alerts(run.alerts),
        reason=run.reason or (None if audit is None else audit.error),
    )


def _alerts(words: Sequence[str]) -> tuple[Alert, ...]:
    return msgspec.convert(tuple(words), tuple[Alert, ...])


def _no_schedule(schedule: str) -> InputError:
    return InputError(
        f"{schedule[:_LONGEST]!r} is no schedule",
        "Write five fields as in a crontab, in UTC: `0 6 * * 1` is every Monday at 6.",
    )
