"""`zombiescope audit ACCOUNT`: the share of zombies among an account's followers."""

from __future__ import annotations

import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zombiescope.cli.file_choices import choices_from, decided, file_options
from zombiescope.cli.options import auditing, naming
from zombiescope.cli.output import deliver
from zombiescope.cli.param_types import ACCOUNT, CLAIM

if TYPE_CHECKING:
    from zombiescope.usecases.audit import AuditRequest, AuditResult

__all__ = ["command", "perform"]


@click.command("audit")
@click.argument("account", type=ACCOUNT)
@click.option(
    "--sample",
    type=int,
    help="Followers to draw at random.  [default: 1000; of a file up to 100,000 are scored, all of them]",
)
@click.option(
    "--margin", type=float, help="Draw until the interval's half-width is this (0.03 for 3 points)."
)
@click.option("--claim", type=CLAIM, help="A published share to hold against the answer: 87%, 0.87 or 87.")
@click.option(
    "--order",
    type=click.Choice(["newest-first", "oldest-first", "unknown"]),
    help="The order of a file's list, where you know it.",
)
@click.option("--declared", type=int, help="The follower count that the platform shows, for a file.")
@file_options
@naming
@auditing
def command(
    form: str,
    output: str | None,
    model: str | None,
    max_requests: int | None,
    yes: bool,
    lang: str,
    name: str | None,
    title: str | None,
    **asked: Any,
) -> None:
    """Estimate the share of zombies among ACCOUNT's followers.

    \b
    ACCOUNT   sample:canada                a simulated list that ships with zombiescope
              file:PATH, or the path       a list of your own (CSV, XLSX, JSON, Parquet, ZIP, ...)
              bluesky:HANDLE               live, without an account of your own
              mastodon:USER@HOST           live; some servers want ZOMBIESCOPE_MASTODON_TOKENS
              weibo:NAME_OR_UID            live, with your cookie in ZOMBIESCOPE_WEIBO_COOKIE (experimental)
              x:HANDLE                     live, with your token in ZOMBIESCOPE_X_TOKEN; X charges for it
    """
    from zombiescope.errors import InputError
    from zombiescope.records import Choices
    from zombiescope.report import render
    from zombiescope.usecases.audit import AuditRequest
    from zombiescope.usecases.audit_request import CENSUS

    if output and not Path(output).resolve().parent.is_dir():
        raise InputError(f"{output}: there is no folder for it", "Make the folder or name another file.")
    if asked["sample"] is None:
        asked["sample"], asked["census"] = AuditRequest(account="").sample, CENSUS
    choices = choices_from(asked)
    source, _, path = asked["account"].partition(":")
    if source == "file":
        choices = decided(Path(path).expanduser(), choices)
    request = AuditRequest(**asked, choices=choices if choices != Choices() else None)
    outcome = perform(request, model, max_requests=max_requests, yes=yes)
    _keep(request, outcome)
    colour = form == "text" and output is None and sys.stdout.isatty()
    text = render(
        outcome.audit,
        outcome.rows,
        form=form,  # type: ignore[arg-type]
        colour=colour,
        lang=lang,
        name=name,
        title=title,
        reference=outcome.reference,
    )
    deliver(text, output)


def perform(
    request: AuditRequest, model: str | None, *, max_requests: int | None = None, yes: bool = False
) -> AuditResult:
    """Run the use case as this process is set up, with progress on the terminal."""
    from zombiescope import wiring
    from zombiescope.cli.cost_prompt import agreed
    from zombiescope.cli.progress import progress
    from zombiescope.usecases import audit
    from zombiescope.usecases.margin import margin_notice

    settings = wiring.settings()
    request.check()
    detector = wiring.detector(settings, model, request.account)
    platform = request.account.partition(":")[0]
    if request.margin is not None and platform not in audit.WHOLE_RECORDS:
        click.echo(f"{margin_notice(request.margin, detector, platform)}.", err=True)
    source = agreed(request, settings, max_requests=max_requests, yes=yes)
    with progress() as on_progress:
        return audit.run(
            request,
            source,
            detector,
            audit_id=str(uuid.uuid4()),
            now=datetime.now(UTC),
            clock=time.monotonic,
            on_progress=on_progress,
        )


def _keep(request: AuditRequest, outcome: AuditResult) -> None:
    """Store the audit for labels; one that cannot be stored is an answer all the same."""
    from zombiescope import wiring
    from zombiescope.errors import StorageError
    from zombiescope.usecases import audit_store

    short = outcome.audit.id[:8]
    settings = wiring.settings()
    try:
        with wiring.store(settings) as store:
            audit_store.keep(store, request, outcome)
            if settings.keep_days is not None:
                store.expire(settings.keep_days, datetime.now(UTC))
    except StorageError as error:
        click.echo(f"warning: the audit was not stored: {error.what}. {error.advice}", err=True)
    else:
        click.echo(f"audit {short} stored; label with: zombiescope label {short} --export FILE", err=True)
