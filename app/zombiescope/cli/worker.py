"""`zombiescope worker`: one more process that works at the service's audits and trainings."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack

import click

__all__ = ["command"]


@click.command("worker")
@click.option("--leashed", is_flag=True, hidden=True, help="Stop when standard input closes.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Answer Prometheus at this port; without it at none.",
)
@click.option(
    "--metrics-host", default="127.0.0.1", show_default=True, help="Address for it. It asks for no key."
)
def command(leashed: bool, metrics_port: int | None, metrics_host: str) -> None:
    """Work at the audits and trainings of the service, beside `zombiescope serve`, until stopped.

    It shares the service's database: the same ZOMBIESCOPE_HOME, or the same ZOMBIESCOPE_DATABASE_URL from other
    machines. On SIGTERM what it works at goes to another worker at once.
    """
    from zombiescope import log, wiring
    from zombiescope.cli.graceful_shutdown import ending
    from zombiescope.jobs.metrics import exposed, process_registry

    settings = wiring.settings()
    log.configure(secrets=log.secrets_of(settings))
    parent_gone = threading.Event()
    if leashed:
        threading.Thread(target=_leash, args=(parent_gone,), daemon=True).start()
    with ExitStack() as open_resources:
        open_resources.enter_context(ending())
        store = open_resources.enter_context(wiring.shared_store(settings))
        registry = None if metrics_port is None else process_registry()
        if registry is not None and metrics_port is not None:
            port = open_resources.enter_context(exposed(registry, metrics_host, metrics_port))
            click.echo(f"metrics at http://{metrics_host}:{port}/metrics", err=True)
        worker = wiring.worker(settings, store, registry)
        try:
            worker.start()
            click.echo(f"worker {worker.id} works", err=True)
            parent_gone.wait()
        finally:
            worker.close()


def _leash(parent_gone: threading.Event) -> None:
    sys.stdin.read()
    parent_gone.set()
