"""`zombiescope compare AUDIT AUDIT`: what changed between two audits of one account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zombiescope.cli import options
from zombiescope.cli.options import language

if TYPE_CHECKING:
    from zombiescope.compare import Compared
    from zombiescope.settings import Settings

__all__ = ["command"]


@click.command("compare")
@click.argument("one", metavar="AUDIT")
@click.argument("other", metavar="AUDIT")
@click.option(
    "--list",
    "now",
    metavar="ACCOUNT",
    help="The later list (file:PATH, or the live account), to see who of the earlier sample has left it.",
)
@click.option(
    "--same-account", is_flag=True, help="They are audits of one account, though it is called differently."
)
@options.form("text", "json", "html")
@click.option(
    "--chart", type=click.Path(dir_okay=False), help="Draw both shares to this file, .svg, .png or .csv."
)
@click.option("--name", help="What the account is called in it.")
@language
@options.output
def command(
    one: str,
    other: str,
    now: str | None,
    same_account: bool,
    form: str,
    chart: str | None,
    name: str | None,
    lang: str,
    output: str | None,
) -> None:
    """Say what changed between two audits of one account: the share of zombies with an interval on the difference,
    the number of followers, blocks, and who left.

    AUDIT is a stored audit's id, its beginning, or "last", or a file that `zombiescope audit --format json -o FILE`
    wrote. Their dates say which is the earlier.
    """
    from dataclasses import replace

    from zombiescope import wiring
    from zombiescope.cli.output import deliver, write_chart
    from zombiescope.compare import compare
    from zombiescope.compare.audits import in_order
    from zombiescope.i18n import speaking
    from zombiescope.report import change_chart, comparison_view

    settings = wiring.settings()
    earlier, later = in_order(_read_audit(one, settings), _read_audit(other, settings))
    if now is not None:
        later = replace(later, listed=_ids(now, settings))
    change = compare(earlier, later, same_account=same_account)
    with speaking(lang):
        deliver(comparison_view.render(change, form=form, name=name), output)  # type: ignore[arg-type]
        if chart is not None:
            write_chart(change_chart.chart(comparison_view.spoken(change, name)), chart)


def _read_audit(name: str, settings: Settings) -> Compared:
    """An audit from a file, or from the store, with its scored sample."""
    from zombiescope import wiring
    from zombiescope.compare import Compared

    if Path(name).is_file():
        return _read(Path(name))
    with wiring.store(settings) as store:
        stored = store.audits.stored_audit(store.audits.find(name))
    return Compared(stored.audit, stored.scored, stored.templates)


def _read(path: Path) -> Compared:
    import msgspec

    from zombiescope.compare import Compared
    from zombiescope.domain import Audit
    from zombiescope.errors import InputError

    try:
        return Compared(msgspec.json.decode(path.read_bytes(), type=Audit))
    except msgspec.DecodeError as error:
        raise InputError(
            f"{path.name} is no audit as JSON: {error}",
            "Name a file that `zombiescope audit ACCOUNT --format json -o FILE` wrote.",
        ) from None


def _ids(account: str, settings: Settings) -> frozenset[str]:
    """The ids on an account's list, as it is now."""
    from zombiescope import wiring
    from zombiescope.cli.progress import progress
    from zombiescope.usecases.audit import AuditRequest

    source = wiring.source(AuditRequest(account=account), settings)
    with progress() as on_progress:
        listing = source.listing(
            account.partition(":")[2], progress=lambda done, of, _: on_progress("listing followers", done, of)
        )
    return frozenset(listing.rows["id"].to_pylist())
