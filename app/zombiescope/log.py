"""What the service writes to its log: one line an event, JSON where nobody watches, and no secret in it.

Modules speak through the standard library's logging; this gives their lines, and those of the libraries, one
form. What is bound by `about` stands on every line that is written within it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import msgspec
import structlog

if TYPE_CHECKING:
    from zombiescope.settings import Settings

__all__ = ["about", "configure", "secrets_of"]

HIDDEN = "[secret]"
_SHORTEST = 6  # a secret of fewer characters would blot out ordinary words
_OURS = ("uvicorn", "uvicorn.error", "uvicorn.access", "dbos")  # they come with handlers of their own


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Within it every line of this thread or task carries these fields (request, audit, ...)."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def configure(*, secrets: Iterable[str] = (), out: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all logging of the process to `out` (stderr), as JSON where it is no terminal.

    secrets: texts that are blotted out wherever a line would hold them, an error's traceback too.
    """
    stream = sys.stderr if out is None else out
    shown = stream.isatty()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _Blotted(
            secrets,
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _without_colour,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.dev.ConsoleRenderer()
                if shown
                else structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _OURS:
        theirs = logging.getLogger(name)
        theirs.handlers, theirs.propagate = [], True
    # Ours has the request's id and leaves out the query; httpx writes whole addresses at this level.
    for name in ("uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret among the settings."""
    keys = [entry.strip().split(":", 2)[-1] for entry in (settings.api_keys or "").split(",")]
    password = (settings.database_url or "").partition("://")[2].rpartition("@")[0].partition(":")[2]
    return [*keys, password, *settings.platform_secrets]


class _Blotted(structlog.stdlib.ProcessorFormatter):
    """Lines in which no secret is left."""

    def __init__(self, secrets: Iterable[str], **given: Any) -> None:
        super().__init__(**given)
        plain = {s for s in secrets if len(s) >= _SHORTEST}
        # As JSON writes them, too; the longest first: one may be part of another.
        self._secrets = sorted(
            plain | {json.dumps(s, ensure_ascii=False)[1:-1] for s in plain}, key=len, reverse=True
        )

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def _json(event: Any, *, default: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=default).decode()


def _without_colour(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """uvicorn gives its messages a second time, for terminals."""
    event.pop("color_message", None)
    return event
