"""`zombiescope label AUDIT`: followers to label out, labels in, and the estimate that they make."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zombiescope.cli import options

if TYPE_CHECKING:
    from zombiescope.domain import Labels
    from zombiescope.storage import Store, StoredAudit

__all__ = ["command"]


@click.command("label")
@click.argument("audit", metavar="AUDIT")
@click.option(
    "--export", "to", metavar="FILE", type=click.Path(dir_okay=False), help="Write a CSV to fill in."
)
@click.option("--import", "filled", metavar="FILE", type=click.Path(dir_okay=False), help="Read it back.")
@click.option(
    "--annotator",
    metavar="NAME",
    help="Who labels; without it, the file's annotator column, or the name you are logged in by.",
)
@click.option(
    "--count", type=click.IntRange(min=1), default=100, show_default=True, help="Followers to export."
)
@options.form("text", "json", "html", "csv")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the new report to this file.")
def command(
    audit: str,
    to: str | None,
    filled: str | None,
    annotator: str | None,
    count: int,
    form: str,
    output: str | None,
) -> None:
    """Give out followers of an audit's sample, drawn at random, as a CSV to label; take the labels back in,
    and estimate again.

    AUDIT is an audit's id, its beginning, or "last". From 30 labels on they carry the answer.
    """
    if (to is None) == (filled is None):
        raise click.UsageError("give --export FILE or --import FILE")
    from zombiescope import wiring
    from zombiescope.cli.output import deliver
    from zombiescope.report import render

    with wiring.store(wiring.settings()) as store:
        stored = store.audits.stored_audit(store.audits.find(audit))
        if to is not None:
            _export(store, stored, to, count, annotator or _user())
            return
        after = _import(store, stored, Path(filled or ""), annotator)
    colour = form == "text" and output is None and sys.stdout.isatty()
    deliver(render(after.audit, after.rows, form=form, colour=colour), output)  # type: ignore[arg-type]


def _export(store: Store, stored: StoredAudit, to: str, count: int, who: str) -> None:
    from zombiescope.cli.output import deliver
    from zombiescope.usecases import label_files

    deliver(label_files.export(stored, store.labels.of(stored.audit.id), count=count, annotator=who), to)
    click.echo(
        "Fill the label column from the top, leaving nobody out: zombie, genuine or cannot tell. Then run "
        f"zombiescope label {stored.audit.id[:8]} --import FILE",
        err=True,
    )


def _import(store: Store, stored: StoredAudit, filled: Path, annotator: str | None) -> StoredAudit:
    from zombiescope.usecases import audit_store, label_files

    label_file = label_files.read(
        filled.read_bytes(),
        stored,
        store.labels.of(stored.audit.id),
        name=filled.name,
        annotator=annotator,
        fallback=_user(),
        now=datetime.now(UTC),
    )
    if label_file.gaps:
        click.echo(
            f"warning: {label_file.gaps} followers before the last one labelled have no label. Label them too: "
            "whom one leaves out may be no accident, and the estimate takes a random draw for granted.",
            err=True,
        )
    people = sorted({one.annotator for one in label_file.labels})
    by_id = len(label_file.labels) - label_file.by_handle
    matched = f"{by_id} matched by id"
    if label_file.by_handle:
        matched += f", {label_file.by_handle} by handle (a spreadsheet had changed their ids)"
    click.echo(f"{len(label_file.labels)} labels by {' and '.join(people)} stored: {matched}", err=True)
    after = audit_store.relabel(store, stored.audit.id, label_file.labels)
    _say_progress(after.audit.labels)
    return after


def _say_progress(labels: Labels | None) -> None:
    """The interval that holds however long one goes on labelling, and what 20 more labels would give."""
    from zombiescope import formatting

    if labels is None or labels.anytime is None or labels.with_20_more is None:
        return
    between = formatting.between(labels.anytime.low, labels.anytime.high)
    click.echo(
        f"{labels.count} labels so far: {between} are zombies, whenever you stop; 20 more would give about "
        f"{formatting.percent(labels.with_20_more)} on either side",
        err=True,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        return "somebody"
