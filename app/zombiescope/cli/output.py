"""Where a command's answer goes: a file, written whole or not at all, or stdout."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zombiescope.errors import InputError

if TYPE_CHECKING:
    from zombiescope.report.chart import Chart

__all__ = ["CHART_FORMS", "deliver", "write_bytes_whole", "write_chart", "write_whole"]

CHART_FORMS = (".svg", ".png", ".csv")


def deliver(text: str, to: str | None) -> None:
    """Write to a file, or to stdout where `to` is None or '-'."""
    if to is None or to == "-":
        # Names in any script must reach a terminal or a pipe that was set to ASCII.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_whole(Path(to), text)
    click.echo(f"wrote {to}", err=True)


def write_chart(chart: Chart, to: str) -> None:
    """Write one chart in the form that the file's ending names. Raises InputError for another ending."""
    path = Path(to)
    ending = path.suffix.lower()
    if ending == ".png":
        write_bytes_whole(path, chart.png())
    elif ending in CHART_FORMS:
        write_whole(path, chart.svg(alone=True) if ending == ".svg" else chart.csv())
    else:
        raise InputError(f"{to}: no form of a chart", f"Name a file that ends in {', '.join(CHART_FORMS)}.")
    click.echo(f"wrote {to}", err=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that nobody ever sees half of it."""
    write_bytes_whole(path, text.encode())


def write_bytes_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}", "Make the folder or name another file.")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
