"""`zombiescope worker`: one more process that works at the service's audits and trainings."""

from __future__ import annotations

import sys
import threading

import click

__all__ = ["command"]


@click.command("worker")
@click.option("--leashed", is_flag=True, hidden=True, help="Stop when standard input closes.")
def command(leashed: bool) -> None:
    """Work at the audits and trainings of the service, beside `zombiescope serve`, until stopped.

    It shares the service's database: the same ZOMBIESCOPE_HOME, or the same ZOMBIESCOPE_DATABASE_URL from other
    machines. On SIGTERM what it works at goes to another worker at once.
    """
    from zombiescope import log, wiring
    from zombiescope.cli.graceful_shutdown import ending

    settings = wiring.settings()
    log.configure(secrets=log.secrets_of(settings))
    parent_gone = threading.Event()
    if leashed:
        threading.Thread(target=_leash, args=(parent_gone,), daemon=True).start()
    with ending(), wiring.shared_store(settings) as store:
        worker = wiring.worker(settings, store)
        try:
            worker.start()
            click.echo(f"worker {worker.id} works", err=True)
            parent_gone.wait()
        finally:
            worker.close()


def _leash(parent_gone: threading.Event) -> None:
    sys.stdin.read()
    parent_gone.set()
