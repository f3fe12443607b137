"""`zombiescope serve`: the HTTP API and its pages."""

from __future__ import annotations

import click

__all__ = ["command"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that work at audits: this one, and so many less one beside it.",
)
def command(host: str, port: int, workers: int) -> None:
    """Serve the HTTP API and its pages; stop it with Ctrl-C.

    Without an API key only this machine is answered: see `zombiescope keys`.
    """
    import uvicorn

    from zombiescope import wiring
    from zombiescope.cli.graceful_shutdown import ending
    from zombiescope.cli.worker_supervisor import WorkerSupervisor

    settings = wiring.settings()
    with wiring.shared_store(settings) as store:  # so that trouble is one line here, not a worker's traceback
        keys = store.keys.count()
    if host not in _LOOPBACK and not (keys or settings.api_keys):
        click.echo(
            "warning: there is no API key, so only this machine will be answered. Make one: "
            "zombiescope keys add NAME --scope read --scope audit",
            err=True,
        )
    # One process answers, so that its limits and counters are the service's; what takes long is the audits.
    with ending(), WorkerSupervisor(workers - 1):
        uvicorn.run(
            "zombiescope.web:app",
            factory=True,
            host=host,
            port=port,
            server_header=False,
            # The header says who asks; without a proxy that we know, it may say anything.
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
