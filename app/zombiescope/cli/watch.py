"""`zombiescope watch`: accounts audited again on a schedule, by the service's workers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

__all__ = ["command"]

_MOST = 100_000  # on the command line: the operator's own


@click.group("watch")
def command() -> None:
    """Audit accounts again on a schedule, and say what changed.

    The audits are done by `zombiescope serve` or `zombiescope worker`, on the same database.
    """


@command.command("add")
@click.argument("account")
@click.option(
    "--schedule",
    required=True,
    metavar="CRONTAB",
    help="When, as in a crontab, in UTC: '0 6 * * 1' is every Monday at 6.",
)
@click.option("--sample", type=int, default=1000, show_default=True, help="Followers to draw each time.")
@click.option("--posts", type=int, default=20, show_default=True, help="Newest posts read of each follower.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draw.")
@click.option("--claim", type=float, help="A published share to hold against each answer.")
@click.option("--model", help="A model's name; else the one in use now, for all its audits.")
@click.option(
    "--accept-cost",
    type=click.FloatRange(0),
    default=0.0,
    help="US dollars agreed to for each audit, where a platform charges.",
)
def add(
    account: str,
    schedule: str,
    sample: int,
    posts: int,
    seed: int,
    claim: float | None,
    model: str | None,
    accept_cost: float,
) -> None:
    """Watch ACCOUNT (PLATFORM:NAME): it is audited at once, then by the schedule."""
    from zombiescope import wiring
    from zombiescope.errors import AccountError
    from zombiescope.storage import Requester
    from zombiescope.usecases import watches
    from zombiescope.usecases.batches import BatchSettings

    settings = wiring.settings()
    platform, colon, name = account.partition(":")
    if not colon or not name or platform not in wiring.platforms() or platform == "file":
        raise AccountError(
            f"{account[:80]!r} cannot be watched", "Name an account on a platform: see `zombiescope sources`."
        )
    info = wiring.detector(settings, model, account).info
    common = BatchSettings(
        sample=sample,
        posts=posts,
        seed=seed,
        claim=claim,
        model=f"{info.name}-{info.version}",
        named=model is not None,
    )
    with wiring.store(settings) as store:
        watch = watches.begin(
            store,
            account,
            schedule,
            common,
            now=datetime.now(UTC),
            requester=Requester(settings.tenant, "operator"),
            most=_MOST,
            money=accept_cost,
        )
    click.echo(watch.id)
    click.echo("It is due at once: `zombiescope serve` or `zombiescope worker` audits it.", err=True)


@command.command("list")
def list_watches() -> None:
    """The watches, the newest first: what, when, and whether one rests."""
    from zombiescope import wiring

    with wiring.store(wiring.settings()) as store:
        for one in store.watches.newest(_MOST):
            state = f"next {one.next_at:%Y-%m-%d %H:%M} UTC" if one.state == "active" else "paused"
            why = f" ({one.reason})" if one.reason else ""
            click.echo(f"{one.id}  {one.account}  [{one.schedule}]  {state}{why}")


@command.command("show")
@click.argument("watch_id")
@click.option("--format", "form", type=click.Choice(["text", "csv"]), default="text", show_default=True)
def show(watch_id: str, form: str) -> None:
    """The growth curve of a watch, the oldest first: followers, share, change since the time before, alerts."""
    from zombiescope import formatting, wiring
    from zombiescope.report.growth_curve import growth_curve_csv
    from zombiescope.usecases import watches

    with wiring.store(wiring.settings()) as store:
        points = [watches.point(run) for run in store.watches.runs(watch_id)[::-1]]
    if form == "csv":
        sys.stdout.write(growth_curve_csv(points))
        return
    for one in points:
        parts = [f"{one.at:%Y-%m-%d %H:%M}"]
        if one.declared is not None:
            parts.append(f"{formatting.count(one.declared)} followers")
        if one.share is not None:
            parts.append(f"{formatting.between(one.share.low, one.share.high)} zombies")
        if one.change_low is not None and one.change_high is not None:
            parts.append(f"change {formatting.change(one.change_low, one.change_high)} points")
        parts += [alert.upper() for alert in one.alerts]
        if one.reason:
            parts.append(one.reason)
        click.echo("  ".join(parts))


@command.command("pause")
@click.argument("watch_id")
def pause(watch_id: str) -> None:
    """Let a watch rest."""
    from zombiescope import wiring

    with wiring.store(wiring.settings()) as store:
        store.watches.pause(watch_id)
    click.echo(f"{watch_id} is paused")


@command.command("resume")
@click.argument("watch_id")
def resume(watch_id: str) -> None:
    """Have a watch due at the next time of its schedule again."""
    from zombiescope import wiring
    from zombiescope.usecases.watches import next_time

    with wiring.store(wiring.settings()) as store:
        next_at = next_time(store.watches.get(watch_id).schedule, datetime.now(UTC))
        store.watches.resume(watch_id, next_at)
    click.echo(f"{watch_id} is due at {next_at:%Y-%m-%d %H:%M} UTC")


@command.command("remove")
@click.argument("watch_id")
def remove(watch_id: str) -> None:
    """Delete a watch and its curve; its audits stay."""
    from zombiescope import wiring

    with wiring.store(wiring.settings()) as store:
        store.watches.remove(watch_id)
    click.echo(f"{watch_id} is removed")
