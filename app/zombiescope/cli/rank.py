"""`zombiescope rank ACCOUNTS`: a league table of accounts by their genuine followers."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zombiescope.cli.options import auditing, language
from zombiescope.cli.output import deliver, write_chart

if TYPE_CHECKING:
    from zombiescope.detector import Detector
    from zombiescope.domain import Audit, League
    from zombiescope.settings import Settings
    from zombiescope.storage import Batch, BatchRow, Store
    from zombiescope.usecases.audit import AuditRequest, AuditResult
    from zombiescope.usecases.batches import BatchSettings
    from zombiescope.usecases.ranking import Entrant

__all__ = ["command"]


@click.command("rank")
@click.argument("accounts", nargs=-1, required=True)
@click.option(
    "--sample", type=int, default=1000, show_default=True, help="Followers to draw of each account."
)
@click.option(
    "--chart", type=click.Path(dir_okay=False), help="Draw the table to this file, .svg, .png or .csv."
)
@language
@auditing
def command(
    accounts: tuple[str, ...], form: str, output: str | None, chart: str | None, lang: str, **asked: Any
) -> None:
    """Audit ACCOUNTS with common settings and rank them by how many genuine followers they have.

    ACCOUNTS is a CSV file with the columns account, name, declared, declared_at_least, posts and reactions
    (all but account and name may be left out), or the accounts themselves as for `zombiescope audit`. An
    account that cannot be audited stays in the table with the reason. The audits are stored, so that `zombiescope
    label` and `compare` know them. The 47 embassies of 2016 ship as an example: data/sample/embassies-rank.csv.
    """
    from zombiescope.errors import InputError
    from zombiescope.i18n import speaking
    from zombiescope.report import league, league_chart

    for path in (output, chart):
        if path and not Path(path).resolve().parent.is_dir():
            raise InputError(f"{path}: there is no folder for it", "Make the folder or name another file.")
    ranked = _ranked(accounts, **asked)
    with speaking(lang):
        deliver(league.render(ranked, form=form), output)  # type: ignore[arg-type]
        if chart is not None:
            drawn = league_chart.chart(ranked)
            if drawn is None:
                raise InputError("no account could be ranked, so there is nothing to draw")
            write_chart(drawn, chart)


def _ranked(
    accounts: tuple[str, ...], *, max_requests: int | None, yes: bool, model: str | None, **asked: Any
) -> League:
    from zombiescope import wiring
    from zombiescope.cli.cost_prompt import agreed
    from zombiescope.cli.progress import progress
    from zombiescope.usecases import audit, ranking
    from zombiescope.usecases.audit import AuditRequest
    from zombiescope.usecases.batches import BatchSettings

    settings = wiring.settings()
    entrants = [entrant for account in accounts for entrant in _entrants(account)]
    AuditRequest(account="", **asked).check()
    registry = wiring.model_registry(settings)
    detectors: dict[str | None, Detector] = {}

    def detector_for(account: str) -> Detector:
        """The model for this account: a simulated list has one of its own, which no real account is scored with."""
        name = registry.chosen(account, model)
        if name not in detectors:
            detectors[name] = wiring.detector(settings, model, account)
        return detectors[name]

    def audited(entrant: Entrant) -> tuple[AuditRequest, AuditResult]:
        request = AuditRequest(account=entrant.account, explain=False, **asked)
        source = agreed(request, settings, max_requests=max_requests, yes=yes)
        outcome = audit.run(
            request,
            source,
            detector_for(entrant.account),
            audit_id=str(uuid.uuid4()),
            now=datetime.now(UTC),
            clock=time.monotonic,
        )
        return request, outcome

    with progress() as on_progress, _audit_store(settings) as store:

        def show_progress(done: int, of: int) -> None:
            on_progress("auditing accounts", done, of)

        common = BatchSettings(**asked, model=model or "", named=model is not None)
        batch = None if store is None else _batch(store, entrants, common)
        if store is None or batch is None:
            return ranking.league(
                entrants,
                lambda entrant: audited(entrant)[1].audit,
                now=datetime.now(UTC),
                sample=asked["sample"],
                seed=asked["seed"],
                on_progress=show_progress,
            )
        return _table(store, batch, audited, show_progress)


def _batch(store: Store, entrants: Sequence[Entrant], common: BatchSettings) -> Batch | None:
    """A stored batch of which this command does the audits; None where it cannot be stored."""
    from zombiescope.errors import StorageError
    from zombiescope.storage import Requester
    from zombiescope.usecases import batches

    requester = Requester(name="operator")
    try:
        return batches.begin(store, entrants, common, now=datetime.now(UTC), requester=requester, begun=True)
    except StorageError as error:
        click.echo(f"warning: the audits are not stored: {error.what}. {error.advice}", err=True)
        return None


def _table(
    store: Store,
    batch: Batch,
    audited: Callable[[Entrant], tuple[AuditRequest, AuditResult]],
    on_progress: Callable[[int, int], None],
) -> League:
    """The accounts of a stored batch audited here; /v1/batches and the pages show it too."""
    from zombiescope.errors import StorageError, ZombiescopeError
    from zombiescope.usecases import audit_store, batches

    def row_audit(row: BatchRow) -> Audit:
        try:
            request, outcome = audited(row.entrant)
        except ZombiescopeError as error:
            with _warned(row):
                store.batches.give_up(batch.id, row.place, error.what)
            raise
        with _warned(row):  # an answer that cannot be stored is one all the same
            audit_store.keep(store, request, outcome)
            store.batches.audited(batch.id, row.place, outcome.audit.id)
        return outcome.audit

    try:
        return batches.table(
            store, batch, now=datetime.now(UTC), row_audit=row_audit, on_progress=on_progress
        )
    finally:
        # Interrupted, the rest of it is not done by anybody.
        with suppress(StorageError):
            if not store.batches.end(batch.id, datetime.now(UTC)):
                store.batches.cancel(batch.id, datetime.now(UTC), reason="the command was interrupted")


@contextmanager
def _warned(row: BatchRow) -> Iterator[None]:
    from zombiescope.errors import StorageError

    try:
        yield
    except StorageError as error:
        click.echo(f"warning: {row.entrant.account} was not stored: {error.what}.", err=True)


@contextmanager
def _audit_store(settings: Settings) -> Iterator[Store | None]:
    """The store of audits, so that each row of the table can be looked into; None where that cannot be."""
    from zombiescope import wiring
    from zombiescope.errors import StorageError

    try:
        store = wiring.store(settings)
    except StorageError as error:
        click.echo(f"warning: the audits are not stored: {error.what}. {error.advice}", err=True)
        yield None
        return
    with store:
        yield store


def _entrants(account: str) -> list[Entrant]:
    """The accounts of a CSV file, or the account itself."""
    from zombiescope import wiring
    from zombiescope.errors import InputError
    from zombiescope.usecases.ranking import Entrant, read

    if account.partition(":")[0] in wiring.platforms() and ":" in account:
        return [Entrant(account=account)]
    try:
        text = sys.stdin.read() if account == "-" else Path(account).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{account} is no UTF-8 text", "Save it as a CSV file in UTF-8.") from None
    except FileNotFoundError:
        raise InputError(
            f"there is no file {account}, and it is no account either",
            "Name a CSV file, or accounts such as bluesky:HANDLE.",
        ) from None
    return read(text, "the input" if account == "-" else Path(account).name)
