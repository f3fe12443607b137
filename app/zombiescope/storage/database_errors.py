"""Database errors as one line with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from zombiescope.errors import StorageError

__all__ = ["speaking"]

# What the driver says, what a person reads, and what to do. Neither holds a password or a row.
_MESSAGES = (
    ("disk is full", "the disk is full", "Make room and run again; what was kept before is still there."),
    ("database or disk is full", "the disk is full", "Make room and run again."),
    (
        "database is locked",
        "another process has it locked",
        "Wait for the other process to finish, then run again.",
    ),
    (
        "not a database",
        "this is not a zombiescope database",
        "Move the file away, or name another with ZOMBIESCOPE_HOME.",
    ),
    ("malformed", "the database is damaged", "Restore it from a backup, or move the file away."),
    (
        "unable to open database file",
        "it cannot be opened",
        "Check that the folder exists and that you may write to it.",
    ),
    ("readonly database", "it may only be read", "Check the rights of the file and of its folder."),
    ("disk I/O error", "the disk failed", "Check the disk, its space and its rights."),
    (
        "password authentication failed",
        "the server refused the user or the password",
        "Correct ZOMBIESCOPE_DATABASE_URL.",
    ),
)


@contextmanager
def speaking(where: str) -> Iterator[None]:
    """Turn a database's error into a StorageError. where: the database, without its password."""
    try:
        yield
    except NoSuchModuleError as error:
        raise StorageError(f"{where}: {error.args[0]}", "Use sqlite:// or postgresql+psycopg://.") from None
    except DBAPIError as error:
        raise StorageError(*_explained(where, str(error.orig))) from None
    except SQLAlchemyError as error:
        raise StorageError(f"{where}: {_line(str(error))}") from None


def _explained(where: str, message: str) -> tuple[str, str | None]:
    for mark, what, advice in _MESSAGES:
        if mark in message:
            return f"{where}: {what}", advice
    return f"{where}: {_line(message)}", None


def _line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else "the database failed"
